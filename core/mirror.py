"""From Feishu's rows to what Outlook should show. Pure.

Rows come in any order: a series is its master and the exception rows that name it. What Outlook can't
hold as an exception stands alone; what it can't hold at all is skipped with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from core import expressible, policy, recurrence, rrule, tag
from core.errors import MalformedRow
from core.expressible import Impossible
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
from core.zones import UnknownZone, date_of, graph_zone, instant_of, moved_to, text

_LATEST_INSTANT = 16_725_225_600
"""Feishu's own limit for a time stamp."""
_EVENT_ID = re.compile(r"(.+)_(-?\d{1,12})", re.ASCII | re.DOTALL)
"""A uid and an original start, 0 for what is no exception. (docs/quirks.md, "Feishu rows")"""


@dataclass(frozen=True, slots=True)
class Skip:
    """An event that has no copy by rule. `is_gone`: a copy from earlier would show what Feishu does not
    say, and is to be removed; False: it stays as it is, because nothing better is known."""

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
    """Where the event lies in time; a series from its first occurrence to the end of its last, or of one
    that was moved behind it."""
    starts_at, ends_at = instant_of(event.span.start), instant_of(event.span.end)
    last: int | None = ends_at
    if event.series:
        last_date = _last_date(Recurrence(event.series.pattern, event.series.range))
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
        self._unreadable = {uid for uid, name in map(_identity, source.malformed) if not name}
        """Whose master row was not understood: nothing is known of the rest."""
        self.events: dict[str, MirrorEvent] = {}
        self.skips: dict[str, Skip] = {}

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
        if master is None:
            is_known = not any(row.uid in self._unreadable for row in exceptions)
            (self._add_alone if is_known else self._leave)(exceptions)
        else:
            self._add_with_master(self._key(master), master, exceptions)

    def _add_with_master(self, key: str, master: Row, exceptions: list[Row]) -> None:
        is_live = _is_live(master)
        reason = policy.refusal(master, self._pair) if is_live else because(Code.CANCELLED_IN_FEISHU)
        if reason:
            self._skip(key, master, reason, is_gone=True)
            self._add_alone(exceptions)
        elif not master.recurrence:
            self._add_single(key, master)
            self._add_alone(exceptions)
        else:
            self._add_series(key, master, exceptions)

    def add_malformed(self, bad: MalformedRow) -> None:
        uid, original = _identity(bad)
        note = EventNote(bad.title, bad.start, because(Code.ROW_MALFORMED, field=bad.field))
        for name in _possible_names(original):
            key = tag.key(self._calendar.id, uid, name)
            self.events.pop(key, None)
            self.skips[key] = Skip(note, None, is_gone=False)

    def _add_single(self, key: str, row: Row) -> None:
        try:
            span = expressible.standing_alone(expressible.checked(row.span))
        except Impossible as error:
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

    def _leave(self, rows: Iterable[Row]) -> None:
        """Exceptions of a series that is not understood: whatever shows them now goes on doing so."""
        for row in rows:
            for name in _possible_names(row.original_start or 0):
                key = tag.key(self._calendar.id, row.uid, name)
                self._skip(key, row, because(Code.OCCURRENCE_CHANGED), is_gone=False)

    def _add_series(self, key: str, master: Row, exceptions: list[Row]) -> None:
        try:
            span = expressible.checked(master.span)
            rule = recurrence.to_outlook(master.recurrence, span.start)
            if isinstance(span.start, WallClock):
                graph_zone(span.start.zone)  # a series needs a zone whose summer time Outlook knows
        except rrule.EmptyRule:
            # What "this and following" leaves of a series that was cut at its first occurrence.
            self._skip(key, master, because(Code.CANCELLED_IN_FEISHU), is_gone=True)
            self._add_alone(exceptions)
        except rrule.MalformedRule:
            self._skip(key, master, because(Code.RULE_MALFORMED, rule=master.recurrence), is_gone=False)
            self._leave(exceptions)
        except rrule.InexpressibleRule:
            # An earlier copy shows what Feishu does not say any more.
            self._skip(key, master, because(Code.RULE_NOT_EXPRESSIBLE, rule=master.recurrence), is_gone=True)
            self._add_alone(exceptions)
        except UnknownZone as error:
            self._skip(key, master, because(Code.ZONE_UNKNOWN, zone=error.zone), is_gone=True)
            self._add_alone(exceptions)
        except Impossible as error:
            self._skip(key, master, error.reason, is_gone=False)
            self._leave(exceptions)
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
        dates = expressible.dates_around(rule, [_original(first.start, row) for row in rows])
        known = set(dates)
        changed: list[ChangedOccurrence] = []
        cancelled: list[EventTime] = []
        latest = date.min
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
                span = expressible.in_zone_of(first.start, expressible.checked(row.span))
            except Impossible as error:
                self._skip(key, row, error.reason, is_gone=False)
                continue
            if date_of(span.start) > latest and expressible.fits_between(span, date_of(original), dates):
                latest = date_of(span.start)
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

    def _occurrence_key(self, row: Row, *, all_day: bool) -> str:
        seconds, day = _possible_names(row.original_start or 0)
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
    return str(original), datetime.fromtimestamp(original, UTC).date().isoformat()


def _ends_at(row: Row, span: Span) -> int | None:
    """When what has no copy is over; None: never, as far as its rule can be understood."""
    if not row.recurrence:
        return instant_of(span.end)
    try:
        rule = rrule.parse(row.recurrence)
    except ValueError:
        return None
    if rule.count is None and rrule.last_day(rule, span.start) is None:
        return None
    last = max(rrule.occurrence_dates(rule, span.start), default=date_of(span.start))
    return instant_of(moved_to(span, last).end)


def _is_live(row: Row) -> bool:
    return row.status is not RowStatus.CANCELLED


def _original(first: EventTime, row: Row) -> EventTime:
    return recurrence.original_time(first, row.original_start or 0)
