"""What people draw from when they think of an event."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.model import Span, WallClock
from tests.simulation.world import HOME, World

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
TITLES = ("Review", "Lunch", "Planning", "One to one", "Talk", "")
DAYS = (0, 0, 1, 1, 2, 3, 4, 5, 8, 13, 21, 34, 55, 58, -1, -3, 75)


def span(world: World) -> Span:
    random = world.random
    today = world.clock.now().astimezone(HOME).date()
    day = today + timedelta(days=random.choice(DAYS))
    if random.random() < 0.15:
        return Span(day, day + timedelta(days=random.choice((1, 1, 2))))
    start = datetime(day.year, day.month, day.day, random.randint(8, 19), random.choice((0, 30)))  # noqa: DTZ001  # a wall clock
    zone = random.choice(ZONES)
    return Span(WallClock(start, zone), WallClock(start + timedelta(minutes=random.choice((30, 60))), zone))


def shifted(span: Span, by: timedelta) -> Span:
    if isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(
            WallClock(span.start.local + by, span.start.zone), WallClock(span.end.local + by, span.end.zone)
        )
    assert not isinstance(span.start, WallClock)
    assert not isinstance(span.end, WallClock)
    return Span(span.start + by, span.end + by)
