"""From Feishu's rows to what Outlook should show. Pure.

Rows come in any order: a series is its master and the exception rows that name it. What Outlook can't
hold as an exception stands alone; what it can't hold at all is skipped with a reason.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from core import policy, recurrence, rrule, tag
from core.errors import MalformedRow
from core.links import Extent, SourceView
from core.model import (
    ChangedOccurrence,
    Content,
    EventNote,
    EventTime,
    MirrorEvent,
    Reason,
    Row,
    RowStatus,
    Series,
    Span,
    WallClock,
)
from core.policy import CopyWords, is_all_day
from core.reasons import Code, because
from core.recurrence import Recurrence
from core.settings import PairSettings
from core.zones import (
    UnknownZone,
    date_of,
    graph_zone,
    in_utc,
    instant,
    instant_of,
    is_plain,
    moved_to,
    text,
    wall_clock,
)

_LATEST_INSTANT = 16_725_225_600
"""Feishu's own limit for a time stamp."""


@dataclass(frozen=True, slots=True)
class Skip:
    """An event that has no copy by rule. `is_gone`: a copy from earlier is to be removed; False: it
    stays as it is, because nothing better is known."""

    note: EventNote
    extent: Extent | None
    is_gone: bool

    @property
    def is_reported(self) -> bool:
        """False for what is plainly not in Feishu, or shows inside its series: nobody misses a copy."""
        return self.note.reason.code not in _EVIDENT


_EVIDENT = {Code.CANCELLED_IN_FEISHU, Code.OCCURRENCE_CANCELLED, Code.OCCURRENCE_CHANGED}


@dataclass(frozen=True, slots=True)
class Desired:
    """By tag key; a key is in one of the two."""

    events: Mapping[str, MirrorEvent]
    skips: Mapping[str, Skip]


def desired(source: SourceView, pair: PairSettings, words: CopyWords) -> Desired:
    """What Outlook should show of a Feishu calendar, past and future alike: the window is the planner's."""
    assembly = _Assembly(source, pair, words)
    by_uid: dict[str, list[Row]] = {}
    for row in source.rows:
        by_uid.setdefault(row.uid, []).append(row)
    for rows in by_uid.values():
        assembly.add(rows)
    for bad in source.malformed:
        assembly.add_malformed(bad)
    return Desired(assembly.events, assembly.skips)


def extent(event: MirrorEvent) -> Extent:
    """Where the event lies in time; a series from its first occurrence to the end of its last."""
    starts_at, ends_at = instant_of(event.span.start), instant_of(event.span.end)
    last: int | None = ends_at
    if event.series:
        last_date = _last_date(Recurrence(event.series.pattern, event.series.range))
        last = None if last_date is None else instant_of(moved_to(event.span, last_date).end)
    return Extent(
        event.content.subject, text(event.span.start), starts_at, last, is_all_day(event.span.start)
    )


@lru_cache(maxsize=4096)
def _last_date(rule: Recurrence) -> date | None:
    if rule.range.end is None and rule.range.count is None:
        return None
    return max(recurrence.pattern_dates(rule.pattern, rule.range), default=rule.range.start)


