"""How long to wait before asking a service again. Pure: time and randomness come in as arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_IN_RUN = 60.0
"""Seconds. A longer wait is not slept inside a run: raise Throttled and let the schedule wait."""

LONGEST_OWN_WAIT = 32.0
"""Seconds. What the doubling ends at where the service names no time."""


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from `now` that a Retry-After header asks for: seconds (also fractional) or an HTTP date
    (RFC 9110, 10.2.3). None if it says nothing that can be understood. `now` is aware."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, now)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def wait_before(attempt: int, asked: float | None, jitter: Callable[[], float]) -> float:
    """Seconds to wait before repeating a request for the `attempt`-th time (1, 2, …).

    What the service `asked` for, never less, plus up to half a second; else 1, 2, 4, … seconds plus up to
    half of that. `jitter` gives a number in [0, 1): clients that failed together must not return together.
    """
    if asked is not None:
        return asked + jitter() / 2
    step = min(2.0 ** min(attempt - 1, 16), LONGEST_OWN_WAIT)
    return step * (1 + jitter() / 2)


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
