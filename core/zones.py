"""Wall clocks, instants and the names of zones. Pure; the only module that imports pytz."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytz
from tzlocal.windows_tz import tz_win, win_tz

from core.model import EventTime, Span, WallClock


class UnknownZone(ValueError):
    """This machine, or Outlook, has no zone of that name."""

    def __init__(self, zone: str) -> None:
        super().__init__(zone)
        self.zone = zone


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # arithmetic in UTC, which needs no zone
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_WEEK = timedelta(days=7)

_GRAPH_NAMES = {
    # CLDR, whose names Graph lists, keeps the spelling under which it first met a zone.
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
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Pacific/Chuuk": "Pacific/Truk",
    "Pacific/Kanton": "Pacific/Enderbury",
    "Pacific/Pohnpei": "Pacific/Ponape",
    # Of these tzlocal's table knows nothing, or nothing as near.
    "CST6CDT": "America/Chicago",
    "EST5EDT": "America/New_York",
    "Europe/Uzhgorod": "Europe/Kiev",
    "Europe/Zaporozhye": "Europe/Kiev",
    "Hongkong": "Asia/Hong_Kong",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
    "US/East-Indiana": "America/Indianapolis",
    **dict.fromkeys(("Etc/UTC", "Etc/GMT+0", "Etc/GMT-0", "GMT"), "UTC"),
}

_ABBREVIATIONS = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})
"""Who writes one of these means the clock of some city, summer time included or not; nobody can tell."""

_UNLIKE_WINDOWS = frozenset({"America/Scoresbysund", "Antarctica/Casey", "Antarctica/Vostok"})
"""CLDR files them under a Windows zone that shows another time since they moved their clocks."""

_NO_SERIES = frozenset({"Africa/Casablanca", "Africa/El_Aaiun"})
"""Exchange refuses a series there: a Windows zone has two changes in a year, and there it was four, for
Ramadan. (docs/quirks.md, "Zones")"""


@functools.cache
def _iana_names() -> Mapping[str, str]:
    """All names that a zone has here, IANA's and Windows', as `_plain_name` writes them."""
    windows = {_plain_name(name): iana for name, iana in win_tz.items()}
    return windows | {_plain_name(name): name for name in pytz.all_timezones}


def _plain_name(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


@functools.cache
def _zone(name: str) -> ZoneInfo:
    """pytz's record of the zone, read by the standard library. pytz's own classes stop moving clocks in
    2037, and take summer time for the later clock, which it is not in Dublin."""
    iana = iana_name(name)
    with pytz.open_resource(iana) as record:  # type: ignore[attr-defined]  # the stubs forget it
        return ZoneInfo.from_file(record, key=iana)


def iana_name(name: str) -> str:
    """The IANA name, known to this machine, of a zone by its IANA or Windows name, in whatever case and
    with blanks or underscores. Old spellings stay. Raises UnknownZone."""
    try:
        return _iana_names()[_plain_name(name)]
    except KeyError:
        raise UnknownZone(name) from None


def wall_clock(instant: int, zone: str) -> WallClock:
    """What the clocks of `zone` show at `instant` (Unix seconds). Raises UnknownZone."""
    tz = _zone(zone)
    utc = _EPOCH + timedelta(seconds=instant)
    return WallClock(tz.fromutc(utc.replace(tzinfo=tz)).replace(tzinfo=None), zone)


def instant(wall: WallClock) -> int:
    """Unix seconds. A time that the clocks skip is read as if they had not moved yet (RFC 5545, 3.3.5).
    Raises UnknownZone."""
    first, second = _instants(wall.local, wall.zone)
    return max(first, second) if wall.local.fold else first


def is_plain(wall: WallClock) -> bool:
    """True when name and clock alone determine the instant: not in an hour that passes twice or never."""
    first, second = _instants(wall.local, wall.zone)
    return first == second


@functools.lru_cache(maxsize=65_536)
def _instants(local: datetime, zone: str) -> tuple[int, int]:
    """What fold 0 and fold 1 make of a wall clock (PEP 495): the same; the two passes of a repeated time;
    a skipped time by the clock before the change, then by the one after it, which is earlier."""
    first, second = _offsets(local, _zone(zone))
    return _seconds(local - first), _seconds(local - second)


def _offsets(local: datetime, tz: ZoneInfo) -> tuple[timedelta, timedelta]:
    """East of Greenwich, for fold 0 and fold 1."""
    first, second = (local.replace(tzinfo=tz, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return first, second


def _seconds(utc: datetime) -> int:
    return (utc - _EPOCH) // _SECOND


def clock_changes(zone: str, first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last` of which the clocks of `zone` skip or repeat a part, in order.
    A change around midnight can touch two days. Raises UnknownZone."""
    years = range(first.year, last.year + 1)
    return tuple(day for year in years for day in _changes_in(year, zone) if first <= day <= last)


