"""How long to wait before asking a service again. Pure: time and randomness come in as arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_IN_RUN = 60.0
"""Seconds. A longer wait is not slept inside a run: raise Throttled and let the schedule wait."""

LONGEST_ASKED_WAIT = 86_400.0
"""Seconds. No service that is well asks for more than a day; a header that does is taken for one day, so that
a slip of theirs does not end the mirror for years."""

LONGEST_OWN_WAIT = 32.0
"""Seconds. What the doubling ends at where the service names no time."""


def parse_retry_after(value: str | None, now: datetime, date: str | None = None) -> float | None:
    """Seconds that a Retry-After header asks for: it has seconds (also fractional) or an HTTP date (RFC 9110,
    10.2.3). LONGEST_ASKED_WAIT at most. None if it says nothing that can be understood.

    An HTTP date is one of the service's clock: the answer's own `date` (its Date header) tells what that
    shows, where it is known; `now` (aware) is this computer's.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment, here = _moment(value), _moment(date or "") or now
        seconds = max(0.0, (moment - here).total_seconds()) if moment else math.nan
    return min(seconds, LONGEST_ASKED_WAIT) if math.isfinite(seconds) and seconds >= 0 else None


def wait_before(attempt: int, asked: float | None, jitter: Callable[[], float]) -> float:
    """Seconds to wait before repeating a request for the `attempt`-th time (1, 2, …).

    What the service `asked` for, never less, plus up to half a second; else 1, 2, 4, … seconds plus up to
    half of that. `jitter` gives a number in [0, 1): clients that failed together must not return together.
    """
    if asked is not None:
        return asked + jitter() / 2
    step = min(2.0 ** min(attempt - 1, 16), LONGEST_OWN_WAIT)
    return step * (1 + jitter() / 2)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
