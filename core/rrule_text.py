"""The text of an RFC 5545 recurrence rule (section 3.3.10), read into a value. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

LAST_YEAR = 4499
"""Exchange's calendar ends in 4500; an UNTIL beyond is meant as none."""
FREQUENCIES = ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LISTS = {
    "BYSECOND": (0, 60),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
"""The least and the greatest value; where values may be negative they may not be 0."""
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", *_LISTS}
_DEFAULTS = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
"""RFC 7529's parts, with the only values that mean what a rule without them means."""
_GREATEST_INTEGER = 2**31 - 1
"""RFC 5545, 3.3.8."""
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_Value = TypeVar("_Value", int, tuple[int, int])


class MalformedRule(ValueError):
    """Not an RRULE."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE, parsed; its lists are sorted, and empty where the rule has no such part. What may be long,
    and is looked up for each day of decades, is a set."""

    frequency: str
    interval: int
    week_start: int
    """From Monday = 0."""
    by_second: tuple[int, ...]
    by_minute: tuple[int, ...]
    by_hour: tuple[int, ...]
    by_day: frozenset[tuple[int, int]]
    """(ordinal or 0, weekday from Monday = 0)."""
    by_month_day: tuple[int, ...]
    by_year_day: frozenset[int]
    by_week_number: frozenset[int]
    by_month: tuple[int, ...]
    by_set_position: tuple[int, ...]
    count: int | None
    until: date | datetime | None
    """The last start: a whole local day, a local time (naive) or an instant (aware, in UTC)."""


def parse(text: str) -> Rule:
    """Reads an RRULE, with or without its prefix, in any case, with blanks and superfluous semicolons.

    Experimental parts ("X-…") are ignored. Ordinals of BYDAY count only in monthly and yearly rules, as in
    python-dateutil. Raises MalformedRule, also for RFC 7529's other calendars and other ways to skip.
    """
    compact = "".join(text.split())
    if not compact.isascii():  # str.upper would make S of ſ
        raise MalformedRule(text)
    parts: dict[str, str] = {}
    for part in filter(None, compact.upper().removeprefix("RRULE:").split(";")):
        name, separator, value = part.partition("=")
        if not separator or not value or name in parts:
            raise MalformedRule(text)
        if not name.startswith("X-") and _DEFAULTS.get(name) != value:
            parts[name] = value
    if parts.keys() - _PARTS or ("COUNT" in parts and "UNTIL" in parts):
        raise MalformedRule(text)
    try:
        return _rule(parts)
    except ValueError as error:
        raise MalformedRule(text) from error


def _rule(parts: dict[str, str]) -> Rule:
    frequency = FREQUENCIES[FREQUENCIES.index(parts.get("FREQ", ""))]
    has_ordinals = frequency in {"MONTHLY", "YEARLY"}
    days = _listed(parts, "BYDAY", _weekday)
    numbers = {name: _numbers(parts, name) for name in _LISTS}
    return Rule(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), 1, _GREATEST_INTEGER),
        week_start=_WEEKDAYS.index(parts.get("WKST", "MO")),
        by_second=numbers["BYSECOND"],
        by_minute=numbers["BYMINUTE"],
        by_hour=numbers["BYHOUR"],
        by_day=frozenset(days if has_ordinals else ((0, weekday) for _, weekday in days)),
        by_month_day=numbers["BYMONTHDAY"],
        by_year_day=frozenset(numbers["BYYEARDAY"]),
        by_week_number=frozenset(numbers["BYWEEKNO"]),
        by_month=numbers["BYMONTH"],
        by_set_position=numbers["BYSETPOS"],
        count=_number(parts["COUNT"], 1, _GREATEST_INTEGER) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    least, most = _LISTS[name]
    return _listed(parts, name, lambda text: _number(text, least, most))


def _listed(parts: dict[str, str], name: str, read: Callable[[str], _Value]) -> tuple[_Value, ...]:
    return tuple(sorted({read(text) for text in parts[name].split(",")})) if name in parts else ()


def _number(text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = int(text)
    if not least <= number <= most or (least < 0 and number == 0):
        raise ValueError(text)
    return number


def _weekday(code: str) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(code)
    if not match:
        raise ValueError(code)
    return _number(match[1], -53, 53) if match[1] else 0, _WEEKDAYS.index(match[2])


def _until(text: str) -> date | datetime | None:
    if not _UNTIL.fullmatch(text):
        raise ValueError(text)
    clock = datetime.fromisoformat(text.removesuffix("Z"))  # a bare date is its midnight
    if clock.year < 1970:
        raise ValueError(text)
    if clock.year > LAST_YEAR:
        return None
    if len(text) == 8:
        return clock.date()
    return clock.replace(tzinfo=UTC) if text.endswith("Z") else clock
