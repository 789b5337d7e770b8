"""Whole days are mirrored to the day, whatever Feishu means by their end: from the first run on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.report import Result
from sandbox import Fault, Reply, Reset, Sandbox, Service
from tests.whole.conftest import Calendar
from tests.whole.installed import Installed, add_singles, install

DAY = timedelta(days=1)
VIEW = r".*/events/instance_view"
MODES = ("asymmetric", "exclusive", "inclusive")


def in_days(days: int) -> date:
    return datetime.now(UTC).date() + days * DAY


def add(installed: Installed, title: str, start: int, length: int, rule: str = "") -> str:
    """`start` in days from today."""
    first = in_days(start)
    return installed.sandbox.feishu.add_event(
        installed.calendar, title, first, first + length * DAY, recurrence=rule
    )


def add_everything(installed: Installed) -> None:
    world, calendar = installed.sandbox.feishu, installed.calendar
    add(installed, "One day", 2, 1)
    add(installed, "Two days", 2, 2)
    add(installed, "Has begun", -3, 6)
    add(installed, "Six weeks", 5, 42)
    add(installed, "Every day", 3, 1, "FREQ=DAILY;COUNT=5")
    series = add(installed, "Every week", 4, 2, "FREQ=WEEKLY;COUNT=6")
    world.cancel_occurrence(calendar, series, in_days(4))
    world.move_occurrence(calendar, series, in_days(11), in_days(12), in_days(15))
    world.move_occurrence(calendar, series, in_days(18), in_days(18), in_days(19))
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + 25 * DAY
    world.move_occurrence(calendar, series, in_days(25), noon, noon + timedelta(hours=1))


def views(installed: Installed) -> int:
    """How often the last run asked."""
    requests = installed.sandbox.journal.requests(Service.FEISHU)
    return sum(request.path.endswith("/instance_view") for request in requests)


def demand_exact(installed: Installed) -> None:
    assert installed.run().result is Result.OK
    assert installed.outlook_shows() == installed.feishu_shows()


@pytest.mark.parametrize("mode", MODES)
def test_whole_days_are_exact_from_the_first_run_and_then_left_alone(installed: Installed, mode: Any) -> None:
    installed.sandbox.feishu.quirks.all_day_end = mode
    add_everything(installed)
    demand_exact(installed)
    assert views(installed) == (0 if mode == "inclusive" else 1)
    assert len(installed.feishu_shows()) == 14
    for restarted in (False, True):
        if restarted:
            installed.restart()
        demand_exact(installed)
        assert installed.sandbox.journal.writes() == []
        assert installed.sandbox.journal.count(Service.FEISHU) == 1
    installed.restart(without_ledger=True)
    demand_exact(installed)
    assert installed.sandbox.journal.writes() == []
    assert views(installed) == (0 if mode == "inclusive" else 1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY;COUNT=3"])
def test_one_longer_event_alone_is_exact_from_the_first_run(
    installed: Installed, mode: Any, rule: str
) -> None:
    installed.sandbox.feishu.quirks.all_day_end = mode
    add(installed, "Two days", 2, 2, rule)
    demand_exact(installed)
    assert views(installed) == 1
    add(installed, "Three days", 4, 3)
    add(installed, "One day", 4, 1)
    demand_exact(installed)
    assert views(installed) == 0
    demand_exact(installed)
    assert installed.sandbox.journal.writes() == []


@pytest.mark.parametrize("mode", MODES)
def test_the_first_whole_days_of_a_calendar_that_is_long_known_are_exact_at_once(
    installed: Installed, mode: Any
) -> None:
    installed.sandbox.feishu.quirks.all_day_end = mode
    add_singles(installed, 2)
    demand_exact(installed)
    assert views(installed) == 0
    add(installed, "Two days", 2, 2)
    demand_exact(installed)
    assert views(installed) == 1


@pytest.fixture
def timed(tmp_path: Path, port: int, calendar: Calendar) -> Iterator[Installed]:
    with Sandbox(clock=calendar.now) as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        yield made
        made.installation.close()


def test_what_was_found_out_outlives_a_full_pull(timed: Installed, calendar: Calendar) -> None:
    timed.sandbox.feishu.quirks.all_day_end = "inclusive"
    add(timed, "Two days", 20, 2)
    demand_exact(timed)
    for _ in range(8):
        calendar.ahead += DAY.total_seconds()
        demand_exact(timed)
        assert views(timed) == 0


def test_a_refused_question_is_asked_again_at_the_next_full_pull_and_not_before(
    timed: Installed, calendar: Calendar
) -> None:
    refusal = Fault(Service.FEISHU, VIEW, Reply(400, {"code": 193103}))
    timed.sandbox.journal.add(refusal)
    timed.sandbox.feishu.quirks.all_day_end = "inclusive"
    add(timed, "Two days", 20, 2)
    asked = []
    for _ in range(9):
        add_singles(timed, 1)
        assert timed.run().result is Result.OK
        asked.append(views(timed))
        calendar.ahead += DAY.total_seconds()
    assert asked == [1, 0, 0, 0, 0, 0, 0, 1, 0]
    shown = [item for item in timed.outlook_shows() if item[2] == "Two days"]
    assert shown == [item for item in timed.feishu_shows() if item[2] == "Two days"]


def test_a_question_that_got_lost_is_asked_again_by_the_next_run(installed: Installed) -> None:
    installed.sandbox.feishu.quirks.all_day_end = "inclusive"
    add_singles(installed, 1)
    demand_exact(installed)
    add(installed, "Two days", 2, 2)
    installed.sandbox.journal.add(Fault(Service.FEISHU, VIEW, Reset(), which=range(1, 3)))
    assert installed.run().result is Result.UNREACHABLE
    assert installed.sandbox.journal.writes() == []
    demand_exact(installed)


def test_a_contradiction_leaves_longer_events_as_they_are_says_so_and_heals(installed: Installed) -> None:
    world, calendar = installed.sandbox.feishu, installed.calendar
    kept = add(installed, "Two days", 2, 2)
    demand_exact(installed)
    before = installed.outlook_shows()
    odd = add(installed, "Odd", 4, 1)
    world.distort(calendar, odd, end_time={"date": in_days(4).isoformat()})
    world.change_event(calendar, kept, summary="Renamed")
    add(installed, "New", 6, 3)
    report = installed.run()
    assert views(installed) == 1
    reasons = {(note.title, note.reason.code) for note in report.pairs[0].skipped}
    assert reasons == {(title, "all-day uncertain") for title in ("Renamed", "New")}
    one_day = (in_days(4).isoformat(), in_days(5).isoformat(), "Odd")
    assert installed.outlook_shows() == sorted([*before, one_day])
    installed.run()
    assert views(installed) == 0
    assert installed.sandbox.journal.writes() == []
    world.delete_event(calendar, odd)
    world.change_event(calendar, kept, summary="Again")
    demand_exact(installed)
    assert views(installed) == 1