@functools.lru_cache(maxsize=4096)
def _changes_in(year: int, zone: str) -> tuple[date, ...]:
    tz = _zone(zone)
    new_year = datetime(year, 1, 1)  # noqa: DTZ001  # by the clocks in question
    weeks = (new_year + week * _WEEK for week in range(53))
    days = (start + day * _DAY for start in weeks if _moves(start, _WEEK, tz) for day in range(7))
    return tuple(day.date() for day in days if day.year == year and _moves(day, _DAY, tz))


def _moves(start: datetime, length: timedelta, tz: ZoneInfo) -> bool:
    """Nowhere have clocks been moved and moved back within a week."""
    ends = (start, start + length - _SECOND)
    return len({offset for end in ends for offset in _offsets(end, tz)}) > 1


def graph_zone(zone: str) -> str:
    """An IANA name under which Graph takes `zone` and shows its clock. Raises UnknownZone for a zone that
    Windows, and so Outlook, has not. (docs/quirks.md, "Zones")"""
    name = iana_name(zone)
    if name in _GRAPH_NAMES:
        return _GRAPH_NAMES[name]
    if name not in tz_win or name in _ABBREVIATIONS or name in _UNLIKE_WINDOWS:
        raise UnknownZone(zone)
    if name in _listed_by_cldr():
        return name
    city = win_tz[tz_win[name]]
    return _GRAPH_NAMES.get(city, city)


@functools.cache
def _listed_by_cldr() -> frozenset[str]:
    """Names of its windowsZones: one for each city of IANA's own list, and those of fixed offsets."""
    cities = {name for names in pytz.country_timezones.values() for name in names}
    fixed = {name for name in pytz.all_timezones if name.startswith(("Etc/GMT+", "Etc/GMT-"))}
    return frozenset(cities | fixed | set(_GRAPH_NAMES.values()))


def has_series_clock(zone: str) -> bool:
    """True when Outlook can repeat an event by the clocks of `zone`. Where it can't, its occurrences have
    to be told one by one."""
    try:
        graph_zone(zone)
    except UnknownZone:
        return False
    return iana_name(zone) not in _NO_SERIES


def instant_of(time: EventTime) -> int:
    """Unix seconds; a date counts as its UTC midnight, as both services do in their look-ups."""
    if isinstance(time, WallClock):
        return instant(time)
    return int(datetime(time.year, time.month, time.day, tzinfo=UTC).timestamp())


def date_of(time: EventTime) -> date:
    """The calendar date on the event's own clock."""
    return time.local.date() if isinstance(time, WallClock) else time


def nearest_date(instant: int) -> date:
    """The date whose midnight is meant, in UTC or anywhere on Earth."""
    return datetime.fromtimestamp(instant + _DAY.total_seconds() / 2, UTC).date()


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
    offset = timedelta(seconds=_seconds(time.local) - instant(time))
    return time.local.replace(tzinfo=timezone(offset)).isoformat()
