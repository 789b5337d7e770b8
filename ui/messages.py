"""What the worker has to say: frozen values that leave its thread as a queued signal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import NeedsPerson
from core.model import Identity, Side
from core.report import Reason, RunReport
from core.settings import Settings
from ui.intents import Intent
from ui.tray.state import FOR_EVER, TrayState


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
