"""From Feishu's RRULE to Outlook's recurrence, only where both mean the same days. Pure.

RFC 5545 section 3.3.10 on one side, Graph's recurrencePattern as Exchange expands it on the other
(docs/quirks.md, "Recurrence": days 29 to 31 are clamped, a relative pattern with several days means
the first of the set). Nothing here trusts a table of look-alikes: a pattern is proposed and then both
sides are expanded and compared.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from dateutil.rrule import rrulestr

from core.model import EventTime, RecurrencePattern, RecurrenceRange, WallClock
from core.zones import date_of, instant, wall_clock

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_INDEXES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_LONGEST_INTERVAL = {"DAILY": 999, "WEEKLY": 99, "MONTHLY": 99, "YEARLY": 8}
_MOST_OCCURRENCES = 999
_COMPARED = 200
"""Occurrences that both expansions must share. Every pattern's own cycle is shorter than this, except
leap-day effects of yearly rules, which show at the first non-leap year."""
_HORIZON_YEARS = 60
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class MalformedRule(ValueError):
    """Not an RRULE, or one that never happens."""


class InexpressibleRule(ValueError):
    """A good rule that no Outlook pattern equals."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE, parsed. `until` is the last instant or local day on which an occurrence may start."""

    frequency: str
    interval: int
    week_start: int
    by_day: tuple[tuple[int, int], ...]
    """(ordinal or 0, weekday from Monday = 0)."""
    by_month_day: tuple[int, ...]
    by_month: tuple[int, ...]
    by_set_position: tuple[int, ...]
    count: int | None
    until: str


def parse(rule: str) -> Rule:
    """Reads an RRULE value without its prefix. Raises MalformedRule; InexpressibleRule for parts
    that are good RFC 5545 and have no counterpart at all (BYHOUR, BYWEEKNO, SECONDLY, …)."""
    parts: dict[str, str] = {}
    for part in filter(None, rule.upper().replace(" ", "").split(";")):
        name, separator, value = part.partition("=")
        if not separator or not value or name in parts:
            raise MalformedRule(rule)
        parts[name] = value
    if parts.get("FREQ") not in _LONGEST_INTERVAL or not parts.keys() <= _PARTS:
        known = {"SECONDLY", "MINUTELY", "HOURLY", *_LONGEST_INTERVAL}
        raise (InexpressibleRule if parts.get("FREQ") in known else MalformedRule)(rule)
    if "COUNT" in parts and "UNTIL" in parts:
        raise MalformedRule(rule)
    try:
        return Rule(
            frequency=parts["FREQ"],
            interval=_number(parts.get("INTERVAL", "1"), 1, 10_000),
            week_start=_CODES.index(parts.get("WKST", "MO")),
            by_day=tuple(_weekday(code) for code in _listed(parts, "BYDAY")),
            by_month_day=tuple(_number(day, -31, 31) for day in _listed(parts, "BYMONTHDAY")),
            by_month=tuple(_number(month, 1, 12) for month in _listed(parts, "BYMONTH")),
            by_set_position=tuple(_number(n, -366, 366) for n in _listed(parts, "BYSETPOS")),
            count=_number(parts["COUNT"], 1, 1_000_000) if "COUNT" in parts else None,
            until=_checked_until(parts.get("UNTIL", "")),
        )
    except ValueError as error:
        raise MalformedRule(rule) from error


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _number(text: str, least: int, most: int) -> int:
    number = int(text)
    if not least <= number <= most or number == 0:
        raise ValueError(text)
    return number


def _weekday(code: str) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(code)
    if not match:
        raise ValueError(code)
    return int(match[1] or 0), _CODES.index(match[2])


def _checked_until(until: str) -> str:
    if until and not re.fullmatch(r"\d{8}(T\d{6}Z?)?", until):
        raise ValueError(until)
    if until:
        datetime.strptime(until[:8], "%Y%m%d")  # noqa: DTZ007  # a date, checked only for existence
    return until