class _Assembly:
    """Collects the desired events of one calendar while its rows are walked through."""

    def __init__(self, source: SourceView, pair: PairSettings, words: CopyWords) -> None:
        self._calendar = source.calendar
        self._pair = pair
        self._words = words
        self.events: dict[str, MirrorEvent] = {}
        self.skips: dict[str, Skip] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """All rows of one uid."""
        master = next((row for row in rows if row.original_start is None), None)
        exceptions = [row for row in rows if row.original_start is not None]
        if master is None or not _is_live(master):
            if master is not None:
                self._skip(self._key(master), master, because(Code.CANCELLED_IN_FEISHU), is_gone=True)
            self._add_alone(exceptions)
            return
        key = self._key(master)
        reason = policy.refusal(master, self._pair)
        if reason:
            self._skip(key, master, reason, is_gone=True)
            self._add_alone(exceptions)
        elif not master.recurrence:
            self._add_single(key, master)
            self._add_alone(exceptions)
        else:
            self._add_series(key, master, exceptions)

    def add_malformed(self, bad: MalformedRow) -> None:
        uid, _, original = bad.event_id.rpartition("_")
        note = EventNote(bad.title, bad.start, because(Code.ROW_MALFORMED, field=bad.field))
        for name in _possible_names(original):
            key = tag.key(self._calendar.id, uid, name)
            self.events.pop(key, None)
            self.skips[key] = Skip(note, None, is_gone=False)

    def _add_single(self, key: str, row: Row) -> None:
        try:
            span = _standing_alone(_checked(row.span))
        except _Impossible as error:
            self._skip(key, row, error.reason, is_gone=False)
        else:
            self.events[key] = MirrorEvent(key, span, self._content(row))

    def _add_alone(self, rows: Iterable[Row]) -> None:
        """Exceptions without a series to belong to: each stands alone under its own key."""
        for row in rows:
            key = self._occurrence_key(row, all_day=row.span is not None and is_all_day(row.span.start))
            reason = policy.refusal(row, self._pair)
            if not _is_live(row):
                self._skip(key, row, because(Code.CANCELLED_IN_FEISHU), is_gone=True)
            elif reason:
                self._skip(key, row, reason, is_gone=True)
            else:
                self._add_single(key, row)

    def _add_series(self, key: str, master: Row, exceptions: list[Row]) -> None:
        try:
            span = _checked(master.span)
            rule = recurrence.to_outlook(master.recurrence, span.start)
            _demand_zone(span.start)
        except rrule.EmptyRule:
            # What "this and following" leaves of a series that was cut at its first occurrence.
            self._skip(key, master, because(Code.CANCELLED_IN_FEISHU), is_gone=True)
            self._add_alone(exceptions)
        except rrule.MalformedRule:
            self._skip(key, master, because(Code.RULE_MALFORMED, rule=master.recurrence), is_gone=False)
        except rrule.InexpressibleRule:
            self._skip(key, master, because(Code.RULE_NOT_EXPRESSIBLE, rule=master.recurrence), is_gone=False)
        except _Impossible as error:
            self._skip(key, master, error.reason, is_gone=False)
        else:
            first = moved_to(span, rule.range.start)
            changed, cancelled = self._exceptions(first, rule, exceptions)
            series = Series(rule.pattern, rule.range, changed, cancelled)
            self.events[key] = MirrorEvent(key, first, self._content(master), series)

    def _exceptions(
        self, first: Span, rule: Recurrence, rows: list[Row]
    ) -> tuple[tuple[ChangedOccurrence, ...], tuple[EventTime, ...]]:
        if not rows:
            return (), ()
        dates = _dates_around(rule, [_original(first.start, row) for row in rows])
        known = set(dates)
        changed: list[ChangedOccurrence] = []
        cancelled: list[EventTime] = []
        for row in sorted(rows, key=lambda row: row.original_start or 0):
            original = _original(first.start, row)
            is_occurrence = date_of(original) in known and recurrence.occurs_at(first.start, original)
            if not is_occurrence:
                self._add_alone([row])
                continue
            key = self._occurrence_key(row, all_day=is_all_day(first.start))
            reason = policy.refusal(row, self._pair)
            if not _is_live(row) or reason:
                cancelled.append(original)
                self._skip(key, row, reason or because(Code.OCCURRENCE_CANCELLED), is_gone=True)
                continue
            try:
                span = _in_zone_of(first.start, _checked(row.span))
            except _Impossible as error:
                self._skip(key, row, error.reason, is_gone=False)
                continue
            if _fits_between(span, date_of(original), dates):
                changed.append(ChangedOccurrence(original, span, self._content(row), key))
                self._skip(key, row, because(Code.OCCURRENCE_CHANGED), is_gone=True)
            else:
                # Exchange refuses it (ErrorOccurrenceCrossingBoundary): out of the series, and alone.
                cancelled.append(original)
                self._add_single(key, row)
        return tuple(changed), tuple(cancelled)

    def _skip(self, key: str, row: Row, reason: Reason, *, is_gone: bool) -> None:
        where = None
        if row.span:
            start, end = row.span.start, row.span.end
            where = Extent(
                row.title,
                text(start),
                instant_of(start),
                None if row.recurrence else instant_of(end),
                is_all_day(start),
            )
        note = EventNote(row.title, where.start if where else "", reason)
        self.skips[key] = Skip(note, where, is_gone)

    def _content(self, row: Row) -> Content:
        return policy.content(row, self._pair, self._words, self._calendar.role)

    def _key(self, row: Row) -> str:
        return tag.key(self._calendar.id, row.uid)

    def _occurrence_key(self, row: Row, *, all_day: bool) -> str:
        seconds, day = _possible_names(str(row.original_start))
        return tag.key(self._calendar.id, row.uid, day if all_day else seconds)


