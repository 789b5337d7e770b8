"""Every copy is taken out again, held ones are let go, deleted ones put back; with crashes in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core import keep, pair_switch
from core.errors import CalendarGone, SignInNeeded, SyncError
from core.links import Detached
from core.model import Identity, Side
from core.reasons import Code
from core.report import Action, PairReport
from core.restore import Restore, deleted_events
from core.settings import Existing, LocalChanges, PairSettings
from core.undo import Undo
from core.writes import CreateCopy, DeleteCopy, Refused, Untag
from tests.core.engine.memory import MemoryFeishu, at, exception, row
from tests.core.engine.test_runs import CALENDAR, World


class Crash(BaseException):
    pass


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def undo(world: World, *ids: str) -> tuple[list[PairReport], list[SyncError]]:
    """Of the pairs of these ids, or of all and of those that are no longer in the settings."""
    world.outlook.writes.clear()
    world.feishu.requests.clear()
    undone = Undo(
        source=lambda: world.feishu,
        mailbox=world.outlook,
        ledger=world.ledger,
        clock=world.clock,
        stop=lambda: False,
        progress=lambda *_: None,
    )
    chosen = [pair for pair in world.settings.pairs if not ids or pair.id in ids]
    return undone.carry_out(chosen, removed_too=not ids)


def undone(world: World) -> PairReport:
    reports, problems = undo(world)
    assert problems == []
    return reports[0]


def restore(world: World, *positions: int) -> tuple[list[PairReport], list[SyncError]]:
    listed = deleted_events(world.ledger, int(world.clock.now().timestamp()))
    chosen = [listed[position] for position in positions] if positions else listed
    restored = Restore(world.outlook, world.ledger, world.settings.pairs, world.clock, lambda: False)
    return restored.carry_out(chosen)


def deleted(world: World) -> list[str]:
    return [event.last.title for event in deleted_events(world.ledger, int(world.clock.now().timestamp()))]


def switch_on(world: World) -> None:
    pair_switch.switch_on(world.ledger, world.settings.pairs)


def subjects(world: World, calendar: str = CALENDAR) -> list[str]:
    return sorted(event.subject for event in world.outlook.calendars_[calendar].values())


def copy_of(world: World, title: str, calendar: str = CALENDAR) -> str:
    events = world.outlook.calendars_[calendar].values()
    (found,) = [event.event_id for event in events if event.subject == title]
    return found


def add_all_kinds(world: World) -> None:
    world.feishu.put(row("single", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("day", at("2026-12-03"), "Holiday"))
    world.feishu.put(row("series", at("2026-12-01", "14:00"), "Weekly", "FREQ=WEEKLY;COUNT=4"))
    moved = at("2026-12-09", "16:00")
    world.feishu.put(exception("series", at("2026-12-08", "14:00"), moved, "Weekly, moved"))
    world.feishu.put(
        row("expanded", at("2026-12-01", "08:00"), "Odd", "FREQ=MONTHLY;BYMONTHDAY=1,13;COUNT=4")
    )
    world.feishu.put(row("soon over", at("2026-11-25", "12:00"), "Past"))
    world.settle()
    world.clock.time += timedelta(days=2)
    world.settle()


# --- what goes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_lost", [False, True])
def test_every_copy_goes_history_and_edited_ones_too_and_nothing_else(world: World, *, is_lost: bool) -> None:
    world.outlook.create("Feishu")
    world.outlook.own_event(CALENDAR, "Dentist", at("2026-12-01", "10:00"))
    add_all_kinds(world)
    world.outlook.edit(CALENDAR, copy_of(world, "Review"), subject="Review, edited")
    assert "Past" in subjects(world)
    if is_lost:
        world.lose_ledger()
    report = undone(world)
    assert subjects(world) == ["Dentist"]
    assert report.deleted == 8
    assert {type(write) for write in world.outlook.writes} == {DeleteCopy}
    assert world.ledger.counted_deletions(CALENDAR, "", 0) == 0
    assert undone(world).deleted == 0
    assert world.outlook.writes == []


def test_a_copy_that_was_let_go_goes_as_well(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.edit(CALENDAR, copy_of(world, "Review"), subject="Mine")
    world.settle()
    assert undone(world).deleted == 1
    assert subjects(world) == []


def test_what_a_person_made_by_copying_one_of_ours_is_theirs(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    events = world.outlook.calendars_[CALENDAR]
    events["duplicate"] = replace(events[copy_of(world, "Review")], event_id="duplicate", transaction_id="")
    undone(world)
    assert list(events) == ["duplicate"]


def test_both_of_two_genuine_copies_of_one_event_go(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    events = world.outlook.calendars_[CALENDAR]
    first = events[copy_of(world, "Review")]
    assert first.tag
    tag = replace(first.tag, transaction_id="other")
    events["double"] = replace(first, event_id="double", tag=tag, transaction_id="other")
    undone(world)
    assert subjects(world) == []
    assert deleted(world) == ["Review", "Review"]


def two_pairs(world: World) -> None:
    """Two Feishu calendars in one Outlook calendar, a copy of each."""
    second = MemoryFeishu()
    second.info = replace(second.info, id="feishu.cn_2@group.calendar.feishu.cn")
    work, two = PairSettings("work"), PairSettings("two", feishu_calendar=second.info.id)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Of the first"))
    second.put(row("b", at("2026-12-01", "10:00"), "Of the second"))
    first = world.feishu
    for source, pair in ((first, work), (second, two)):
        world.feishu, world.settings = source, replace(world.settings, pairs=(pair,))
        world.settle()
    world.feishu, world.settings = first, replace(world.settings, pairs=(work, two))
    assert subjects(world) == ["Of the first", "Of the second"]


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize(("asked", "left"), [("work", "Of the second"), ("two", "Of the first")])
def test_of_two_pairs_in_one_outlook_calendar_only_the_copies_of_the_one_that_was_asked_for_go(
    world: World, asked: str, left: str, *, is_lost: bool
) -> None:
    two_pairs(world)
    if is_lost:
        world.lose_ledger()
    reports, problems = undo(world, asked)
    assert ([report.pair for report in reports], problems) == ([asked], [])
    assert subjects(world) == [left]


def test_copies_of_a_pair_that_is_no_longer_in_the_settings_go_when_all_is_undone(world: World) -> None:
    two_pairs(world)
    world.settings = replace(world.settings, pairs=world.settings.pairs[:1])
    undo(world, "work")
    assert subjects(world) == ["Of the second"]
    reports, problems = undo(world)
    assert problems == []
    assert [report.deleted for report in reports] == [0, 1]
    assert subjects(world) == []


def test_a_calendar_that_never_was_is_not_made(world: World) -> None:
    assert undone(world) == PairReport("work")
    assert world.outlook.names == {}
    assert pair_switch.is_off(world.ledger, world.settings.pairs[0])


def test_feishu_is_asked_for_nothing_while_the_ledger_knows_the_calendar(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.why_gone = "not found"
    assert undone(world).deleted == 1


def test_a_calendar_that_is_gone_is_said_and_the_other_pairs_are_undone(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settings = replace(
        world.settings, pairs=(PairSettings("work"), PairSettings("two", outlook_calendar="Team"))
    )
    world.runs()
    world.outlook.delete_calendar(CALENDAR)
    reports, problems = undo(world)
    assert [(type(problem), getattr(problem, "pair", "")) for problem in problems] == [(CalendarGone, "work")]
    assert [report.deleted for report in reports] == [0, 1]


def test_a_listing_that_lags_behind_is_looked_at_a_second_time(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.lags = True
    sleep = world.clock.sleep

    def wait(seconds: float) -> None:
        sleep(seconds)
        world.outlook.lags = False

    world.clock.sleep = wait  # type: ignore[method-assign]
    assert undone(world).deleted == 1


# --- what stays -----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_copy_with_attendees_is_left_and_listed(world: World, *, is_lost: bool) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-01", "11:00"), "Lunch"))
    world.feishu.put(row("s", at("2026-12-01", "14:00"), "Weekly", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    world.outlook.invite(CALENDAR, copy_of(world, "Review"))
    world.outlook.invite_to_occurrence(CALENDAR, copy_of(world, "Weekly"), at("2026-12-15", "14:00"))
    if is_lost:
        world.lose_ledger()
    report = undone(world)
    assert subjects(world) == ["Review", "Weekly"]
    assert report.deleted == 1
    assert [(note.title, note.reason.code) for note in report.skipped] == [
        ("Review", Code.ATTENDEES_ADDED),
        ("Weekly", Code.ATTENDEES_ADDED),
    ]
    assert deleted(world) == ["Lunch"]


@pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY;COUNT=4"])
@pytest.mark.parametrize("is_lost", [False, True])
def test_an_adopted_event_is_let_go_and_nothing_tells_that_it_was_ours(
    world: World, rule: str, *, is_lost: bool
) -> None:
    adopted = adopt(world, rule)
    if is_lost:
        world.lose_ledger()
    report = undone(world)
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.LET_GO, Code.WAS_ADOPTED)
    ]
    assert (subjects(world), world.outlook.calendars_[CALENDAR][adopted].tag) == (["Review"], None)
    world.lose_ledger()
    world.change_pair(existing=Existing.SKIP)
    assert [note.reason.code for note in world.run().skipped] == [Code.EXISTS_ALREADY]
    assert world.outlook.writes == []


def adopt(world: World, rule: str = "") -> str:
    """A person's own event that was taken over; its id."""
    world.outlook.create("Feishu")
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review", rule))
    world.settle()
    event_id = copy_of(world, "Review")
    event = world.outlook.calendars_[CALENDAR][event_id]
    event.tag = None
    event.transaction_id = ""
    world.lose_ledger()
    world.change_pair(existing=Existing.ADOPT)
    assert [change.action for change in world.settle().changes] == [Action.ADOPT]
    return event_id


