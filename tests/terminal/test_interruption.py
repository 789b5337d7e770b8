from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from terminal.interruption import Interruption


def test_a_signal_is_a_wish_and_not_an_exception() -> None:
    with Interruption() as interruption:
        assert not interruption.requested()
        signal.raise_signal(signal.SIGTERM)
        assert interruption.requested()


def test_the_deadline_is_called_off_when_the_work_ended_in_time() -> None:
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        watchdogs = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
        assert interruption.requested()
        assert len(watchdogs) == 1
    watchdogs[0].join(10)
    assert not watchdogs[0].is_alive()


def test_waiting_ends_with_a_signal() -> None:
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        before = time.monotonic()
        interruption.wait(3600)
        assert time.monotonic() - before < 60


def test_waiting_ends_when_its_time_is_over_or_what_it_waits_for_is_there() -> None:
    with Interruption() as interruption:
        interruption.wait(0.01)
        interruption.wait(3600, until=lambda: True)
        assert not interruption.requested()


HANGING = """
import sys, time
from terminal import interruption
interruption.DEADLINE = float(sys.argv[1])
with interruption.Interruption():
    print("hanging", flush=True)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(1)  # a call that never looks at the wish
"""


def _hang(deadline: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HANGING, deadline], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "hanging\n"
    return process


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signal that a test could send to one process"
)
def test_a_call_that_hangs_does_not_outlive_the_deadline() -> None:
    with _hang("0.1") as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 1


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signal that a test could send to one process"
)
def test_a_second_signal_ends_the_process_at_once() -> None:
    with _hang("50") as process:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == -signal.SIGTERM
