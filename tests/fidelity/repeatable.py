"""What would differ from one test run to the next: time, and the ids that Feishu gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

NOW = datetime(2026, 10, 21, 7, 20, tzinfo=UTC)
"""A Wednesday, shortly before the clocks are moved in Europe and then in America."""


class StandingClock:
    """One for the program and for both services. It goes on when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def seconds(self) -> float:
        """Since 1970, as the sandbox counts."""
        return self.moment.timestamp()

    def advance(self, by: timedelta) -> None:
        self.moment += by


class SeededIds:
    """Stands in for the module uuid."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)  # noqa: S311  # the same ids every time

    def uuid4(self) -> UUID:
        return UUID(int=self._dice.getrandbits(128), version=4)
