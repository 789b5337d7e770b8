"""The service's two limits per app and mailbox: how many requests at once, and how many in ten minutes."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.microsoft.errors import GraphError, throttled

_WINDOW = 600.0


class Throttle:
    """Thread-safe. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.concurrent = 4
        self.budget = 10_000
        self._clock = clock
        self._lock = threading.Lock()
        self._in_flight = 0
        self._times: deque[float] = deque()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """One of the requests that run at once. Raises GraphError (429)."""
        with self._lock:
            if self._in_flight >= self.concurrent:
                raise concurrency()
            self._in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def count(self) -> None:
        """A request, or an item of a batch; refused ones count as well. Raises GraphError (429)."""
        with self._lock:
            now = self._clock()
            while self._times and self._times[0] <= now - _WINDOW:
                self._times.popleft()
            self._times.append(now)
            if len(self._times) > self.budget:
                wait = self._times[-self.budget] + _WINDOW - now
                raise throttled("Application is over its request limit.", max(1, round(wait)))


def concurrency() -> GraphError:
    return throttled("Application is over its MailboxConcurrency limit.", 1)
