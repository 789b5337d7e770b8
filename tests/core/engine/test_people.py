"""What people do to copies in Outlook, and what a pair's `existing` and `local_changes` make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.keep import keep_held
from core.links import Detached
from core.model import RowStatus
from core.reasons import Code
from core.report import Action
from core.settings import Existing, LocalChanges
from core.writes import DeleteCopy, UpdateCopy
from tests.core.engine.memory import at, exception, row
from tests.core.engine.test_runs import CALENDAR, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def only_copy(world: World) -> str:
    (event_id,) = [event.event_id for event in world.outlook.calendars_[CALENDAR].values() if event.tag]
    return event_id


def starts(world: World) -> list[tuple[str, str]]:
    return [(start[:16], title) for start, _, title in world.shown]


# --- keep -----------------------------------------------------------------------------------------


def test_what_a_person_changed_is_let_go_where_the_pair_keeps_changes(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.edit(CALENDAR, only_copy(world), subject="Mine")
    report = world.settle()
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.LET_GO, Code.CHANGED_IN_OUTLOOK)
    ]
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert [title for _, title in starts(world)] == ["Mine"]


def test_what_a_person_deleted_stays_deleted_where_the_pair_keeps_changes(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.delete(CALENDAR, only_copy(world))
    report = world.settle()
    assert [change.reason.code for change in report.changes] == [Code.DELETED_IN_OUTLOOK]
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert world.copies == []


def test_our_own_deletion_that_got_no_answer_lets_nothing_go(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")

    world.die_at("after DeleteCopy")
    world.feishu.change("a_0", status=RowStatus.CONFIRMED)
    world.settle()
    assert world.copies == ["Review"]


def test_one_occurrence_is_let_go_without_its_series(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    series = only_copy(world)
    world.outlook.delete_occurrence(CALENDAR, series, at("2026-12-08", "10:00").start)
    world.outlook.edit_occurrence(CALENDAR, series, at("2026-12-15", "10:00"), subject="Mine")
    world.settle()
    assert [title for _, title in starts(world)] == ["Review", "Mine", "Review"]
    world.feishu.change("s_0", title="Review 2")
    world.settle()
    assert [title for _, title in starts(world)] == ["Review 2", "Mine", "Review 2"]


# --- restore --------------------------------------------------------------------------------------


def test_an_occurrence_that_a_person_deleted_returns_as_a_single_event(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-15", "10:00"), at("2026-12-16", "12:00"), "Moved"))
    world.settle()
    before = world.shown
    series = only_copy(world)
    for day in ("2026-12-08", "2026-12-15"):
        world.outlook.delete_occurrence(CALENDAR, series, at(day, "10:00").start)
    report = world.settle()
    assert report.created == 2
    assert world.shown == before
    world.lose_ledger()
    world.run()
    assert world.outlook.writes == []


def test_an_edit_of_an_occurrence_that_we_changed_is_put_back_as_often_as_it_comes(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-15", "10:00"), at("2026-12-16", "12:00"), "Moved"))
    world.settle()
    before = world.shown
    for subject in ("Mine", "Mine again"):
        for day in ("2026-12-08", "2026-12-15"):
            world.outlook.edit_occurrence(CALENDAR, only_copy(world), at(day, "10:00"), subject=subject)
        world.settle()
        assert world.shown == before


# --- attendees, other calendars -----------------------------------------------------------------------


@pytest.mark.parametrize("act", ["retitle", "move", "cancel", "one occurrence"])
def test_attendees_of_one_occurrence_let_the_whole_series_go(world: World, act: str) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    world.outlook.invite_to_occurrence(CALENDAR, only_copy(world), at("2026-12-22", "10:00"))
    match act:
        case "retitle":
            world.feishu.change("s_0", title="Review 2")
        case "move":
            world.feishu.change("s_0", span=at("2026-12-01", "11:00"))
        case "cancel":
            world.feishu.cancel("s_0")
        case _:
            world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "12:00")))
    world.run()
    assert world.outlook.writes == []
    links = list(world.ledger.links(CALENDAR, "").values())
    assert all(isinstance(link, Detached) and link.reason.code == Code.ATTENDEES_ADDED for link in links)
    assert len(links) == 1
    assert [title for _, title in starts(world)] == ["Review"] * 4


def test_attendees_behind_a_window_that_was_made_shorter_let_the_series_go_too(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    world.outlook.invite_to_occurrence(CALENDAR, only_copy(world), at("2026-12-22", "10:00"))
    world.future_days = 10
    world.feishu.put(exception("s", at("2026-12-01", "10:00"), None, status=RowStatus.CANCELLED))
    world.run()
    assert world.outlook.writes == []
    assert [title for _, title in starts(world)] == ["Review"] * 4


def test_a_copy_that_is_moved_to_another_calendar_is_let_go(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    other = world.outlook.add_calendar("Mine")
    event_id = only_copy(world)
    world.outlook.move(event_id, other)
    report = world.settle()
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.LET_GO, Code.MOVED_TO_OTHER_CALENDAR)
    ]
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    world.feishu.cancel("a_0")
    world.settle()
    assert world.outlook.calendars_[other][event_id].subject == "Review"
    assert world.copies == []


def test_a_series_without_an_occurrence_in_sight_is_followed(world: World) -> None:
    """Its calendar's watch says the same of it as of one that was moved away."""
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Birthday", "FREQ=YEARLY;COUNT=5"))
    world.settle()
    original = at("2026-12-01", "10:00")
    gone = exception("s", original, original, "Birthday", status=RowStatus.CANCELLED)
    world.feishu.put(gone)
    world.settle()
    world.feishu.put(replace(gone, status=RowStatus.CONFIRMED))
    world.settle()
    assert starts(world)[0] == ("2026-12-01T10:00", "Birthday")


