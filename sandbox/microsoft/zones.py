"""Time zones as Graph names them, and its `dateTimeTimeZone`."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

from sandbox.microsoft.errors import GraphError, invalid_property, unreadable_body

WINDOWS_ZONES = {**win_tz, "UTC": "UTC"}
"""Windows' names, and the IANA name of the place that each is kept for."""

_CLDR_ZONES = {
    "Africa": """
        Abidjan Accra Addis_Ababa Algiers Asmera Bamako Bangui Banjul Bissau Blantyre Brazzaville Bujumbura
        Cairo Casablanca Ceuta Conakry Dakar Dar_es_Salaam Djibouti Douala El_Aaiun Freetown Gaborone Harare
        Johannesburg Juba Kampala Khartoum Kigali Kinshasa Lagos Libreville Lome Luanda Lubumbashi Lusaka
        Malabo Maputo Maseru Mbabane Mogadishu Monrovia Nairobi Ndjamena Niamey Nouakchott Ouagadougou
        Porto-Novo Sao_Tome Tripoli Tunis Windhoek
    """,
    "America": """
        Adak Anchorage Anguilla Antigua Araguaina Argentina/La_Rioja Argentina/Rio_Gallegos Argentina/Salta
        Argentina/San_Juan Argentina/San_Luis Argentina/Tucuman Argentina/Ushuaia Aruba Asuncion Bahia
        Bahia_Banderas Barbados Belem Belize Blanc-Sablon Boa_Vista Bogota Boise Buenos_Aires Cambridge_Bay
        Campo_Grande Cancun Caracas Catamarca Cayenne Cayman Chicago Chihuahua Ciudad_Juarez Coral_Harbour
        Cordoba Costa_Rica Coyhaique Creston Cuiaba Curacao Danmarkshavn Dawson Dawson_Creek Denver Detroit
        Dominica Edmonton Eirunepe El_Salvador Fort_Nelson Fortaleza Glace_Bay Godthab Goose_Bay Grand_Turk
        Grenada Guadeloupe Guatemala Guayaquil Guyana Halifax Havana Hermosillo Indiana/Knox Indiana/Marengo
        Indiana/Petersburg Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac Indianapolis
        Inuvik Iqaluit Jamaica Jujuy Juneau Kentucky/Monticello Kralendijk La_Paz Lima Los_Angeles
        Louisville Lower_Princes Maceio Managua Manaus Marigot Martinique Matamoros Mazatlan Mendoza
        Menominee Merida Metlakatla Mexico_City Miquelon Moncton Monterrey Montevideo Montserrat Nassau
        New_York Nome Noronha North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem Ojinaga Panama
        Paramaribo Phoenix Port-au-Prince Port_of_Spain Porto_Velho Puerto_Rico Punta_Arenas Rankin_Inlet
        Recife Regina Resolute Rio_Branco Santarem Santiago Santo_Domingo Sao_Paulo Scoresbysund Sitka
        St_Barthelemy St_Johns St_Kitts St_Lucia St_Thomas St_Vincent Swift_Current Tegucigalpa Thule
        Tijuana Toronto Tortola Vancouver Whitehorse Winnipeg Yakutat
    """,
    "Antarctica": """
        Casey Davis DumontDUrville Macquarie Mawson McMurdo Palmer Rothera Syowa Vostok
    """,
    "Arctic": """
        Longyearbyen
    """,
    "Asia": """
        Aden Almaty Amman Anadyr Aqtau Aqtobe Ashgabat Atyrau Baghdad Bahrain Baku Bangkok Barnaul Beirut
        Bishkek Brunei Calcutta Chita Colombo Damascus Dhaka Dili Dubai Dushanbe Famagusta Gaza Hebron
        Hong_Kong Hovd Irkutsk Jakarta Jayapura Jerusalem Kabul Kamchatka Karachi Katmandu Khandyga
        Krasnoyarsk Kuala_Lumpur Kuching Kuwait Macau Magadan Makassar Manila Muscat Nicosia Novokuznetsk
        Novosibirsk Omsk Oral Phnom_Penh Pontianak Pyongyang Qatar Qostanay Qyzylorda Rangoon Riyadh Saigon
        Sakhalin Samarkand Seoul Shanghai Singapore Srednekolymsk Taipei Tashkent Tbilisi Tehran Thimphu
        Tokyo Tomsk Ulaanbaatar Urumqi Ust-Nera Vientiane Vladivostok Yakutsk Yekaterinburg Yerevan
    """,
    "Atlantic": """
        Azores Bermuda Canary Cape_Verde Faeroe Madeira Reykjavik South_Georgia St_Helena Stanley
    """,
    "Australia": """
        Adelaide Brisbane Broken_Hill Darwin Eucla Hobart Lindeman Lord_Howe Melbourne Perth Sydney
    """,
    "Etc": """
        GMT GMT+1 GMT+10 GMT+11 GMT+12 GMT+2 GMT+3 GMT+4 GMT+5 GMT+6 GMT+7 GMT+8 GMT+9 GMT-1 GMT-10 GMT-11
        GMT-12 GMT-13 GMT-14 GMT-2 GMT-3 GMT-4 GMT-5 GMT-6 GMT-7 GMT-8 GMT-9 UTC
    """,
    "Europe": """
        Amsterdam Andorra Astrakhan Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Busingen
        Chisinau Copenhagen Dublin Gibraltar Guernsey Helsinki Isle_of_Man Istanbul Jersey Kaliningrad Kiev
        Kirov Lisbon Ljubljana London Luxembourg Madrid Malta Mariehamn Minsk Monaco Moscow Oslo Paris
        Podgorica Prague Riga Rome Samara San_Marino Sarajevo Saratov Simferopol Skopje Sofia Stockholm
        Tallinn Tirane Ulyanovsk Vaduz Vatican Vienna Vilnius Volgograd Warsaw Zagreb Zurich
    """,
    "Indian": """
        Antananarivo Chagos Christmas Cocos Comoro Kerguelen Mahe Maldives Mauritius Mayotte Reunion
    """,
    "Pacific": """
        Apia Auckland Bougainville Chatham Easter Efate Enderbury Fakaofo Fiji Funafuti Galapagos Gambier
        Guadalcanal Guam Honolulu Kiritimati Kosrae Kwajalein Majuro Marquesas Midway Nauru Niue Norfolk
        Noumea Pago_Pago Palau Pitcairn Ponape Port_Moresby Rarotonga Saipan Tahiti Tarawa Tongatapu Truk
        Wake Wallis
    """,
}
"""The IANA names in CLDR's windowsZones as of 2026, by region, in CLDR's spelling."""

_MORE_ZONES = (
    "UTC America/Argentina/Buenos_Aires America/Indiana/Indianapolis America/Santa_Isabel "
    "Asia/Kathmandu Asia/Kolkata"
)
"""What Graph's page of the `dateTimeTimeZone` has beside them. (It also has "Europe/Kyiv (Kiev)" and the
like, of which nobody knows how much is the name.)"""

NO_RECURRENCE = frozenset({"Africa/Casablanca", "Africa/El_Aaiun"})
"""Zones whose rules Exchange can't model in a series (microsoft-graph-docs-contrib #1609)."""


_FIRST_YEAR, _LAST_YEAR = 1601, 4500  # Exchange's calendar


@cache
def iana_zones() -> frozenset[str]:
    """The IANA names that Graph takes. Abbreviations and other aliases (EST, PRC, US/Eastern …) are none."""
    listed = (f"{region}/{city}" for region, cities in _CLDR_ZONES.items() for city in cities.split())
    return frozenset(listed) | frozenset(_MORE_ZONES.split())


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
