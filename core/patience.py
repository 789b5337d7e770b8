"""How long a service has asked to be left alone, or is left alone of our own accord. One per account."""

from __future__ import annotations

from core.backoff import LONGEST_WAIT_IN_RUN
from core.errors import Throttled
from core.model import Side
from core.ports import Clock


class Patience:
    """Whoever asks `side` waits for its turn first, and says when the service wants to be left alone."""

    def __init__(self, side: Side, clock: Clock) -> None:
        self._side = side
        self._clock = clock
        self._not_before = 0.0

    def hold_off(self, seconds: float) -> None:
        """Nothing is sent for so many seconds. What was asked for before is never cut short."""
        self._not_before = max(self._not_before, self._clock.monotonic() + seconds)

    def await_turn(self) -> None:
        """Sleeps until the service may be asked. Raises Throttled where that is too long for a run."""
        left = self._not_before - self._clock.monotonic()
        if left > LONGEST_WAIT_IN_RUN:
            raise Throttled(self._side, left)
        if left > 0:
            self._clock.sleep(left)