def test_a_copy_that_was_only_moved_far_ahead_is_put_back(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    before = world.shown
    event = world.outlook.calendars_[CALENDAR][only_copy(world)]
    event.span, event.etag = at("2030-01-01", "10:00"), next(world.outlook.etags)
    world.outlook.note(CALENDAR, event.event_id)
    world.settle()
    assert world.shown == before


def test_a_copy_that_came_back_to_its_calendar_is_followed(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    other = world.outlook.add_calendar("Mine")
    event_id = only_copy(world)
    world.outlook.move(event_id, other)
    world.outlook.move(event_id, CALENDAR)
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert world.copies == ["Review 2"]


# --- existing -------------------------------------------------------------------------------------


def test_an_event_of_the_same_subject_and_start_becomes_ours_where_that_is_wanted(world: World) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00", minutes=15))
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    report = world.settle()
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.ADOPT, Code.ADOPTED)
    ]
    assert world.shown == [("2026-12-01T10:00:00+08:00", "2026-12-01T10:30:00+08:00", "Review")]
    assert only_copy(world) == own.event_id
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert world.outlook.calendars_[CALENDAR][own.event_id].subject == "Review 2"
    world.lose_ledger()
    world.run()
    assert world.outlook.writes == []
    assert [link.is_adopted for link in world.ledger.links(CALENDAR, "").values()] == [True]  # type: ignore[union-attr]


def test_an_event_with_attendees_is_never_adopted(world: World) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.outlook.invite(CALENDAR, own.event_id)
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    report = world.settle()
    assert [note.reason.code for note in report.skipped] == [Code.ADOPT_HAS_ATTENDEES]
    assert world.copies == []


def test_a_single_event_is_not_made_a_series(world: World) -> None:
    world.outlook.create("Feishu")
    world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    assert [note.reason.code for note in world.settle().skipped] == [Code.EXISTS_ALREADY]


@pytest.mark.parametrize("point", ["before UpdateCopy", "after UpdateCopy"])
@pytest.mark.parametrize("local_changes", list(LocalChanges))
def test_an_adoption_that_was_interrupted_is_finished(
    world: World, point: str, local_changes: LocalChanges
) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00", minutes=15))
    world.change_pair(existing=Existing.ADOPT, local_changes=local_changes)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))

    class Crash(BaseException):
        pass

    def step(reached: str) -> None:
        if reached == point:
            raise Crash

    world.outlook.step = step
    with pytest.raises(Crash):
        world.run()
    world.outlook.step = lambda _point: None
    world.settle()
    assert only_copy(world) == own.event_id
    assert world.shown == [("2026-12-01T10:00:00+08:00", "2026-12-01T10:30:00+08:00", "Review")]


def test_adopting_is_all_that_the_setting_changes(world: World) -> None:
    """What was left alone before is taken over by the next run, and nothing else is written."""
    world.outlook.create("Feishu")
    world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-02", "10:00"), "Other"))
    world.settle()
    world.change_pair(existing=Existing.ADOPT)
    world.run()
    assert [type(write) for write in world.outlook.writes] == [UpdateCopy]
    world.feishu.cancel("a_0")
    world.run()
    assert [type(write) for write in world.outlook.writes] == [DeleteCopy]


