"""Recurrence as Exchange understands it: what it takes, and on which dates it puts occurrences.

It differs from RFC 5545: a day of the month that doesn't exist clamps to the last one, weeks start on Sunday
unless said otherwise, a start off the pattern is no occurrence, and a relative pattern with several days is
the first (…last) day of the month that is any of them. Pure.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from itertools import count, islice, takewhile
from typing import Any

from sandbox.microsoft.errors import GraphError, unreadable_body

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEXES = ("first", "second", "third", "fourth", "last")
_LONGEST_INTERVAL = {
    "daily": 999,
    "weekly": 99,
    "absoluteMonthly": 99,
    "relativeMonthly": 99,
    "absoluteYearly": 8,  # Exchange keeps twelve months a year, and 99 months is its longest step
    "relativeYearly": 8,
}
_LAST_END = date(4500, 9, 1)
_MOST_OCCURRENCES = 999
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A `patternedRecurrence`, without the members that its type doesn't use: equal rules recur equally."""

    type: str
    interval: int
    start: date
    days: frozenset[int] = frozenset()  # 0 is Monday
    first_day: int = 6
    index: str = "first"
    day: int = 0
    month: int = 0
    end: date | None = None
    occurrences: int | None = None
    zone: str | None = field(default=None, compare=False)

    def dates(self) -> Iterator[date]:
        """The dates of all occurrences, ascending; endless for a rule without an end."""
        last = self.end or date.max
        dates = takewhile(lambda day: day <= last, (day for day in self._candidates() if day >= self.start))
        try:
            yield from islice(dates, self.occurrences)
        except OverflowError:  # the calendar itself ends on 9999-12-31
            return

    def _candidates(self) -> Iterator[date]:
        if self.type == "daily":
            for step in count():
                yield self.start + step * self.interval * _DAY
        elif self.type == "weekly":
            week = self.start - (self.start.weekday() - self.first_day) % 7 * _DAY
            offsets = sorted((day - self.first_day) % 7 for day in self.days)
            for step in count():
                yield from (week + (step * self.interval * 7 + offset) * _DAY for offset in offsets)
        else:
            yield from (self._day_in(year, month) for year, month in self._months())

    def _months(self) -> Iterator[tuple[int, int]]:
        is_yearly = self.type.endswith("Yearly")
        first = self.start.year * 12 + (self.month if is_yearly else self.start.month) - 1
        for number in count(first, self.interval * (12 if is_yearly else 1)):
            if number // 12 > MAXYEAR:
                return
            yield number // 12, number % 12 + 1

    def _day_in(self, year: int, month: int) -> date:
        length = calendar.monthrange(year, month)[1]
        if self.type.startswith("absolute"):
            return date(year, month, min(self.day, length))
        matching = [day for day in range(1, length + 1) if calendar.weekday(year, month, day) in self.days]
        return date(year, month, matching[-1 if self.index == "last" else _INDEXES.index(self.index)])

    def json(self) -> dict[str, Any]:
        """As the service returns it: with fillers in the members that are not used."""
        pattern: dict[str, Any] = {"type": self.type, "interval": self.interval, "month": self.month}
        pattern["dayOfMonth"] = self.day
        if self.days:
            pattern["daysOfWeek"] = [_DAYS[day] for day in sorted(self.days, key=lambda day: (day + 1) % 7)]
        pattern |= {"firstDayOfWeek": _DAYS[self.first_day], "index": self.index}
        kind = "numbered" if self.occurrences is not None else "endDate" if self.end else "noEnd"
        limits = {
            "type": kind,
            "startDate": self.start.isoformat(),
            "endDate": self.end.isoformat() if self.end else "0001-01-01",
            "recurrenceTimeZone": self.zone,
            "numberOfOccurrences": self.occurrences or 0,
        }
        return {"pattern": pattern, "range": limits}


def parse(value: Any) -> Rule:
    """A rule out of a request. Raises GraphError: RequestBodyRead for wrong types, else Exchange's own."""
    if not isinstance(value, dict) or not isinstance(value.get("pattern"), dict):
        raise unreadable_body("A recurrence must have a pattern.")
    if not isinstance(value.get("range"), dict):
        raise unreadable_body("A recurrence must have a range.")
    return Rule(**_pattern(value["pattern"]), **_range(value["range"]))


