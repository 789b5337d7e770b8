"""What goes wrong, and where: a fault is aimed at the n-th call of a kind.

Both services and the ledger's file are reached through a `Striker`, which counts every call and strikes once.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import TypeVar

from core.errors import (
    CalendarGone,
    ConsentNeeded,
    CursorExpired,
    QuotaExhausted,
    ServiceFailing,
    SignInNeeded,
    SyncError,
    Throttled,
    Unreachable,
)
from core.model import (
    AllDayEnd,
    Copy,
    Identity,
    RawRow,
    Row,
    Side,
    SourceCalendarInfo,
    SourceChanges,
    TargetCalendarInfo,
)
from core.ports import TargetCalendar
from core.writes import (
    Answer,
    CancelInstance,
    ChangeInstance,
    Conflict,
    CreateCopy,
    DeleteCopy,
    NotTried,
    Outcome,
    Question,
    ReadBack,
    Refused,
    Stored,
    TargetChanges,
    UpdateCopy,
    Write,
)
from tests.core.engine.memory import MemoryFeishu, MemoryOutlook

Done = TypeVar("Done")


class Crash(BaseException):
    """The process ends here."""


ERRORS: dict[str, Callable[[Side], SyncError]] = {
    "time-out": lambda side: Unreachable(side, "timeout"),
    "reset": lambda side: Unreachable(side, "connection"),
    "throttled": lambda side: Throttled(side, 7.5),
    "failing": lambda side: ServiceFailing(side, 503),
    "sign-in needed": SignInNeeded,
    "consent needed": lambda side: ConsentNeeded(side, ("calendar",)),
    "quota": lambda _side: QuotaExhausted("2027-01-01"),
    "calendar gone": lambda side: CalendarGone(side, "calendar", "no access"),
    "cursor expired": CursorExpired,
}
_ALWAYS = ("crash before", "crash after", "time-out", "time-out after", "reset", "throttled", "failing")
_SIGNED_IN = ("sign-in needed", "consent needed")
_READS = (*_ALWAYS, *_SIGNED_IN, "calendar gone", "people")
_REFUSALS = ("refused", "refused for now", "refused but done")
_ITEM = ("crash before", "crash after", "people", "conflict", "not tried", *_REFUSALS)
LIES = ("empty", "partial")
"""Answers that look right and are not: what they leave out is there."""

HOWS: dict[str, tuple[str, ...]] = {
    "feishu identity": (*_ALWAYS, *_SIGNED_IN, "quota"),
    "feishu find": (*_ALWAYS, *_SIGNED_IN, "quota", "calendar gone"),
    "feishu pull": (*_READS, "quota", *LIES, "repeated"),
    "feishu changes": (*_READS, "quota", "cursor expired", "repeated"),
    "feishu all-day end": (*_ALWAYS, "quota"),
    "outlook identity": (*_ALWAYS, *_SIGNED_IN),
    "outlook find": (*_ALWAYS, *_SIGNED_IN),
    "outlook create": (*_ALWAYS, *_SIGNED_IN),
    "outlook listing": (*_READS, "empty"),
    "outlook ask": _READS,
    "outlook changes": (*_READS, "cursor expired", "repeated"),
    "outlook write": (*_READS, "half done"),
    **{
        f"item {kind.__name__}": _ITEM
        for kind in (CreateCopy, UpdateCopy, DeleteCopy, ChangeInstance, CancelInstance)
    },
    "item ReadBack": ("crash before", "crash after", "not tried", "people"),
    "item LookBack": ("crash before", "crash after", "not tried", "people"),
    "ledger begin": ("locked", "crash before"),
    "ledger write": ("disk full", "unwritable", "crash before", "crash after"),
    "ledger commit": ("disk full", "locked", "crash before", "crash after"),
    "ledger read": ("damaged", "locked"),
}
"""By kind of call: all that can happen to it."""


@dataclass(frozen=True, slots=True)
class Fault:
    call: str
    number: int
    """Which call of the kind, from 0."""
    how: str

    def __str__(self) -> str:
        return f"{self.how} at {self.call} {self.number}"


class Striker:
    """Strikes once, at the call that the fault names."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.calls: Counter[str] = Counter()
        self.struck = False
        self.unseen: set[str] = set()
        """Outlook events that were made though their creation was refused."""
        self.random = Random(0)  # noqa: S311  # the same again from the same seed
        self.people: Callable[[], None] = lambda: None
        """What people do in the middle of a run."""
        self.is_paused = False

    def aim(self, fault: Fault | None, seed: int) -> None:
        self.fault, self.struck = fault, False
        self.calls = Counter()
        self.random = Random(seed)  # noqa: S311  # the same again from the same seed

    def strikes(self, call: str) -> str:
        """How the fault strikes this call; empty if it does not."""
        if self.is_paused:
            return ""
        number, fault = self.calls[call], self.fault
        self.calls[call] += 1
        if fault is None or self.struck or (fault.call, fault.number) != (call, number):
            return ""
        self.struck = True
        return fault.how

    def around(self, call: str, effect: Callable[[], Done]) -> tuple[Done, str]:
        """The effect, unless the fault prevents it, and the fault that is left for the caller to do."""
        how = self.strikes(call)
        self.before(call, how)
        done = effect()
        self.after(call, how)
        return done, how

    def before(self, call: str, how: str) -> None:
        if how == "crash before":
            raise Crash
        if how == "people":
            self.people()
        if how in ERRORS:
            raise ERRORS[how](_side(call))

    def after(self, call: str, how: str) -> None:
        if how == "crash after":
            raise Crash
        if how == "time-out after":
            raise ERRORS["time-out"](_side(call))