def test_an_event_whose_adoption_never_happened_stays_its_owners(world: World) -> None:
    world.outlook.create("Feishu")
    own = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.change_pair(existing=Existing.ADOPT)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.die_at("before UpdateCopy")
    world.feishu.cancel("a_0")
    world.settle()
    assert world.outlook.calendars_[CALENDAR] == {own.event_id: own}


# --- let go for good ------------------------------------------------------------------------------


def test_a_kept_copy_stays_as_it_is_when_its_event_returns_to_feishu(world: World) -> None:
    for number in range(3):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    world.settle()
    for number in range(3):
        world.feishu.cancel(f"e{number}_0")
    assert world.run().held == 3
    keep_held(world.ledger, world.settings.pairs[0])
    world.settle()
    world.feishu.change("e0_0", status=RowStatus.CONFIRMED, title="Other")
    world.settle()
    assert world.copies == ["Event 0", "Event 1", "Event 2"]


def test_a_copy_with_attendees_is_left_alone_though_the_ledger_was_lost(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.outlook.invite(CALENDAR, only_copy(world))
    world.settle()
    world.lose_ledger()
    world.feishu.change("a_0", title="Review 2")
    report = world.run()
    assert world.outlook.writes == []
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.LET_GO, Code.ATTENDEES_ADDED)
    ]
    world.assert_quiet()
    assert world.copies == ["Review"]


def given_one_that_stands_alone(world: World) -> None:
    """An occurrence that was cancelled and came back, where the pair keeps what people change."""
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), None, status=RowStatus.CANCELLED))
    world.settle()
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "12:00"), "Back"))
    world.settle()


def test_an_occurrence_that_stands_alone_is_known_again_where_changes_are_kept(world: World) -> None:
    given_one_that_stands_alone(world)
    before = world.shown
    world.lose_ledger()
    report = world.settle()
    assert report.skipped == ()
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "14:00"), "Back later"))
    world.settle()
    assert [title for _, title in starts(world)] == ["Review", "Back later", "Review", "Review"]
    assert len(before) == len(world.shown)


def test_an_occurrence_that_stands_alone_stays_when_its_series_is_touched_and_changes_are_kept(
    world: World,
) -> None:
    given_one_that_stands_alone(world)
    series = next(event for event in world.outlook.calendars_[CALENDAR].values() if event.series)
    world.outlook.edit_occurrence(CALENDAR, series.event_id, at("2026-12-15", "10:00"), subject="Mine")
    world.settle()
    assert [title for _, title in starts(world)] == ["Review", "Back", "Mine", "Review"]


def test_a_series_that_is_moved_to_another_calendar_is_let_go(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    other = world.outlook.add_calendar("Mine")
    world.outlook.move(only_copy(world), other)
    report = world.settle()
    assert [(change.action, change.reason.code) for change in report.changes] == [
        (Action.LET_GO, Code.MOVED_TO_OTHER_CALENDAR)
    ]
    world.feishu.change("s_0", title="Review 2")
    world.settle()
    assert world.copies == []
    assert [title for *_, title in world.outlook.shown(other)] == ["Review"] * 4


@pytest.mark.parametrize("why", ["its place is forgotten", "the window grew"])
def test_a_deletion_is_noticed_though_the_watch_has_to_begin_anew(world: World, why: str) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("s", at("2026-12-02", "10:00"), "Weekly", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    for event_id in list(world.outlook.calendars_[CALENDAR]):
        world.outlook.delete(CALENDAR, event_id)
    if why == "the window grew":
        world.future_days = 900
    else:
        world.outlook.watches.clear()
    world.settle()
    assert world.copies == ["Review", "Weekly"]


def test_what_had_been_let_go_of_a_series_is_followed_again_when_the_ledger_is_lost(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    series = only_copy(world)
    world.outlook.delete_occurrence(CALENDAR, series, at("2026-12-08", "10:00").start)
    world.outlook.edit_occurrence(CALENDAR, series, at("2026-12-15", "10:00"), subject="Mine")
    world.settle()
    world.lose_ledger()
    world.settle()
    assert [title for _, title in starts(world)] == ["Review"] * 4


def test_a_cancellation_taken_back_while_the_ledger_is_lost_is_seen_where_changes_are_kept(
    world: World,
) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), None, status=RowStatus.CANCELLED))
    world.settle()
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "12:00"), "Back"))
    world.lose_ledger()
    world.settle()
    assert [title for _, title in starts(world)] == ["Review", "Back", "Review", "Review"]