def last_day(rule: Rule, start: EventTime) -> date | None:
    """The last local date on which an occurrence may start by UNTIL; None without one.

    UNTIL is an instant where it ends in Z, a local time or a whole local day otherwise.
    """
    if not rule.until:
        return None
    day = date(int(rule.until[:4]), int(rule.until[4:6]), int(rule.until[6:8]))
    if len(rule.until) == 8 or not isinstance(start, WallClock):
        return day
    clock = datetime.strptime(rule.until[9:15], "%H%M%S")  # noqa: DTZ007  # completed in the next lines
    limit = datetime.combine(day, clock.time())
    if rule.until.endswith("Z"):
        limit = wall_clock(int(limit.replace(tzinfo=UTC).timestamp()), start.zone).local
    return limit.date() if start.local.time() <= limit.time() else limit.date() - timedelta(days=1)


def occurrence_dates(rule: Rule, start: EventTime) -> Iterator[date]:
    """The local dates on which occurrences start, in order. The start itself is one only where it
    matches the rule; COUNT counts matches. At most _HORIZON_YEARS ahead."""
    first = date_of(start)
    last = last_day(rule, start)
    for number, day in enumerate(_matches(replace(rule, count=None, until=""), first)):
        if (last and day > last) or (rule.count is not None and number >= rule.count):
            return
        yield day


def _matches(rule: Rule, first: date) -> Iterator[date]:
    limit = date(min(first.year + _HORIZON_YEARS, 9998), 12, 31)
    parts = [
        f"FREQ={rule.frequency}",
        f"INTERVAL={rule.interval}",
        f"WKST={_CODES[rule.week_start]}",
        f"UNTIL={limit:%Y%m%d}T000000",
    ]
    for name, values in (
        ("BYDAY", [f"{ordinal or ''}{_CODES[day]}" for ordinal, day in rule.by_day]),
        ("BYMONTHDAY", rule.by_month_day),
        ("BYMONTH", rule.by_month),
        ("BYSETPOS", rule.by_set_position),
    ):
        if values:
            parts.append(f"{name}={','.join(map(str, values))}")
    midnight = datetime(first.year, first.month, first.day)  # noqa: DTZ001  # dates only, no zone involved
    for found in rrulestr(";".join(parts), dtstart=midnight):
        yield found.date()


@dataclass(frozen=True, slots=True)
class Recurrence:
    pattern: RecurrencePattern
    range: RecurrenceRange


@lru_cache(maxsize=4096)
def to_outlook(rule_text: str, start: EventTime) -> Recurrence:
    """The Outlook recurrence whose occurrences are exactly those of the rule. The range's start is
    the first occurrence, which may be later than `start`. Raises MalformedRule, InexpressibleRule."""
    rule = parse(rule_text)
    wanted = list(islice(occurrence_dates(rule, start), _COMPARED))
    if not wanted:
        raise MalformedRule(rule_text)
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
    days = tuple(DAYS[day] for _, day in sorted(rule.by_day, key=lambda entry: entry[1]))
    week_start = DAYS[rule.week_start]
    match rule.frequency:
        case "DAILY":
            yield RecurrencePattern("daily", rule.interval)
        case "WEEKLY":
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
    if days and rule.interval == 1:
        yield RecurrencePattern("weekly", 1, days, first_day_of_week=week_start)


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
        days = tuple(DAYS[day] for _, day in sorted(rule.by_day, key=lambda entry: entry[1]))
        yield RecurrencePattern(kind, rule.interval, days, month=month, index=index)
    if rule.by_month_day == (-1,):
        yield RecurrencePattern(kind, rule.interval, DAYS, month=month, index="last")


def pattern_dates(pattern: RecurrencePattern, span: RecurrenceRange) -> Iterator[date]:
    """The dates on which Exchange lets the pattern happen, in order, at most _HORIZON_YEARS ahead."""
    limit = span.end or date(min(span.start.year + _HORIZON_YEARS, 9998), 12, 31)
    days = (day for day in _pattern_days(pattern, span.start) if day >= span.start)
    for number, day in enumerate(days):
        if day > limit or (span.count is not None and number >= span.count):
            return
        yield day


def _pattern_days(pattern: RecurrencePattern, start: date) -> Iterator[date]:
    limit = date(min(start.year + _HORIZON_YEARS + 1, 9999), 12, 1)
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
        return instant(same) == instant(original)
    return isinstance(original, date) and not isinstance(start, WallClock)
