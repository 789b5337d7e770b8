"""RFC 5545's recurrence rules, expanded on the series' own clock. Pure.

Where the RFC leaves room, a rule means what python-dateutil makes of it, which most programs share:

- The start is an occurrence only where it matches the rule, and COUNT counts matches.
- Whatever the frequency, BYWEEKNO and BYYEARDAY are limits; BYWEEKNO alone means all days of the week.
- BYSETPOS counts times as well as days. The first period counts from its own beginning, except for the
  first week of a weekly rule, which begins with the start.
- Hours, minutes and seconds are steps of the clock on the wall: one that is skipped in spring is an
  occurrence all the same, one that comes twice in autumn is one occurrence.

It differs from dateutil where that drops what the RFC plainly says: BYDAY=MO,2TU is every Monday and the
second Tuesday. In an all-day series BYHOUR, BYMINUTE and BYSECOND are ignored, as the RFC asks.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count, groupby, product
from math import gcd, prod
from typing import TypeVar

from core.model import EventTime, WallClock
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
MOST_STEPS = 200_000
"""Periods and occurrences that one expansion walks through: well under a second."""
_DAY = timedelta(days=1)
_DAY_SECONDS = 86_400
_SECONDS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
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
        first = start.local.replace(microsecond=0, fold=0)
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
    matches = _matches(_completed(rule, first), first, begin, horizon(max(first.date(), since)))
    for number, local in enumerate(matches):
        if is_over(local) or (rule.count is not None and number >= rule.count):
            return
        if local.date() >= since:
            yield local


def _completed(rule: Rule, first: datetime) -> Rule:
    """With the days that RFC 5545 takes from the start where the rule names none."""
    if rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_week_number:
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, by_day=((0, first.weekday()),))
    if rule.frequency == "MONTHLY":
        return replace(rule, by_month_day=(first.day,))
    if rule.frequency == "YEARLY":
        return replace(rule, by_month_day=(first.day,), by_month=rule.by_month or (first.month,))
    return rule


def _matches(rule: Rule, first: datetime, begin: date, end: date) -> Iterator[datetime]:
    """What the rule makes of all its periods, from `begin` to `end`, not before `first`."""
    steps = count()
    short = rule.frequency in _SECONDS
    for days, times in _bounded((_hours if short else _days)(rule, first, begin, end), steps):
        fitting = [day for day in days if short or _is_match(rule, day)]
        for local in _bounded(_chosen(rule, fitting, times, begin), steps):
            if local >= first and begin <= local.date() <= end:
                yield local


def _bounded(items: Iterable[_Step], steps: Iterator[int]) -> Iterator[_Step]:
    for item, step in zip(items, steps, strict=False):
        if step > MOST_STEPS:
            raise TooManyOccurrences
        yield item


def _chosen(rule: Rule, days: Sequence[date], times: Sequence[int], begin: date) -> Iterator[datetime]:
    """The times of one period, or those of them that BYSETPOS names."""
    if rule.by_set_position:
        total = len(days) * len(times)
        positions = {number - 1 if number > 0 else total + number for number in rule.by_set_position}
        numbers = (divmod(each, len(times)) for each in sorted(positions) if 0 <= each < total)
        pairs = ((days[day], times[clock]) for day, clock in numbers)
    else:
        pairs = ((day, clock) for day in days if day >= begin for clock in times)
    return (datetime.combine(day, time()) + timedelta(seconds=clock) for day, clock in pairs)


# --- periods: their days, and the times of a day in seconds after midnight --------------------------


_Period = tuple[Sequence[date], Sequence[int]]


def _days(rule: Rule, first: datetime, begin: date, end: date) -> Iterator[_Period]:
    """Each day, week, month or year that the interval does not leave out, from the one of `begin` on."""
    times = list(_clocks(*_wheels(rule, first)[1]))
    weeks = rule.frequency in {"DAILY", "WEEKLY"}
    for days in (_weeks if weeks else _months)(rule, first.date(), begin, end):
        yield days, times


def _weeks(rule: Rule, first: date, begin: date, end: date) -> Iterator[list[date]]:
    length = 7 if rule.frequency == "WEEKLY" else 1
    step = length * rule.interval
    number = first.toordinal() - (first.weekday() - rule.week_start) % length
    number += max(0, begin.toordinal() - number) // step * step
    while number <= end.toordinal():
        yield [date.fromordinal(day) for day in range(max(number, first.toordinal()), number + length)]
        number += step


def _months(rule: Rule, first: date, begin: date, end: date) -> Iterator[list[date]]:
    length = 12 if rule.frequency == "YEARLY" else 1
    step = length * rule.interval
    number = _month_number(first) // length * length
    number += max(0, _month_number(begin) - number) // step * step
    while number <= _month_number(end):
        yield [
            date(month // 12, month % 12 + 1, day + 1)
            for month in range(number, number + length)
            if not rule.by_month or month % 12 + 1 in rule.by_month
            for day in range(_length(month // 12, month % 12 + 1))
        ]
        number += step


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _hours(rule: Rule, first: datetime, begin: date, end: date) -> Iterator[_Period]:
    """Each hour, minute or second that neither the interval nor a BY part leaves out."""
    unit = _SECONDS[rule.frequency]
    step = unit * rule.interval
    origin = (first.hour * 3600 + first.minute * 60 + first.second) // unit * unit
    outer, inner = _wheels(rule, first)
    inside = list(_clocks(*inner))
    # What no interval ever meets, and no position ever names, would be looked for day by day.
    reachable = any((clock - origin) % gcd(step, _DAY_SECONDS) == 0 for clock in _clocks(*outer))
    if not reachable or not _has_positions(rule, len(inside)):
        return
    is_dense = prod(map(len, outer)) >= _DAY_SECONDS // step
    for number in range(begin.toordinal(), end.toordinal() + 1):
        day = date.fromordinal(number)
        if not _is_match(rule, day):
            continue
        elapsed = (number - first.toordinal()) * _DAY_SECONDS - origin
        if is_dense:
            possible = range(max(-elapsed, -elapsed % step), _DAY_SECONDS, step)
            met = (clock for clock in possible if _shows(outer, clock))
        else:
            met = (
                clock for clock in _clocks(*outer) if elapsed + clock >= 0 and (elapsed + clock) % step == 0
            )
        yield from (((day,), [clock + each for each in inside]) for clock in met)


def _has_positions(rule: Rule, most: int) -> bool:
    return not rule.by_set_position or any(abs(number) <= most for number in rule.by_set_position)


_Wheel = Sequence[int]


def _wheels(
    rule: Rule, first: datetime
) -> tuple[tuple[_Wheel, _Wheel, _Wheel], tuple[_Wheel, _Wheel, _Wheel]]:
    """Hours, minutes and seconds: those at which a period may begin, and those inside of one, with the
    parts of the start's clock that the rule does not name."""
    unit = _SECONDS.get(rule.frequency, _DAY_SECONDS)
    hours = rule.by_hour or (range(24) if unit <= 3600 else (first.hour,))
    minutes = rule.by_minute or (range(60) if unit <= 60 else (first.minute,))
    seconds = rule.by_second or (range(60) if unit == 1 else (first.second,))
    seconds = tuple(second for second in seconds if second < 60)  # no clock here shows a leap second
    zero = (0,)
    if unit == _DAY_SECONDS:
        return (zero, zero, zero), (hours, minutes, seconds)
    if unit == 3600:
        return (hours, zero, zero), (zero, minutes, seconds)
    return (hours, minutes, zero if unit == 60 else seconds), (zero, zero, seconds if unit == 60 else zero)