def test_an_adopted_event_with_attendees_is_not_written(world: World) -> None:
    adopted = adopt(world, "FREQ=WEEKLY;COUNT=4")
    world.outlook.invite_to_occurrence(CALENDAR, adopted, at("2026-12-08", "10:00"))
    report = undone(world)
    assert world.outlook.writes == []
    assert [note.reason.code for note in report.skipped] == [Code.ATTENDEES_ADDED]


def test_a_copy_that_was_moved_to_another_calendar_is_left_and_listed(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    elsewhere = world.outlook.add_calendar("Private")
    world.outlook.move(copy_of(world, "Review"), elsewhere)
    report = undone(world)
    assert subjects(world, elsewhere) == ["Review"]
    assert [note.reason.code for note in report.skipped] == [Code.MOVED_TO_OTHER_CALENDAR]


def test_a_copy_that_outlook_will_not_delete_is_told_as_failed_and_the_others_go(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-01", "11:00"), "Lunch"))
    world.settle()
    stubborn = copy_of(world, "Review")
    world.outlook.refuse = lambda write: (
        Refused("ErrorAccessDenied", "1") if getattr(write, "event_id", "") == stubborn else None
    )
    assert [note.title for note in undone(world).failed] == ["Review"]
    assert subjects(world) == ["Review"]
    world.outlook.refuse = lambda _write: None
    assert undone(world).failed == ()
    assert subjects(world) == []


# --- stopped half way -----------------------------------------------------------------------------


def crash(world: World, point: str, number: int) -> None:
    """The next time that `point` is reached for the `number`th time."""
    reached = 0

    def step(here: str) -> None:
        nonlocal reached
        reached += here == point
        if reached == number:
            raise Crash

    world.outlook.step = step


@pytest.mark.parametrize("number", [1, 2, 5, 8])
@pytest.mark.parametrize("point", ["before DeleteCopy", "after DeleteCopy"])
@pytest.mark.parametrize("is_lost", [False, True])
def test_what_was_killed_half_way_is_finished_by_doing_it_again_and_comes_back_once(
    world: World, point: str, number: int, *, is_lost: bool
) -> None:
    add_all_kinds(world)
    before = subjects(world)
    crash(world, point, number)
    with pytest.raises(Crash):
        undo(world)
    world.outlook.step = lambda _point: None
    world.reopen()
    if is_lost:
        world.lose_ledger()
    assert undone(world).failed == ()
    assert subjects(world) == []
    if not is_lost:
        assert sorted(deleted(world)) == before
        restore(world)
        assert subjects(world) == before
        assert deleted(world) == []


def test_a_pair_stays_off_when_its_undoing_was_killed(world: World) -> None:
    add_all_kinds(world)
    crash(world, "before DeleteCopy", 1)
    with pytest.raises(Crash):
        undo(world)
    world.outlook.step = lambda _point: None
    assert world.run() == PairReport("work", is_off=True)
    assert world.outlook.requests == []


@pytest.mark.parametrize("point", ["before Untag", "after Untag"])
def test_letting_an_adopted_event_go_is_finished_too(world: World, point: str) -> None:
    adopted = adopt(world)
    crash(world, point, 1)
    with pytest.raises(Crash):
        undo(world)
    world.outlook.step = lambda _point: None
    undone(world)
    assert world.outlook.calendars_[CALENDAR][adopted].tag is None
    assert [type(link) for link in world.ledger.links(CALENDAR, "").values()] == [Detached]
    assert {type(write) for write in world.outlook.writes} <= {Untag}


# --- off, and on again ----------------------------------------------------------------------------


def test_a_pair_that_is_off_is_left_out_until_it_is_switched_on(world: World) -> None:
    two_pairs(world)
    undo(world, "work")
    world.settings = replace(world.settings, pairs=world.settings.pairs[:1])
    world.feishu.put(row("c", at("2026-12-02", "10:00"), "New"))
    assert world.run().is_off
    assert (world.outlook.requests, world.feishu.requests) == ([], [])
    switch_on(world)
    assert world.settle().created == 2
    assert subjects(world) == ["New", "Of the first", "Of the second"]


def test_nobody_has_to_be_signed_in_where_every_pair_is_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signed_out() -> Identity:
        raise SignInNeeded(Side.FEISHU)

    undo(world)
    monkeypatch.setattr(world.feishu, "identity", signed_out)
    assert world.runs() == ([PairReport("work", is_off=True)], [])


def test_a_renamed_pair_stays_off(world: World) -> None:
    undo(world)
    world.change_pair(id="another name")
    assert world.run().is_off


# --- keeping what is held -------------------------------------------------------------------------


def hold(world: World) -> None:
    for number in range(3):
        world.feishu.put(row(f"e{number}", at(f"2026-12-0{number + 1}", "10:00"), f"Event {number}"))
    world.settle()
    for number in range(3):
        world.feishu.cancel(f"e{number}_0")
    assert world.run().held == 3


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_was_held_and_is_kept_stays_and_is_not_made_again(world: World, *, is_lost: bool) -> None:
    hold(world)
    world.outlook.requests.clear()
    report = keep.keep_held(world.ledger, world.settings.pairs[0])
    assert world.outlook.requests == []
    assert [(change.title, change.action, change.reason.code) for change in report.changes] == [
        (f"Event {number}", Action.LET_GO, Code.KEPT) for number in range(3)
    ]
    for _ in range(2):
        if is_lost:
            world.lose_ledger()
        assert world.settle().held == 0
        assert subjects(world) == ["Event 0", "Event 1", "Event 2"]
    assert keep.keep_held(world.ledger, world.settings.pairs[0]).changes == ()


# --- putting back ---------------------------------------------------------------------------------


def delete_some(world: World) -> None:
    for number in range(3):
        world.feishu.put(row(f"e{number}", at(f"2026-12-0{number + 1}", "10:00"), f"Event {number}"))
    world.feishu.put(row("stays", at("2026-12-05", "10:00"), "Stays"))
    world.settle()
    for number in range(3):
        world.clock.time += timedelta(hours=1)
        world.feishu.cancel(f"e{number}_0")
        world.settle()


def test_what_was_deleted_is_listed_the_newest_first_for_thirty_days(world: World) -> None:
    delete_some(world)
    assert deleted(world) == ["Event 2", "Event 1", "Event 0"]
    world.clock.time += timedelta(days=30) - timedelta(minutes=90)
    assert deleted(world) == ["Event 2", "Event 1"]


def test_a_chosen_event_comes_back_as_the_persons_own_and_leaves_the_list(world: World) -> None:
    delete_some(world)
    reports, problems = restore(world, 1)
    assert [(change.title, change.reason.code) for change in reports[0].changes] == [
        ("Event 1", Code.RESTORED)
    ]
    assert (reports[0].pair, reports[0].created, problems) == ("work", 1, [])
    assert deleted(world) == ["Event 2", "Event 0"]
    event = world.outlook.calendars_[CALENDAR][copy_of(world, "Event 1")]
    assert event.tag is None
    assert subjects(world) == ["Event 1", "Stays"]
    world.assert_quiet()
    undone(world)
    assert subjects(world) == ["Event 1"]


@pytest.mark.parametrize("point", ["before RestoreEvent", "after RestoreEvent"])
@pytest.mark.parametrize("number", [1, 3])
def test_putting_back_that_was_killed_makes_nothing_twice(world: World, point: str, number: int) -> None:
    delete_some(world)
    crash(world, point, number)
    with pytest.raises(Crash):
        restore(world)
    world.outlook.step = lambda _point: None
    world.reopen()
    assert len(deleted(world)) == 3
    restore(world)
    assert subjects(world) == ["Event 0", "Event 1", "Event 2", "Stays"]
    assert deleted(world) == []


def test_an_event_comes_back_into_the_pairs_calendar_where_its_own_is_gone(world: World) -> None:
    delete_some(world)
    world.outlook.delete_calendar(CALENDAR)
    reports, problems = restore(world)
    assert (reports, [type(problem) for problem in problems]) == ([], [CalendarGone])
    fresh = world.outlook.add_calendar("Feishu")
    restore(world)
    assert subjects(world, fresh) == ["Event 0", "Event 1", "Event 2"]


def test_a_deletion_that_was_announced_and_did_not_happen_is_not_listed(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")
    crash(world, "before DeleteCopy", 1)
    with pytest.raises(Crash):
        world.run()
    world.outlook.step = lambda _point: None
    assert deleted(world) == []
    world.settle()
    assert deleted(world) == ["Review"]


def test_an_event_that_outlook_refuses_stays_in_the_list(world: World) -> None:
    delete_some(world)
    world.outlook.refuse = lambda _write: Refused("ErrorInvalidProperty", "1")
    reports, _ = restore(world, 0)
    assert [note.title for note in reports[0].failed] == ["Event 2"]
    assert deleted(world)[0] == "Event 2"


def test_an_event_whose_backup_is_of_no_use_fails_alone(world: World) -> None:
    delete_some(world)
    with closing(sqlite3.connect(world.path)) as database, database:
        database.execute("UPDATE deletion SET raw = json_remove(raw, '$.start') WHERE title = 'Event 1'")
    reports, _ = restore(world)
    assert [(note.title, note.reason.code) for note in reports[0].failed] == [
        ("Event 1", Code.BACKUP_UNREADABLE)
    ]
    assert subjects(world) == ["Event 0", "Event 2", "Stays"]
    assert deleted(world) == ["Event 1"]


def test_an_event_that_is_still_in_feishu_is_not_doubled_when_its_copy_was_put_back(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    undone(world)
    restore(world)
    switch_on(world)
    assert [note.reason.code for note in world.run().skipped] == [Code.EXISTS_ALREADY]
    assert [type(write) for write in world.outlook.writes if isinstance(write, CreateCopy)] == []
