"""Time zones as Graph names them, and its `dateTimeTimeZone`."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sandbox.microsoft.errors import GraphError, invalid_property, unreadable_body

WINDOWS_ZONES = {
    "Dateline Standard Time": "Etc/GMT+12",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "Alaskan Standard Time": "America/Anchorage",
    "Pacific Standard Time": "America/Los_Angeles",
    "US Mountain Standard Time": "America/Phoenix",
    "Mountain Standard Time": "America/Denver",
    "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "Eastern Standard Time": "America/New_York",
    "Atlantic Standard Time": "America/Halifax",
    "Newfoundland Standard Time": "America/St_Johns",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Argentina Standard Time": "America/Buenos_Aires",
    "UTC": "UTC",
    "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "E. Europe Standard Time": "Europe/Chisinau",
    "FLE Standard Time": "Europe/Kiev",
    "GTB Standard Time": "Europe/Bucharest",
    "Turkey Standard Time": "Europe/Istanbul",
    "Israel Standard Time": "Asia/Jerusalem",
    "Egypt Standard Time": "Africa/Cairo",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Russian Standard Time": "Europe/Moscow",
    "Arabian Standard Time": "Asia/Dubai",
    "Pakistan Standard Time": "Asia/Karachi",
    "India Standard Time": "Asia/Calcutta",
    "Nepal Standard Time": "Asia/Katmandu",
    "SE Asia Standard Time": "Asia/Bangkok",
    "China Standard Time": "Asia/Shanghai",
    "Singapore Standard Time": "Asia/Singapore",
    "Taipei Standard Time": "Asia/Taipei",
    "W. Australia Standard Time": "Australia/Perth",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "E. Australia Standard Time": "Australia/Brisbane",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "New Zealand Standard Time": "Pacific/Auckland",
}

NO_RECURRENCE = frozenset({"Africa/Casablanca", "Africa/El_Aaiun"})
"""Zones whose rules Exchange can't model in a series (microsoft-graph-docs-contrib #1609)."""


_FIRST_YEAR, _LAST_YEAR = 1601, 4500  # Exchange's calendar


@cache
def iana_zones() -> frozenset[str]:
    """The IANA names that Graph takes. Abbreviations (EST, MST, PRC …) are none, though IANA links them."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


@cache
def canonical(name: str) -> str:
    """The IANA name of a Windows or IANA zone. Raises GraphError (TimeZoneNotSupportedException)."""
    if name in WINDOWS_ZONES:
        return WINDOWS_ZONES[name]
    if name in iana_zones():
        return name
    message = (
        f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'."
    )
    raise GraphError(400, "TimeZoneNotSupportedException", message)


@cache
def zone(name: str) -> tzinfo:
    return UTC if canonical(name) == "UTC" else ZoneInfo(canonical(name))


@lru_cache(maxsize=4096)
def to_utc(local: datetime, name: str) -> datetime:
    """The instant of a naive wall-clock time, by the Windows rule: a skipped hour moves forward, of a
    repeated one the later (standard time) counts."""
    there = zone(name)
    first, second = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(first, second)


@dataclass(frozen=True, slots=True)
class WallTime:
    """A naive wall-clock time, the zone as the client named it, and the instant that both make.

    All-day times float: their instant is midnight UTC whatever the zone, as calendarView counts them.
    """

    local: datetime
    zone: str
    utc: datetime

    @classmethod
    def at(cls, local: datetime, name: str, *, is_floating: bool = False) -> "WallTime":
        return cls(local, name, local.replace(tzinfo=UTC) if is_floating else to_utc(local, name))

    def is_midnight(self) -> bool:
        return self.local.time() == time.min

    def is_same(self, other: "WallTime") -> bool:
        return self.local == other.local and canonical(self.zone) == canonical(other.zone)

    def json(self, name: str = "UTC") -> dict[str, str]:
        local = self.utc if name == "UTC" else self.utc.astimezone(zone(name))
        return {"dateTime": timestamp(local), "timeZone": name}


def parse_wall_time(value: Any) -> WallTime:
    """A `dateTimeTimeZone` of a request. A date alone is midnight; an offset makes it an instant that the
    zone only labels. Raises GraphError."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise unreadable_body("A dateTimeTimeZone must have a dateTime.")
    name = value.get("timeZone")
    name = name if isinstance(name, str) else ""
    canonical(name)
    try:
        moment = datetime.fromisoformat(value["dateTime"])
        if moment.tzinfo is not None:
            moment = moment.astimezone(zone(name)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise invalid_property() from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise GraphError(400, "ErrorCalendarOutOfRange", "The date is outside of what a calendar can hold.")
    return WallTime.at(moment, name)


def parse_instant(text: str) -> datetime:
    """A time of a query string: an offset is honoured, without one it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """Graph's local form: seven digits of a second, no offset."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "0"


def instant(moment: datetime) -> str:
    """Graph's DateTimeOffset form, for a time in UTC."""
    return timestamp(moment) + "Z"
