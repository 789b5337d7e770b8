"""A Feishu calendar of events of every kind. Event number n of a seed is always the same, whatever else there
is, so that what goes wrong with it can be looked at alone; its title ends in "#n"."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.feishu import FeishuWorld
from tests.fidelity import exceptions, rules

ZONES = (
    *("Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Europe/London", "Europe/Berlin", "Europe/Kyiv", "Africa/Cairo", "America/New_York"),
    *("America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo", "America/Nuuk", "Australia/Sydney"),
    *("Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "UTC"),
)
CHANGING_ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
)
ZONES_WITHOUT_SERIES = ("Africa/Casablanca", "EST", "Etc/GMT+3")
"""Outlook has no series in these: it can't model their clocks, or has no such name."""
NIGHTS = {
    "Europe/London": (date(2026, 10, 25), date(2027, 3, 28)),
    "Europe/Berlin": (date(2026, 10, 25), date(2027, 3, 28)),
    "America/New_York": (date(2026, 11, 1), date(2027, 3, 14)),
    "Australia/Sydney": (date(2027, 4, 4), date(2027, 10, 3)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),
}
"""When the clocks are moved, within a year of the tests' today."""
_TITLES = (
    "评审",
    "Review",
    "1:1 🎧",
    "Lunch <now> & then",
    "",
    "שלום עולם",
    "  spaced\tout  ",
    "👩‍👩‍👧 " * 40,
    "长" * 300,
)
_LENGTHS = (15, 30, 45, 60, 90, 150)


def fill(
    world: FeishuWorld, calendar_id: str, count: int, seed: int, kinds: Collection[str] | None = None
) -> None:
    for number in range(count):
        add_event(world, calendar_id, number, seed, kinds)


def add_event(
    world: FeishuWorld, calendar_id: str, number: int, seed: int, kinds: Collection[str] | None = None
) -> str:
    """Event `number` of the calendar of that seed, with its exceptions; its id. `kinds`: names of KINDS."""
    kind = KINDS[kind_of(number, seed, kinds)]
    dice = Random(f"{seed}/{number}")  # noqa: S311  # the same events every time
    return kind.add(_Author(world, calendar_id, number, dice))


def kind_of(number: int, seed: int, kinds: Collection[str] | None = None) -> str:
    """The name of the kind of that event."""
    dice = Random(f"{seed}/{number}/kind")  # noqa: S311  # the same kind every time
    names = list(kinds or KINDS)
    return dice.choices(names, [KINDS[name].weight for name in names])[0]


