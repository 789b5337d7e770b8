"""Outlook in memory: the ports TargetMailbox and TargetCalendar, with etags, exceptions and transaction ids,
and what people do there. A hook before and after each effect lets a test crash it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count

from core import recurrence, zones
from core.errors import CalendarGone, CursorExpired
from core.model import (
    Content,
    Copy,
    EventTime,
    Identity,
    Instance,
    MirrorEvent,
    RecurrencePattern,
    RecurrenceRange,
    Series,
    Side,
    Span,
    Tag,
    TargetCalendarInfo,
    WallClock,
)
from core.ports import TargetCalendar
from core.writes import (
    AlreadyGone,
    Answer,
    CancelInstance,
    ChangeInstance,
    Conflict,
    CopiesOf,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    InstancesOf,
    LookBack,
    Outcome,
    Question,
    ReadBack,
    ReadCopy,
    Refused,
    RestoreEvent,
    Seen,
    Stored,
    TargetChanges,
    TransactionTaken,
    Untag,
    UpdateCopy,
    Write,
)


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
    said: dict[EventTime, Content] = field(default_factory=dict)
    """What was written into exceptions, by original start."""
    cancelled: set[EventTime] = field(default_factory=set)
    invited: set[EventTime] = field(default_factory=set)
    """Original starts of occurrences to which a person added attendees."""

    def originals(self) -> list[tuple[EventTime, Span]]:
        """Where the rule has its occurrences, for two years."""
        assert self.series
        return list(_by_rule(self.span, self.series.pattern, self.series.range))

    def shown(self) -> Iterator[tuple[Span, str]]:
        """Times and subject of everything that takes place."""
        if self.series is None:
            yield self.span, self.subject
            return
        for original, span in self.originals():
            if original not in self.cancelled:
                changed = self.exceptions.get(original)
                yield (changed[0], changed[1]) if changed else (span, self.subject)

    def reshape(self, span: Span, series: Series | None) -> None:
        """A changed shape erases the exceptions and brings back what was cancelled."""
        if (span, series) != (self.span, self.series):
            self.span, self.series = span, series
            self.exceptions, self.said, self.cancelled = {}, {}, set()


@lru_cache
def _by_rule(
    first: Span, pattern: RecurrencePattern, extent: RecurrenceRange
) -> tuple[tuple[EventTime, Span], ...]:
    spans = []
    for day in recurrence.pattern_dates(pattern, extent):
        if day > zones.date_of(first.start) + timedelta(days=800):
            break
        span = zones.moved_to(first, day)
        spans.append((span.start, span))
    return tuple(spans)


class MemoryOutlook:
    """Port TargetMailbox: one mailbox with any number of calendars."""

    def __init__(self) -> None:
        self.calendars_: dict[str, dict[str, HeldEvent]] = {}
        self.names: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        """By calendar that the program made: the name that was asked for."""
        self.read_only: set[str] = set()
        self.calendar_numbers = count()
        self.numbers = count(1)
        self.etags = count(1)
        self.transactions: dict[str, tuple[str, str, CreateCopy | RestoreEvent]] = {}
        """By transaction id: the event that was made, where, and of what."""
        self.deleted: dict[str, HeldEvent] = {}
        self.writes: list[Write] = []
        self.requests: list[str] = []
        self.log: list[tuple[str, str]] = []
        """Calendar and event of every change, in order."""
        self.watches: dict[str, tuple[int, datetime, datetime]] = {}
        """By link: the length of the log so far, and the window."""
        self.step: Callable[[str], None] = lambda _point: None
        self.lags = False
        """Look-ups do not show what was written; reading by id and repeating by transaction id do."""
        self.is_behind = False
        """What was made is not known yet when it is asked for, or changed, by its id."""
        self.tells_changes = True
        """False: whoever asks what changed gets everything each time."""
        self.refuse: Callable[[Write], Outcome | None] = lambda _write: None

    def identity(self) -> Identity:
        return Identity("tid.oid", "Li Lei")

    def calendars(self) -> tuple[TargetCalendarInfo, ...]:
        return tuple(self._info(calendar_id) for calendar_id in self.names)

    def find(self, calendar: str) -> TargetCalendarInfo | None:
        if calendar in self.names:
            return self._info(calendar)
        exact = [i for i, name in self.names.items() if name == calendar]
        found = exact or [i for i, name in self.names.items() if name.casefold() == calendar.casefold()]
        if len(found) > 1:
            raise CalendarGone(Side.OUTLOOK, calendar, "ambiguous")
        found = found or [i for i, name in self.marks.items() if name == calendar and i in self.names]
        return self._info(found[0]) if found else None

    def create(self, name: str) -> TargetCalendarInfo:
        found = self.find(name)
        if found is None:
            calendar_id = self.add_calendar(name)
            self.marks[calendar_id] = name
            found = self._info(calendar_id)
        return found

    def check(self, calendar_id: str) -> TargetCalendarInfo:
        if calendar_id not in self.names:
            raise CalendarGone(Side.OUTLOOK, calendar_id, "deleted")
        if calendar_id in self.read_only:
            raise CalendarGone(Side.OUTLOOK, calendar_id, "read only")
        return self._info(calendar_id)

    def open(self, calendar_id: str) -> TargetCalendar:
        return MemoryCalendar(self, calendar_id)

    def _info(self, calendar_id: str) -> TargetCalendarInfo:
        can_edit = calendar_id not in self.read_only
        return TargetCalendarInfo(calendar_id, self.names[calendar_id], can_edit=can_edit, is_default=False)

    # people's acts

    def add_calendar(self, name: str) -> str:
        calendar_id = f"calendar {next(self.calendar_numbers)}"
        self.names[calendar_id] = name
        self.calendars_[calendar_id] = {}
        return calendar_id

    def delete_calendar(self, calendar_id: str) -> None:
        del self.calendars_[calendar_id], self.names[calendar_id]

    def own_event(self, calendar_id: str, subject: str, span: Span) -> HeldEvent:
        event = HeldEvent(
            f"own {next(self.numbers)}", subject, "", None, span, None, None, "", 0, next(self.etags)
        )
        self.calendars_[calendar_id][event.event_id] = event
        self.note(calendar_id, event.event_id)
        return event

    def edit(self, calendar_id: str, event_id: str, *, subject: str) -> None:
        event = self.calendars_[calendar_id][event_id]
        event.subject, event.etag = subject, next(self.etags)
        self.note(calendar_id, event_id)

    def delete_occurrence(self, calendar_id: str, event_id: str, original: EventTime) -> None:
        event = self.calendars_[calendar_id][event_id]
        event.exceptions.pop(original, None)
        event.cancelled.add(original)
        event.etag = next(self.etags)
        self.note(calendar_id, event_id)

    def invite_to_occurrence(self, calendar_id: str, event_id: str, original: Span) -> None:
        event = self.calendars_[calendar_id][event_id]
        event.exceptions.setdefault(original.start, (original, event.subject, None))
        event.invited.add(original.start)
        event.etag = next(self.etags)
        self.note(calendar_id, event_id)

    def edit_occurrence(self, calendar_id: str, event_id: str, original: Span, *, subject: str) -> None:
        event = self.calendars_[calendar_id][event_id]
        span, _, tag = event.exceptions.get(original.start, (original, "", None))
        event.exceptions[original.start] = (span, subject, tag)
        event.etag = next(self.etags)
        self.note(calendar_id, event_id)

    def invite(self, calendar_id: str, event_id: str) -> None:
        event = self.calendars_[calendar_id][event_id]
        event.attendees, event.etag = True, next(self.etags)
        self.note(calendar_id, event_id)

    def move(self, event_id: str, calendar_id: str) -> None:
        before, event = self.located(event_id)
        del self.calendars_[before][event_id]
        event.etag = next(self.etags)
        self.calendars_[calendar_id][event_id] = event
        self.note(before, event_id)
        self.note(calendar_id, event_id)

    def delete(self, calendar_id: str, event_id: str) -> None:
        self.deleted[event_id] = self.calendars_[calendar_id].pop(event_id)
        self.note(calendar_id, event_id)

    def note(self, calendar_id: str, event_id: str) -> None:
        self.log.append((calendar_id, event_id))

    def located(self, event_id: str) -> tuple[str, HeldEvent]:
        """An event by its id, which is the mailbox's, and its calendar. Raises KeyError."""
        for calendar_id, events in self.calendars_.items():
            if event_id in events:
                return calendar_id, events[event_id]
        raise KeyError(event_id)

    def shown(
        self, calendar_id: str, *, days: int = 400, start: date = date(2026, 11, 1)
    ) -> list[tuple[str, str, str]]:
        """Occurrence by occurrence: start, end, subject; the order of time."""
        return sorted(
            (zones.text(span.start), zones.text(span.end), subject)
            for event in self.calendars_[calendar_id].values()
            for span, subject in event.shown()
            if event.series is None or zones.date_of(span.start) <= start + timedelta(days=days)
        )


