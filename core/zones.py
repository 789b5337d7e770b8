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


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # arithmetic in UTC, which pytz takes without a zone
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

# Graph lists the names of CLDR's windowsZones, which keeps old spellings; abbreviations it refuses.
# (docs/quirks.md, "Zones")
_GRAPH_NAMES = {
    "Africa/Asmara": "Africa/Asmera",
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "America/Argentina/Catamarca": "America/Catamarca",
    "America/Argentina/Cordoba": "America/Cordoba",
    "America/Argentina/Jujuy": "America/Jujuy",
    "America/Argentina/Mendoza": "America/Mendoza",
    "America/Atikokan": "America/Coral_Harbour",
    "America/Indiana/Indianapolis": "America/Indianapolis",
    "America/Kentucky/Louisville": "America/Louisville",
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
    "Pacific/Chuuk": "Pacific/Truk",
    "Pacific/Kanton": "Pacific/Enderbury",
    "Pacific/Pohnpei": "Pacific/Ponape",
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
    utc = _EPOCH + timedelta(seconds=instant)
    local = utc + _offset(_zone(zone), utc)
    return WallClock(local.replace(fold=int(_instants(local, zone)[0] < instant)), zone)


def instant(wall: WallClock) -> int:
    """Unix seconds. An hour that the clocks skip is read as if they had not moved yet (RFC 5545, 3.3.5).
    Raises UnknownZone."""
    found = _instants(wall.local, wall.zone)
    if found:
        return found[-1 if wall.local.fold else 0]
    return _seconds(wall.local - _offset(_zone(wall.zone), wall.local - _DAY))


def is_plain(wall: WallClock) -> bool:
    """True when name and clock alone determine the instant: not in an hour that passes twice or never."""
    return len(_instants(wall.local, wall.zone)) == 1


@functools.lru_cache(maxsize=65_536)
def _instants(local: datetime, zone: str) -> tuple[int, ...]:
    """When the clocks of `zone` show this, whatever its fold: once as a rule, twice or never where they are
    moved. (pytz's own `localize` tells the two by summer time, of which some zones have less than none.)"""
    tz = _zone(zone)
    offsets = {_offset(tz, local - _DAY), _offset(tz, local + _DAY)}  # a day is more than any offset
    return tuple(sorted(_seconds(local - each) for each in offsets if _offset(tz, local - each) == each))


def _offset(tz: BaseTzInfo, utc: datetime) -> timedelta:
    """East of Greenwich, at a moment given without zone in UTC."""
    return tz.fromutc(utc).utcoffset() or timedelta()


def _seconds(utc: datetime) -> int:
    return (utc - _EPOCH) // _SECOND


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
        return WallClock(time.local + timedelta(days=days), time.zone)  # which forgets the fold
    return time + timedelta(days=days)


def moved_to(span: Span, day: date) -> Span:
    """`span` with its start on `day`, same clock times, same length in days."""
    days = (day - date_of(span.start)).days
    return Span(shifted(span.start, days), shifted(span.end, days))


def text(time: EventTime) -> str:
    """ISO 8601 for people and for fingerprints: a date, or the wall clock with its offset."""
    if not isinstance(time, WallClock):
        return time.isoformat()
    east = (_seconds(time.local) - instant(time)) // 60
    hours, minutes = divmod(abs(east), 60)
    return f"{time.local.replace(fold=0).isoformat()}{'-' if east < 0 else '+'}{hours:02}:{minutes:02}"