def _pattern(sent: dict[str, Any]) -> dict[str, Any]:
    kind = _member(sent, "type", tuple(_LONGEST_INTERVAL))
    if not kind:
        raise _bad_pattern("The recurrence pattern must have a type.")
    days, day, month = _days(sent.get("daysOfWeek")), _integer(sent, "dayOfMonth"), _integer(sent, "month")
    first_day = _member(sent, "firstDayOfWeek", _DAYS) or "sunday"
    index = _member(sent, "index", _INDEXES) or "first"
    if "interval" not in sent:
        raise GraphError(
            500, "ErrorInternalServerError", "An internal server error occurred. Try again later."
        )
    pattern: dict[str, Any] = {"type": kind, "interval": _integer(sent, "interval")}
    if not 1 <= pattern["interval"] <= _LONGEST_INTERVAL[kind]:
        raise _bad_recurrence("The interval is out of range.")
    if kind == "weekly" or kind.startswith("relative"):
        if not days:
            raise _bad_pattern("The recurrence pattern must have daysOfWeek.")
        pattern["days"] = days
        pattern |= {"first_day": _DAYS.index(first_day)} if kind == "weekly" else {"index": index}
    if kind.startswith("absolute"):
        if not 1 <= day <= 31:
            raise _bad_recurrence("dayOfMonth is out of range.")
        pattern["day"] = day
    if kind.endswith("Yearly"):
        if not 1 <= month <= 12:
            raise _bad_recurrence("month is out of range.")
        pattern["month"] = month
    return pattern


def _range(sent: dict[str, Any]) -> dict[str, Any]:
    kind = _member(sent, "type", ("endDate", "noEnd", "numbered"))
    start, end, occurrences = (
        _date(sent, "startDate"),
        _date(sent, "endDate"),
        _integer(sent, "numberOfOccurrences"),
    )
    zone = sent.get("recurrenceTimeZone")
    if kind is None or start is None or (zone is not None and not isinstance(zone, str)):
        raise _bad_range("The recurrence range is incomplete.")
    limits: dict[str, Any] = {"start": start, "zone": zone or None}
    if kind == "endDate":
        if end is None or end < start:
            raise _bad_range("The recurrence range must end after it starts.")
        if end > _LAST_END:
            raise GraphError(
                400, "ErrorRecurrenceEndDateTooBig", "The end date of the recurrence is too big."
            )
        limits["end"] = end
    if kind == "numbered":
        if not 1 <= occurrences <= _MOST_OCCURRENCES:
            raise _bad_recurrence("numberOfOccurrences is out of range.")
        limits["occurrences"] = occurrences
    return limits


def _member(sent: dict[str, Any], name: str, members: tuple[str, ...]) -> str | None:
    """The member of an enumeration that was sent, in the service's own case."""
    value = sent.get(name)
    if value is None:
        return None
    for member in members:
        if isinstance(value, str) and value.lower() == member.lower():
            return member
    raise unreadable_body(f"Cannot convert the literal '{value}' of '{name}'.")


def _days(sent: Any) -> frozenset[int]:
    if sent is None:
        return frozenset()
    if not isinstance(sent, list):
        raise unreadable_body("daysOfWeek must be a collection.")
    names = [_member({"daysOfWeek": day}, "daysOfWeek", _DAYS) for day in sent]
    return frozenset(_DAYS.index(name) for name in names if name)


def _integer(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise unreadable_body(f"Cannot convert the literal '{value}' of '{name}' to Edm.Int32.")
    return value


def _date(sent: dict[str, Any], name: str) -> date | None:
    value = sent.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise unreadable_body(f"Cannot convert the literal '{value}' of '{name}' to Edm.Date.") from None


def _bad_pattern(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRecurrencePattern", message)


def _bad_range(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRecurrenceRange", message)


def _bad_recurrence(message: str) -> GraphError:
    return GraphError(400, "ErrorCalendarInvalidRecurrence", message)
