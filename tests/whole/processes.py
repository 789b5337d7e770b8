"""The program as processes of their own, that can be started together, stopped, continued and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.whole.installed import Installed
from tests.whole.program import WAIT

ROOT = Path(__file__).parents[2]
LONGEST = 60.0
"""Seconds until a test that waits for something gives up."""


class Process:
    """Loaded and ready; what it was started for begins with `go`."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self._popen = popen

    def go(self) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.write("go\n")
        self._popen.stdin.flush()

    def ended(self) -> tuple[int, str]:
        """Waits for its end. Exit code, and what it said on standard error."""
        _, err = self._popen.communicate(timeout=LONGEST)
        return self._popen.returncode, err

    def send(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None


@contextmanager
def started(installed: Installed, *arguments: str) -> Iterator[Process]:
    program = [sys.executable, "-m", "tests.whole.program", "--data-dir", str(installed.data_dir)]
    with subprocess.Popen(
        [*program, *arguments],
        cwd=ROOT,
        env={**os.environ, WAIT: "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as popen:
        try:
            assert popen.stdout is not None
            assert popen.stdout.readline() == "ready\n"
            yield Process(popen)
        finally:
            popen.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)
