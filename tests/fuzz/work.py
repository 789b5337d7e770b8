"""Work, counted in calls of functions: the same on every computer, however busy."""

from __future__ import annotations

import contextlib
import sys
import tracemalloc
from collections.abc import Iterator
from types import FrameType


class TooMuchWork(BaseException):
    """Not an Exception: the code under test must not take it for one of its own."""


@contextlib.contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Stops what is inside at the first call beyond that many. Counted are Python's functions, each time that
    they are entered or gone on with, and those of C."""
    left = calls

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal left
        if event in ("call", "c_call"):
            left -= 1
            if left < 0:
                raise TooMuchWork(f"more than {calls} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


@contextlib.contextmanager
def in_memory_of(most: int) -> Iterator[None]:
    """Fails if what is inside holds more than that many bytes at some moment."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= most, f"{peak} bytes"
