"""What the engine needs of the outside, as small protocols. Each has one conformance suite in tests/
that its in-memory form and its real adapter both pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

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
from core.writes import Answer, Outcome, Question, TargetChanges, Write


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits, or raises Stopped when a stop is asked for meanwhile."""
        ...


class RequestMeter(Protocol):
    """Counts every HTTP request the moment before it is sent, retries included."""

    def sent(self, side: Side) -> None:
        """Raises QuotaExhausted where the person allows no more: then it is not to be sent."""
        ...

    def batched(self, items: int) -> None:
        """Items inside one Graph $batch; the batch itself was already counted by `sent`."""
        ...


class SourceCalendars(Protocol):
    """Feishu, for the signed-in person. Reads only: there is no method that writes.

    Every method raises SyncError: SignInNeeded, ConsentNeeded, AppMisconfigured, QuotaExhausted,
    Unreachable, Throttled, ServiceFailing; those with a calendar also CalendarGone.
    """

    def identity(self) -> Identity: ...

    def calendars(self) -> tuple[SourceCalendarInfo, ...]:
        """All calendars in the person's list, primary first."""
        ...

    def find(self, calendar: str) -> SourceCalendarInfo:
        """`calendar` is an id or "primary". Also verifies that the service sees the signed-in
        person and not a bot (WrongPerson otherwise)."""
        ...

    def pull(self, calendar_id: str, anchor: int) -> SourceChanges:
        """Everything that ends after `anchor` (Unix seconds), all pages; complete or an error."""
        ...

    def changes(self, calendar_id: str, anchor: int, cursor: str) -> SourceChanges:
        """What changed since `cursor`. Raises CursorExpired when a full pull is due."""
        ...

    def all_day_end(
        self, calendar_id: str, known: AllDayEnd, new: Sequence[RawRow], old: Sequence[RawRow]
    ) -> AllDayEnd:
        """What the end date of the calendar's all-day rows means. `known` is what was found before; `new`
        are rows that came just now and may tell more, `old` those that were there already. At most one
        request; `known` again when it is refused or the rows don't tell."""
        ...

    def parse(self, raw: str, all_day_end: AllDayEnd) -> Row:
        """A stored row, understood. Raises MalformedRow, with the field "all_day_end" where the dates of
        an all-day row can't be told because their meaning is contradictory."""
        ...


class TargetCalendar(Protocol):
    """One Outlook calendar. Raises SyncError of the same kinds as SourceCalendars."""

    @property
    def id(self) -> str: ...

    def listing(self) -> tuple[Copy, ...]:
        """Every single event and series of the calendar with our tags, all pages; complete or an error."""
        ...

    def ask(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """At most 20 questions, one request; an answer for each, in order. Items that were throttled
        or failed by the service's own fault are asked again (bounded), else an error is raised."""
        ...

    def changes(self, first: datetime, last: datetime, link: str) -> TargetChanges:
        """What changed since `link`; everything between the two aware times where it is empty. The times
        are part of a link: others need a new round. Raises CursorExpired when a new round is due."""
        ...

    def write(self, writes: Sequence[Write]) -> tuple[Outcome, ...]:
        """At most 20 writes, one batch; an outcome for each, in order. A throttled or failed item is
        NotTried only if the service certainly did not do it; raises when the whole batch got no answer
        (then nothing is known of any item)."""
        ...


class TargetMailbox(Protocol):
    def identity(self) -> Identity: ...

    def calendars(self) -> tuple[TargetCalendarInfo, ...]: ...

    def find(self, calendar: str) -> TargetCalendarInfo | None:
        """`calendar` is an id or a name. None if there is none; CalendarGone("ambiguous") if the name
        fits several."""
        ...

    def create(self, name: str) -> TargetCalendarInfo:
        """A new calendar with our hidden mark; one of that name that appeared meanwhile is taken."""
        ...

    def open(self, calendar_id: str) -> TargetCalendar: ...

    def check(self, calendar_id: str) -> TargetCalendarInfo:
        """Reads the calendar. CalendarGone when it is deleted or may not be written."""
        ...


Stop = Callable[[], bool]
"""True when somebody asked to stop; looked at between two batches and while waiting."""


class Vault(Protocol):
    """Secrets of one data directory. Every call may block on the keyring, up to a deadline, and raise
    VaultUnavailable; never called in the thread that draws windows."""

    def secret(self, name: str) -> str | None:
        """`feishu.app_secret` or `outlook.client_secret`."""
        ...

    def store_secret(self, name: str, value: str | None) -> None: ...

    def tokens(self, side: Side) -> str | None:
        """The text that `store_tokens` was last given for this side, read afresh from disk."""
        ...

    def store_tokens(self, side: Side, text: str | None) -> None:
        """Durable when it returns (written, flushed, renamed)."""
        ...

    def prove_writable(self) -> None:
        """Raises VaultUnavailable("unwritable" or "disk full") unless a `store_tokens` now would succeed."""
        ...

    def ask_again(self) -> None:
        """A person is at work here: a keyring whose question they have dismissed may put it once more."""
        ...

    def forget(self) -> None:
        """Nothing is left: neither what was stored nor where. Where it fails, a second call goes on."""
        ...
