"""What a person asks for: frozen values that the main thread puts into the worker's queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.model import Side
from core.settings import Settings

APP_SECRET = "feishu.app_secret"  # noqa: S105  # the name of a secret, not one
CLIENT_SECRET = "outlook.client_secret"  # noqa: S105  # the name of a secret, not one


@dataclass(frozen=True, slots=True)
class SyncNow:
    pass


@dataclass(frozen=True, slots=True)
class KeepInMemory:
    """Go on without a keyring: sign-ins and secrets are forgotten when the program ends."""


@dataclass(frozen=True, slots=True)
class Pause:
    until: datetime | None
    """None resumes; datetime.max in UTC: until the person resumes."""


@dataclass(frozen=True, slots=True)
class Save:
    settings: Settings
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """By name; those typed anew. An empty one keeps what is stored."""


@dataclass(frozen=True, slots=True)
class SignIn:
    side: Side
    save: Save | None = None
    """What the window shows, to be stored first; None: sign in with the settings as they are."""
    with_code: bool = False
    """By a link and a code (Feishu only), where no redirect URL can be registered."""


@dataclass(frozen=True, slots=True)
class SignOut:
    side: Side


@dataclass(frozen=True, slots=True)
class TryConnection:
    """Answered by ConnectionTried."""

    side: Side


@dataclass(frozen=True, slots=True)
class ListCalendars:
    side: Side


@dataclass(frozen=True, slots=True)
class Confirm:
    """Carry out the deletions that the brake holds, and mirror for the persons who are signed in now."""


@dataclass(frozen=True, slots=True)
class KeepHeld:
    """Let the copies go whose deletion is held."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Answered by Previewed."""


@dataclass(frozen=True, slots=True)
class ListRuns:
    """Answered by History."""


@dataclass(frozen=True, slots=True)
class RetryFailed:
    """Try again what Outlook has refused, and sync."""


@dataclass(frozen=True, slots=True)
class ListDeleted:
    """Answered by Deleted."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Put events back as the person's own, by their numbers in Deleted. Answered by Restored."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListLetGo:
    """Answered by LetGo."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Copies that were let go, by pair and key, follow Feishu again from the sync that comes after."""

    chosen: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RemoveCopies:
    """Out of Outlook with every copy of every pair."""


@dataclass(frozen=True, slots=True)
class RemovePair:
    """No longer mirrored. If its copies are to go too and can't, the pair stays."""

    pair: str
    with_copies: bool


@dataclass(frozen=True, slots=True)
class ForgetEverything:
    """Sign-ins, secrets and settings on this computer."""


@dataclass(frozen=True, slots=True)
class ImportOldScript:
    """Answered by OldScriptImported. `may_replace`: values that are stored already."""

    file: Path
    may_replace: bool = False


@dataclass(frozen=True, slots=True)
class ImportProvision:
    """Settings that a company hands out."""

    file: Path


@dataclass(frozen=True, slots=True)
class SaveDiagnostics:
    file: Path


Intent = (
    SyncNow
    | KeepInMemory
    | Pause
    | Save
    | SignIn
    | SignOut
    | TryConnection
    | ListCalendars
    | Confirm
    | KeepHeld
    | Preview
    | ListRuns
    | RetryFailed
    | ListDeleted
    | ListLetGo
    | TakeBack
    | Restore
    | RemoveCopies
    | RemovePair
    | ForgetEverything
    | ImportOldScript
    | ImportProvision
    | SaveDiagnostics
)
