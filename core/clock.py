"""The real clock. Everything that reads time is given one of these; tests give another."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from core.errors import Stopped
from core.policy import Window
from core.ports import Stop

_STEP = 0.1
"""Seconds within which a wait notices that somebody asked to stop."""


class SystemClock:
    """Port Clock. `heed` names who may interrupt a wait."""

    def __init__(self) -> None:
        self._stop: Stop = lambda: False

    def heed(self, stop: Stop) -> None:
        self._stop = stop

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stop():
                raise Stopped
            time.sleep(min(_STEP, left))


def window_at(now: datetime, *, past_days: int, future_days: int) -> Window:
    """What is copied, seen from `now` (aware) and the person's own calendar days: the local zone of this
    machine decides when a day begins."""
    today = now.astimezone().date()
    first_day, last_day = today - timedelta(days=past_days), today + timedelta(days=future_days + 1)
    return Window(
        first=_local_midnight(first_day) if past_days else int(now.timestamp()),
        last=_local_midnight(last_day),
        first_day=_utc_midnight(first_day),
        last_day=_utc_midnight(last_day),
    )


def _local_midnight(day: date) -> int:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the next call takes it as local time
    return int(midnight.astimezone().timestamp())


def _utc_midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
