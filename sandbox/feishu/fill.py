"""Many events, always the same ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from math import inf
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.feishu.occurrences import expand

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_TITLES = ("项目周会", "Design review", "客户拜访", "1:1", "季度复盘", "Interview", "培训：数据安全")
_RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "FREQ=MONTHLY")


def fill(world: FeishuWorld, n: int, calendar_id: str | None = None) -> list[str]:
    """Adds `n` events, spread over the next 180 days, and gives their ids.

    Of ten, seven are single, two are whole days and one is a series with a cancelled and a moved occurrence.
    """
    calendar_id = calendar_id or world.calendar_id
    now = datetime.fromtimestamp(world.clock(), UTC).astimezone(_SHANGHAI)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        _add(world, calendar_id, today + timedelta(days=(number * 7) % 180), number) for number in range(n)
    ]


def _add(world: FeishuWorld, calendar_id: str, day: datetime, number: int) -> str:
    title = f"{_TITLES[number % len(_TITLES)]} #{number}"
    start = day.replace(hour=8 + number % 10, minute=15 * (number % 4))
    end = start + timedelta(minutes=30)
    if number % 10 in (3, 6):
        return world.add_event(calendar_id, title, day.date(), day.date() + timedelta(days=1 + number % 3))
    if number % 10 != 9:
        return world.add_event(calendar_id, title, start, end, description=f"Agenda\n{number}")
    rule = _RULES[number // 10 % len(_RULES)]
    series = world.add_event(calendar_id, title, start, end, recurrence=f"{rule};UNTIL={_until(start)}")
    second, third = islice(expand(world.calendars[calendar_id].rows[series], 0, inf), 1, 3)
    world.cancel_occurrence(calendar_id, series, second[0])
    moved = timedelta(hours=3)
    world.move_occurrence(calendar_id, series, third[0], third[0] + moved, third[1] + moved)
    return series


def _until(start: datetime) -> str:
    return f"{(start + timedelta(days=120)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