class _Author:
    """Writes one event into the calendar."""

    def __init__(self, world: FeishuWorld, calendar_id: str, number: int, dice: Random) -> None:
        self.world = world
        self.calendar_id = calendar_id
        self.dice = dice
        self.now = datetime.fromtimestamp(world.clock(), UTC)
        self.today = self.now.date()
        self.title = f"{dice.choice(_TITLES)} #{number}"
        if len(self.title) > 100:  # and would be cut
            self.title = f"#{number} {self.title}"

    # singles

    def single(self) -> str:
        start = self._time(self._day(-2, 380), self._zone())
        return self._add(start, self._after(start, self.dice.choice(_LENGTHS)))

    def long_single(self) -> str:
        start = self._time(self._day(-2, 380), self._zone()).replace(hour=self.dice.choice((0, 12, 22, 23)))
        return self._add(start, self._after(start, self.dice.choice((3, 8, 24, 30, 75)) * 60))

    def single_of_two_zones(self) -> str:
        start = self._time(self._day(0, 300), "Asia/Shanghai")
        end = self._after(start, 600)
        event_id = self._add(start, end)
        says = {"timestamp": str(int(end.timestamp())), "timezone": "America/Los_Angeles"}
        self.world.distort(self.calendar_id, event_id, end_time=says)
        return event_id

    def single_in_the_night_of_the_change(self) -> str:
        zone = self.dice.choice(CHANGING_ZONES)
        midnight = datetime.combine(self.dice.choice(NIGHTS[zone]), time(), ZoneInfo(zone))
        start = self._after(midnight, self.dice.choice((-120, -30, 0, *range(30, 270, 15))))
        return self._add(start, self._after(start, self.dice.choice((15, 30, 60, 180))))

    def single_without_length(self) -> str:
        """Feishu's client makes none, but imported calendars have them."""
        start = self._time(self._day(0, 300), self._zone())
        event_id = f"{uuid.UUID(int=self.dice.getrandbits(128))}_0"
        zone = str(start.tzinfo)
        row = {"start": start, "end": start, "zone": zone, "details": {"summary": self.title}}
        self.world.add_raw_row(self.calendar_id, event_id, **row)
        return event_id

    def whole_days(self) -> str:
        start = self._day(-3, 370)
        return self._add(start, start + timedelta(days=self.dice.choice((1, 1, 1, 2, 3, 14))))

    # series

    def series(self) -> str:
        return self._series(rules.with_outlook_pattern)

    def series_without_pattern(self) -> str:
        return self._series(rules.without_outlook_pattern)

    def series_off_its_rule(self) -> str:
        draw = self.dice.choice((rules.with_outlook_pattern, rules.without_outlook_pattern))
        start = self._time(self._day(-30, 100), self._zone())
        rule = draw(self.dice, start.date() + timedelta(days=self.dice.randint(1, 20)))
        return self._recurring(start, self._after(start, 30), rules.limited(rule, start, self.dice, most=12))

    def running_series(self) -> str:
        """Since long ago, and mostly without an end."""
        start = self._time(self._day(-800, -60), self._zone())
        rule = rules.with_outlook_pattern(self.dice, start.date())
        frequent = rule.days < 5
        text = f"{rule.text};UNTIL={self._day(5, 40):%Y%m%d}" if frequent else rule.text
        return self._recurring(start, self._after(start, self.dice.choice(_LENGTHS)), text)

    def series_of_whole_days(self) -> str:
        draw = self.dice.choice((rules.with_outlook_pattern, rules.without_outlook_pattern))
        start = self._day(-40, 200)
        rule = draw(self.dice, start)
        most = 1 if rule.days < 4 else 3
        end = start + timedelta(days=self.dice.randint(1, most))
        return self._recurring(start, end, rules.limited(rule, start, self.dice, most=10))

    def overnight_series(self) -> str:
        zone = self.dice.choice(CHANGING_ZONES)
        day = self.dice.choice(NIGHTS[zone]) - timedelta(days=self.dice.randint(1, 4))
        start = datetime.combine(day, time(self.dice.choice((20, 22, 23)), 30), ZoneInfo(zone))
        text = self.dice.choice(
            ("FREQ=DAILY;COUNT=8", "FREQ=WEEKLY;BYDAY=SA,SU;COUNT=6", "FREQ=DAILY;INTERVAL=2;COUNT=5")
        )
        return self._recurring(start, self._after(start, self.dice.choice((300, 480, 600))), text)

    def series_in_the_night_of_the_change(self) -> str:
        zone = self.dice.choice(CHANGING_ZONES)
        day = self.dice.choice(NIGHTS[zone]) - timedelta(days=self.dice.randint(1, 4))
        clock = time(self.dice.choice((0, 1, 1, 2, 2, 3)), self.dice.choice((0, 15, 30, 45)))
        start = datetime.combine(day, clock, ZoneInfo(zone))
        text = self.dice.choice(
            ("FREQ=DAILY;COUNT=8", "FREQ=WEEKLY;BYDAY=SU,MO;COUNT=4", "FREQ=DAILY;INTERVAL=2;COUNT=5")
        )
        return self._recurring(start, self._after(start, self.dice.choice((15, 30, 60, 120))), text)

    def several_a_day(self) -> str:
        start = self._time(self._day(0, 300), self._zone())
        return self._recurring(start, self._after(start, 20), rules.several_a_day(self.dice))

    def overlapping_series(self) -> str:
        """Longer than the time to the next one, which Exchange refuses."""
        if self.dice.random() < 0.5:
            start = self._day(0, 300)
            return self._recurring(start, start + timedelta(days=9), "FREQ=WEEKLY;COUNT=4")
        begin = self._time(self._day(0, 300), self._zone())
        return self._recurring(begin, self._after(begin, 30 * 60), "FREQ=DAILY;COUNT=5")

    def series_in_a_strange_zone(self) -> str:
        start = self._time(self._day(-20, 200), self.dice.choice(ZONES_WITHOUT_SERIES))
        rule = rules.with_outlook_pattern(self.dice, start.date())
        return self._recurring(start, self._after(start, 30), rules.limited(rule, start, self.dice, most=10))

    # parts of them

    def _series(self, draw: rules.Draw) -> str:
        start = self._time(self._day(-60, 330), self._zone())
        rule = draw(self.dice, start.date())
        is_endless = rule.days > 6 and self.dice.random() < 0.3
        text = rule.text if is_endless else rules.limited(rule, start, self.dice, most=12)
        return self._recurring(start, self._after(start, self.dice.choice(_LENGTHS)), text)

    def _recurring(self, start: datetime | date, end: datetime | date, rule: str) -> str:
        event_id = self._add(start, end, recurrence=rule)
        if self.dice.random() < 0.5:
            self._add_exceptions(event_id)
        return event_id

    def _add_exceptions(self, event_id: str) -> None:
        series = self.world.calendars[self.calendar_id].rows[event_id]
        lower, upper = self.now - timedelta(days=12), self.now + timedelta(days=360)
        found = exceptions.occurrences(self.world, self.calendar_id, series, lower, upper)
        for occurrence in self.dice.sample(found, min(len(found), self.dice.randint(1, 4))):
            kind = self.dice.choice(list(exceptions.KINDS))
            exceptions.KINDS[kind](occurrence, self.dice)

    def _add(self, start: datetime | date, end: datetime | date, recurrence: str = "") -> str:
        details: dict[str, Any] = {}
        if self.dice.random() < 0.1:
            details["free_busy_status"] = "free"
        if self.dice.random() < 0.1:
            details["visibility"] = "private"
        if self.dice.random() < 0.3:
            details["description"] = "Agenda\nhttps://example.com/a?b=1&c=2"
        event_id = self.world.add_event(
            self.calendar_id, self.title, start, end, recurrence=recurrence, **details
        )
        chance = self.dice.random()
        if chance < 0.1:
            self.world.change_event(self.calendar_id, event_id, status="tentative")
        elif chance < 0.13:
            self.world.distort(self.calendar_id, event_id, self_rsvp_status="decline")
        return event_id

    def _day(self, first: int, last: int) -> date:
        return self.today + timedelta(days=self.dice.randint(first, last))

    def _zone(self) -> str:
        return self.dice.choice(ZONES)

    def _time(self, day: date, zone: str) -> datetime:
        """Of a working day, as a rule."""
        hour = self.dice.choice((*range(8, 20), 0, 23))
        return datetime.combine(day, time(hour, self.dice.choice((0, 0, 15, 30))), ZoneInfo(zone))

    def _after(self, start: datetime, minutes: int) -> datetime:
        """By real time, not by the clock."""
        return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)


@dataclass(frozen=True, slots=True)
class Kind:
    weight: int
    add: Callable[[_Author], str]


KINDS = {
    "single": Kind(26, _Author.single),
    "long single": Kind(5, _Author.long_single),
    "single of two zones": Kind(2, _Author.single_of_two_zones),
    "single in the night of the change": Kind(3, _Author.single_in_the_night_of_the_change),
    "single without length": Kind(1, _Author.single_without_length),
    "whole days": Kind(12, _Author.whole_days),
    "series": Kind(18, _Author.series),
    "running series": Kind(4, _Author.running_series),
    "series of whole days": Kind(4, _Author.series_of_whole_days),
    "overnight series": Kind(2, _Author.overnight_series),
    "series without pattern": Kind(10, _Author.series_without_pattern),
    "series off its rule": Kind(3, _Author.series_off_its_rule),
    "several a day": Kind(1, _Author.several_a_day),
    "series in the night of the change": Kind(2, _Author.series_in_the_night_of_the_change),
    "overlapping series": Kind(1, _Author.overlapping_series),
    "series in a strange zone": Kind(1, _Author.series_in_a_strange_zone),
}