class _Impossible(Exception):
    """This event can't be written; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _possible_names(original: str) -> tuple[str, str]:
    """How a key names an occurrence whose id ends in `original`: its seconds, or its date if all-day."""
    if not original.isdecimal() or int(original) == 0 or int(original) > _LATEST_INSTANT:
        return "", ""
    return original, datetime.fromtimestamp(int(original), UTC).date().isoformat()


def _is_live(row: Row) -> bool:
    return row.status is not RowStatus.CANCELLED


def _original(first: EventTime, row: Row) -> EventTime:
    return recurrence.original_time(first, row.original_start or 0)


def _checked(span: Span | None) -> Span:
    """With the end on the start's clock. Raises _Impossible when it ends before it starts."""
    if span is None or instant_of(span.end) < instant_of(span.start):
        raise _Impossible(because(Code.TIME_IMPOSSIBLE))
    if (
        isinstance(span.start, WallClock)
        and isinstance(span.end, WallClock)
        and span.start.zone != span.end.zone
    ):
        return Span(span.start, wall_clock(instant(span.end), span.start.zone))
    return span


def _standing_alone(span: Span) -> Span:
    """In UTC where the clock of the event's own zone can't say it: an hour that passes twice, a zone
    that Outlook does not know."""
    if not isinstance(span.start, WallClock) or not isinstance(span.end, WallClock):
        return span
    try:
        graph_zone(span.start.zone)
        plain = is_plain(span.start) and is_plain(span.end)
    except UnknownZone:
        plain = False
    return span if plain else Span(in_utc(span.start), in_utc(span.end))


def _in_zone_of(first: EventTime, span: Span) -> Span:
    """An exception on the clock of its series, which may differ from the one that its row names."""
    if isinstance(first, WallClock) and isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(wall_clock(instant(span.start), first.zone), wall_clock(instant(span.end), first.zone))
    return span


def _demand_zone(start: EventTime) -> None:
    """A series needs a zone whose summer time Outlook knows: the instant alone is not enough."""
    if isinstance(start, WallClock):
        try:
            graph_zone(start.zone)
        except UnknownZone:
            raise _Impossible(because(Code.ZONE_UNKNOWN, zone=start.zone)) from None


def _dates_around(rule: Recurrence, originals: list[EventTime]) -> list[date]:
    """The series' dates up to two occurrences past the last original, so that each has its neighbours."""
    latest = max(date_of(original) for original in originals)
    dates = list(takewhile(lambda day: day <= latest, recurrence.pattern_dates(rule.pattern, rule.range)))
    after = (day for day in recurrence.pattern_dates(rule.pattern, rule.range) if day > latest)
    return [*dates, *(day for day, _ in zip(after, range(2), strict=False))]


def _fits_between(span: Span, original: date, dates: list[date]) -> bool:
    """MS-OXOCAL 3.1.4.7.3.5: a moved occurrence starts after the day of the one before and ends before
    the day of the one after, whatever became of those two."""
    position = bisect.bisect_left(dates, original)
    last = date_of(span.end)
    if is_all_day(span.end):
        last -= timedelta(days=1)
    return (position == 0 or date_of(span.start) > dates[position - 1]) and (
        position + 1 >= len(dates) or last < dates[position + 1]
    )