def _side(call: str) -> Side:
    return Side.FEISHU if call.startswith("feishu") else Side.OUTLOOK


@dataclass(slots=True)
class StruckFeishu:
    """Port SourceCalendars."""

    inner: MemoryFeishu
    striker: Striker

    def identity(self) -> Identity:
        return self.striker.around("feishu identity", self.inner.identity)[0]

    def calendars(self) -> tuple[SourceCalendarInfo, ...]:
        return self.inner.calendars()

    def find(self, calendar: str) -> SourceCalendarInfo:
        return self.striker.around("feishu find", lambda: self.inner.find(calendar))[0]

    def pull(self, calendar_id: str, anchor: int) -> SourceChanges:
        answer, how = self.striker.around("feishu pull", lambda: self.inner.pull(calendar_id, anchor))
        if how == "empty":
            return replace(answer, rows=())
        if how == "partial":
            rows = tuple(row for row in answer.rows if self.striker.random.random() < 0.6)
            return replace(answer, rows=rows)
        return _repeated(answer) if how == "repeated" else answer

    def changes(self, calendar_id: str, anchor: int, cursor: str) -> SourceChanges:
        answer, how = self.striker.around(
            "feishu changes", lambda: self.inner.changes(calendar_id, anchor, cursor)
        )
        return _repeated(answer) if how == "repeated" else answer

    def all_day_end(
        self, calendar_id: str, known: AllDayEnd, new: Sequence[RawRow], old: Sequence[RawRow]
    ) -> AllDayEnd:
        return self.striker.around(
            "feishu all-day end", lambda: self.inner.all_day_end(calendar_id, known, new, old)
        )[0]

    def parse(self, raw: str, all_day_end: AllDayEnd) -> Row:
        return self.inner.parse(raw, all_day_end)


def _repeated(answer: SourceChanges) -> SourceChanges:
    """A page that came twice."""
    return replace(answer, rows=answer.rows * 2)


@dataclass(slots=True)
class StruckMailbox:
    """Port TargetMailbox."""

    inner: MemoryOutlook
    striker: Striker

    def identity(self) -> Identity:
        return self.striker.around("outlook identity", self.inner.identity)[0]

    def calendars(self) -> tuple[TargetCalendarInfo, ...]:
        return self.inner.calendars()

    def find(self, calendar: str) -> TargetCalendarInfo | None:
        return self.striker.around("outlook find", lambda: self.inner.find(calendar))[0]

    def create(self, name: str) -> TargetCalendarInfo:
        return self.striker.around("outlook create", lambda: self.inner.create(name))[0]

    def open(self, calendar_id: str) -> TargetCalendar:
        return StruckCalendar(self.inner.open(calendar_id), self.striker)

    def check(self, calendar_id: str) -> TargetCalendarInfo:
        return self.inner.check(calendar_id)


