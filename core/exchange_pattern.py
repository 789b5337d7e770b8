"""Graph's recurrencePattern: on which dates Exchange puts it, and which one may stand for a rule. Pure.

Exchange clamps days 29 to 31 to the month's last one, and a relative pattern with several days means the
first (…last) day of the month that is any of them. (docs/quirks.md, "Recurrence")
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import gcd

from core.model import RecurrencePattern, RecurrenceRange
from core.rrule import LAST_YEAR, Rule, horizon

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_COUNTED = 999
"""The greatest `count` of a range."""
_INDEXES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_LONGEST_INTERVAL = {
    "daily": 999,
    "weekly": 99,
    "absoluteMonthly": 99,
    "relativeMonthly": 99,
    "absoluteYearly": 8,
    "relativeYearly": 8,
}


# --- what Exchange shows ------------------------------------------------------------------------------


def pattern_dates(pattern: RecurrencePattern, span: RecurrenceRange) -> Iterator[date]:
    """The dates on which Exchange lets the pattern happen, in order, up to the range's end or count or the
    horizon of its start."""
    limit = span.end or horizon(span.start)
    days = (day for day in _pattern_days(pattern, span.start) if day >= span.start)
    for number, day in enumerate(days):
        if day > limit or (span.count is not None and number >= span.count):
            return
        yield day


def _pattern_days(pattern: RecurrencePattern, start: date) -> Iterator[date]:
    limit = date(LAST_YEAR + 1, 12, 1)
    if pattern.type == "daily":
        day = start
        while day < limit:
            yield day
            day += timedelta(days=pattern.interval)
    elif pattern.type == "weekly":
        first_day = DAYS.index(pattern.first_day_of_week)
        offsets = sorted((DAYS.index(day) - first_day) % 7 for day in pattern.days_of_week)
        week = start - timedelta(days=(start.weekday() - first_day) % 7)
        while week < limit:
            yield from (week + timedelta(days=offset) for offset in offsets)
            week += timedelta(weeks=pattern.interval)
    else:
        yield from (_day_in_month(pattern, year, month) for year, month in _months(pattern, start))


def _months(pattern: RecurrencePattern, start: date) -> Iterator[tuple[int, int]]:
    step = pattern.interval * (12 if pattern.type.endswith("Yearly") else 1)
    number = start.year * 12 + (pattern.month or start.month) - 1
    while (year := number // 12) <= LAST_YEAR:
        yield year, number % 12 + 1
        number += step


def _day_in_month(pattern: RecurrencePattern, year: int, month: int) -> date:
    first_weekday, length = calendar.monthrange(year, month)
    if pattern.type.startswith("absolute"):
        return date(year, month, min(pattern.day_of_month, length))
    weekdays = {DAYS.index(day) for day in pattern.days_of_week}
    fitting = [day for day in range(1, length + 1) if (first_weekday + day - 1) % 7 in weekdays]
    position = next(number for number, name in _INDEXES.items() if name == pattern.index)
    return date(year, month, fitting[position if position < 0 else position - 1])


# --- what may stand for a rule ------------------------------------------------------------------------


def by_rule(rule: Rule, first: date) -> Iterator[RecurrencePattern]:
    """Patterns that the parts of the rule suggest, the plainest first. Where the first hundred dates are
    the same, all are: nothing is proposed for a rule that could hide a difference longer."""
    if rule.by_year_day or rule.by_week_number:
        return
    days = _names({day for _, day in rule.by_day})
    week_start = DAYS[rule.week_start]
    is_plain = not (rule.by_month or rule.by_month_day or rule.by_set_position)
    found: list[RecurrencePattern] = []
    if rule.frequency == "DAILY" and is_plain and not days:
        found.append(RecurrencePattern("daily", rule.interval))
    elif rule.frequency == "WEEKLY" and is_plain:
        each = days or (DAYS[first.weekday()],)
        found.append(RecurrencePattern("weekly", rule.interval, each, first_day_of_week=week_start))
    elif rule.frequency == "MONTHLY":
        found += _monthly(rule, first, "Monthly", 0)
    elif rule.frequency == "YEARLY":
        found += _monthly(rule, first, "Yearly", rule.by_month[0] if rule.by_month else first.month)
    has_ordinals = any(ordinal for ordinal, _ in rule.by_day)
    is_weekly = rule.frequency in {"DAILY", "MONTHLY", "YEARLY"} and rule.interval == 1
    if days and is_plain and not has_ordinals and is_weekly:
        found.append(RecurrencePattern("weekly", 1, days, first_day_of_week=week_start))
    yield from filter(_is_taken, found)


def _monthly(rule: Rule, first: date, kind: str, month: int) -> Iterator[RecurrencePattern]:
    # Clamped to the month's end, 31 also stands for RFC 5545's -1.
    day = {(): first.day, (-1,): 31}.get(rule.by_month_day, max(rule.by_month_day, default=0))
    if day > 0:
        yield RecurrencePattern(f"absolute{kind}", rule.interval, day_of_month=day, month=month)
    ordinals = {ordinal for ordinal, _ in rule.by_day}
    position = rule.by_set_position[0] if rule.by_set_position else min(ordinals, default=0)
    if position in _INDEXES and rule.by_day:
        days = _names({weekday for _, weekday in rule.by_day})
        yield RecurrencePattern(f"relative{kind}", rule.interval, days, month=month, index=_INDEXES[position])


def by_dates(dates: Sequence[date], week_start: int) -> Iterator[RecurrencePattern]:
    """Patterns that the dates of a rule suggest, whatever it says; each has still to be proved."""
    first = dates[0]
    days = gcd(*((day - first).days for day in dates))
    yield from filter(_is_taken, [RecurrencePattern("daily", days or 1)])
    names = _names({day.weekday() for day in dates})
    begin = first - timedelta(days=(first.weekday() - week_start) % 7)
    weeks = gcd(*((day - begin).days // 7 for day in dates)) or 1
    weekly = RecurrencePattern("weekly", weeks, names, first_day_of_week=DAYS[week_start])
    months = gcd(*((day.year - first.year) * 12 + day.month - first.month for day in dates))
    kinds = [("Monthly", months or 1, 0)]
    if months % 12 == 0:
        kinds.insert(0, ("Yearly", months // 12 or 1, first.month))
    last = max(day.day for day in dates)  # others may be clamped
    monthly = [
        RecurrencePattern(f"absolute{kind}", interval, day_of_month=last, month=month)
        for kind, interval, month in kinds
    ]
    relative = [
        RecurrencePattern(f"relative{kind}", interval, names, month=month, index=index)
        for kind, interval, month in kinds
        for index in _INDEXES.values()
    ]
    yield from filter(_is_taken, [weekly, *monthly, *relative])


def _names(weekdays: set[int]) -> tuple[str, ...]:
    return tuple(DAYS[day] for day in sorted(weekdays))


def _is_taken(pattern: RecurrencePattern) -> bool:
    return pattern.interval <= _LONGEST_INTERVAL[pattern.type]
