"""What crosses between the window's thread and the worker's: frozen values only.

An *intent* is what a person asks for; the main thread puts it into the worker's queue. A *notice* is what
the worker has to say; it leaves as a queued signal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.errors import NeedsPerson
from core.model import Identity, Reason, RunReport, Side
from core.settings import Settings
from ui.tray.state import FOR_EVER, TrayState

APP_SECRET = "feishu.app_secret"  # noqa: S105  # the name of a secret, not one
CLIENT_SECRET = "outlook.client_secret"  # noqa: S105  # the name of a secret, not one


# --- intents ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SyncNow:
    pass


@dataclass(frozen=True, slots=True)
class NetworkBack:
    """What could not be reached may be reached again."""


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
    | NetworkBack
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


# --- notices ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """A copy whose deletion the brake holds, and why."""

    pair: str
    title: str
    start: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Overview:
    """What the windows show of the installation."""

    settings: Settings
    feishu: Identity | None = None
    outlook: Identity | None = None
    has_app_secret: bool = False
    has_client_secret: bool = False
    held: tuple[HeldCopy, ...] = ()
    pairs_off: tuple[str, ...] = ()
    """Ids of the pairs whose copies were removed: not synced until a person asks for it."""
    has_run: bool = False
    paused_until: datetime | None = None
    feishu_calls: int | None = None
    """This month's requests; None: not known."""

    def identity(self, side: Side) -> Identity | None:
        return self.feishu if side is Side.FEISHU else self.outlook

    def has_secret(self, side: Side) -> bool:
        return self.has_app_secret if side is Side.FEISHU else self.has_client_secret

    @property
    def is_signed_in(self) -> bool:
        return self.feishu is not None and self.outlook is not None

    @property
    def is_set_up(self) -> bool:
        """The person has chosen the calendars, and has started the first run: until then the pairs that the
        wizard stored wait in a pause."""
        waits_for_start = not self.has_run and self.paused_until == FOR_EVER
        return bool(self.settings.pairs) and not waits_for_start


@dataclass(frozen=True, slots=True)
class CalendarChoice:
    id: str
    name: str
    note: str = ""
    """Why it can't be chosen: "read only", "no access"; empty if it can."""


@dataclass(frozen=True, slots=True)
class Calendars:
    side: Side
    choices: tuple[CalendarChoice, ...]


@dataclass(frozen=True, slots=True)
class SignInWaiting:
    """The browser is open; the person may also copy `url` into another one. `code`: to be typed in there.
    `wants_address`: the sign-in ends on a page whose address has to be pasted."""

    side: Side
    url: str
    code: str = ""
    wants_address: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionTried:
    side: Side
    calendars: int


@dataclass(frozen=True, slots=True)
class Previewed:
    report: RunReport


@dataclass(frozen=True, slots=True)
class History:
    """The newest run first."""

    runs: tuple[RunReport, ...]


@dataclass(frozen=True, slots=True)
class DeletedCopy:
    number: int
    title: str
    start: str
    deleted: datetime
    is_series: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """The newest first."""

    copies: tuple[DeletedCopy, ...]


@dataclass(frozen=True, slots=True)
class LetGoCopy:
    """A copy that is not followed any more, and why."""

    pair: str
    key: str
    title: str
    start: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class LetGo:
    copies: tuple[LetGoCopy, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    report: RunReport


@dataclass(frozen=True, slots=True)
class OldScriptImported:
    """Names of settings and secrets, never values."""

    file: Path
    taken: tuple[str, ...]
    unchanged: tuple[str, ...]
    left: tuple[str, ...]
    has_tokens: bool


@dataclass(frozen=True, slots=True)
class Done:
    intent: Intent


@dataclass(frozen=True, slots=True)
class Failed:
    intent: Intent
    error: Exception


@dataclass(frozen=True, slots=True)
class RunEnded:
    report: RunReport


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The data directory can't be used yet; it is tried again by itself."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs a person now; empty when nothing does any more."""

    problems: tuple[NeedsPerson, ...]


Notice = (
    TrayState
    | Overview
    | Calendars
    | SignInWaiting
    | ConnectionTried
    | Previewed
    | History
    | Deleted
    | LetGo
    | Restored
    | OldScriptImported
    | Done
    | Failed
    | RunEnded
    | NotOpened
    | Attention
)