@dataclass(slots=True)
class StruckCalendar:
    """Port TargetCalendar."""

    inner: TargetCalendar
    striker: Striker

    @property
    def id(self) -> str:
        return self.inner.id

    def listing(self) -> tuple[Copy, ...]:
        answer, how = self.striker.around("outlook listing", self.inner.listing)
        return () if how == "empty" else answer

    def ask(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        return self.striker.around("outlook ask", lambda: self.inner.ask(questions))[0]

    def changes(self, first: datetime, last: datetime, link: str) -> TargetChanges:
        answer, how = self.striker.around("outlook changes", lambda: self.inner.changes(first, last, link))
        if how == "repeated":
            everything = self.inner.changes(first, last, "")
            return replace(
                answer,
                changed={**everything.changed, **answer.changed},
                touched_series=everything.touched_series | answer.touched_series,
            )
        return answer

    def write(self, writes: Sequence[Write]) -> tuple[Outcome, ...]:
        how = self.striker.strikes("outlook write")
        self.striker.before("outlook write", how)
        done = writes[: len(writes) // 2] if how == "half done" else writes
        outcomes = tuple(map(self._item, done))
        if how == "half done":
            raise ERRORS["reset"](Side.OUTLOOK)
        self.striker.after("outlook write", how)
        return outcomes

    def _item(self, write: Write) -> Outcome:
        call = f"item {type(write).__name__}"
        how = self.striker.strikes(call)
        refusals: dict[str, Outcome] = {
            "conflict": Conflict(),
            "not tried": NotTried(),
            "refused": Refused("ErrorInvalidProperty", "request"),
            "refused for now": Refused("ErrorInternalServerError", "request", is_passing=True),
        }
        if how in refusals:
            return refusals[how]
        self.striker.before(call, how)
        (outcome,) = self.inner.write([write])
        self.striker.after(call, how)
        if how == "refused but done":
            if isinstance(write, CreateCopy) and isinstance(outcome, Stored):
                self.striker.unseen.add(outcome.event_id)
            return refusals["refused for now"]
        return outcome


_SQLITE_ERRORS = {
    "disk full": "SQLITE_FULL",
    "locked": "SQLITE_BUSY",
    "unwritable": "SQLITE_IOERR_WRITE",
    "damaged": "SQLITE_CORRUPT",
}
_STATEMENTS = {
    "BEGIN": "begin",
    "COMMIT": "commit",
    "SELECT": "read",
    "INSERT": "write",
    "UPDATE": "write",
    "DELETE": "write",
}


def struck_connection(striker: Striker) -> Callable[[str], sqlite3.Connection]:
    """What opens the ledger's file, so that the striker sees each statement."""

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, parameters: object = ()) -> sqlite3.Cursor:
            how, call = self._met(sql)
            cursor = super().execute(sql, parameters)  # type: ignore[arg-type]
            striker.after(call, how)
            return cursor

        def executemany(self, sql: str, parameters: object) -> sqlite3.Cursor:
            how, call = self._met(sql)
            cursor = super().executemany(sql, parameters)  # type: ignore[arg-type]
            striker.after(call, how)
            return cursor

        def _met(self, sql: str) -> tuple[str, str]:
            kind = _STATEMENTS.get(sql.split(maxsplit=1)[0])
            if kind is None:
                return "", ""
            call = f"ledger {kind}"
            how = striker.strikes(call)
            striker.before(call, how)
            if how in _SQLITE_ERRORS:
                error = sqlite3.OperationalError(how)
                error.sqlite_errorname = _SQLITE_ERRORS[how]
                raise error
            return how, call

    def connected(path: str) -> sqlite3.Connection:
        database = sqlite3.connect(path, timeout=0.1, isolation_level=None, factory=Connection)
        database.row_factory = sqlite3.Row
        return database

    return connected


__all__ = [
    "ERRORS",
    "HOWS",
    "LIES",
    "Crash",
    "Fault",
    "ReadBack",
    "Striker",
    "StruckFeishu",
    "StruckMailbox",
    "struck_connection",
]
