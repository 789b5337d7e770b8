"""Which times Outlook can hold: of an event that stands alone, of a series, of an occurrence in it. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import takewhile

from core import recurrence
from core.model import EventTime, Span, WallClock
from core.policy import is_all_day
from core.reasons import Code, because
from core.recurrence import Recurrence
from core.report import Reason
from core.rrule import InexpressibleRule
from core.zones import (
    UnknownZone,
    clock_changes,
    date_of,
    graph_zone,
    has_series_clock,
    in_utc,
    instant,
    instant_of,
    is_plain,
    moved_to,
    nearest_date,
    wall_clock,
)

_DAY = timedelta(days=1)
_MIDNIGHTS = {0, 16 * 3600}
"""Seconds of a day in UTC at which a date begins, in UTC and in China."""


class Impossible(Exception):
    """This event can't be written; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAsSeries(Exception):
    """Outlook has no series that shows the same; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def checked(span: Span | None) -> Span:
    """With the end on the start's clock. Raises Impossible when it ends before it starts."""
    if span is None or instant_of(span.end) < instant_of(span.start):
        raise Impossible(because(Code.TIME_IMPOSSIBLE))
    if (
        isinstance(span.start, WallClock)
        and isinstance(span.end, WallClock)
        and span.start.zone != span.end.zone
    ):
        return Span(span.start, wall_clock(instant(span.end), span.start.zone))
    return span


def standing_alone(span: Span) -> Span:
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


# --- series -------------------------------------------------------------------------------------


def as_series(rule_text: str, span: Span) -> Recurrence:
    """`span` of the first occurrence, by `series_span`. Raises MalformedRule, EmptyRule, NotAsSeries."""
    try:
        rule = recurrence.to_outlook(rule_text, span.start)
    except InexpressibleRule as error:
        raise NotAsSeries(because(Code.RULE_NOT_EXPRESSIBLE, rule=rule_text)) from error
    if isinstance(span.start, WallClock) and not has_series_clock(span.start.zone):
        raise NotAsSeries(because(Code.ZONE_UNKNOWN, zone=span.start.zone))
    first = moved_to(span, rule.range.start)
    if _is_skipped(first.start) or _is_skipped(first.end):
        raise NotAsSeries(because(Code.RULE_NOT_EXPRESSIBLE, rule=rule_text))
    gap = recurrence.gap(rule)
    if gap is not None and _length(span) > gap:
        raise NotAsSeries(because(Code.OCCURRENCES_OVERLAP))
    return rule


def _is_skipped(time: EventTime) -> bool:
    """True for a time that the clock never shows: what Outlook makes of a series that begins or ends there is
    anybody's guess."""
    return isinstance(time, WallClock) and wall_clock(instant(time), time.zone).local != time.local.replace(
        fold=0
    )


def series_span(span: Span) -> Span:
    """Of a first occurrence, as long by the clock as all others are: it may lie on a night on which the
    clocks are moved. (RFC 5545, 3.8.5.3: the exact length is that of the first.)"""
    start, end = span.start, span.end
    if not isinstance(start, WallClock) or not isinstance(end, WallClock):
        return span
    first = start.local.replace(fold=0)
    length = timedelta(seconds=instant(end) - instant(start))
    return Span(WallClock(first, start.zone), WallClock(first + length, start.zone))


def starting(first: Span, start: EventTime) -> Span:
    """The occurrence that starts then, as long as the first, whatever the clocks do meanwhile."""
    if isinstance(start, WallClock):
        seconds = int(_length(first).total_seconds())
        return Span(start, wall_clock(instant(start) + seconds, start.zone))
    return Span(start, start + _length(first))


def exact(first: Span, day: date) -> Span:
    """The occurrence of that day."""
    return starting(first, moved_to(first, day).start)


def _length(first: Span) -> timedelta:
    if isinstance(first.start, WallClock) and isinstance(first.end, WallClock):
        return first.end.local - first.start.local
    return date_of(first.end) - date_of(first.start)


