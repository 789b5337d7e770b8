"""RFC 5545's recurrence rules, expanded on the series' own clock. Pure.

Where the RFC leaves room, a rule means what python-dateutil makes of it, which most programs share:

- The start is an occurrence only where it matches the rule, and COUNT counts matches.
- Whatever the frequency, BYWEEKNO and BYYEARDAY are limits; BYWEEKNO alone means all days of the week.
- BYSETPOS counts times as well as days. The first period counts from its own beginning, except for the
  first week of a weekly rule, which begins with the start.
- Hours, minutes and seconds are steps of the clock on the wall: one that is skipped in spring is an
  occurrence all the same, one that comes twice in autumn is one occurrence.

It differs from dateutil where that drops what the RFC plainly says: BYDAY=MO,2TU is every Monday and the
second Tuesday, and the days around New Year have the number of their week also where it begins or ends in
another year. In an all-day series BYHOUR, BYMINUTE and BYSECOND are ignored, as the RFC asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count, groupby
from typing import TypeVar

from core.model import EventTime, WallClock
from core.rrule_periods import chosen, periods
from core.rrule_text import FREQUENCIES, LAST_YEAR, MalformedRule, Rule, parse
from core.zones import date_of, instant, wall_clock

__all__ = [
    "FREQUENCIES",
    "HORIZON_YEARS",
    "LAST_YEAR",
    "MOST_STEPS",
    "EmptyRule",
    "InexpressibleRule",
    "MalformedRule",
    "Rule",
    "TooManyOccurrences",
    "horizon",
    "last_day",
    "occurrence_dates",
    "occurrence_starts",
    "parse",
]

HORIZON_YEARS = 60
"""Nobody looks further ahead, and every search ends."""
MOST_STEPS = 100_000
"""Periods and occurrences that one expansion walks through: well under a second."""
_DAY = timedelta(days=1)
_Step = TypeVar("_Step")


class EmptyRule(ValueError):
    """A good rule without a single occurrence: its UNTIL lies before its start, or it asks for a day that
    no calendar has."""


class InexpressibleRule(ValueError):
    """A good rule that no Outlook pattern equals."""


class TooManyOccurrences(ValueError):
    """A good rule that would take too long to expand, or that fills the days with more than anybody reads."""


def horizon(first: date) -> date:
    """The last day that is looked at, from `first` on."""
    return date(min(first.year + HORIZON_YEARS, LAST_YEAR), 12, 31)


def last_day(rule: Rule, start: EventTime) -> date | None:
    """The last local date on which an occurrence with the start's time of day may start by UNTIL; None
    without one. Raises UnknownZone."""
    if not isinstance(rule.until, datetime):
        return rule.until
    if not isinstance(start, WallClock):
        return rule.until.date()
    limit = rule.until
    if limit.tzinfo:
        limit = wall_clock(int(limit.timestamp()), start.zone).local
    return limit.date() if start.local.time() <= limit.time() else limit.date() - _DAY


def occurrence_dates(rule: Rule, start: EventTime, *, since: date = date.min) -> Iterator[date]:
    """The local dates on which occurrences start, each once. Limits and errors as in occurrence_starts."""
    return (day for day, _ in groupby(map(date_of, occurrence_starts(rule, start, since=since))))


def occurrence_starts(rule: Rule, start: EventTime, *, since: date = date.min) -> Iterator[EventTime]:
    """The starts of all occurrences from the local date `since` on, ascending on the series' own clock:
    dates for an all-day start, else wall clocks of its zone with fold 0.

    Ends HORIZON_YEARS after the start or `since`, whichever is later. Without COUNT what lies before
    `since` costs nothing. Raises TooManyOccurrences after MOST_STEPS, UnknownZone for an UNTIL in UTC.
    """
    if isinstance(start, WallClock):
        first = start.local.replace(microsecond=0)
        return (WallClock(local, start.zone) for local in _starts(rule, first, since, _is_over(rule, start)))
    first = datetime.combine(start, time())
    whole_days = replace(rule, by_hour=(), by_minute=(), by_second=())
    locals_ = _starts(whole_days, first, since, _is_over(rule, start))
    # Of a rule that counts in hours, an all-day series has one occurrence a day.
    return (day for day, _ in groupby(local.date() for local in locals_))


def _is_over(rule: Rule, start: EventTime) -> Callable[[datetime], bool]:
    """Whether a local start lies behind UNTIL."""
    until = rule.until
    if until is None:
        return lambda _: False
    if not isinstance(until, datetime) or not isinstance(start, WallClock):
        last = datetime.combine(until, time.max)
        return lambda local: local > last
    if until.tzinfo is None:
        return lambda local: local > until
    limit, about, zone = int(until.timestamp()), until.replace(tzinfo=None), start.zone
    # No clock is a whole day off: instants need to be looked up only around the end.
    return lambda local: (
        local > about - _DAY and (local > about + _DAY or instant(WallClock(local, zone)) > limit)
    )


def _starts(
    rule: Rule, first: datetime, since: date, is_over: Callable[[datetime], bool]
) -> Iterator[datetime]:
    begin = first.date() if rule.count else max(first.date(), since)
    matches = _matches(rule, first, begin, horizon(max(first.date(), since)))
    for number, local in enumerate(matches):
        if is_over(local) or (rule.count is not None and number >= rule.count):
            return
        if local.date() >= since:
            yield local


def _matches(rule: Rule, first: datetime, begin: date, end: date) -> Iterator[datetime]:
    """What the rule makes of all its periods, from `begin` to `end`, not before `first`."""
    steps = count()
    for period in _bounded(periods(rule, first, begin, end), steps):
        for local in _bounded(chosen(rule, period, begin), steps):
            if local >= first and begin <= local.date() <= end:
                yield local


def _bounded(items: Iterable[_Step], steps: Iterator[int]) -> Iterator[_Step]:
    for item, step in zip(items, steps, strict=False):
        if step > MOST_STEPS:
            raise TooManyOccurrences(f"more than {MOST_STEPS} steps")
        yield item