class MemoryCalendar:
    """Port TargetCalendar."""

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
        events = self.events.values()
        return () if self.mailbox.lags else tuple(map(_copy, events))

    def ask(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        assert 0 < len(questions) <= 20
        assert not any(getattr(each, "event_id", "").startswith("preview") for each in questions)
        self.mailbox.requests.append("ask")
        return tuple(self._answer(question) for question in questions)

    def _answer(self, question: Question) -> Answer:
        match question:
            case ReadCopy(event_id):
                event = self._event(event_id)
                return _copy(event) if event and not self.mailbox.is_behind else None
            case EventsStartingAt(start):
                events = self.events.values()
                found = [event for event in events if _starts_at(event, start)]
                return () if self.mailbox.lags else tuple(map(_copy, found))
            case CopiesOf(key):
                found = [event for event in self.events.values() if event.tag and event.tag.key == key]
                return tuple(map(_copy, found))
            case InstancesOf():
                return self._instances(question)

    def _instances(self, question: InstancesOf) -> tuple[Instance, ...]:
        event = self._event(question.event_id)
        if event is None or event.series is None:
            return ()
        return tuple(
            _instance(event, original, span)
            for original, span in event.originals()
            if original not in event.cancelled and question.first <= zones.date_of(original) <= question.last
        )

    def changes(self, first: datetime, last: datetime, link: str) -> TargetChanges:
        self.mailbox.requests.append("changes")
        events, log = self.events, self.mailbox.log
        if link and link not in self.mailbox.watches:
            raise CursorExpired(Side.OUTLOOK)
        since, first, last = self.mailbox.watches[link] if link else (0, first, last)
        is_complete = not link or not self.mailbox.tells_changes
        told = events if is_complete else [name for where, name in log[since:] if where == self._id]
        inside = {name for name in told if name in events and _takes_place(events[name], first, last)}
        series = frozenset(name for name in inside if events[name].series)
        changed = {name: str(events[name].etag) for name in inside}
        for name in series:
            exceptions = events[name].exceptions
            changed |= {_instance_id(name, original): str(events[name].etag) for original in exceptions}
        next_link = f"link {len(self.mailbox.watches)}"
        self.mailbox.watches[next_link] = (len(log), first, last)
        removed = frozenset() if is_complete else frozenset(told) - inside
        return TargetChanges(changed, series, removed, next_link, is_complete)

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
        if isinstance(write, LookBack):
            return Seen(self._instances(write.question))
        if not isinstance(write, ReadBack):
            self.mailbox.writes.append(write)
        if isinstance(write, CreateCopy):
            return self._create(write)
        if isinstance(write, RestoreEvent):
            return self._restore(write)
        event_id = write.event_id.partition("/")[0]
        event = self._event(event_id)
        if event is None or self.mailbox.is_behind:
            return AlreadyGone()
        match write:
            case ReadBack():
                return _stored(event)
            case UpdateCopy():
                return self._update(event, write)
            case Untag(etag=etag):
                assert not event.attendees, "an event with attendees was written"
                if etag != str(event.etag):
                    return Conflict()
                event.tag = None
                self._touch(event)
                return _stored(event)
            case DeleteCopy():
                self.mailbox.delete(self.mailbox.located(event_id)[0], event_id)
                return Stored("", "")
            case ChangeInstance() | CancelInstance():
                return self._occurrence(event, write)

    def _create(self, write: CreateCopy) -> Outcome:
        events, event = self.events, _plain(write.event)
        write = replace(write, event=event)
        known = self.mailbox.transactions.get(write.tag.transaction_id)
        if known:
            made = self._event(known[0])
            return _stored(made) if made and known[1:] == (self._id, write) else TransactionTaken(known[0])
        number = next(self.mailbox.numbers)
        stored = HeldEvent(
            f"event {number}",
            event.content.subject,
            event.content.body_html,
            event.content,
            event.span,
            event.series,
            write.tag,
            write.tag.transaction_id,
            number,
            next(self.mailbox.etags),
        )
        events[stored.event_id] = stored
        self.mailbox.transactions[write.tag.transaction_id] = (stored.event_id, self._id, write)
        self.mailbox.note(self._id, stored.event_id)
        return _stored(stored)

    def _restore(self, write: RestoreEvent) -> Outcome:
        events, known = self.events, self.mailbox.transactions.get(write.transaction_id)
        if known:
            made = self._event(known[0])
            return _stored(made) if made and known[1:] == (self._id, write) else TransactionTaken(known[0])
        number = next(self.mailbox.numbers)
        stored = replace(
            deepcopy(self.mailbox.deleted[json.loads(write.raw)["id"]]),
            event_id=f"event {number}",
            tag=None,
            transaction_id=write.transaction_id,
            created=number,
            etag=next(self.mailbox.etags),
            attendees=False,
            exceptions={},
            cancelled=set(),
        )
        events[stored.event_id] = stored
        self.mailbox.transactions[write.transaction_id] = (stored.event_id, self._id, write)
        self.mailbox.note(self._id, stored.event_id)
        return _stored(stored)

    def _update(self, stored: HeldEvent, write: UpdateCopy) -> Outcome:
        if write.etag != str(stored.etag):
            return Conflict()
        assert not stored.attendees, "a copy with attendees was written"
        event = write.event
        for original, (span, subject, tag) in stored.exceptions.items():
            if subject == stored.subject:  # no value of its own
                stored.exceptions[original] = (span, event.content.subject, tag)
        stored.content = event.content
        stored.subject, stored.body = event.content.subject, event.content.body_html
        stored.tag = write.tag
        if write.reshape:
            stored.reshape(event.span, _plain(event).series)
        self._touch(stored)
        return _stored(stored)

    def _occurrence(self, series: HeldEvent, write: ChangeInstance | CancelInstance) -> Outcome:
        originals = [original for original, _ in series.originals()] if series.series else []
        left = [original for original in originals if original not in series.cancelled]
        original = next((it for it in left if _instance_id(series.event_id, it) == write.event_id), None)
        if original is None:
            return AlreadyGone()
        if isinstance(write, CancelInstance):
            if len(left) == 1:
                return Refused("ErrorRecurrenceHasNoOccurrence", "")
            series.exceptions.pop(original, None)
            series.cancelled.add(original)
            self._touch(series)
            return Stored("", "")
        change = write.occurrence
        if _crosses(series, original, change.span):
            return Refused("ErrorOccurrenceCrossingBoundary", "")
        series.exceptions[original] = (change.span, change.content.subject, write.tag)
        series.said[original] = change.content
        self._touch(series)
        return Stored(write.event_id, str(series.etag))

    def _touch(self, event: HeldEvent) -> None:
        event.etag = next(self.mailbox.etags)
        self.mailbox.note(self.mailbox.located(event.event_id)[0], event.event_id)

    def _event(self, event_id: str) -> HeldEvent | None:
        try:
            return self.mailbox.located(event_id)[1]
        except KeyError:
            return None


def _plain(event: MirrorEvent) -> MirrorEvent:
    """What is sent of a series: its exceptions are written one by one."""
    return replace(event, series=event.series and replace(event.series, changed=(), cancelled=()))


def _starts_at(event: HeldEvent, start: EventTime) -> bool:
    """In the minute that begins then."""
    is_same_kind = isinstance(event.span.start, WallClock) == isinstance(start, WallClock)
    return is_same_kind and 0 <= zones.instant_of(event.span.start) - zones.instant_of(start) < 60


def _takes_place(event: HeldEvent, first: datetime, last: datetime) -> bool:
    lower, upper = first.timestamp(), last.timestamp()
    return any(
        zones.instant_of(span.start) < upper and zones.instant_of(span.end) > lower
        for span, _ in event.shown()
    )


def _crosses(series: HeldEvent, original: EventTime, span: Span) -> bool:
    """Exchange keeps occurrences in their order, at most one a day. A neighbour counts where the rule has it,
    even when it was cancelled, and also where it was moved to."""
    originals = series.originals()
    position = [each for each, _ in originals].index(original)
    first, last = _days(series, span)
    for number in {max(position - 1, 0), min(position + 1, len(originals) - 1)} - {position}:
        neighbour, by_rule = originals[number]
        moved, *_ = series.exceptions.get(neighbour, (by_rule,))
        days = zones.date_of(neighbour), _days(series, moved)[0]
        if first <= max(days) if number < position else last >= min(days):
            return True
    return False


def _days(series: HeldEvent, span: Span) -> tuple[date, date]:
    """First and last day by the series' clock; a midnight end belongs to the day that it closes."""
    zone = series.span.start.zone if isinstance(series.span.start, WallClock) else "UTC"
    start, end = zones.instant_of(span.start), zones.instant_of(span.end)
    first, last = (zones.wall_clock(it, zone).local.date() for it in (start, max(start, end - 1)))
    return first, last


def _instance_id(series_id: str, original: EventTime) -> str:
    return f"{series_id}/{zones.text(original)}"


def _stored(event: HeldEvent) -> Stored:
    return Stored(event.event_id, str(event.etag), _print(event))


def _print(event: HeldEvent) -> str:
    """Of everything that is mirrored, and of nothing else."""
    content = event.content
    said = [content.location, content.show_as.value, content.is_private] if content else []
    times = [zones.text(event.span.start), zones.text(event.span.end)]
    return json.dumps([event.subject, event.body, *said, *times, repr(event.series)])


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
        raw=json.dumps(
            {
                "id": event.event_id,
                "subject": event.subject,
                "type": "seriesMaster" if event.series else "singleInstance",
                "isAllDay": not isinstance(event.span.start, WallClock),
                "start": _dated(event.span.start),
                "end": _dated(event.span.end),
            }
        ),
        print=_print(event),
        last_day=_last_day(event),
    )


def _dated(time: EventTime) -> dict[str, str]:
    in_utc = (
        zones.in_utc(time).local
        if isinstance(time, WallClock)
        else datetime.combine(time, datetime.min.time())
    )
    return {"dateTime": in_utc.isoformat(), "timeZone": "UTC"}


def _last_day(event: HeldEvent) -> date | None:
    if event.series is None or (event.series.range.end is None and event.series.range.count is None):
        return None
    return max((zones.date_of(original) for original, _ in event.originals()), default=None)


def _instance(event: HeldEvent, original: EventTime, span: Span) -> Instance:
    changed = event.exceptions.get(original)
    at = changed[0] if changed else span
    in_utc = zones.in_utc(original) if isinstance(original, WallClock) else original
    return Instance(
        _instance_id(event.event_id, original),
        in_utc,
        _utc(at),
        changed is not None,
        changed[2] if changed else None,
        event.attendees or original in event.invited,
        str(event.etag),
        changed[1] if changed else event.subject,
    )


def _utc(span: Span) -> Span:
    if isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(zones.in_utc(span.start), zones.in_utc(span.end))
    return span
