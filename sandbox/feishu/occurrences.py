"""Series taken apart into occurrences (RFC 5545), and what a calendar shows in a window of time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rrulestr

from sandbox.feishu.rows import Calendar, EventRow, instant

_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6})?(Z?)")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that a calendar shows. `row`: the exception, single event or master that it comes from."""

    event_id: str
    start: datetime | date
    end: datetime | date
    row: EventRow

    @property
    def is_generated(self) -> bool:
        return bool(self.row.recurrence)


def within(calendar: Calendar, lower: float, upper: float) -> list[Occurrence]:
    """What touches the time between two instants (seconds since 1970), by start; cancelled exceptions too."""
    shown: list[Occurrence] = []
    for row in calendar.rows.values():
        if row.is_live and row.recurrence:
            shown += generated(calendar, row, lower, upper)
        elif (row.is_live or row.is_exception) and touches(row.start, row.end, lower, upper):
            shown.append(Occurrence(row.event_id, row.start, row.end, row))
    return sorted(shown, key=lambda occurrence: (instant(occurrence.start), occurrence.event_id))


def generated(calendar: Calendar, master: EventRow, lower: float, upper: float) -> Iterator[Occurrence]:
    """The occurrences of a series that no exception stands for."""
    for start, end in expand(master, lower, upper):
        event_id = f"{master.uid}_{instant(start)}"
        if event_id not in calendar.rows:
            yield Occurrence(event_id, start, end, master)


def expand(master: EventRow, lower: float, upper: float) -> Iterator[tuple[datetime | date, datetime | date]]:
    """All that the rule says, by wall clock in the master's zone; a first day off the rule is not in it."""
    length = timedelta(seconds=instant(master.end) - instant(master.start))
    for moment in parse_rule(master.recurrence, master.start, master.zone):
        start: datetime | date
        end: datetime | date
        if isinstance(master.start, datetime):
            start, end = moment, (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
        else:
            start, end = moment.date(), moment.date() + length
        if instant(start) >= upper:
            return
        if touches(start, end, lower, upper):
            yield start, end


@lru_cache(maxsize=8192)
def parse_rule(recurrence: str, first: datetime | date, zone: str) -> rrule:
    """Raises ValueError if it is no valid RRULE."""
    text = recurrence.strip().removeprefix("RRULE:").strip()
    if "COUNT=" in text and "UNTIL=" in text:
        raise ValueError("COUNT and UNTIL exclude each other")
    if isinstance(first, datetime):
        local = zone_of(zone)
        rule = rrulestr(
            _UNTIL.sub(lambda until: _until_in_utc(until, local), text),
            dtstart=first.astimezone(UTC).astimezone(local),  # a time that the clock skips is an instant
        )
    else:
        midnight = datetime.combine(first, time())
        rule = rrulestr(_UNTIL.sub(r"UNTIL=\1", text), dtstart=midnight)
    if not isinstance(rule, rrule):
        raise ValueError("one RRULE, nothing else")  # noqa: TRY004  # the rule is wrong, not its type
    return rule


def zone_of(name: str) -> tzinfo:
    """The zone, or UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def touches(start: datetime | date, end: datetime | date, lower: float, upper: float) -> bool:
    return instant(start) < upper and (instant(end) > lower or instant(end) == instant(start) >= lower)


def _until_in_utc(until: re.Match[str], zone: tzinfo) -> str:
    """A date means the whole day, a time without Z the local clock."""
    day, clock, is_utc = until.groups()
    if is_utc:
        return until.group()
    local = datetime.strptime(day + (clock or "T235959"), "%Y%m%dT%H%M%S").replace(tzinfo=zone)
    return f"UNTIL={local.astimezone(UTC):%Y%m%dT%H%M%SZ}"
