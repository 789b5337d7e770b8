"""AUTH-1: two askers, one refresh token. The slower one would spend it a second time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.installation import Installation
from core.report import Result
from sandbox.journal import Delay, Fault, Request, Service
from tests.cases.calendars import Calendars
from tests.whole.program import WAIT
from texts.copy_words import copy_words
from texts.last_page import last_page

ROOT = Path(__file__).parents[2]
TOKEN_PATH = "/open-apis/authen/v2/oauth/token"


@pytest.fixture
def now() -> datetime:
    """Other processes look at the real clock."""
    return datetime.now(UTC)


def refreshes(calendars: Calendars) -> list[Request]:
    asked = calendars.installed.sandbox.journal.requests(Service.FEISHU)
    return [each for each in asked if each.path == TOKEN_PATH]


def test_of_many_askers_at_once_one_refreshes_and_all_go_on(calendars: Calendars) -> None:
    """The worker's run, two connections that are tested, and two commands in processes of their own."""
    calendars.add("Review", f"{calendars.clock.moment + timedelta(days=3):%Y-%m-%d} 10:00", 30)
    calendars.settle()
    installed, journal = calendars.installed, calendars.installed.sandbox.journal

    def test_connection() -> int:
        other = Installation(installed.data_dir, installed.vault, words=copy_words, pages=last_page)
        other.reload_settings()
        other.open(exclusive=False)
        try:
            return len(other.source_calendars())
        finally:
            other.close()

    with waiting_command(calendars, "sync") as sync, waiting_command(calendars, "calendars") as listing:
        installed.sandbox.feishu.sessions.expire_access()
        journal.clear()
        journal.add(Fault(Service.FEISHU, TOKEN_PATH, Delay(0.8), which=None))
        with ThreadPoolExecutor(4) as askers:
            tests = [askers.submit(test_connection) for _ in range(2)]
            commands = [askers.submit(command.communicate, "go\n", 60) for command in (sync, listing)]
            report = installed.installation.run(lambda: False, lambda _progress: None)
        assert report.result is Result.OK, report
        assert [each.result() for each in tests] == [1, 1]
        assert [each.exception() for each in commands] == [None, None]
        assert (sync.returncode, listing.returncode) == (6, 0)
    assert len(refreshes(calendars)) == 1
    journal.clear_faults()
    calendars.demand_quiet()
    assert refreshes(calendars) == []


@contextmanager
def waiting_command(calendars: Calendars, name: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has everything loaded and begins when it is sent a line."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.whole.program", "--data-dir", str(calendars.installed.data_dir), name],
        cwd=ROOT,
        env={**os.environ, WAIT: "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()