@pytest.mark.parametrize("why", ["cancelled", "filtered"])
def test_a_left_over_copy_is_its_events_when_that_returns_at_another_time(world: World, why: str) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    if why == "cancelled":
        world.feishu.cancel("a_0")
    else:
        world.change_pair(title_exclude=("Review",))
    world.lose_ledger()
    report = world.settle()
    assert [note.reason.code for note in report.skipped if note.reason.code == Code.LEFT_OVER]
    world.change_pair(title_exclude=())
    world.feishu.change("a_0", status=RowStatus.CONFIRMED, span=at("2026-12-03", "14:00"))
    world.settle()
    assert starts(world) == [("2026-12-03T14:00", "Review")]


@pytest.mark.parametrize(
    "point", ["before ChangeInstance", "before ReadBack", "before LookBack", "after LookBack"]
)
def test_attendees_who_come_while_an_occurrence_is_written_let_its_series_go(
    world: World, point: str
) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    series = only_copy(world)
    invited = []

    def step(reached: str) -> None:
        if reached == point and not invited:
            invited.append(reached)
            world.outlook.invite_to_occurrence(CALENDAR, series, at("2026-12-22", "10:00"))

    world.outlook.step = step
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "12:00"), "Review"))
    world.settle()
    assert invited
    world.feishu.change("s_0", title="Review 2")
    world.run()
    assert world.outlook.writes == []
    assert {title for _, title in starts(world)} == {"Review"}


def test_an_occurrence_that_is_as_its_series_again_is_no_edit_of_a_persons(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    changed = exception("s", at("2026-12-15", "10:00"), at("2026-12-15", "12:00"), "Review")
    world.feishu.put(changed)
    world.settle()
    world.feishu.vanish(changed.event_id)
    world.feishu.forget_cursors()
    world.settle()
    world.outlook.edit(CALENDAR, only_copy(world), subject="Review")  # no more than a colour
    world.settle()
    world.feishu.put(replace(changed, span=at("2026-12-15", "14:00")))
    world.settle()
    assert ("2026-12-15T14:00", "Review") in starts(world)


def test_attendees_of_an_occurrence_long_over_are_seen_though_the_ledger_was_lost(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    world.settle()
    world.outlook.invite_to_occurrence(CALENDAR, only_copy(world), at("2026-12-08", "10:00"))
    world.settle()
    world.clock.time += timedelta(days=100)
    world.lose_ledger()
    world.feishu.change("s_0", title="Review 2")
    world.run()
    assert world.outlook.writes == []


def test_a_duplicate_of_an_adopted_event_is_a_persons_though_the_ledger_was_lost(world: World) -> None:
    world.change_pair(existing=Existing.ADOPT)
    own = world.outlook.own_event(world.outlook.create("Feishu").id, "Review", at("2026-12-01", "10:00"))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    duplicate = replace(own, event_id="duplicate", created=own.created + 10)
    world.outlook.calendars_[CALENDAR]["duplicate"] = duplicate
    before = replace(duplicate)
    world.lose_ledger()
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    events = world.outlook.calendars_[CALENDAR]
    assert events["duplicate"] == before
    assert events[own.event_id].subject == "Review 2"


def test_what_feishu_had_changed_and_changes_back_is_ours_after_a_kill_too(world: World) -> None:
    world.change_pair(local_changes=LocalChanges.KEEP)
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    changed = exception("s", at("2026-12-15", "10:00"), at("2026-12-15", "12:00"), "Review")
    world.feishu.put(changed)
    world.settle()
    world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "12:00"), "Review"))
    world.die_at("after ChangeInstance")
    world.feishu.vanish(changed.event_id)
    world.feishu.forget_cursors()
    world.settle()
    assert ("2026-12-15T10:00", "Review") in starts(world)


def test_attendees_who_come_just_before_a_series_is_written_let_it_go(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=4"))
    world.settle()

    def step(reached: str) -> None:
        if reached == "before UpdateCopy":
            world.outlook.step = lambda _point: None
            world.outlook.invite_to_occurrence(CALENDAR, only_copy(world), at("2026-12-22", "10:00"))

    world.outlook.step = step
    world.feishu.change("s_0", title="Review 2")
    world.settle()
    assert {title for _, title in starts(world)} == {"Review"}
