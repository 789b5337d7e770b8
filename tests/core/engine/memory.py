"""Feishu and Outlook in memory: full implementations of the ports, with versions, etags, exceptions
and transaction ids, for tests of the engine. A hook before and after each effect lets a test crash it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from core import recurrence, zones
from core.errors import CalendarGone, CursorExpired, MalformedRow, SyncError
from core.model import (
    AlreadyGone,
    Answer,
    CancelInstance,
    ChangeInstance,
    Conflict,
    Content,
    Copy,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    EventTime,
    Identity,
    Instance,
    InstancesOf,
    Outcome,
    Question,
    RawRow,
    ReadBack,
    ReadCopy,
    Refused,
    Role,
    Row,
    RowStatus,
    Series,
    Side,
    SourceCalendarInfo,
    SourceChanges,
    Span,
    Stored,
    Tag,
    TargetCalendarInfo,
    TargetChanges,
    TransactionTaken,
    UpdateCopy,
    WallClock,
    Write,
)
from core.ports import TargetCalendar


class FakeClock:
    """Moves only when it is told to, or slept on."""

    def __init__(self, now: datetime) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class MemoryFeishu:
    """Port SourceCalendars with one calendar."""

    def __init__(self) -> None:
        self.info = SourceCalendarInfo("feishu.cn_1@group", "Li Lei", "primary", Role.OWNER, is_primary=True)
        self.rows: dict[str, tuple[int, Row]] = {}
        self.broken: dict[str, int] = {}
        self.version = 0
        self.requests: list[str] = []
        self.expired = False
        self.failure: SyncError | None = None

    def put(self, row: Row) -> None:
        self.version += 1
        self.rows[row.event_id] = (self.version, row)

    def change(self, event_id: str, **changes: object) -> None:
        self.put(replace(self.rows[event_id][1], **changes))  # type: ignore[arg-type]

    def cancel(self, event_id: str) -> None:
        self.change(event_id, status=RowStatus.CANCELLED)

    def identity(self) -> Identity:
        return Identity("ou_1", "Li Lei")

    def calendars(self) -> tuple[SourceCalendarInfo, ...]:
        return (self.info,)

    def find(self, calendar: str) -> SourceCalendarInfo:
        if calendar not in {"primary", self.info.id}:
            raise CalendarGone(Side.FEISHU, calendar, "not found")
        return self.info

    def pull(self, calendar_id: str, anchor: int) -> SourceChanges:
        self.requests.append("pull")
        return self._answer(0, is_complete=True)

    def changes(self, calendar_id: str, anchor: int, cursor: str) -> SourceChanges:
        self.requests.append("changes")
        if self.expired:
            self.expired = False
            raise CursorExpired(Side.FEISHU)
        return self._answer(int(cursor), is_complete=False)

    def _answer(self, since: int, *, is_complete: bool) -> SourceChanges:
        if self.failure:
            raise self.failure
        rows = tuple(RawRow(name, name) for name, (version, _) in self.rows.items() if version > since)
        bad = tuple(RawRow(name, f"!{name}") for name, version in self.broken.items() if version > since)
        return SourceChanges(rows + bad, str(self.version), is_complete)

    def parse(self, raw: str) -> Row:
        if raw.startswith("!"):
            raise MalformedRow(raw[1:], "start_time")
        return self.rows[raw][1]


@dataclass
class HeldEvent:
    """An event as the service holds it."""

    event_id: str
    subject: str
    body: str
    content: Content | None
    span: Span
    series: Series | None
    tag: Tag | None
    transaction_id: str
    created: int
    etag: int
    attendees: bool = False
    exceptions: dict[EventTime, tuple[Span, str, Tag | None]] = field(default_factory=dict)
    cancelled: set[EventTime] = field(default_factory=set)


class MemoryOutlook:
    """Ports TargetMailbox and TargetCalendar: one mailbox with any number of calendars."""

    def __init__(self) -> None:
        self.calendars_: dict[str, dict[str, HeldEvent]] = {}
        self.names: dict[str, str] = {}
        self.numbers = count(1)
        self.etags = count(1)
        self.transactions: dict[str, tuple[str, object]] = {}
        self.writes: list[Write] = []
        self.requests: list[str] = []
        self.log: list[tuple[int, str, str]] = []
        self.step: Callable[[str], None] = lambda _point: None
        self.lags = False
        """Look-ups do not show what was written; reading by id and repeating by transaction id do."""
        self.refuse: Callable[[Write], Refused | None] = lambda _write: None

    def identity(self) -> Identity:
        return Identity("tid.oid", "Li Lei")

    def calendars(self) -> tuple[TargetCalendarInfo, ...]:
        return tuple(TargetCalendarInfo(i, n, can_edit=True, is_default=False) for i, n in self.names.items())

    def find(self, calendar: str) -> TargetCalendarInfo | None:
        return next((info for info in self.calendars() if calendar in {info.id, info.name}), None)

    def create(self, name: str) -> TargetCalendarInfo:
        calendar_id = f"calendar {len(self.names)}"
        self.names[calendar_id] = name
        self.calendars_[calendar_id] = {}
        return TargetCalendarInfo(calendar_id, name, can_edit=True, is_default=False)

    def check(self, calendar_id: str) -> TargetCalendarInfo:
        return TargetCalendarInfo(calendar_id, self.names[calendar_id], can_edit=True, is_default=False)

    def open(self, calendar_id: str) -> TargetCalendar:
        return MemoryCalendar(self, calendar_id)

    # people's acts

    def own_event(self, calendar_id: str, subject: str, span: Span) -> HeldEvent:
        event = HeldEvent(
            f"own {next(self.numbers)}", subject, "", None, span, None, None, "", 0, next(self.etags)
        )
        self.calendars_[calendar_id][event.event_id] = event
        self.note(calendar_id, event.event_id, "changed")
        return event

    def edit(self, calendar_id: str, event_id: str, *, subject: str) -> None:
        event = self.calendars_[calendar_id][event_id]
        event.subject, event.etag = subject, next(self.etags)
        self.note(calendar_id, event_id, "changed")

    def delete(self, calendar_id: str, event_id: str) -> None:
        del self.calendars_[calendar_id][event_id]
        self.note(calendar_id, event_id, "removed")

    def note(self, calendar_id: str, event_id: str, what: str) -> None:
        self.log.append((len(self.log) + 1, f"{calendar_id}\n{event_id}", what))

    def shown(
        self, calendar_id: str, *, days: int = 400, start: date = date(2026, 11, 1)
    ) -> list[tuple[str, str, str]]:
        """Occurrence by occurrence: start, end, subject; the order of time."""
        found = []
        for event in self.calendars_[calendar_id].values():
            if event.series is None:
                found.append((zones.text(event.span.start), zones.text(event.span.end), event.subject))
                continue
            for original, span in _originals(event):
                if original in event.cancelled or zones.date_of(span.start) > start + timedelta(days=days):
                    continue
                changed = event.exceptions.get(original)
                at, subject = (changed[0], changed[1]) if changed else (span, event.subject)
                found.append((zones.text(at.start), zones.text(at.end), subject))
        return sorted(found)


def _crosses(event: HeldEvent, original: EventTime, span: Span) -> bool:
    """Exchange's rule: the neighbours count by their original days, whatever became of them."""
    days = [zones.date_of(start) for start, _ in _originals(event)]
    position = days.index(zones.date_of(original))
    first, last = zones.date_of(span.start), zones.date_of(span.end)
    return first in days[:position] or last in days[position + 1 :]


