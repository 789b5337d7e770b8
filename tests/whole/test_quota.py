"""The month's quota of Feishu calls is used up: one call a run finds that out, and the next month ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.errors import QuotaExhausted
from core.report import Result
from sandbox import Sandbox, Service
from tests.whole.conftest import Calendar
from tests.whole.installed import Installed, install
from tests.whole.terminal_program import Program

BEIJING = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def month_after(moment: datetime) -> datetime:
    """The first of the next month, at midnight in Beijing."""
    midnight = moment.astimezone(BEIJING).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=32)).replace(day=1)


NEW_MONTH = month_after(datetime.now(UTC) + timedelta(days=1))


def set_time(calendar: Calendar, moment: datetime) -> None:
    calendar.ahead += moment.timestamp() - calendar.now()


def add(installed: Installed, title: str) -> None:
    start = NEW_MONTH + timedelta(days=2)
    installed.sandbox.feishu.add_event(installed.calendar, title, start, start + HOUR)


@pytest.fixture
def used_up(tmp_path: Path, port: int, calendar: Calendar) -> Iterator[Installed]:
    """An hour before the month turns, with an event that is mirrored, and one that is new."""
    set_time(calendar, NEW_MONTH - HOUR)
    with Sandbox(clock=calendar.now) as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        add(made, "Mirrored")
        assert made.run().result is Result.OK
        add(made, "New")
        sandbox.feishu.limits.per_month = sandbox.feishu.limits.spent_this_month
        yield made
        made.installation.close()


def demand_one_refused_call(installed: Installed) -> None:
    """Of the run that was just made."""
    journal = installed.sandbox.journal
    assert [request.status for request in journal.requests(Service.FEISHU)] == [429]
    assert journal.writes() == []


def test_each_run_costs_one_call_and_the_next_is_due_when_the_month_turns_in_beijing(
    used_up: Installed,
) -> None:
    for _ in range(3):
        report = used_up.run()
        problem = QuotaExhausted(f"{NEW_MONTH:%Y-%m-%d}")
        assert (report.result, report.problems) == (Result.NEEDS_PERSON, (problem,))
        demand_one_refused_call(used_up)
        assert used_up.installation.next_run() == NEW_MONTH
        assert used_up.installation.status().attention == (problem,)


def test_a_restart_does_not_forget_it(used_up: Installed) -> None:
    used_up.run()
    used_up.restart()
    assert used_up.installation.next_run() == NEW_MONTH


def test_the_status_shows_what_it_waits_for_and_until_when(
    used_up: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    used_up.run()
    used_up.installation.close()
    program = Program(used_up, capsys)
    told = program("status")
    assert (told.code, "quota" in told.err, "next run is due" in told.out) == (7, True, True), told
    shown = program("--json", "status").report
    assert datetime.fromisoformat(shown["next_run"]) == NEW_MONTH
    assert used_up.sandbox.journal.count(Service.FEISHU) == 0


def test_in_the_new_month_it_goes_on_and_the_wait_is_forgotten(
    used_up: Installed, calendar: Calendar
) -> None:
    used_up.run()
    set_time(calendar, used_up.installation.next_run())
    report = used_up.run()
    assert (report.result, report.pairs[0].created) == (Result.OK, 1), report
    assert used_up.installation.status().attention == ()
    interval = timedelta(minutes=used_up.settings.sync.interval_minutes)
    assert used_up.installation.next_run() == report.finished + interval
    used_up.run()
    assert used_up.sandbox.journal.writes() == []
