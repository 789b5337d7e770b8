"""RFC 5545's recurrence rules as far as they speak of days: parsed, and expanded. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from core.model import EventTime, WallClock
from core.zones import date_of, wall_clock

HORIZON_YEARS = 60
"""Nobody looks further ahead, and every search ends."""
LAST_YEAR = 4499
"""Exchange's calendar ends in 4500."""
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_OTHER_PARTS = {"BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO"}
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,7}", re.ASCII)
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)


class MalformedRule(ValueError):
    """Not an RRULE."""


class EmptyRule(ValueError):
    """A good rule without a single occurrence: its UNTIL lies before its start, or it asks for a day that
    no calendar has."""


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
    if parts.keys() - _PARTS - _OTHER_PARTS or ("COUNT" in parts and "UNTIL" in parts):
        raise MalformedRule(rule)
    if parts.get("FREQ") in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise InexpressibleRule(rule)
    if parts.get("FREQ") not in FREQUENCIES:
        raise MalformedRule(rule)
    if parts.keys() & _OTHER_PARTS:
        raise InexpressibleRule(rule)
    try:
        return _rule(parts)
    except ValueError as error:
        raise MalformedRule(rule) from error


def _rule(parts: dict[str, str]) -> Rule:
    return Rule(
        frequency=parts["FREQ"],
        interval=_number(parts.get("INTERVAL", "1"), 1, 10_000),
        week_start=_WEEKDAYS.index(parts.get("WKST", "MO")),
        by_day=tuple(_weekday(code) for code in _listed(parts, "BYDAY")),
        by_month_day=tuple(_number(day, -31, 31) for day in _listed(parts, "BYMONTHDAY")),
        by_month=tuple(_number(month, 1, 12) for month in _listed(parts, "BYMONTH")),
        by_set_position=tuple(_number(n, -366, 366) for n in _listed(parts, "BYSETPOS")),
        count=_number(parts["COUNT"], 1, 1_000_000) if "COUNT" in parts else None,
        until=_checked_until(parts.get("UNTIL", "")),
    )


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _number(text: str, least: int, most: int) -> int:
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if not least <= number <= most or number == 0:
        raise ValueError(text)
    return number


def _weekday(code: str) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(code)
    if not match:
        raise ValueError(code)
    return _number(match[1], -53, 53) if match[1] else 0, _WEEKDAYS.index(match[2])


def _checked_until(until: str) -> str:
    if until and (not _UNTIL.fullmatch(until) or _clock_of(until).year < 1970):
        raise ValueError(until)
    return until


def _clock_of(until: str) -> datetime:
    """As written; a bare date as its midnight. Raises ValueError for what no clock shows."""
    return datetime.fromisoformat(until.removesuffix("Z"))


def last_day(rule: Rule, start: EventTime) -> date | None:
    """The last local date on which an occurrence may start by UNTIL; None without one, or with one that
    is meant as none ("99991231").

    UNTIL is an instant where it ends in Z, a local time or a whole local day otherwise.
    """
    if not rule.until or int(rule.until[:4]) > LAST_YEAR:
        return None
    limit = _clock_of(rule.until)
    if len(rule.until) == 8 or not isinstance(start, WallClock):
        return limit.date()
    if rule.until.endswith("Z"):
        limit = wall_clock(int(limit.replace(tzinfo=UTC).timestamp()), start.zone).local
    return limit.date() if start.local.time() <= limit.time() else limit.date() - timedelta(days=1)


def occurrence_dates(rule: Rule, start: EventTime) -> Iterator[date]:
    """The local dates on which occurrences start, in order. The start itself is one only where it
    matches the rule; COUNT counts matches. At most HORIZON_YEARS ahead."""
    first = date_of(start)
    last = last_day(rule, start)
    for number, day in enumerate(_matches(_completed(rule, first), first)):
        if (last and day > last) or (rule.count is not None and number >= rule.count):
            return
        yield day


def _completed(rule: Rule, first: date) -> Rule:
    """With the parts that RFC 5545 takes from the start where the rule leaves them out."""
    if rule.by_day or rule.by_month_day or rule.frequency == "DAILY":
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, by_day=((0, first.weekday()),))
    months = (first.month,) if rule.frequency == "YEARLY" else ()
    return replace(rule, by_month_day=(first.day,), by_month=rule.by_month or months)


def _matches(rule: Rule, first: date) -> Iterator[date]:
    """RFC 5545's table of expansion and limitation, for rules of whole days."""
    last = horizon(first)
    for period in _periods(rule, first, last):
        days = [day for day in period if _is_match(rule, day)]
        if rule.by_set_position:
            days = [day for number, day in enumerate(days) if _is_chosen(rule, number, len(days))]
        yield from (day for day in days if first <= day <= last)


def horizon(first: date) -> date:
    return date(min(first.year + HORIZON_YEARS, LAST_YEAR), 12, 31)


def _periods(rule: Rule, first: date, last: date) -> Iterator[list[date]]:
    """The days of each day, week, month or year that the interval does not leave out."""
    if rule.frequency in {"DAILY", "WEEKLY"}:
        length = 7 if rule.frequency == "WEEKLY" else 1
        begin = first - timedelta(days=(first.weekday() - rule.week_start) % 7 if length == 7 else 0)
        while begin <= last:
            yield [begin + timedelta(days=number) for number in range(length)]
            begin += timedelta(days=length * rule.interval)
        return
    months = sorted(set(rule.by_month)) or range(1, 13)
    position = first.year * 12 + first.month - 1
    while (year := position // 12) <= last.year:
        chosen = months if rule.frequency == "YEARLY" else [position % 12 + 1]
        yield [date(year, month, day + 1) for month in chosen for day in range(_length(year, month))]
        position += rule.interval * (12 if rule.frequency == "YEARLY" else 1)


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _is_match(rule: Rule, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and day.day not in rule.by_month_day:
        from_the_end = day.day - _length(day.year, day.month) - 1
        if from_the_end not in rule.by_month_day:
            return False
    return not rule.by_day or any(
        day.weekday() == weekday and (ordinal == 0 or ordinal in _ordinals(rule, day))
        for ordinal, weekday in rule.by_day
    )


def _ordinals(rule: Rule, day: date) -> tuple[int, int]:
    """Which of its weekday this day is, from the front and from the end: in its month, or in its year
    where a yearly rule names no month."""
    if rule.frequency == "YEARLY" and not rule.by_month:
        number, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    else:
        number, length = day.day, _length(day.year, day.month)
    return (number - 1) // 7 + 1, -((length - number) // 7 + 1)


def _is_chosen(rule: Rule, number: int, total: int) -> bool:
    return number + 1 in rule.by_set_position or number - total in rule.by_set_position
