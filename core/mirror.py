"""From Feishu's rows to what Outlook should show. Pure.

Rows come in any order: a series is its master and the exception rows that name it. What Outlook can't
hold as an exception stands alone; a series that it can't hold is taken apart into single events; what it
can't hold at all is skipped with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from core import expressible, policy, recurrence, rrule, tag
from core.errors import MalformedRow
from core.expressible import Impossible, NotAsSeries
from core.links import Extent, Link, SourceView
from core.model import (
    ChangedOccurrence,
    Content,
    EventTime,
    MirrorEvent,
    Row,
    RowStatus,
    Series,
    Span,
    WallClock,
)
from core.policy import CopyWords, Window, is_all_day
from core.reasons import Code, because
from core.recurrence import Recurrence
from core.report import EventNote, Reason
from core.settings import PairSettings
from core.zones import date_of, instant_of, moved_to, text

_LATEST_INSTANT = 16_725_225_600
"""Feishu's own limit for a time stamp."""
_EVENT_ID = re.compile(r"(.+)_(-?\d{1,12})", re.ASCII | re.DOTALL)
"""A uid and an original start, 0 for what is no exception. (docs/quirks.md, "Feishu rows")"""
_LOOKING_BACK = timedelta(days=31)
"""So far behind the window, series are taken apart as well: an occurrence that just ended is still known."""


@dataclass(frozen=True, slots=True)
class Skip:
    """An event that has no copy by rule. `is_gone`: a copy from earlier would show what Feishu does not
    say, and is to be removed; False: it stays as it is, because nothing better is known."""

    note: EventNote
    extent: Extent | None
    is_gone: bool

    @property
    def is_reported(self) -> bool:
        """False for what is plainly not in Feishu, or shows otherwise: nobody misses a copy."""
        return self.note.reason.code not in _EVIDENT


_EVIDENT = {
    *(Code.CANCELLED_IN_FEISHU, Code.OCCURRENCE_CANCELLED, Code.OCCURRENCE_CHANGED),
    *(Code.RULE_NOT_EXPRESSIBLE, Code.ZONE_UNKNOWN, Code.OCCURRENCES_OVERLAP),
}


@dataclass(frozen=True, slots=True)
class Desired:
    """By tag key; a key is in one of the first two."""

    events: Mapping[str, MirrorEvent]
    skips: Mapping[str, Skip]
    taken_apart: Mapping[str, Reason] = field(default_factory=dict)
    """Series that Outlook can't hold, and why: their occurrences are single events."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The local days on which a series that Outlook can't hold is taken apart: those of the window, and
    further where a copy of it lies, which follows its event anywhere."""

    first: date
    last: date
    further: Mapping[str, date] = field(default_factory=dict)
    """By the series' key."""

    def of(self, series: str) -> tuple[date, date]:
        return self.first, max(self.last, self.further.get(series, self.last))


def reach(window: Window, links: Iterable[Link]) -> Reach:
    further: dict[str, date] = {}
    for link in links:
        if link.extent.series:
            day = _day(link.extent.starts_at) + timedelta(days=1)  # a date in UTC is at most one off
            further[link.extent.series] = max(day, further.get(link.extent.series, day))
    return Reach(_day(window.first_day) - _LOOKING_BACK, _day(window.last_day) + timedelta(days=1), further)


def _day(instant: int) -> date:
    return datetime.fromtimestamp(instant, UTC).date()


def desired(source: SourceView, pair: PairSettings, words: CopyWords, reach: Reach) -> Desired:
    """What Outlook should show of a Feishu calendar, past and future alike: the window is the planner's."""
    assembly = _Assembly(source, pair, words, reach)
    by_uid: dict[str, list[Row]] = {}
    for row in source.rows:
        by_uid.setdefault(row.uid, []).append(row)
    for rows in by_uid.values():
        assembly.add(rows)
    for bad in source.malformed:
        assembly.add_malformed(bad)
    return Desired(assembly.events, assembly.skips, assembly.taken_apart)


