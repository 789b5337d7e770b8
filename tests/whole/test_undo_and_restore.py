"""undo, restore and confirm --keep: the whole program against the sandbox."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.outlook.visible_text import visible_text
from core.report import Result
from core.settings import Existing, PairSettings
from tests.whole.installed import Installed, add_mixed, add_singles
from tests.whole.killing import killed_run, slow_down
from tests.whole.terminal_program import Program

Json = dict[str, Any]


def events(installed: Installed, calendar: str = "Feishu") -> list[Json]:
    world = installed.sandbox.microsoft
    found = next(c["id"] for c in world.calendars() if c["name"] == calendar)
    return world.events(found)


def subjects(installed: Installed) -> list[str]:
    return sorted(str(event["subject"]) for event in events(installed))


def own_event(installed: Installed, subject: str, start: datetime) -> str:
    times = {
        name: {"dateTime": time.astimezone(UTC).replace(tzinfo=None).isoformat(), "timeZone": "UTC"}
        for name, time in (("start", start), ("end", start + timedelta(hours=1)))
    }
    return installed.sandbox.microsoft.add_event(installed.mirror, {"subject": subject, **times})


def in_days(days: int, hour: int = 10, zone: str = "America/New_York") -> datetime:
    day = datetime.now(UTC).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))


def lose_ledger(installed: Installed) -> None:
    for file in installed.data_dir.glob("ledger*"):
        file.unlink()


def test_every_copy_goes_and_nothing_comes_back_until_a_person_asks_for_it(program: Program) -> None:
    installed = program.installed
    add_mixed(installed, 20)
    own_event(installed, "Dentist", in_days(3))
    assert program("sync").code == 0
    assert len(subjects(installed)) > 20
    ended = program("undo", "--yes", "--json")
    assert ended.code == 0, ended
    assert subjects(installed) == ["Dentist"]
    assert ended.report["pairs"][0]["deleted"] == 28
    status = program("status", "--json").report
    assert [(pair["copies"], pair["off"]) for pair in status["pairs"]] == [(0, True)]
    installed.restart()
    report = installed.run()
    assert (report.result, report.pairs[0].is_off) == (Result.OK, True)
    assert installed.sandbox.journal.requests() == []
    installed.installation.close()
    assert program("preview", "--json").report["pairs"][0]["created"] == 28
    assert program("sync", "--json").report["pairs"][0]["created"] == 28
    assert program("status", "--json").report["pairs"][0]["off"] is False
    assert installed.sandbox.microsoft.forbidden == []


def test_resuming_is_a_wish_to_sync(program: Program) -> None:
    assert program("undo", "--yes").code == 0
    installed = program.installed
    installed.restart()
    installed.installation.pause(None)
    assert installed.run().pairs[0].created == 8


def test_copies_are_found_by_their_tags_when_the_database_is_lost(program: Program) -> None:
    installed = program.installed
    own_event(installed, "Dentist", in_days(3))
    invited = next(event for event in events(installed) if event["subject"] == "Event 3")
    installed.sandbox.microsoft.invite(invited["id"], "guest@example.com")
    installed.sandbox.microsoft.edit_event(
        next(event["id"] for event in events(installed) if event["subject"] == "Event 5"),
        {"subject": "Edited"},
    )
    lose_ledger(installed)
    ended = program("undo", "--yes")
    assert ended.code == 0, ended
    assert subjects(installed) == ["Dentist", "Event 3"]
    assert "Event 3 – somebody added attendees" in ended.out
    assert installed.sandbox.microsoft.forbidden == []


def test_an_adopted_event_stays_and_carries_no_tag_that_means_anything(installed: Installed) -> None:
    start = in_days(4)
    installed.sandbox.feishu.add_event(installed.calendar, "Review", start, start + timedelta(hours=1))
    installed.run()
    own = own_event(installed, "Lunch", in_days(5))
    start = in_days(5)
    installed.sandbox.feishu.add_event(installed.calendar, "Lunch", start, start + timedelta(hours=1))
    pair = PairSettings("work", existing=Existing.ADOPT)
    installed.installation.save_settings(replace(installed.settings, pairs=(pair,)))
    assert [change.action.value for change in installed.run().pairs[0].changes] == ["adopt"]
    report = installed.installation.undo(lambda: False, lambda _progress: None)
    assert report.result is Result.OK, report
    (left,) = events(installed)
    assert (left["id"], left["subject"]) == (own, "Lunch")
    assert {entry["value"] for entry in left["singleValueExtendedProperties"]} == {"let go"}
    installed.restart(without_ledger=True)
    report = installed.installation.undo(lambda: False, lambda _progress: None)
    assert (report.pairs[0].deleted, report.pairs[0].changes) == (0, ())
    assert [event["id"] for event in events(installed)] == [own]


def test_of_two_pairs_in_one_calendar_only_the_copies_of_the_one_that_was_asked_for_go(
    installed: Installed,
) -> None:
    world = installed.sandbox.feishu
    second = world.add_calendar("Second")
    for calendar, title in ((installed.calendar, "Of the first"), (second, "Of the second")):
        world.add_event(calendar, title, in_days(2), in_days(2, 11))
    pairs = PairSettings("one"), PairSettings("two", feishu_calendar=second)
    installed.installation.save_settings(replace(installed.settings, pairs=pairs))
    installed.run()
    assert subjects(installed) == ["Of the first", "Of the second"]
    installed.restart(without_ledger=True)
    installed.installation.undo(lambda: False, lambda _progress: None, pair="two")
    assert subjects(installed) == ["Of the first"]
    assert [pair.is_off for pair in installed.run().pairs] == [True, False]


KEPT = (
    *("subject", "isAllDay", "showAs", "sensitivity", "categories", "isReminderOn"),
    *("reminderMinutesBeforeStart", "recurrence", "start", "end", "originalStartTimeZone", "type"),
)


def shown(event: Json) -> Json:
    """What a reader sees: the service writes each body its own way."""
    body = event["body"]["content"]
    read = {"place": event["location"]["displayName"], "text": visible_text(body), "lines": body.count("<br")}
    return {name: event[name] for name in KEPT} | read


def test_what_was_removed_comes_back_as_it_was_and_is_the_persons_own(program: Program) -> None:
    installed = program.installed
    add_mixed(installed, 30)
    assert program("sync").code == 0
    before = sorted(map(repr, map(shown, events(installed))))
    assert {event["type"] for event in events(installed)} == {"singleInstance", "seriesMaster"}
    assert program("undo", "--yes").code == 0
    listed = program("restore", "--json").report["deleted"]
    assert [entry["number"] for entry in listed] == list(range(1, len(before) + 1))
    ended = program("restore", "--all")
    assert ended.code == 0, ended
    assert sorted(map(repr, map(shown, events(installed)))) == before
    for event in events(installed):
        assert event["singleValueExtendedProperties"] == []
        assert event["attendees"] == []
    assert program("restore", "--json").report["deleted"] == []
    ended = program("undo", "--yes", "--json")
    assert ended.report["pairs"][0]["deleted"] == 0
    assert sorted(map(repr, map(shown, events(installed)))) == before
    assert installed.sandbox.microsoft.forbidden == []


def test_one_deletion_of_an_ordinary_run_is_put_back_by_its_number(program: Program) -> None:
    installed = program.installed
    world = installed.sandbox.feishu
    rows = list(world.calendars[installed.calendar].rows.values())
    for row in rows[:2]:
        world.delete_event(installed.calendar, row.event_id)
        assert program("sync").code == 0
    listed = program("restore")
    assert ["Event 1" in listed.out.splitlines()[0], "Event 0" in listed.out.splitlines()[1]] == [True, True]
    assert program("restore", "2").code == 0
    assert "Event 0" in subjects(installed)
    assert "Event 1" not in subjects(installed)
    assert program("sync").code == 0
    assert installed.sandbox.journal.writes() == []


def test_what_is_held_can_be_kept_without_any_network(program: Program) -> None:
    installed = program.installed
    world = installed.sandbox.feishu
    for row in list(world.calendars[installed.calendar].rows.values()):
        world.delete_event(installed.calendar, row.event_id)
    assert program("sync").code == 5
    ended = program("confirm", "--keep")
    assert ended.code == 0
    assert installed.sandbox.journal.requests() == []
    assert [f"Event {number}" in ended.out for number in range(8)] == [True] * 8
    assert program("status").code == 0
    kept = subjects(installed)
    assert len(kept) == 8
    for _ in range(2):
        assert program("sync").code == 0
        assert installed.sandbox.journal.writes() == []
    lose_ledger(installed)
    assert program("sync").code == 0
    assert subjects(installed) == kept


def test_without_a_terminal_and_without_yes_nothing_happens(program: Program) -> None:
    program.demand_refusal("undo", code=2, words=("--yes",))
    assert program("status", "--json").report["pairs"][0]["off"] is False


@pytest.mark.parametrize("line", ["undo --yes", "restore --all", "confirm --keep"])
def test_while_another_instance_runs_the_commands_end_with_6(program: Program, line: str) -> None:
    program.installed.restart()
    program.demand_refusal(*line.split(), code=6, words=("already running",))


@pytest.mark.parametrize("is_lost", [False, True])
def test_undoing_and_putting_back_that_are_killed_again_and_again_are_finished_exactly(
    program: Program, *, is_lost: bool
) -> None:
    installed = program.installed
    add_singles(installed, 50)
    assert program("sync").code == 0
    before = subjects(installed)
    slow_down(installed)
    dice = random.Random(3)  # noqa: S311  # the same moments every time
    killed = [killed_run(installed, dice, "undo", "--yes", after=count) for count in range(1, 8)]
    assert any(killed)
    if is_lost:
        lose_ledger(installed)
    assert program("undo", "--yes").code == 0
    assert subjects(installed) == []
    if is_lost:
        return
    killed = [killed_run(installed, dice, "restore", "--all", after=count) for count in range(1, 8)]
    assert any(killed)
    assert program("restore", "--all").code == 0
    assert subjects(installed) == before
