"""The OAuth 2.0 token endpoint, version 2. Its replies are flat: no `data`.

lark-oapi has no call for it (its own one is version 3, undocumented), so it is asked directly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import requests

from core.feishu.cloud import Cloud
from core.feishu.errors import Asking, Purpose, refusal
from core.feishu.reply import Answer, understand
from core.feishu.tokens import Grant, grant_from
from core.model import Side
from core.network import unreachable

_PATH = "/open-apis/authen/v2/oauth/token"

_TIMEOUT = (30.0, 180.0)
"""Seconds to connect, and to wait for the answer. Long, because a refresh token is spent as soon as the
service has read it: giving up early would lose the sign-in."""


@dataclass(frozen=True, slots=True)
class App:
    """The person's own app at Feishu. There are no public clients: it always has a secret."""

    id: str
    secret: str


class TokenEndpoint:
    """Both methods raise SyncError: Unreachable, ServiceFailing, Throttled, AppMisconfigured, and
    SignInFailed (exchange) or SignInNeeded (refresh)."""

    def __init__(
        self, session: requests.Session, cloud: Cloud, app: App, now: Callable[[], datetime]
    ) -> None:
        self._session = session
        self._cloud = cloud
        self._app = app
        self._now = now

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        return self._ask(
            Purpose.SIGN_IN,
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
        )

    def refresh(self, refresh_token: str) -> Grant:
        """The refresh token works once: whatever comes back, never send the same again but to recover."""
        return self._ask(Purpose.REFRESH, grant_type="refresh_token", refresh_token=refresh_token)

    def _ask(self, purpose: Purpose, **members: str) -> Grant:
        body = {"client_id": self._app.id, "client_secret": self._app.secret, **members}
        try:
            response = self._session.post(self._cloud.open_url + _PATH, json=body, timeout=_TIMEOUT)
        except requests.RequestException as error:
            raise unreachable(error, Side.FEISHU, self._cloud.host) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        reply = understand(Answer(response.status_code, headers, response.content))
        if reply.code != 0:
            raise refusal(reply, Asking(purpose, self._cloud, self._app.id, self._now()))
        return grant_from(reply)
