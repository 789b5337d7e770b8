"""`sync.monthly_calls`: how many calls of Feishu this program may use in a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import QuotaExhausted
from core.quota import MonthlyCalls
from core.report import Result
from sandbox import Sandbox, Service
from tests.whole.conftest import Calendar
from tests.whole.installed import Installed, install
from tests.whole.terminal_program import Program
from tests.whole.test_quota import HOUR, NEW_MONTH, add, set_time

BEGINNING = NEW_MONTH - timedelta(days=28)
"""Of the last four weeks of a month."""


@pytest.fixture
def mirrored(tmp_path: Path, port: int, calendar: Calendar) -> Iterator[Installed]:
    set_time(calendar, BEGINNING)
    with Sandbox(clock=calendar.now) as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        add(made, "Mirrored")
        assert made.run().result is Result.OK
        yield made
        made.installation.close()


def allow(installed: Installed, calls: int) -> None:
    settings = installed.installation.settings
    sync = replace(settings.sync, monthly_calls=calls)
    installed.installation.save_settings(replace(settings, sync=sync))


def used(installed: Installed) -> int:
    return installed.installation.monthly_calls().used


def until_it_is_due(installed: Installed, calendar: Calendar) -> None:
    due = installed.installation.next_run().timestamp()
    while calendar.now() < due:
        calendar.ahead += min(86_400.0, due - calendar.now() + 0.1)
        installed.installation.keep_signed_in(lambda: False)


def test_without_a_limit_calls_are_counted_and_nothing_is_stretched(mirrored: Installed) -> None:
    assert mirrored.installation.monthly_calls() == MonthlyCalls(2, 0)
    assert mirrored.installation.interval() == timedelta(minutes=5)


def test_runs_are_as_far_apart_as_makes_the_calls_last_the_month(
    mirrored: Installed, calendar: Calendar
) -> None:
    allow(mirrored, 60)
    runs = 0
    while datetime.fromtimestamp(calendar.now(), UTC) < NEW_MONTH - HOUR:
        until_it_is_due(mirrored, calendar)
        if datetime.fromtimestamp(calendar.now(), UTC) < NEW_MONTH:
            assert mirrored.run().result is Result.OK
            runs += 1
    assert runs >= 15
    until_it_is_due(mirrored, calendar)
    assert used(mirrored) < 5
    assert mirrored.run().result is Result.OK


def test_not_one_call_more_is_made_also_not_in_the_middle_of_a_run(mirrored: Installed) -> None:
    mirrored.sandbox.feishu.quirks.longest_page = 1
    mirrored.sandbox.feishu.void_sync_tokens()
    for title in ("A", "B", "C", "D"):
        add(mirrored, title)
    before = used(mirrored)
    allow(mirrored, before + 4)
    report = mirrored.run()
    problem = QuotaExhausted(f"{NEW_MONTH:%Y-%m-%d}", before + 4)
    assert (report.result, report.problems) == (Result.NEEDS_PERSON, (problem,))
    assert mirrored.sandbox.journal.count(Service.FEISHU) == 4
    assert mirrored.sandbox.journal.writes() == []
    assert used(mirrored) == before + 4
    assert mirrored.installation.next_run() == NEW_MONTH
    mirrored.restart()
    assert mirrored.run().problems == (problem,)
    assert mirrored.sandbox.journal.count(Service.FEISHU) == 0
    assert mirrored.installation.next_run() == NEW_MONTH


def test_whoever_raises_the_limit_goes_on_at_once(mirrored: Installed) -> None:
    allow(mirrored, used(mirrored))
    add(mirrored, "New")
    assert mirrored.run().result is Result.NEEDS_PERSON
    allow(mirrored, 100_000)
    assert mirrored.installation.interval() == timedelta(minutes=5)
    assert mirrored.run().pairs[0].created == 1


def test_the_sign_in_outlives_a_month_whose_calls_are_used_up(
    mirrored: Installed, calendar: Calendar
) -> None:
    for _ in range(6):
        mirrored.installation.source_calendars()
    allow(mirrored, used(mirrored))
    mirrored.run()
    until_it_is_due(mirrored, calendar)
    assert mirrored.run().result is Result.OK


def test_a_look_at_the_calendars_and_a_preview_count_too(mirrored: Installed) -> None:
    before = used(mirrored)
    mirrored.installation.source_calendars()
    mirrored.installation.preview(lambda: False)
    assert used(mirrored) == before + 2


def test_the_status_says_how_many_are_left_and_what_follows(
    mirrored: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    allow(mirrored, 100)
    mirrored.installation.close()
    program = Program(mirrored, capsys)
    told = program("status")
    assert "Feishu calls this month: 2 of 100. So that they last, runs are 15 hours apart." in told.out, told
    program.edit_settings("monthly_calls = 100", "monthly_calls = 2")
    assert (program("sync").code, mirrored.sandbox.journal.count(Service.FEISHU)) == (7, 0)
    told = program("status")
    assert ("quota of 2 Feishu calls" in told.err, told.code) == (True, 7)
