"""The periods of an RFC 5545 rule (its days, weeks, hours, …), and what the BY parts leave of each. Pure.

A period has days and times, as seconds after midnight; the semantics are told in core/rrule.py.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from math import gcd, prod

from core.rrule_text import Rule

_DAY_SECONDS = 86_400
_SECONDS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
Period = tuple[Sequence[date], Sequence[int]]
_Wheel = Sequence[int]
_Wheels = tuple[_Wheel, _Wheel, _Wheel]
"""Hours, minutes and seconds, whose combinations are times of day."""


def periods(rule: Rule, first: datetime, begin: date, end: date) -> Iterator[Period]:
    """Each period that the interval does not leave out, from the one of `begin` to that of `end`, with the
    days that match."""
    rule = _completed(rule, first)
    if rule.frequency in _SECONDS:
        yield from _hours(rule, first, begin, end)
        return
    times = list(_clocks(*_wheels(rule, first)[1]))
    spread = _weeks if rule.frequency in {"DAILY", "WEEKLY"} else _months
    for days in spread(rule, first.date(), begin, end):
        yield [day for day in days if _is_match(rule, day)], times


def chosen(rule: Rule, period: Period, begin: date) -> Iterator[datetime]:
    """The moments of one period from `begin` on, or those that BYSETPOS names of all of them."""
    days, times = period
    if rule.by_set_position:
        total = len(days) * len(times)
        positions = {number - 1 if number > 0 else total + number for number in rule.by_set_position}
        numbers = (divmod(each, len(times)) for each in sorted(positions) if 0 <= each < total)
        pairs = ((days[day], times[clock]) for day, clock in numbers)
    else:
        pairs = ((day, clock) for day in days if day >= begin for clock in times)
    return (datetime.combine(day, time()) + timedelta(seconds=clock) for day, clock in pairs)


def _completed(rule: Rule, first: datetime) -> Rule:
    """With the days that RFC 5545 takes from the start where the rule names none."""
    if rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_week_number:
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, by_day=frozenset({(0, first.weekday())}))
    if rule.frequency == "MONTHLY":
        return replace(rule, by_month_day=(first.day,))
    if rule.frequency == "YEARLY":
        return replace(rule, by_month_day=(first.day,), by_month=rule.by_month or (first.month,))
    return rule


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


def _hours(rule: Rule, first: datetime, begin: date, end: date) -> Iterator[Period]:
    """Each hour, minute or second that neither the interval nor a BY part leaves out."""
    unit = _SECONDS[rule.frequency]
    step = unit * rule.interval
    origin = (first.hour * 3600 + first.minute * 60 + first.second) // unit * unit
    begins, inner = _wheels(rule, first)
    inside = list(_clocks(*inner))
    # What no interval ever meets, and no position ever names, would be looked for day by day.
    reachable = any((clock - origin) % gcd(step, _DAY_SECONDS) == 0 for clock in _clocks(*begins))
    if not (inside and reachable and _has_positions(rule, len(inside))):
        return
    is_dense = prod(map(len, begins)) >= _DAY_SECONDS // step
    for number in range(begin.toordinal(), end.toordinal() + 1):
        day = date.fromordinal(number)
        if not _is_match(rule, day):
            continue
        elapsed = (number - first.toordinal()) * _DAY_SECONDS - origin
        if is_dense:
            possible = range(max(-elapsed, -elapsed % step), _DAY_SECONDS, step)
            met = (clock for clock in possible if _shows(begins, clock))
        else:
            met = (
                clock for clock in _clocks(*begins) if elapsed + clock >= 0 and (elapsed + clock) % step == 0
            )
        yield from (((day,), [clock + each for each in inside]) for clock in met)


def _has_positions(rule: Rule, most: int) -> bool:
    return not rule.by_set_position or any(abs(number) <= most for number in rule.by_set_position)


def _wheels(rule: Rule, first: datetime) -> tuple[_Wheels, _Wheels]:
    """At which times a period may begin, and which there are inside of one; what the rule does not name is
    the start's."""
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


def _shows(wheels: _Wheels, clock: int) -> bool:
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
    if rule.by_week_number and rule.by_week_number.isdisjoint(_week_numbers(day, rule.week_start)):
        return False
    weekday = day.weekday()
    if not rule.by_day or (0, weekday) in rule.by_day:
        return True
    front, back = _ordinals(rule, day)
    return (front, weekday) in rule.by_day or (back, weekday) in rule.by_day


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
