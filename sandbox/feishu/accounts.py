"""The app in the developer console, the people of the tenant, and what has been granted to whom."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.feishu.device import DeviceCode

CODE_LIFETIME = 300.0
GRANT_LIFETIME = 365 * 86400.0  # after that the person must authorize again
CALLBACKS = ("http://127.0.0.1:5000/callback", "http://127.0.0.1:53682/callback")


@dataclass(slots=True)
class App:
    """As the console shows it. A test changes what it likes."""

    app_id: str = "cli_sandbox000000001"
    app_secret: str = "sandbox-feishu-app-secret"
    redirect_urls: list[str] = field(default_factory=lambda: list(CALLBACKS))
    scopes: set[str] = field(default_factory=lambda: {"offline_access", "calendar:calendar:readonly"})
    is_published: bool = True
    is_installed: bool = True
    is_available: bool = True  # the person is inside the app's availability range
    may_refresh: bool = True
    has_bot: bool = True


class PersonState(StrEnum):
    ACTIVE = "active"
    FROZEN = "frozen"
    RESIGNED = "resigned"
    GONE = "gone"


@dataclass(slots=True)
class Person:
    """Someone of the tenant; the app's bot is one too."""

    open_id: str
    name: str
    state: PersonState = PersonState.ACTIVE

    @property
    def union_id(self) -> str:
        return "on" + self.open_id.removeprefix("ou")

    @property
    def user_id(self) -> str:
        return self.open_id.removeprefix("ou_")[:8]

    def id_of_type(self, id_type: str) -> str:
        return {"open_id": self.open_id, "union_id": self.union_id, "user_id": self.user_id}[id_type]


@dataclass(slots=True)
class Grant:
    """What a person has allowed the app so far; it only grows."""

    scopes: set[str]
    since: float


@dataclass(slots=True)
class Code:
    person: Person
    scopes: frozenset[str]
    redirect_url: str
    challenge: str
    challenge_method: str
    expires: float
    used: bool = False


@dataclass(slots=True)
class AccessToken:
    person: Person
    scopes: frozenset[str]
    expires: float


@dataclass(slots=True)
class RefreshToken:
    person: Person
    scopes: frozenset[str]
    expires: float
    authorized: float
    used: bool = False
    revoked: bool = False


class Sessions:
    """Codes, grants and tokens. Lifetimes are in seconds and can be changed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.access_lifetime = 7200.0
        self.refresh_lifetime = 604800.0
        self.grants: dict[str, Grant] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, AccessToken] = {}
        self.refresh: dict[str, RefreshToken] = {}
        self.devices: dict[str, DeviceCode] = {}
        self.tenant: dict[str, float] = {}  # token -> expiry

    def authorize(
        self, person: Person, scopes: set[str], redirect_url: str, challenge: str, challenge_method: str
    ) -> str:
        """The person has pressed Approve: a new code."""
        now = self._clock()
        known = self.grants.get(person.open_id, Grant(set(), now))
        granted = known.scopes | scopes
        self.grants[person.open_id] = Grant(granted, now)
        code = secrets.token_urlsafe(60)
        self.codes[code] = Code(
            person, frozenset(granted), redirect_url, challenge, challenge_method, now + CODE_LIFETIME
        )
        return code

    def issue(self, person: Person, scopes: frozenset[str], authorized: float) -> dict[str, object]:
        """The flat answer of the token endpoint, with a refresh token if the scopes have `offline_access`."""
        now = self._clock()
        access, refresh = _token("access"), _token("refresh")
        self.access[access] = AccessToken(person, scopes, now + self.access_lifetime)
        answer: dict[str, object] = {
            "code": 0,
            "access_token": access,
            "expires_in": int(self.access_lifetime),
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes)),
        }
        if "offline_access" in scopes:
            self.refresh[refresh] = RefreshToken(person, scopes, now + self.refresh_lifetime, authorized)
            answer |= {"refresh_token": refresh, "refresh_token_expires_in": int(self.refresh_lifetime)}
        return answer

    def tenant_token(self) -> tuple[str, int]:
        """The current one, or a new one when less than half an hour remains; and its remaining seconds."""
        now = self._clock()
        for token, expires in self.tenant.items():
            if expires - now >= 1800:
                return token, int(expires - now)
        token = "t-" + secrets.token_hex(20)
        self.tenant[token] = now + 7200
        return token, 7200

    def expire_access(self) -> None:
        """The access tokens of all are too old from now on."""
        for token in self.access.values():
            token.expires = self._clock()

    def expire_refresh(self) -> None:
        for token in self.refresh.values():
            token.expires = self._clock()

    def revoke(self) -> None:
        """Everybody takes back everything, as an administrator can."""
        self.grants.clear()
        self.access.clear()
        for token in self.refresh.values():
            token.revoked = True

    def narrow(self, person: Person, scope: str) -> None:
        """The person's grant and tokens lose a scope."""
        self.grants[person.open_id].scopes.discard(scope)
        for access in self.access.values():
            if access.person is person:
                access.scopes -= {scope}
        for refresh in self.refresh.values():
            if refresh.person is person:
                refresh.scopes -= {scope}


def _token(kind: str) -> str:
    """As long as real ones: between one and two kilobytes."""
    return f"eyJhbGciOiJFUzI1NiIs.{kind}.{secrets.token_urlsafe(900)}"