def untold_days(first: Span, rule: Recurrence, since: date, until: date) -> Iterator[date]:
    """Occurrences in a night on which the clocks are moved, of which start and end by the clock do not say
    enough: the clock shows an hour twice or not at all, or the occurrence would be shorter or longer."""
    if not isinstance(first.start, WallClock):
        return
    reach = _length(first).days + 1
    for change in clock_changes(first.start.zone, since, until):
        for number in range(-reach, 2):
            day = change + number * _DAY
            if has_date(rule, day) and not _is_told(first, day):
                yield day


def _is_told(first: Span, day: date) -> bool:
    by_clock = moved_to(first, day)
    if not isinstance(by_clock.start, WallClock) or not isinstance(by_clock.end, WallClock):
        return True
    return is_plain(by_clock.start) and is_plain(by_clock.end) and exact(first, day) == by_clock


@lru_cache(maxsize=4096)
def _dates(rule: Recurrence, year: int) -> tuple[date, ...]:
    """On which the pattern falls up to the end of that year."""
    return tuple(takewhile(lambda day: day.year <= year, recurrence.pattern_dates(rule.pattern, rule.range)))


@lru_cache(maxsize=4096)
def last_occurrence(rule: Recurrence) -> date | None:
    """None for a series without end."""
    if rule.range.end is None and rule.range.count is None:
        return None
    return max(recurrence.pattern_dates(rule.pattern, rule.range), default=rule.range.start)


def has_date(rule: Recurrence, day: date) -> bool:
    """True when the pattern falls on that day."""
    dates = _dates(rule, day.year)
    position = bisect.bisect_left(dates, day)
    return position < len(dates) and dates[position] == day


def dates_between(rule: Recurrence, first: date, last: date) -> tuple[date, ...]:
    dates = _dates(rule, last.year)
    return dates[bisect.bisect_left(dates, first) : bisect.bisect_right(dates, last)]


def original_start(first: EventTime, seconds: int) -> EventTime:
    """The start that an occurrence would have had, from the number behind its Feishu id, on the clock of its
    series. An all-day series names dates, by their midnight in UTC or, by Feishu's default, in China; any
    other number was given when the series was timed."""
    if isinstance(first, WallClock):
        return wall_clock(seconds, first.zone)
    if seconds % _DAY.total_seconds() in _MIDNIGHTS:
        return nearest_date(seconds)
    return wall_clock(seconds, "UTC")


def occurrence(rule: Recurrence, first: EventTime, original: EventTime) -> EventTime | None:
    """The start of that occurrence as the rule says it; None if the series has no such occurrence."""
    day = date_of(original)
    if not has_date(rule, day) or day in rule.left_out or not recurrence.occurs_at(first, original):
        return None
    return moved_to(Span(first, first), day).start


def are_all_dates(rule: Recurrence, days: set[date]) -> bool:
    """True when no occurrence is left without these. Exchange refuses such a series."""
    last = last_occurrence(rule) if days else None
    return last is not None and days.issuperset(_dates(rule, last.year))


# --- occurrences ----------------------------------------------------------------------------------


def in_zone_of(first: EventTime, span: Span) -> Span:
    """An exception on the clock of its series, which may differ from the one that its row names."""
    if isinstance(first, WallClock) and isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(wall_clock(instant(span.start), first.zone), wall_clock(instant(span.end), first.zone))
    return span


def neighbours(rule: Recurrence, day: date) -> tuple[date | None, date | None]:
    """The dates of the pattern before and after one of its own."""
    dates = _dates(rule, day.year)
    position = bisect.bisect_left(dates, day)
    if position + 1 < len(dates):
        after: date | None = dates[position + 1]
    else:
        later = recurrence.pattern_dates(rule.pattern, rule.range)
        after = next((each for each in later if each > day), None)
    return (dates[position - 1] if position else None), after


def fits_between(span: Span, original: date, rule: Recurrence) -> bool:
    """MS-OXOCAL 3.1.4.7.3.5: a moved occurrence starts after the day of the one before and ends before
    the day of the one after, whatever became of those two. (That changed ones keep their order is the
    caller's part.)"""
    before, after = neighbours(rule, original)
    return (before is None or date_of(span.start) > before) and (after is None or last_date(span) < after)


def last_date(span: Span) -> date:
    """The last day that an event touches; a midnight counts as the day that it begins."""
    return date_of(span.end) - (_DAY if is_all_day(span.end) else timedelta())
