"""Noticing that the computer has slept, on every system alike: the clock jumps between two looks at it."""

from __future__ import annotations

import time
from collections.abc import Callable


class SleepDetector:
    """Asked regularly; a gap of more than `seconds` by the wall clock means that nobody could ask."""

    def __init__(self, seconds: float, wall_clock: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self._wall_clock = wall_clock
        self._last = wall_clock()

    def has_slept(self) -> bool:
        """Since the last call of this or of `awake`."""
        before, self._last = self._last, self._wall_clock()
        return self._last - before > self._seconds

    def awake(self) -> None:
        """The time until now was spent working."""
        self._last = self._wall_clock()