def extent(event: MirrorEvent) -> Extent:
    """Where the event lies in time; a series from its first occurrence to the end of its last, or of one
    that was moved behind it."""
    starts_at, ends_at = instant_of(event.span.start), instant_of(event.span.end)
    last: int | None = ends_at
    if event.series:
        last_date = expressible.last_occurrence(Recurrence(event.series.pattern, event.series.range))
        moved = [instant_of(change.span.end) for change in event.series.changed]
        last = None if last_date is None else max(instant_of(moved_to(event.span, last_date).end), *moved, 0)
    return Extent(
        event.content.subject,
        text(event.span.start),
        starts_at,
        last,
        is_all_day(event.span.start),
        event.part_of,
    )


class _Assembly:
    """Collects the desired events of one calendar while its rows are walked through."""

    def __init__(self, source: SourceView, pair: PairSettings, words: CopyWords, reach: Reach) -> None:
        self._calendar = source.calendar
        self._pair = pair
        self._words = words
        self._reach = reach
        self._unreadable = {uid for uid, name in map(_identity, source.malformed) if not name}
        """Whose master row was not understood: nothing is known of the rest."""
        self.events: dict[str, MirrorEvent] = {}
        self.skips: dict[str, Skip] = {}
        self.taken_apart: dict[str, Reason] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """All rows of one uid."""
        master: Row | None = None
        exceptions: list[Row] = []
        for row in rows:
            if row.original_start is None:
                master = row
            elif 0 < row.original_start <= _LATEST_INSTANT:
                exceptions.append(row)
            else:
                key = tag.key(self._calendar.id, row.uid, str(row.original_start))
                self._skip(key, row, because(Code.ROW_MALFORMED, field="event_id"), is_gone=False)
        span = master.span if master else None
        # Of two rows for one day of an all-day series the later counts.
        in_order = sorted(exceptions, key=lambda row: row.original_start or 0)
        exceptions = list({self._occurrence_key(row, span or row.span): row for row in in_order}.values())
        if master is not None:
            self._add_with_master(self._key(master), master, exceptions)
        elif any(row.uid in self._unreadable for row in exceptions):
            self._leave(exceptions)
        else:
            self._add_alone(exceptions, None)

    def _add_with_master(self, key: str, master: Row, exceptions: list[Row]) -> None:
        is_live = _is_live(master)
        reason = policy.refusal(master, self._pair) if is_live else because(Code.CANCELLED_IN_FEISHU)
        if reason:
            self._skip(key, master, reason, is_gone=True)
            self._add_alone(exceptions, master.span)
        elif not master.recurrence:
            self._add_single(key, master)
            self._add_alone(exceptions, master.span)
        else:
            self._add_series(key, master, exceptions)

    def add_malformed(self, bad: MalformedRow) -> None:
        uid, original = _identity(bad)
        reason = because(Code.ROW_MALFORMED, field=bad.field)
        if bad.field == "all_day_end":
            reason = because(Code.ALL_DAY_UNCERTAIN)
        note = EventNote(bad.title, bad.start, reason)
        seconds, day = (tag.key(self._calendar.id, uid, name) for name in _possible_names(original))
        for key in {seconds, day}:
            self.events.pop(key, None)
        # Which of the two names an occurrence has is not known; told it is once.
        unsaid = EventNote(bad.title, bad.start, because(Code.OCCURRENCE_CHANGED))
        self.skips[day] = Skip(unsaid, None, is_gone=False)
        self.skips[seconds] = Skip(note, None, is_gone=False)

    def _add_single(self, key: str, row: Row) -> None:
        try:
            span = expressible.standing_alone(expressible.checked(row.span))
        except Impossible as error:
            self._skip(key, row, error.reason, is_gone=False)
        else:
            series = "" if row.original_start is None else self._key(row)
            self.events[key] = MirrorEvent(key, span, self._content(row), part_of=series)

    def _add_alone(self, rows: Iterable[Row], series: Span | None) -> None:
        """Exceptions without a series to belong to: each stands alone under its own key. `series`: the span
        of their master, if there is one."""
        for row in rows:
            key = self._occurrence_key(row, series or row.span)
            reason = policy.refusal(row, self._pair)
            if not _is_live(row):
                self._skip(key, row, because(Code.CANCELLED_IN_FEISHU), is_gone=True)
            elif reason:
                self._skip(key, row, reason, is_gone=True)
            else:
                self._add_single(key, row)

    def _leave(self, rows: Iterable[Row]) -> None:
        """Exceptions of a series that is not understood: whatever shows them now goes on doing so."""
        for row in rows:
            for name in _possible_names(row.original_start or 0):
                key = tag.key(self._calendar.id, row.uid, name)
                self._skip(key, row, because(Code.OCCURRENCE_CHANGED), is_gone=False)

    def _add_series(self, key: str, master: Row, exceptions: list[Row]) -> None:
        try:
            span = expressible.series_span(expressible.checked(master.span))
            try:
                rule = expressible.as_series(master.recurrence, span)
            except NotAsSeries as error:
                self._take_apart(key, master, span, exceptions, error.reason)
            else:
                self._add_whole(key, master, span, rule, exceptions)
        except rrule.EmptyRule:
            # What "this and following" leaves of a series that was cut at its first occurrence.
            self._skip(key, master, because(Code.RULE_EMPTY, rule=master.recurrence), is_gone=True)
            self._add_alone(exceptions, master.span)
        except rrule.TooManyOccurrences:
            self._skip(key, master, because(Code.TOO_MANY_OCCURRENCES, rule=master.recurrence), is_gone=True)
            self._add_alone(exceptions, master.span)
        except rrule.MalformedRule:
            self._skip(key, master, because(Code.RULE_MALFORMED, rule=master.recurrence), is_gone=False)
            self._leave(exceptions)
        except Impossible as error:
            self._skip(key, master, error.reason, is_gone=False)
            self._leave(exceptions)

    def _take_apart(self, key: str, master: Row, span: Span, exceptions: list[Row], reason: Reason) -> None:
        """Into single events, as far as they are in reach. What exceptions say goes before."""
        starts = recurrence.expansion(master.recurrence, span.start, *self._reach.of(key))
        self.taken_apart[key] = reason
        self._skip(key, master, reason, is_gone=True)
        self._add_alone(exceptions, span)
        content = self._content(master)
        for start in starts:
            occurrence = expressible.starting(span, start)
            name = tag.occurrence_key(key, master.uid, start)
            if name not in self.events and name not in self.skips:
                alone = expressible.standing_alone(occurrence)
                self.events[name] = MirrorEvent(name, alone, content, part_of=key)

    def _add_whole(self, key: str, master: Row, span: Span, rule: Recurrence, exceptions: list[Row]) -> None:
        first = moved_to(span, rule.range.start)
        placed, cancelled = self._told(key, master, first, rule, exceptions)
        changed: list[ChangedOccurrence] = []
        latest = date.min
        for change, row in sorted(placed, key=lambda each: instant_of(each[0].original)):
            span = change.span
            day = date_of(change.original)
            if date_of(span.start) > latest and expressible.fits_between(span, day, rule):
                latest = max(date_of(span.start), expressible.last_date(span))
                changed.append(change)
                self._skip(change.key, row, because(Code.OCCURRENCE_CHANGED), is_gone=True)
            else:
                # Exchange refuses it (ErrorOccurrenceCrossingBoundary): out of the series, and alone.
                cancelled.append(change.original)
                alone = expressible.standing_alone(span)
                self.events[change.key] = MirrorEvent(change.key, alone, change.content, part_of=key)
        if expressible.are_all_dates(rule, {date_of(original) for original in cancelled}):
            self._skip(key, master, because(Code.OCCURRENCE_CANCELLED), is_gone=True)
            return
        series = Series(rule.pattern, rule.range, tuple(changed), tuple(cancelled), master.uid)
        self.events[key] = MirrorEvent(key, first, self._content(master), series)

    def _told(
        self, key: str, master: Row, first: Span, rule: Recurrence, rows: list[Row]
    ) -> tuple[list[tuple[ChangedOccurrence, Row]], list[EventTime]]:
        """The occurrences of which more has to be told than the rule does: those that are different, each
        with the row that says so, and the original starts of those that are not there."""
        placed: list[tuple[ChangedOccurrence, Row]] = []
        cancelled = [moved_to(first, day).start for day in rule.left_out]
        days = set(rule.left_out)
        for row in rows:
            named = expressible.original_start(first.start, row.original_start or 0)
            original = expressible.occurrence(rule, first.start, named)
            if original is None:
                self._add_alone([row], first)
                continue
            days.add(date_of(original))
            name = self._occurrence_key(row, first)
            reason = policy.refusal(row, self._pair)
            if not _is_live(row) or reason:
                cancelled.append(original)
                self._skip(name, row, reason or because(Code.OCCURRENCE_CANCELLED), is_gone=True)
                continue
            try:
                span = expressible.in_zone_of(first.start, expressible.checked(row.span))
            except Impossible as error:
                self._skip(name, row, error.reason, is_gone=False)
                continue
            placed.append((ChangedOccurrence(original, span, self._content(row), name), row))
        for day in expressible.untold_days(first, rule, self._reach.first, self._reach.last):
            if day not in days:
                exact = expressible.exact(first, day)
                name = tag.occurrence_key(key, master.uid, exact.start)
                placed.append((ChangedOccurrence(exact.start, exact, self._content(master), name), master))
        return placed, cancelled

    def _skip(self, key: str, row: Row, reason: Reason, *, is_gone: bool) -> None:
        where = None
        if row.span:
            start = row.span.start
            where = Extent(
                row.title,
                text(start),
                instant_of(start),
                _ends_at(row, row.span),
                is_all_day(start),
            )
        note = EventNote(row.title, where.start if where else "", reason)
        self.skips[key] = Skip(note, where, is_gone)

    def _content(self, row: Row) -> Content:
        return policy.content(row, self._pair, self._words, self._calendar.role)

    def _key(self, row: Row) -> str:
        return tag.key(self._calendar.id, row.uid)

    def _occurrence_key(self, row: Row, series: Span | None) -> str:
        """By its date, if the series is all-day. `series`: its span, or whatever is known instead."""
        seconds, day = _possible_names(row.original_start or 0)
        all_day = series is not None and is_all_day(series.start)
        return tag.key(self._calendar.id, row.uid, day if all_day else seconds)


def _identity(bad: MalformedRow) -> tuple[str, int]:
    """The uid and the original start in the id of a row that is otherwise not understood."""
    match = _EVENT_ID.fullmatch(bad.event_id)
    return (match[1], int(match[2])) if match else (bad.event_id, 0)


def _possible_names(original: int) -> tuple[str, str]:
    """How a key names an occurrence whose id ends in `original`: its seconds, or its date if all-day."""
    if not original:
        return "", ""
    if not 0 < original <= _LATEST_INSTANT:
        return str(original), str(original)
    day = expressible.original_start(date.min, original)
    return str(original), str(original) if isinstance(day, WallClock) else day.isoformat()


def _ends_at(row: Row, span: Span) -> int | None:
    """When what has no copy is over; None: never, as far as its rule can be understood."""
    if not row.recurrence:
        return instant_of(span.end)
    try:
        rule = rrule.parse(row.recurrence)
        if rule.count is None and rrule.last_day(rule, span.start) is None:
            return None
        last = max(rrule.occurrence_dates(rule, span.start), default=date_of(span.start))
    except ValueError:
        return None
    return instant_of(moved_to(span, last).end)


def _is_live(row: Row) -> bool:
    return row.status is not RowStatus.CANCELLED
