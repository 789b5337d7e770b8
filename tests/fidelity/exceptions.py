"""What people do to single occurrences of a series in Feishu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

from sandbox.feishu import FeishuWorld
from sandbox.feishu.occurrences import expand
from sandbox.feishu.rows import EventRow, instant

Time = datetime | date
_MOST_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One that no exception stands for. `following`: the start of the next one, if there is one."""

    world: FeishuWorld
    calendar_id: str
    series: EventRow
    start: Time
    end: Time
    following: Time | None

    @property
    def original(self) -> int:
        return instant(self.start)

    @property
    def title(self) -> str:
        return str(self.series.details["summary"])

    def change(self, **changes: object) -> str:
        return self.world.change_occurrence(
            self.calendar_id,
            self.series.event_id,
            self.start,
            **changes,
        )

    def move(self, by: timedelta) -> str:
        return self.change(start=later(self.start, by), end=later(self.end, by))


def occurrences(
    world: FeishuWorld, calendar_id: str, series: EventRow, lower: datetime, upper: datetime
) -> list[Occurrence]:
    """The plain ones between two instants, not all if there are many."""
    rows = world.calendars[calendar_id].rows
    times = list(islice(expand(series, lower.timestamp(), upper.timestamp()), _MOST_LOOKED_AT))
    starts: list[Time | None] = [start for start, _ in times]
    return [
        Occurrence(world, calendar_id, series, start, end, following)
        for (start, end), following in zip(times, [*starts[1:], None], strict=False)
        if f"{series.uid}_{instant(start)}" not in rows
    ]


def later(time: Time, by: timedelta) -> Time:
    """By real time, not by the clock; a date by whole days."""
    if isinstance(time, datetime):
        return (time.astimezone(UTC) + by).astimezone(time.tzinfo)
    return time + by


def cancel(one: Occurrence, _dice: Random) -> str:
    return one.change(status="cancelled")


def move_within_day(one: Occurrence, dice: Random) -> str:
    if not isinstance(one.start, datetime):
        return cancel(one, dice)
    return one.move(timedelta(minutes=dice.choice((-90, -30, 30, 60, 120))))


def move_to_another_day(one: Occurrence, dice: Random) -> str:
    return one.move(timedelta(days=dice.choice((-2, -1, 1, 2))))


def move_across_the_next(one: Occurrence, dice: Random) -> str:
    if one.following is None:
        return move_to_another_day(one, dice)
    return one.move(timedelta(seconds=instant(one.following) - instant(one.start)) + timedelta(days=1))


def move_far_away(one: Occurrence, dice: Random) -> str:
    return one.move(timedelta(days=dice.choice((-9, 25, 70, 500))))


def retitle(one: Occurrence, dice: Random) -> str:
    return one.change(summary=f"{one.title} ({dice.choice(('changed', '改', '🎧'))})")


def shorten(one: Occurrence, _dice: Random) -> str:
    if not isinstance(one.start, datetime):
        return one.change(start=one.start, end=one.start + timedelta(days=1))
    length = timedelta(seconds=(instant(one.end) - instant(one.start)) // 120 * 60 or 60)
    return one.change(start=one.start, end=later(one.start, length))


def make_all_day(one: Occurrence, dice: Random) -> str:
    if isinstance(one.start, datetime):
        day = one.start.date()
        return one.change(start=day, end=day + timedelta(days=dice.choice((1, 1, 2))))
    start = datetime(one.start.year, one.start.month, one.start.day, 10, tzinfo=UTC)
    return one.change(start=start, end=start + timedelta(hours=1))


def change_details(one: Occurrence, dice: Random) -> str:
    changes = ({"status": "tentative"}, {"free_busy_status": "free"}, {"visibility": "private"})
    return one.change(**dice.choice(changes))


def decline(one: Occurrence, _dice: Random) -> str:
    event_id = one.change(summary=f"{one.title} (declined)")
    one.world.distort(one.calendar_id, event_id, self_rsvp_status="decline")
    return event_id


KINDS: dict[str, Callable[[Occurrence, Random], str]] = {
    "cancelled": cancel,
    "moved within the day": move_within_day,
    "moved to another day": move_to_another_day,
    "moved across the next": move_across_the_next,
    "moved far away": move_far_away,
    "retitled": retitle,
    "shortened": shorten,
    "made all-day": make_all_day,
    "other details": change_details,
    "declined": decline,
}
