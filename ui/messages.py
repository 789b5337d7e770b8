"""What crosses between the window's thread and the worker's: frozen values only.

An *intent* is what a person asks for; the main thread puts it into the worker's queue. A *notice* is what
the worker has to say; it leaves as a queued signal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from core.errors import NeedsPerson
from core.model import Identity, RunReport, Side
from core.settings import Settings
from ui.tray.state import TrayState

APP_SECRET = "feishu.app_secret"  # noqa: S105  # the name of a secret, not one


# --- intents ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SyncNow:
    pass


@dataclass(frozen=True, slots=True)
class Pause:
    until: datetime | None
    """None resumes; datetime.max in UTC: until the person resumes."""


@dataclass(frozen=True, slots=True)
class Save:
    settings: Settings
    app_secret: str = field(default="", repr=False)
    """Typed anew; empty: keep the one that is stored."""


@dataclass(frozen=True, slots=True)
class SignIn:
    side: Side
    save: Save | None = None
    """What the window shows, to be stored first; None: sign in with the settings as they are."""


@dataclass(frozen=True, slots=True)
class SignOut:
    side: Side


@dataclass(frozen=True, slots=True)
class ListCalendars:
    side: Side


@dataclass(frozen=True, slots=True)
class Confirm:
    """Carry out the deletions that the brake holds, and mirror for the persons who are signed in now."""


Intent = SyncNow | Pause | Save | SignIn | SignOut | ListCalendars | Confirm


# --- notices ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overview:
    """What the settings window shows of the installation."""

    settings: Settings
    feishu: Identity | None = None
    outlook: Identity | None = None
    has_app_secret: bool = False
    held: tuple[str, ...] = ()
    """Titles of the copies whose deletion is held."""

    def identity(self, side: Side) -> Identity | None:
        return self.feishu if side is Side.FEISHU else self.outlook

    @property
    def is_signed_in(self) -> bool:
        return self.feishu is not None and self.outlook is not None


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
    """The browser is open; the person may also copy `url` into another one."""

    side: Side
    url: str


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


Notice = TrayState | Overview | Calendars | SignInWaiting | Done | Failed | RunEnded | NotOpened | Attention
