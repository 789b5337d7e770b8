"""Ctrl+C and SIGTERM as a wish to stop, which a run heeds between two batches.

Lives in the main thread. A second signal ends the process at once, as does the deadline: a call that hangs
in the network must not outlive it. Nothing is lost by that, the ledger is made for it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

from terminal.exit_codes import ExitCode

DEADLINE = 15.0
"""Seconds from the signal to the end at the latest."""
_SLICE = 0.25


class Interruption:
    def __init__(self) -> None:
        # A plain flag: setting a threading.Event inside a signal handler can wait for itself.
        self._requested = False
        self._watchdog: threading.Timer | None = None
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._former[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watchdog:
            self._watchdog.cancel()
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def requested(self) -> bool:
        return self._requested

    def wait(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Returns after `seconds`, on an interruption, or when `until` holds."""
        end = time.monotonic() + seconds
        while not self._requested and not until() and (left := end - time.monotonic()) > 0:
            time.sleep(min(_SLICE, left))

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._requested = True
        signal.signal(number, signal.SIG_DFL)
        self._watchdog = threading.Timer(DEADLINE, os._exit, [int(ExitCode.SOME_FAILED)])
        self._watchdog.daemon = True
        self._watchdog.start()