def _clocks(hours: _Wheel, minutes: _Wheel, seconds: _Wheel) -> Iterator[int]:
    return (h * 3600 + m * 60 + s for h, m, s in product(hours, minutes, seconds))


def _shows(wheels: tuple[_Wheel, _Wheel, _Wheel], clock: int) -> bool:
    hours, minutes, seconds = wheels
    return clock // 3600 in hours and clock // 60 % 60 in minutes and clock % 60 in seconds


# --- days -------------------------------------------------------------------------------------------


def _is_match(rule: Rule, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and rule.by_month_day != (day.day,):
        from_the_end = day.day - _length(day.year, day.month) - 1
        if day.day not in rule.by_month_day and from_the_end not in rule.by_month_day:
            return False
    if rule.by_year_day:
        number = _day_of_year(day)
        if number not in rule.by_year_day and number - _year_length(day) - 1 not in rule.by_year_day:
            return False
    if rule.by_week_number and not set(_week_numbers(day, rule.week_start)) & set(rule.by_week_number):
        return False
    return not rule.by_day or any(
        day.weekday() == weekday and (ordinal == 0 or ordinal in _ordinals(rule, day))
        for ordinal, weekday in rule.by_day
    )


def _ordinals(rule: Rule, day: date) -> tuple[int, int]:
    """Which of its weekday this day is, from the front and from the end: in its month, or in its year
    where a yearly rule names no month."""
    if rule.frequency == "YEARLY" and not rule.by_month:
        return _sevenths(_day_of_year(day), _year_length(day))
    return _sevenths(day.day, _length(day.year, day.month))


def _week_numbers(day: date, week_start: int) -> tuple[int, int]:
    """The number of the day's week, from the front and from the end. A week belongs to the year that has
    its fourth day."""
    fourth = date.fromordinal(max(1, day.toordinal() - (day.weekday() - week_start) % 7 + 3))
    return _sevenths(_day_of_year(fourth), _year_length(fourth))


def _sevenths(number: int, length: int) -> tuple[int, int]:
    return (number - 1) // 7 + 1, -((length - number) // 7 + 1)


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _year_length(day: date) -> int:
    return 366 if calendar.isleap(day.year) else 365
