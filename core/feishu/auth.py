"""Signing in to Feishu in the person's own browser: OAuth 2.0 with PKCE and a loopback callback."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import requests

from core.errors import AppMisconfigured, SignInFailed
from core.feishu.cloud import Cloud, cloud_of
from core.feishu.errors import Asking, Purpose
from core.feishu.person import SCOPES, tokens_of
from core.feishu.sdk import FeishuClient
from core.feishu.session import stored_tokens
from core.feishu.token_endpoint import App, TokenEndpoint
from core.feishu.tokens import Tokens
from core.model import Identity, Side
from core.oauth.interaction import Interaction
from core.oauth.loopback import LastPage, NoCallback, SignInCancelled, SignInTimeout, listen
from core.oauth.pkce import challenge, new_state, new_verifier
from core.ports import Vault
from core.settings import FeishuSettings

CALLBACK_PATH = "/callback"


def sign_in(
    settings: FeishuSettings,
    app_secret: str,
    session: requests.Session,
    vault: Vault,
    interaction: Interaction,
    timeout: float = 300,
    *,
    now: Callable[[], float] = time.time,
) -> Identity:
    """The whole flow; when it returns, the tokens are in the vault.

    The last page gets the callback's parameters, with an `error` of our own (the name of the class) where the
    sign-in failed after the person's consent. `timeout` in seconds.

    Raises SignInFailed, AppMisconfigured, ConsentNeeded, Unreachable, ServiceFailing, VaultUnavailable.
    """
    for key, value in (("feishu.app_id", settings.app_id), ("feishu.app_secret", app_secret)):
        if not value:
            raise AppMisconfigured(Side.FEISHU, "missing", key)
    cloud = cloud_of(settings)
    vault.prove_writable()
    flow = _Flow(App(settings.app_id, app_secret), session, cloud, interaction, now)
    tokens = flow.run(settings.redirect_ports, timeout)
    vault.store_tokens(Side.FEISHU, tokens.to_text())
    return tokens.identity


def sign_out(
    settings: FeishuSettings, app_secret: str, session: requests.Session, vault: Vault, timeout: float = 10
) -> None:
    """Forgets the tokens here, then asks the service to do so too, whether or not it answers.

    The address for it is not documented; the official command line tool uses it. Raises VaultUnavailable.
    """
    tokens = stored_tokens(settings, vault)
    vault.store_tokens(Side.FEISHU, None)
    if tokens is None or not tokens.refresh_token:
        return
    form = {"client_id": settings.app_id, "client_secret": app_secret, "token": tokens.refresh_token}
    with contextlib.suppress(requests.RequestException):
        session.post(f"{cloud_of(settings).accounts_url}/oauth/v1/revoke", data=form, timeout=timeout)


def redirect_urls(settings: FeishuSettings) -> tuple[str, ...]:
    """All of them have to be registered with the app, letter by letter."""
    return tuple(f"http://127.0.0.1:{port}{CALLBACK_PATH}" for port in settings.redirect_ports)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What belongs to one trip to the browser."""

    redirect_uri: str
    verifier: str
    state: str

    def address(self, cloud: Cloud, app_id: str) -> str:
        query = {
            "client_id": app_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": self.state,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }
        # Blanks as %20: "+" is not documented to be understood.
        return f"{cloud.accounts_url}/open-apis/authen/v1/authorize?{urlencode(query, quote_via=quote)}"


class _Flow:
    def __init__(
        self,
        app: App,
        session: requests.Session,
        cloud: Cloud,
        interaction: Interaction,
        now: Callable[[], float],
    ) -> None:
        self._app_id = app.id
        self._cloud = cloud
        self._person = interaction
        self._now = now
        self._endpoint = TokenEndpoint(session, cloud, app, self._moment)
        self._client = FeishuClient(session, cloud)
        self._outcome: Future[Tokens] = Future()
        self._attempt = _Attempt("", new_verifier(), new_state())

    def run(self, ports: tuple[int, ...], timeout: float) -> Tokens:
        try:
            with listen(host="127.0.0.1", ports=ports, path=CALLBACK_PATH, page=self._finish) as server:
                self._attempt = _Attempt(server.redirect_uri, new_verifier(), new_state())
                address = self._attempt.address(self._cloud, self._app_id)
                server.expect(self._attempt.state)
                self._person.announce(address)
                self._person.browse(address)
                server.wait(self._attempt.state, timeout, self._person.stop)
        except NoCallback as error:
            raise SignInFailed(Side.FEISHU, error.why, detail=error.detail) from error
        except SignInTimeout as error:
            raise SignInFailed(Side.FEISHU, "timeout") from error
        except SignInCancelled as error:
            raise SignInFailed(Side.FEISHU, "cancelled") from error
        return self._outcome.result()

    def _finish(self, query: Mapping[str, str]) -> LastPage:
        """Runs while the browser waits for its last page, so that the page tells how it really ended."""
        try:
            self._outcome.set_result(self._exchange(query))
        except Exception as error:  # noqa: BLE001  # it belongs to the thread that waits, which raises it
            self._outcome.set_exception(error)
            return self._person.page({"error": type(error).__name__, **query})
        return self._person.page(query)

    def _exchange(self, query: Mapping[str, str]) -> Tokens:
        error, code = query.get("error", ""), query.get("code", "")
        if error or not code:
            why = "denied" if error == "access_denied" else "refused"
            raise SignInFailed(Side.FEISHU, why, error if why == "refused" else "")
        grant = self._endpoint.exchange(code, self._attempt.redirect_uri, self._attempt.verifier)
        return tokens_of(
            grant, self._client, Asking(Purpose.SIGN_IN, self._cloud, self._app_id, self._moment())
        )

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)
