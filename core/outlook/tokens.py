"""What a sign-in leaves in the vault: one JSON text, changed by one process at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import filelock

from core.errors import Unreachable
from core.files import PRIVATE
from core.model import Identity, Side
from core.outlook.clouds import endpoints
from core.ports import Vault
from core.settings import OutlookSettings

_LOCK_TIMEOUT = 90.0
"""Seconds to wait for another process that refreshes: longer than its own time-outs take."""


@dataclass(frozen=True, slots=True)
class StoredSignIn:
    identity: Identity
    registration: str
    """Endpoints.registration that the tokens were given to."""
    cache: str
    """MSAL's serialized token cache, with the refresh token in clear."""

    def __repr__(self) -> str:
        return f"StoredSignIn({self.identity.id})"


def to_text(stored: StoredSignIn) -> str:
    return json.dumps(asdict(stored), ensure_ascii=False)


def from_text(text: str | None) -> StoredSignIn | None:
    """None where there is nothing, or nothing that this version can read: then a new sign-in is due."""
    try:
        found = json.loads(text or "null")
        return StoredSignIn(
            Identity(**{name: str(found["identity"][name]) for name in ("id", "name", "address")}),
            str(found["registration"]),
            str(found["cache"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def are_in(answer: Mapping[str, Any]) -> bool:
    """Whether the token service gave what it should. Anything else would be stored all the same, and fail
    each later refresh."""
    access, refresh = answer.get("access_token"), answer.get("refresh_token", "the old one")
    return all(isinstance(token, str) and token for token in (access, refresh))


def stored_sign_in(settings: OutlookSettings, vault: Vault) -> StoredSignIn | None:
    """The sign-in that is in force for this app and cloud. No request. Raises VaultUnavailable."""
    found = from_text(vault.tokens(Side.OUTLOOK))
    return found if found and found.registration == endpoints(settings).registration else None


@contextmanager
def locked(lock_path: Path) -> Iterator[None]:
    """One process at a time. Raises Unreachable: whoever holds the lock waits for the token service."""
    try:
        with filelock.FileLock(lock_path, timeout=_LOCK_TIMEOUT, mode=PRIVATE):
            yield
    except filelock.Timeout as error:
        raise Unreachable(Side.OUTLOOK, "timeout") from error