def _originals(event: HeldEvent) -> list[tuple[EventTime, Span]]:
    assert event.series
    spans = []
    for day in recurrence.pattern_dates(event.series.pattern, event.series.range):
        if day > zones.date_of(event.span.start) + timedelta(days=800):
            break
        span = zones.moved_to(event.span, day)
        spans.append((span.start, span))
    return spans


class MemoryCalendar:
    def __init__(self, mailbox: MemoryOutlook, calendar_id: str) -> None:
        self.mailbox, self._id = mailbox, calendar_id

    @property
    def id(self) -> str:
        return self._id

    @property
    def events(self) -> dict[str, HeldEvent]:
        if self._id not in self.mailbox.calendars_:
            raise CalendarGone(Side.OUTLOOK, self._id, "deleted")
        return self.mailbox.calendars_[self._id]

    def listing(self) -> tuple[Copy, ...]:
        self.mailbox.requests.append("listing")
        if self.mailbox.lags:
            return ()
        return tuple(_copy(event) for event in self.events.values())

    def ask(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        assert 0 < len(questions) <= 20
        self.mailbox.requests.append("ask")
        return tuple(self._answer(question) for question in questions)

    def _answer(self, question: Question) -> Answer:
        match question:
            case ReadCopy(event_id):
                event = self.events.get(event_id)
                return _copy(event) if event else None
            case EventsStartingAt(start):
                return tuple(
                    _copy(event)
                    for event in self.events.values()
                    if not self.mailbox.lags and zones.instant_of(event.span.start) == zones.instant_of(start)
                )
            case InstancesOf(event_id, first, last):
                event = self.events.get(event_id)
                if event is None or event.series is None:
                    return ()
                return tuple(
                    _instance(event, original, span)
                    for original, span in _originals(event)
                    if original not in event.cancelled and first <= zones.date_of(original) <= last
                )

    def changes(self, first: datetime, last: datetime, link: str) -> TargetChanges:
        self.mailbox.requests.append("changes")
        assert self.events is not None
        since = int(link or 0)
        changed, removed = {}, set()
        for number, name, _ in self.mailbox.log:
            calendar_id, event_id = name.split("\n")
            if number <= since or calendar_id != self._id:
                continue
            if event_id in self.events:
                changed[event_id] = str(self.events[event_id].etag)
            elif since:
                removed.add(event_id)
        series = frozenset(name for name in changed if self.events[name].series)
        return TargetChanges(changed, series, frozenset(removed), str(len(self.mailbox.log)))

    def write(self, writes: Sequence[Write]) -> tuple[Outcome, ...]:
        assert 0 < len(writes) <= 20
        self.mailbox.requests.append("write")
        outcomes = []
        for write in writes:
            self.mailbox.step("before " + type(write).__name__)
            outcomes.append(self.mailbox.refuse(write) or self._write(write))
            self.mailbox.step("after " + type(write).__name__)
        return tuple(outcomes)

    def _write(self, write: Write) -> Outcome:
        if not isinstance(write, ReadBack):
            self.mailbox.writes.append(write)
        match write:
            case CreateCopy():
                return self._create(write)
            case ReadBack(event_id) if event_id in self.events:
                return self._stored(event_id)
            case UpdateCopy(event_id=event_id) if event_id in self.events:
                return self._update(write)
            case DeleteCopy(event_id) if event_id in self.events:
                self.mailbox.delete(self._id, event_id)
                return Stored("", "")
            case ChangeInstance() | CancelInstance():
                return self._occurrence(write)
            case _:
                return AlreadyGone()

    def _create(self, write: CreateCopy) -> Outcome:
        known = self.mailbox.transactions.get(write.tag.transaction_id)
        if known:
            event_id, event = known
            return self._stored(event_id) if event == write.event else TransactionTaken(event_id)
        number = next(self.mailbox.numbers)
        event = write.event
        stored = HeldEvent(
            f"event {number}",
            event.content.subject,
            event.content.body_html,
            event.content,
            event.span,
            event.series and replace(event.series, changed=(), cancelled=()),
            write.tag,
            write.tag.transaction_id,
            number,
            next(self.mailbox.etags),
        )
        self.events[stored.event_id] = stored
        self.mailbox.transactions[write.tag.transaction_id] = (stored.event_id, event)
        self.mailbox.note(self._id, stored.event_id, "changed")
        return self._stored(stored.event_id)

    def _update(self, write: UpdateCopy) -> Outcome:
        stored = self.events[write.event_id]
        assert not stored.attendees, "a copy with attendees was written"
        if write.etag != str(stored.etag):
            return Conflict()
        event = write.event
        stored.subject, stored.body, stored.content = (
            event.content.subject,
            event.content.body_html,
            event.content,
        )
        stored.tag, stored.etag = write.tag, next(self.mailbox.etags)
        if write.reshape:
            stored.span = event.span
            stored.series = event.series and replace(event.series, changed=(), cancelled=())
            stored.exceptions, stored.cancelled = {}, set()
        self.mailbox.note(self._id, stored.event_id, "changed")
        return self._stored(stored.event_id)

    def _occurrence(self, write: ChangeInstance | CancelInstance) -> Outcome:
        master_id, _, name = write.event_id.partition("/")
        stored = self.events.get(master_id)
        if stored is None:
            return AlreadyGone()
        original = next((o for o, _ in _originals(stored) if zones.text(o) == name), None)
        if original is None or original in stored.cancelled:
            return AlreadyGone()
        stored.etag = next(self.mailbox.etags)
        self.mailbox.note(self._id, master_id, "changed")
        if isinstance(write, CancelInstance):
            stored.cancelled.add(original)
            return Stored("", "")
        change = write.occurrence
        if _crosses(stored, original, change.span):
            return Refused("ErrorOccurrenceCrossingBoundary", "")
        stored.exceptions[original] = (change.span, change.content.subject, write.tag)
        return Stored(write.event_id, str(stored.etag))

    def _stored(self, event_id: str) -> Stored:
        event = self.events[event_id]
        return Stored(event_id, str(event.etag), _print(event))


def _print(event: HeldEvent) -> str:
    return json.dumps([event.subject, event.body, zones.text(event.span.start), zones.text(event.span.end)])


def _copy(event: HeldEvent) -> Copy:
    return Copy(
        event_id=event.event_id,
        etag=str(event.etag),
        subject=event.subject,
        span=_utc(event.span),
        is_series=event.series is not None,
        tag=event.tag,
        transaction_id=event.transaction_id,
        created=f"{event.created:06}",
        has_attendees=event.attendees,
        raw=json.dumps({"subject": event.subject}),
        print=_print(event),
    )


def _instance(event: HeldEvent, original: EventTime, span: Span) -> Instance:
    changed = event.exceptions.get(original)
    at = changed[0] if changed else span
    in_utc = zones.in_utc(original) if isinstance(original, WallClock) else original
    return Instance(
        f"{event.event_id}/{zones.text(original)}",
        in_utc,
        _utc(at),
        changed is not None,
        changed[2] if changed else None,
        event.attendees,
        str(event.etag),
    )


def _utc(span: Span) -> Span:
    if isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(zones.in_utc(span.start), zones.in_utc(span.end))
    return span


def at(day: str, clock: str = "", minutes: int = 30, zone: str = "Asia/Shanghai") -> Span:
    """`at("2026-12-01", "10:00")`, or a whole day without a clock time."""
    if not clock:
        first = date.fromisoformat(day)
        return Span(first, first + timedelta(days=1))
    start = datetime.fromisoformat(f"{day}T{clock}")
    return Span(WallClock(start, zone), WallClock(start + timedelta(minutes=minutes), zone))


def row(uid: str, span: Span | None, title: str = "Meeting", rule: str = "", **more: object) -> Row:
    return Row(f"{uid}_0", uid, None, RowStatus.CONFIRMED, span, rule, title=title, **more)  # type: ignore[arg-type]


def exception(uid: str, original: Span, span: Span | None, title: str = "Meeting", **more: object) -> Row:
    seconds = zones.instant_of(original.start)
    values = {"status": RowStatus.CONFIRMED, "title": title, "is_exception": True, **more}
    return Row(f"{uid}_{seconds}", uid, seconds, span=span, **values)  # type: ignore[arg-type]


NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
