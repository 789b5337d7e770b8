"""Signing in with a link and a code, where no redirect URL can be registered (RFC 8628).

Feishu's public documentation does not have it; its official command line tool uses it (larksuite/cli,
internal/auth/device_flow.go). So it is offered beside the browser flow, not in its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

from core.errors import AppMisconfigured, SignInFailed, SyncError
from core.feishu.cloud import Cloud, cloud_of
from core.feishu.errors import Asking, Purpose, malformed, refusal
from core.feishu.person import SCOPES, tokens_of
from core.feishu.reply import Answer, Reply, understand
from core.feishu.sdk import FeishuClient
from core.feishu.tokens import Grant, grant_from
from core.model import Identity, Side
from core.network import unreachable
from core.ports import Stop, Vault
from core.settings import FeishuSettings

DEVICE_PATH = "/oauth/v1/device_authorization"
TOKEN_PATH = "/open-apis/authen/v2/oauth/token"  # noqa: S105  # a path
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
_TIMEOUT = 30
"""Seconds to connect, and to wait for each answer."""
_USUAL_LIFETIME, _USUAL_INTERVAL, _SLOWER = 240, 5, 5
"""Seconds, where the service names none (RFC 8628, 3.2 and 3.5)."""
_LONGEST = 900
"""Seconds that a code is waited for at most, whatever the service says."""

ShowCode = Callable[[str, str], None]
"""Told the address to open, and the code to type in there."""


@dataclass(frozen=True, slots=True)
class _Code:
    device: str
    user: str
    address: str
    lifetime: float
    interval: float


def sign_in(
    settings: FeishuSettings,
    app_secret: str,
    session: requests.Session,
    vault: Vault,
    show: ShowCode,
    stop: Stop,
    *,
    now: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Identity:
    """The whole flow; when it returns, the tokens are in the vault.

    Raises SignInFailed, AppMisconfigured, ConsentNeeded, Unreachable, ServiceFailing, VaultUnavailable.
    """
    for key, value in (("feishu.app_id", settings.app_id), ("feishu.app_secret", app_secret)):
        if not value:
            raise AppMisconfigured(Side.FEISHU, "missing", key)
    cloud = cloud_of(settings)
    vault.prove_writable()
    desk = _Desk(settings.app_id, app_secret, session, cloud, now)
    code = desk.begin()
    show(code.address, code.user)
    grant = _wait(desk, code, stop, monotonic, sleep)
    tokens = tokens_of(grant, FeishuClient(session, cloud), desk.asking())
    vault.store_tokens(Side.FEISHU, tokens.to_text())
    return tokens.identity


def _wait(
    desk: _Desk, code: _Code, stop: Stop, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> Grant:
    """Bounded by the life of the code. A network that fails for a moment is asked again."""
    interval, deadline = code.interval, monotonic() + min(code.lifetime, _LONGEST)
    while monotonic() + interval < deadline:
        _pause(interval, stop, monotonic, sleep)
        try:
            reply = desk.poll(code.device)
        except requests.RequestException:
            interval += _SLOWER
            continue
        match reply.body.get("error"):
            case "authorization_pending":
                continue
            case "slow_down":
                interval += _SLOWER
            case _:
                return desk.grant(reply)
    raise SignInFailed(Side.FEISHU, "timeout")


def _pause(
    seconds: float, stop: Stop, monotonic: Callable[[], float], sleep: Callable[[float], None]
) -> None:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if stop():
            raise SignInFailed(Side.FEISHU, "cancelled")
        sleep(min(left, 0.2))


@dataclass(frozen=True, slots=True)
class _Desk:
    """The two questions that are asked of the service."""

    app_id: str
    app_secret: str
    session: requests.Session
    cloud: Cloud
    now: Callable[[], float]

    def asking(self) -> Asking:
        return Asking(Purpose.SIGN_IN, self.cloud, self.app_id, datetime.fromtimestamp(self.now(), UTC))

    def begin(self) -> _Code:
        form = {"client_id": self.app_id, "scope": " ".join(SCOPES)}
        try:
            answer = self.session.post(
                self.cloud.accounts_url + DEVICE_PATH,
                data=form,
                auth=(self.app_id, self.app_secret),
                timeout=_TIMEOUT,
            )
        except requests.RequestException as error:
            raise unreachable(error, Side.FEISHU, self.cloud.host) from error
        reply = _understood(answer)
        names = ("device_code", "user_code", "verification_uri")
        device, user, address = (_text(reply, name) for name in names)
        if not (device and user and address):
            raise self._refusal(reply)
        whole = _text(reply, "verification_uri_complete") or address
        lifetime, interval = _seconds(reply, "expires_in"), _seconds(reply, "interval")
        return _Code(device, user, whole, lifetime or _USUAL_LIFETIME, interval or _USUAL_INTERVAL)

    def poll(self, device_code: str) -> Reply:
        form = {
            "grant_type": _GRANT_TYPE,
            "device_code": device_code,
            "client_id": self.app_id,
            "client_secret": self.app_secret,
        }
        return _understood(self.session.post(self.cloud.open_url + TOKEN_PATH, data=form, timeout=_TIMEOUT))

    def grant(self, reply: Reply) -> Grant:
        if reply.code in {0, None} and "access_token" in reply.body:
            return grant_from(reply)
        raise self._refusal(reply)

    def _refusal(self, reply: Reply) -> SyncError:
        match reply.body.get("error"):
            case "access_denied":
                return SignInFailed(Side.FEISHU, "denied")
            case "expired_token" | "invalid_grant":
                return SignInFailed(Side.FEISHU, "timeout")
            case "invalid_client" if not reply.code:
                return AppMisconfigured(Side.FEISHU, "app_secret", "20002")
            case "invalid_scope" if not reply.code:
                return AppMisconfigured(Side.FEISHU, "scope", "20027")
        return malformed(reply) if reply.code == 0 else refusal(reply, self.asking())


def _understood(response: requests.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return understand(Answer(response.status_code, headers, response.content))


def _text(reply: Reply, name: str) -> str:
    value = reply.body.get(name)
    return value if isinstance(value, str) else ""


def _seconds(reply: Reply, name: str) -> int:
    value = reply.body.get(name)
    return value if type(value) is int and 0 < value <= _LONGEST else 0
