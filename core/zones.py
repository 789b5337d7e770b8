"""Wall clocks, instants and the names of zones. Pure; the only module that imports pytz."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta

import pytz
from pytz.tzinfo import BaseTzInfo

from core.model import EventTime, Span, WallClock


class UnknownZone(ValueError):
    """This machine, or Outlook, has no zone of that name."""

    def __init__(self, zone: str) -> None:
        super().__init__(zone)
        self.zone = zone


# Graph lists the names of CLDR's windowsZones, which keeps old spellings; abbreviations it refuses.
# (docs/quirks.md, "Zones")
_GRAPH_NAMES = {
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "America/Indiana/Indianapolis": "America/Indianapolis",
    "America/Nuuk": "America/Godthab",
    "Asia/Chongqing": "Asia/Shanghai",
    "Asia/Chungking": "Asia/Shanghai",
    "Asia/Harbin": "Asia/Shanghai",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Hongkong": "Asia/Hong_Kong",
    "Japan": "Asia/Tokyo",
    "PRC": "Asia/Shanghai",
    "ROC": "Asia/Taipei",
    "ROK": "Asia/Seoul",
    "Singapore": "Asia/Singapore",
    **dict.fromkeys(("Etc/UTC", "Etc/GMT", "GMT", "Etc/Universal", "Universal", "Zulu", "Etc/Zulu"), "UTC"),
}


@functools.cache
def _zone(name: str) -> BaseTzInfo:
    try:
        return pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, ValueError, AttributeError) as error:
        raise UnknownZone(name) from error


def wall_clock(instant: int, zone: str) -> WallClock:
    """What the clocks of `zone` show at `instant` (Unix seconds). Raises UnknownZone."""
    tz = _zone(zone)
    local = datetime.fromtimestamp(instant, UTC).astimezone(tz)
    naive = local.replace(tzinfo=None)
    # pytz knows no fold: of two passes through an hour the later one is the one with less summer time.
    earlier = tz.localize(naive, is_dst=True)
    return WallClock(naive.replace(fold=int(earlier < local)), zone)


def instant(wall: WallClock) -> int:
    """Unix seconds. An hour that the clocks skip is read as if they had not moved yet. Raises UnknownZone."""
    return _instant(wall.local.replace(fold=0), wall.local.fold, wall.zone)


@functools.lru_cache(maxsize=65_536)
def _instant(local: datetime, fold: int, zone: str) -> int:
    """Asked again and again for the same times. The fold is a key of its own: datetimes that differ only
    in it are equal."""
    return int(_zone(zone).localize(local, is_dst=fold == 0).timestamp())


def is_plain(wall: WallClock) -> bool:
    """True when name and clock alone determine the instant: not in an hour that passes twice or never."""
    tz = _zone(wall.zone)
    naive = wall.local.replace(fold=0)
    first, second = tz.localize(naive, is_dst=True), tz.localize(naive, is_dst=False)
    return first == second


def graph_zone(zone: str) -> str:
    """The name under which Graph knows `zone`. Raises UnknownZone."""
    _zone(zone)
    name = _GRAPH_NAMES.get(zone, zone)
    if name != "UTC" and "/" not in name:
        raise UnknownZone(zone)
    return name


def instant_of(time: EventTime) -> int:
    """Unix seconds; a date counts as its UTC midnight, as both services do in their look-ups."""
    if isinstance(time, WallClock):
        return instant(time)
    return int(datetime(time.year, time.month, time.day, tzinfo=UTC).timestamp())


def date_of(time: EventTime) -> date:
    """The calendar date on the event's own clock."""
    return time.local.date() if isinstance(time, WallClock) else time


def in_utc(time: WallClock) -> WallClock:
    """The same instant on the clock of UTC."""
    return wall_clock(instant(time), "UTC")


def shifted(time: EventTime, days: int) -> EventTime:
    """The same time of day, or date, `days` later."""
    if isinstance(time, WallClock):
        return WallClock((time.local + timedelta(days=days)).replace(fold=0), time.zone)
    return time + timedelta(days=days)


def moved_to(span: Span, day: date) -> Span:
    """`span` with its start on `day`, same clock times, same length in days."""
    days = (day - date_of(span.start)).days
    return Span(shifted(span.start, days), shifted(span.end, days))


def text(time: EventTime) -> str:
    """ISO 8601 for people and for fingerprints: a date, or the wall clock with its offset."""
    if not isinstance(time, WallClock):
        return time.isoformat()
    offset = datetime.fromtimestamp(instant(time), UTC).astimezone(_zone(time.zone)).strftime("%z")
    return f"{time.local.replace(fold=0).isoformat()}{offset[:3]}:{offset[3:5]}"
