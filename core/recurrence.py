"""From Feishu's RRULE to Outlook's recurrence, only where both mean the same days. Pure.

RFC 5545 section 3.3.10 on one side (core/rrule.py), Graph's recurrencePattern as Exchange expands it on
the other (docs/quirks.md, "Recurrence": days 29 to 31 are clamped, a relative pattern with several days
means the first of the set). Nothing here trusts a table of look-alikes: a pattern is proposed and then
both sides are expanded and compared.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from core.model import EventTime, RecurrencePattern, RecurrenceRange, WallClock
from core.rrule import (
    HORIZON_YEARS,
    LAST_YEAR,
    EmptyRule,
    InexpressibleRule,
    Rule,
    horizon,
    last_day,
    occurrence_dates,
    parse,
)
from core.zones import instant, wall_clock

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEXES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_LONGEST_INTERVAL = {"DAILY": 999, "WEEKLY": 99, "MONTHLY": 99, "YEARLY": 8}
_MOST_OCCURRENCES = 999
_COMPARED = 100
"""Occurrences that both expansions must share. Monthly and yearly rules can't hide a difference longer;
daily and weekly patterns are proposed only for rules that have nothing to hide one in."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    pattern: RecurrencePattern
    range: RecurrenceRange


@lru_cache(maxsize=4096)
def to_outlook(rule_text: str, start: EventTime) -> Recurrence:
    """The Outlook recurrence whose occurrences are exactly those of the rule. The range's start is
    the first occurrence, which may be later than `start`. Raises MalformedRule, EmptyRule,
    InexpressibleRule."""
    rule = parse(rule_text)
    wanted = list(islice(occurrence_dates(rule, start), _COMPARED))
    if not wanted:
        raise EmptyRule(rule_text)
    if rule.interval > _LONGEST_INTERVAL[rule.frequency] or (rule.count or 0) > _MOST_OCCURRENCES:
        raise InexpressibleRule(rule_text)
    end = last_day(rule, start)
    span = RecurrenceRange(wanted[0], end=end, count=rule.count)
    for pattern in _proposals(rule, wanted[0]):
        if list(islice(pattern_dates(pattern, span), _COMPARED)) == wanted:
            return Recurrence(pattern, span)
    raise InexpressibleRule(rule_text)


def _proposals(rule: Rule, first: date) -> Iterator[RecurrencePattern]:
    """Patterns that may equal the rule, the plainest first."""
    days = _weekdays(rule)
    week_start = DAYS[rule.week_start]
    is_plain = not (rule.by_month or rule.by_month_day or rule.by_set_position)
    match rule.frequency:
        case "DAILY":
            if is_plain and not days:
                yield RecurrencePattern("daily", rule.interval)
        case "WEEKLY":
            if is_plain:
                yield RecurrencePattern(
                    "weekly", rule.interval, days or (DAYS[first.weekday()],), first_day_of_week=week_start
                )
        case "MONTHLY":
            yield RecurrencePattern("absoluteMonthly", rule.interval, day_of_month=_month_day(rule, first))
            yield from _relative("relativeMonthly", rule, 0)
        case _:
            month = rule.by_month[0] if rule.by_month else first.month
            yield RecurrencePattern(
                "absoluteYearly", rule.interval, day_of_month=_month_day(rule, first), month=month
            )
            yield from _relative("relativeYearly", rule, month)
    has_ordinals = any(ordinal for ordinal, _ in rule.by_day)
    if days and is_plain and not has_ordinals and rule.interval == 1:
        yield RecurrencePattern("weekly", 1, days, first_day_of_week=week_start)


def _weekdays(rule: Rule) -> tuple[str, ...]:
    return tuple(DAYS[day] for day in sorted({day for _, day in rule.by_day}))


def _month_day(rule: Rule, first: date) -> int:
    """Exchange clamps day 31 to the month's last day, so 31 also stands for RFC 5545's -1."""
    if rule.by_month_day == (-1,):
        return 31
    return rule.by_month_day[0] if rule.by_month_day and rule.by_month_day[0] > 0 else first.day


def _relative(kind: str, rule: Rule, month: int) -> Iterator[RecurrencePattern]:
    ordinals = {ordinal for ordinal, _ in rule.by_day}
    position = rule.by_set_position[0] if rule.by_set_position else min(ordinals, default=0)
    index = _INDEXES.get(position)
    if index and rule.by_day:
        yield RecurrencePattern(kind, rule.interval, _weekdays(rule), month=month, index=index)
    if rule.by_month_day == (-1,):
        yield RecurrencePattern(kind, rule.interval, DAYS, month=month, index="last")


def pattern_dates(pattern: RecurrencePattern, span: RecurrenceRange) -> Iterator[date]:
    """The dates on which Exchange lets the pattern happen, in order, at most HORIZON_YEARS ahead."""
    limit = span.end or horizon(span.start)
    days = (day for day in _pattern_days(pattern, span.start) if day >= span.start)
    for number, day in enumerate(days):
        if day > limit or (span.count is not None and number >= span.count):
            return
        yield day


def _pattern_days(pattern: RecurrencePattern, start: date) -> Iterator[date]:
    limit = date(min(start.year + HORIZON_YEARS + 1, LAST_YEAR + 1), 12, 1)
    if pattern.type == "daily":
        day = start
        while day < limit:
            yield day
            day += timedelta(days=pattern.interval)
    elif pattern.type == "weekly":
        week = start - timedelta(days=(start.weekday() - DAYS.index(pattern.first_day_of_week)) % 7)
        while week < limit:
            yield from (day for day in _seven(week) if DAYS[day.weekday()] in pattern.days_of_week)
            week += timedelta(weeks=pattern.interval)
    else:
        yield from (_day_in_month(pattern, year, month) for year, month in _months(pattern, start, limit))


def _seven(first: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(7)]


def _months(pattern: RecurrencePattern, start: date, limit: date) -> Iterator[tuple[int, int]]:
    step = pattern.interval * (12 if pattern.type.endswith("Yearly") else 1)
    number = start.year * 12 + (pattern.month or start.month) - 1
    while (year := number // 12) < limit.year:
        yield year, number % 12 + 1
        number += step


def _day_in_month(pattern: RecurrencePattern, year: int, month: int) -> date:
    length = calendar.monthrange(year, month)[1]
    if pattern.type.startswith("absolute"):
        return date(year, month, min(pattern.day_of_month, length))
    fitting = [
        day
        for number in range(1, length + 1)
        if DAYS[(day := date(year, month, number)).weekday()] in pattern.days_of_week
    ]
    position = next(number for number, name in _INDEXES.items() if name == pattern.index)
    return fitting[position if position < 0 else position - 1]


def original_time(start: EventTime, seconds: int) -> EventTime:
    """The start that an occurrence would have had, from the number behind its Feishu id: on the
    series' own clock, a date for all-day series (UTC midnight of the date)."""
    if isinstance(start, WallClock):
        return wall_clock(seconds, start.zone)
    return datetime.fromtimestamp(seconds, UTC).date()


def occurs_at(start: EventTime, original: EventTime) -> bool:
    """True when `original` has the series' time of day, so that its date alone names the occurrence."""
    if isinstance(start, WallClock) and isinstance(original, WallClock):
        same = WallClock(datetime.combine(original.local.date(), start.local.time()), start.zone)
        # Of an hour that passes twice either pass will do; of one that is skipped, what is shown instead.
        return same.local == original.local or instant(same) == instant(original)
    return isinstance(original, date) and not isinstance(start, WallClock)
