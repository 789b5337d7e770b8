"""What tests of the engine are made of: a clock, both services in memory, rows and times in few words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core import zones
from core.model import Row, RowStatus, Span, WallClock
from tests.core.engine.memory_feishu import MemoryFeishu
from tests.core.engine.memory_outlook import HeldEvent, MemoryCalendar, MemoryOutlook

__all__ = [
    "NOW",
    "FakeClock",
    "HeldEvent",
    "MemoryCalendar",
    "MemoryFeishu",
    "MemoryOutlook",
    "at",
    "exception",
    "row",
]

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class FakeClock:
    """Moves only when it is told to, or slept on."""

    def __init__(self, now: datetime) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


def at(day: str, clock: str = "", minutes: int = 30, zone: str = "Asia/Shanghai") -> Span:
    """`at("2026-12-01", "10:00")`, or a whole day without a clock time."""
    if not clock:
        first = date.fromisoformat(day)
        return Span(first, first + timedelta(days=1))
    start = datetime.fromisoformat(f"{day}T{clock}")
    return Span(WallClock(start, zone), WallClock(start + timedelta(minutes=minutes), zone))


def row(uid: str, span: Span | None, title: str = "Meeting", rule: str = "", **more: object) -> Row:
    return Row(f"{uid}_0", uid, None, RowStatus.CONFIRMED, span, rule, title=title, **more)  # type: ignore[arg-type]


def exception(uid: str, original: Span, span: Span | None, title: str = "Meeting", **more: object) -> Row:
    seconds = zones.instant_of(original.start)
    values = {"status": RowStatus.CONFIRMED, "title": title, "is_exception": True, **more}
    return Row(f"{uid}_{seconds}", uid, seconds, span=span, **values)  # type: ignore[arg-type]
