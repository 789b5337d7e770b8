"""When the worker does something unasked. Only values and two clocks; lives in the worker's thread."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime

TICK = 5.0
"""Seconds between two looks at the clock, at settings.toml and at the way out to the network."""
REST = 3.0
"""Seconds that lie at least between a run and the next that nobody asked for, whatever the schedule says."""
LOOK_AGAIN = 30.0
"""Seconds until what could not be found out (the keyring was locked, the disk full) is looked at again."""
RECKON_AGAIN = 60.0
"""Seconds until the next due time is reckoned anew: the clock may have been set, a month have begun."""


class Timetable:
    """At first nothing may run, and everything has to be looked at."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self.wants_run = False
        """A run is to start without waiting for its time."""
        self._due: datetime | None = None
        """When the next run is due; None: none may start."""
        self._reckon_at = 0.0
        self._rest_until = 0.0
        self._look_at = 0.0
        self._open_anew_at = math.inf
        self._pause_ends: datetime | None = None

    # --- what is known ------------------------------------------------------------------------------

    def runs_at(self, due: datetime) -> None:
        """Everything is there that a run needs; the next one is due then."""
        self._due, self._pause_ends, self._look_at = due, None, math.inf
        self._reckon_at = self._monotonic() + RECKON_AGAIN

    def stands_still(self, until: datetime | None) -> None:
        """No run may start. `until`: when that is to be looked at again; None: when something is asked."""
        self._due, self._pause_ends, self._look_at = None, until, math.inf

    def knows_nothing(self) -> None:
        """It failed to find out, and will be looked at again soon."""
        now = self._monotonic()
        if not now < self._look_at < math.inf:  # what fails again and again puts nothing off
            self._look_at = now + LOOK_AGAIN

    def opened(self) -> None:
        """What the ledger and the keyring say has to be found out."""
        self._look_at, self._open_anew_at = 0.0, math.inf

    def lost_ledger(self) -> None:
        """It will be opened anew soon: what is mended on the disk need not help a file that is open."""
        self._open_anew_at = min(self._open_anew_at, self._monotonic() + LOOK_AGAIN)

    def rest(self, seconds: float) -> None:
        """No run starts unasked for so long."""
        self._rest_until = self._monotonic() + seconds

    def may_go_on_at_once(self) -> None:
        """A run that made room for somebody has had no end yet."""
        self.wants_run = True
        self._rest_until = 0.0

    # --- what is to be done -------------------------------------------------------------------------

    def must_look(self) -> bool:
        """Whether what is known has to be found out anew."""
        is_over = self._pause_ends is not None and self._clock() >= self._pause_ends
        return is_over or self._monotonic() >= self._look_at

    def must_open_anew(self) -> bool:
        return self._monotonic() >= self._open_anew_at

    def must_run(self, next_run: Callable[[], datetime]) -> bool:
        """`next_run`: reckons when the next run is due."""
        if self._due is None or self._monotonic() < self._rest_until:
            return False
        if not self.wants_run and self._monotonic() >= self._reckon_at:
            self.runs_at(next_run())
        return self.wants_run or self._clock() >= self._due

    def patience(self) -> float:
        """Seconds until there may be something to do."""
        if self.must_look():
            return 0.0
        return min(TICK, max(0.0, self._until_run()), max(0.0, self._open_anew_at - self._monotonic()))

    def _until_run(self) -> float:
        if self._due is None:
            return math.inf
        until_due = 0.0 if self.wants_run else (self._due - self._clock()).total_seconds()
        return max(until_due, self._rest_until - self._monotonic())
