"""Everything that can go wrong, as facts. Sentences for people are made of them in texts/.

SyncError
  NeedsPerson     only a person can solve it: no retry helps
  TryLater        goes away by itself: the next run tries again
  ItemFailed      one event: recorded, the run goes on
anything else     a fault of ours: logged, the run stops cleanly, the tray says so
"""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Side


class SyncError(Exception):
    """Root. Subclasses are dataclasses: their fields are the facts.

    They are not frozen: contextlib assigns `__traceback__` on its way out, which a frozen class refuses.
    """

    def __str__(self) -> str:
        return repr(self)


class NeedsPerson(SyncError):
    pass


class TryLater(SyncError):
    pass


class ItemFailed(SyncError):
    pass


@dataclass(unsafe_hash=True)
class SignInNeeded(NeedsPerson):
    """Nobody is signed in on this side, or the sign-in has ended. `code`: the service's, or empty."""

    side: Side
    code: str = ""


@dataclass(unsafe_hash=True)
class SignInFailed(NeedsPerson):
    """A sign-in was tried and refused, cancelled or not finished in time.

    `why`: "denied", "cancelled", "timeout", "state", "paste" (nobody there to paste an address), "port",
    "elsewhere" or "shut" (why the browser could not come back: core/oauth/loopback.py), or "refused" with the
    service's `code`.
    """

    side: Side
    why: str
    code: str = ""
    detail: str = ""


@dataclass(unsafe_hash=True)
class ConsentNeeded(NeedsPerson):
    """A permission is missing; `scopes` names it. `by_admin`: only an administrator can give it."""

    side: Side
    scopes: tuple[str, ...]
    by_admin: bool = False
    link: str = ""


@dataclass(unsafe_hash=True)
class AppMisconfigured(NeedsPerson):
    """The registration of the app at the service, or what was typed in of it, is wrong.

    `what`: "app_id", "app_secret", "client_id", "client_secret", "tenant", "redirect", "scope", "publish",
    "availability", "refresh_switch", "cloud", "ip", "missing" (not filled in yet; `code` names the key).
    """

    side: Side
    what: str
    code: str = ""
    link: str = ""


@dataclass(unsafe_hash=True)
class WrongPerson(NeedsPerson):
    """Another person is signed in than the one whose calendars were mirrored."""

    side: Side
    expected: str
    found: str


@dataclass(unsafe_hash=True)
class DeletionsHeld(NeedsPerson):
    pair: str
    count: int


@dataclass(unsafe_hash=True)
class AnotherInstallation(NeedsPerson):
    """Another computer writes the pair's copies otherwise than this one would: nothing is written here until
    a person says so."""

    pair: str


@dataclass(unsafe_hash=True)
class QuotaExhausted(NeedsPerson):
    """The month's Feishu calls are used up; `until` is an ISO date. `limit`: how many the settings allow
    (sync.monthly_calls); 0 where it is Feishu that allows no more."""

    until: str
    limit: int = 0


@dataclass(unsafe_hash=True)
class CalendarGone(NeedsPerson):
    """A pair's calendar is deleted, was never there, or may not be read or written any more.

    `why`: "deleted", "not found", "no access", "read only", "ambiguous", "unsupported".
    """

    side: Side
    calendar: str
    why: str
    pair: str = ""


@dataclass(unsafe_hash=True)
class MailboxUnavailable(NeedsPerson):
    """The Microsoft account has no mailbox that can be written, or it is full. `why`: "none", "full"."""

    why: str


@dataclass(unsafe_hash=True)
class VaultUnavailable(NeedsPerson):
    """Secrets can't be read or kept. `why`, of the keyring: "none", "untrusted", "locked" (and whoever was
    asked has not unlocked it), "refused", "timeout", "damaged"; of the files beside it: "unwritable",
    "disk full"."""

    why: str
    detail: str = ""


@dataclass(unsafe_hash=True)
class SettingsInvalid(NeedsPerson):
    """settings.toml can't be used. All problems at once."""

    file: str
    problems: tuple[SettingProblem, ...]


@dataclass(frozen=True)
class SettingProblem:
    """`code`: "syntax", "encoding", "unknown key", "type", "value", "duplicate id",
    "duplicate calendars", "missing", "unreadable", "unwritable". `allowed` says what would be right; `line`
    counts from 1 and is 0 if unknown."""

    code: str
    key: str = ""
    value: str = ""
    allowed: str = ""
    suggestion: str = ""
    line: int = 0


@dataclass(unsafe_hash=True)
class LedgerUnusable(NeedsPerson):
    """The local database can't be used. `why`: "newer", "damaged", "locked", "disk full", "unwritable"."""

    why: str
    path: str


@dataclass(unsafe_hash=True)
class ClockWrong(NeedsPerson):
    """This computer's clock differs from the services' by `seconds` (positive: it is fast)."""

    seconds: int


@dataclass(unsafe_hash=True)
class AlreadyRunning(NeedsPerson):
    data_dir: str


@dataclass(unsafe_hash=True)
class Unreachable(TryLater):
    """No answer. `why`: "dns", "connection", "timeout", "tls", "proxy"."""

    side: Side
    why: str
    host: str = ""


@dataclass(unsafe_hash=True)
class Throttled(TryLater):
    """The service asks to wait `after` seconds."""

    side: Side
    after: float


@dataclass(unsafe_hash=True)
class ServiceFailing(TryLater):
    """The service answers with its own failure (5xx, or something that is not its language)."""

    side: Side
    status: int
    code: str = ""
    request_id: str = ""


@dataclass(unsafe_hash=True)
class CursorExpired(TryLater):
    """The service has forgotten our place in its list of changes: a full pull is due."""

    side: Side


@dataclass(unsafe_hash=True)
class Stopped(TryLater):
    """Somebody asked the run to stop; what was done is recorded."""


@dataclass(unsafe_hash=True)
class RefusedByOutlook(ItemFailed):
    code: str
    request_id: str = ""


@dataclass(unsafe_hash=True)
class NotExpressible(ItemFailed):
    """Outlook has no such thing. `why` is a reason code of texts/ ("rule", "zone", …)."""

    why: str
    detail: str = ""


NAMELESS = frozenset({"json", "event_id"})
"""Fields of a MalformedRow of which nobody can say which event it is."""


@dataclass(unsafe_hash=True)
class MalformedRow(ItemFailed):
    """A Feishu row that can't be understood. `field` names where."""

    event_id: str
    field: str
    title: str = ""
    start: str = ""
