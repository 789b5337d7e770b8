"""Which times Outlook can hold: of an event that stands alone, of an occurrence in its series. Pure."""

from __future__ import annotations

import bisect
from datetime import date, timedelta
from itertools import takewhile

from core import recurrence
from core.model import EventTime, Reason, Span, WallClock
from core.policy import is_all_day
from core.reasons import Code, because
from core.recurrence import Recurrence
from core.zones import UnknownZone, date_of, graph_zone, in_utc, instant, instant_of, is_plain, wall_clock


class Impossible(Exception):
    """This event can't be written; `reason` says why."""

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


def in_zone_of(first: EventTime, span: Span) -> Span:
    """An exception on the clock of its series, which may differ from the one that its row names."""
    if isinstance(first, WallClock) and isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(wall_clock(instant(span.start), first.zone), wall_clock(instant(span.end), first.zone))
    return span


def dates_around(rule: Recurrence, originals: list[EventTime]) -> list[date]:
    """The series' dates up to two occurrences past the last original, so that each has its neighbours."""
    latest = max(date_of(original) for original in originals)
    dates = list(takewhile(lambda day: day <= latest, recurrence.pattern_dates(rule.pattern, rule.range)))
    after = (day for day in recurrence.pattern_dates(rule.pattern, rule.range) if day > latest)
    return [*dates, *(day for day, _ in zip(after, range(2), strict=False))]


def fits_between(span: Span, original: date, dates: list[date]) -> bool:
    """MS-OXOCAL 3.1.4.7.3.5: a moved occurrence starts after the day of the one before and ends before
    the day of the one after, whatever became of those two. (That changed ones keep their order is the
    caller's part.)"""
    position = bisect.bisect_left(dates, original)
    last = date_of(span.end)
    if is_all_day(span.end):
        last -= timedelta(days=1)
    return (position == 0 or date_of(span.start) > dates[position - 1]) and (
        position + 1 >= len(dates) or last < dates[position + 1]
    )
