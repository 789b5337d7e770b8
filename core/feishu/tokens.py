"""The tokens of one sign-in: how they are read from the service, kept in the vault, and when they are due."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace

from core.feishu.errors import malformed
from core.feishu.reply import Reply
from core.model import Identity

REFRESH_AHEAD = 300
"""Seconds before its end from which an access token is renewed."""

USUAL_LIFETIME = 7200
_FORMAT = 1
_NUMBERS = frozenset({"lifetime", "obtained"})
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint gave. `lifetime` in seconds; `refresh_token` empty if none came."""

    access_token: str
    refresh_token: str
    lifetime: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the vault keeps. `obtained`: Unix seconds by this computer's clock, right or wrong.

    An empty `refresh_token` marks a sign-in that has ended; who it was stays known.
    """

    app_id: str
    open_url: str
    open_id: str
    name: str
    address: str
    access_token: str
    refresh_token: str
    lifetime: int
    obtained: int

    @property
    def identity(self) -> Identity:
        return Identity(self.open_id, self.name, self.address)

    def is_due(self, age: float) -> bool:
        """Whether to renew the access token when it was obtained `age` seconds ago. A clock that was wrong
        then, or is now, makes a wrong age: the service's own word (TOKEN_REJECTED) puts that right."""
        return age >= self.lifetime - min(REFRESH_AHEAD, self.lifetime / 2)

    def renewed(self, grant: Grant, now: int) -> Tokens:
        """A reply without a refresh token leaves the old one in force."""
        return replace(
            self,
            access_token=grant.access_token,
            refresh_token=grant.refresh_token or self.refresh_token,
            lifetime=grant.lifetime,
            obtained=now,
        )

    def ended(self) -> Tokens:
        return replace(self, access_token="", refresh_token="", lifetime=0)

    def to_text(self) -> str:
        return json.dumps({"format": _FORMAT, **asdict(self)})


def tokens_from_text(text: str) -> Tokens | None:
    """None for what this version can't read."""
    try:
        members = json.loads(text)
        if members.pop("format") != _FORMAT:
            return None
        tokens = Tokens(**members)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    is_sound = all(type(members[name]) is (int if name in _NUMBERS else str) for name in members)
    return tokens if is_sound else None


def grant_from(reply: Reply) -> Grant:
    """Raises ServiceFailing when a success lacks a token that could be sent."""
    members = reply.body
    access_token, refresh_token = members.get("access_token"), members.get("refresh_token")
    if not isinstance(access_token, str) or not _TOKEN.fullmatch(access_token):
        raise malformed(reply)
    if not isinstance(refresh_token, str) or not _TOKEN.fullmatch(refresh_token):
        refresh_token = ""
    lifetime = members.get("expires_in")
    if type(lifetime) is not int or lifetime <= 0:
        lifetime = USUAL_LIFETIME
    scope = members.get("scope")
    scopes = frozenset(scope.split()) if isinstance(scope, str) else frozenset()
    return Grant(access_token, refresh_token, lifetime, scopes)
