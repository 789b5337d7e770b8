"""Several of everything: pairs, processes, computers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.report import Result, RunReport
from core.settings import PairSettings, Privacy
from tests.whole.installed import Installed, add_mixed, add_singles, another_computer

ROOT = Path(__file__).parents[2]


def with_pairs(installed: Installed, *pairs: PairSettings) -> RunReport:
    installed.installation.save_settings(replace(installed.settings, pairs=pairs))
    return installed.run()


def subjects(installed: Installed, calendar: str) -> list[str]:
    world = installed.sandbox.microsoft
    found = next(c["id"] for c in world.calendars() if c["name"] == calendar)
    return sorted(str(event["subject"]) for event in world.events(found))


def add(installed: Installed, calendar: str, title: str, **details: Any) -> str:
    start = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    return installed.sandbox.feishu.add_event(
        calendar, title, start, start + timedelta(hours=1), recurrence="", **details
    )


def test_one_calendar_goes_into_two_and_is_read_once(installed: Installed) -> None:
    add_singles(installed, 3)
    report = with_pairs(
        installed,
        PairSettings("full"),
        PairSettings("busy", outlook_calendar="Team", privacy=Privacy.BUSY),
    )
    assert [(pair.pair, pair.created) for pair in report.pairs] == [("full", 3), ("busy", 3)]
    assert subjects(installed, "Feishu") == ["Event 0", "Event 1", "Event 2"]
    assert subjects(installed, "Team") == ["Busy"] * 3
    assert installed.run().result is Result.OK
    assert len(installed.event_requests()) == 1
    assert installed.sandbox.journal.writes() == []


def test_two_calendars_go_into_one_and_do_not_touch_each_others_copies(installed: Installed) -> None:
    world = installed.sandbox.feishu
    second = world.add_calendar("Second")
    add(installed, installed.calendar, "Of the first")
    gone = add(installed, second, "Of the second")
    pairs = PairSettings("one"), PairSettings("two", feishu_calendar=second)
    assert with_pairs(installed, *pairs).result is Result.OK
    assert subjects(installed, "Feishu") == ["Of the first", "Of the second"]
    installed.run()
    assert installed.sandbox.journal.writes() == []
    world.delete_event(second, gone)
    add(installed, second, "Instead")
    assert installed.run().result is Result.OK
    assert subjects(installed, "Feishu") == ["Instead", "Of the first"]
    installed.restart(without_ledger=True)
    assert installed.run().result is Result.OK
    assert installed.sandbox.journal.writes() == []


def test_the_same_event_on_two_calendars_has_two_copies(installed: Installed) -> None:
    world = installed.sandbox.feishu
    colleague = world.add_person("Li Si")
    theirs = world.primary_of(colleague).calendar_id
    world.set_role(theirs, "reader")
    meeting = add(installed, theirs, "Together")
    world.invite(theirs, meeting, world.person)
    report = with_pairs(installed, PairSettings("mine"), PairSettings("theirs", feishu_calendar=theirs))
    assert [pair.created for pair in report.pairs] == [1, 1], report
    installed.run()
    assert installed.sandbox.journal.writes() == []


def test_a_renamed_pair_changes_nothing(installed: Installed) -> None:
    add_mixed(installed, 20)
    installed.run()
    report = with_pairs(installed, PairSettings("another name"))
    assert installed.sandbox.journal.writes() == []
    assert report.pairs[0].unchanged == 20
    assert installed.installation.status().pairs[0].copies == 20


def test_privacy_decides_what_a_copy_tells_and_a_change_of_it_reaches_all_copies(
    installed: Installed,
) -> None:
    add(installed, installed.calendar, "Salaries", description="one million", location={"name": "Room 101"})
    for privacy, tells in (
        (Privacy.FULL, ("Salaries", "one million", "Room 101")),
        (Privacy.TITLE, ("Salaries",)),
        (Privacy.BUSY, ()),
        (Privacy.FULL, ("Salaries", "one million", "Room 101")),
    ):
        report = with_pairs(installed, PairSettings("work", privacy=privacy))
        assert report.result is Result.OK
        (event,) = installed.sandbox.microsoft.events(installed.mirror)
        told = json.dumps([event[name] for name in ("subject", "body", "location")])
        said = tuple(word for word in ("Salaries", "one million", "Room 101") if word in told)
        assert said == tells


def test_a_second_process_on_the_same_data_ends_with_6_and_changes_nothing(installed: Installed) -> None:
    add_singles(installed, 1)
    installed.sandbox.journal.clear()
    arguments = ["--data-dir", str(installed.data_dir), "--json", "sync"]
    command = [sys.executable, "-m", "tests.whole.program", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 6
    assert json.loads(ended.stdout)["result"] == "failed"
    assert "already running" in ended.stderr
    assert installed.sandbox.journal.requests() == []
    assert installed.run().pairs[0].created == 1


def test_a_second_computer_finds_the_copies_and_both_agree(installed: Installed, tmp_path: Path) -> None:
    add_mixed(installed, 40)
    installed.run()
    other = another_computer(installed, tmp_path / "other")
    try:
        found = other.run()
        assert (found.result, found.pairs[0].created, found.pairs[0].skipped) == (Result.OK, 0, ())
        assert installed.sandbox.journal.writes() == []
        world = installed.sandbox.feishu
        changed = list(world.calendars[installed.calendar].rows.values())[3]
        world.change_event(installed.calendar, changed.event_id, summary="Changed")
        assert other.run().pairs[0].updated == 1
        for computer in (installed, other, installed, other):
            assert computer.run().result is Result.OK
            assert computer.sandbox.journal.writes() == []
        assert installed.outlook_shows() == installed.feishu_shows()
    finally:
        other.installation.close()


def test_a_renamed_calendar_is_found_again_after_the_database_was_lost(installed: Installed) -> None:
    add_singles(installed, 3)
    installed.run()
    mirror = installed.mirror
    installed.sandbox.microsoft.rename_calendar(mirror, "My work")
    installed.restart(without_ledger=True)
    report = installed.run()
    assert (report.pairs[0].created, report.pairs[0].unchanged) == (0, 3)
    assert installed.sandbox.journal.writes() == []
