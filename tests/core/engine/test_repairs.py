"""Stories of runs that are disturbed, and of series whose exceptions lie at the edges of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from core import observation
from core.clock import window_at
from core.errors import Throttled
from core.model import RowStatus, Side
from core.reasons import Code
from core.report import Action
from core.settings import LocalChanges
from core.writes import (
    AlreadyGone,
    CreateCopy,
    InstancesOf,
    ReadCopy,
    Refused,
    TargetChanges,
    UpdateCopy,
    Write,
)
from tests.core.engine.memory import NOW, MemoryCalendar, at, exception, row
from tests.core.engine.test_runs import CALENDAR, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def starts(world: World) -> list[str]:
    return [start[:16] for start, *_ in world.shown if start < "2026-12-20"]


def edited_while_the_program_writes(world: World, times: int) -> None:
    """Somebody changes the copy again just before each of our next writes to it arrives."""
    left = list(range(times))

    def step(point: str) -> None:
        if point == "before UpdateCopy" and left:
            (copy,) = world.outlook.calendars_[CALENDAR].values()
            world.outlook.edit(CALENDAR, copy.event_id, subject=f"Edit {left.pop()}")

    world.outlook.step = step


def test_a_run_that_breaks_off_tells_what_it_had_done_until_then(world: World) -> None:
    for number in range(30):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number:02}"))
    made: list[str] = []

    def step(point: str) -> None:
        made.append(point)
        if made.count("before CreateCopy") == 25:
            raise Throttled(Side.OUTLOOK, 900)

    world.outlook.step = step
    (report,), (problem,) = world.runs()
    assert isinstance(problem, Throttled)
    assert (report.created, len(report.changes)) == (20, 20)
    world.outlook.step = lambda _point: None
    world.settle()
    assert len(world.copies) == 30


def test_a_run_that_can_do_nothing_tells_of_no_pair(world: World) -> None:
    world.outlook.step = mock.Mock(side_effect=Throttled(Side.OUTLOOK, 900))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    reports, problems = world.runs()
    assert (reports, len(problems)) == ([], 1)


@pytest.mark.parametrize("changes", list(LocalChanges))
def test_a_copy_that_outlook_does_not_know_yet_is_not_made_again(world: World, changes: LocalChanges) -> None:
    world.change_pair(local_changes=changes)
    world.outlook.is_behind = True
    world.feishu.put(row("s", at("2026-12-03", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=3"))
    world.feishu.put(exception("s", at("2026-12-10", "09:00"), at("2026-12-10", "14:00"), "Later"))
    report = world.run()
    assert (report.created, [note.reason.code for note in report.failed]) == (1, [Code.NOT_TRIED])
    world.outlook.is_behind = False
    world.settle()
    assert len(world.copies) == 1
    assert [title for *_, title in world.shown] == ["Stand-up", "Later", "Stand-up"]


def test_where_outlook_tells_no_changes_a_persons_are_noticed_all_the_same(world: World) -> None:
    world.outlook.tells_changes = False
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-02", "10:00"), "Lunch"))
    world.feishu.put(row("s", at("2026-12-03", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=2"))
    world.settle()
    shown = world.shown
    copies = {copy.subject: copy for copy in world.outlook.calendars_[CALENDAR].values()}
    world.outlook.edit(CALENDAR, copies["Review"].event_id, subject="Mine")
    world.outlook.delete(CALENDAR, copies["Lunch"].event_id)
    world.outlook.edit_occurrence(
        CALENDAR, copies["Stand-up"].event_id, at("2026-12-03", "09:00"), subject="Later"
    )
    report = world.settle()
    assert (report.created, report.updated) == (1, 2)
    assert world.shown == shown


def test_an_occurrence_that_is_told_without_its_series_leads_to_it(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-03", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=2"))
    world.settle()
    (series,) = world.outlook.calendars_[CALENDAR].values()
    world.outlook.edit_occurrence(CALENDAR, series.event_id, at("2026-12-03", "09:00"), subject="Later")
    with mock.patch.object(MemoryCalendar, "changes", _without_series(MemoryCalendar.changes)):
        assert world.run().updated == 1
    assert [title for *_, title in world.shown] == ["Stand-up", "Stand-up"]


def _without_series(changes: Callable[..., TargetChanges]) -> Callable[..., TargetChanges]:
    def told(*given: object) -> TargetChanges:
        answer = changes(*given)
        changed = {name: etag for name, etag in answer.changed.items() if name not in answer.touched_series}
        return replace(answer, changed=changed)

    return told


@pytest.mark.parametrize("times", [1, 2, 20])
def test_an_edit_is_put_back_though_the_first_attempts_meet_another_edit(world: World, times: int) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (copy,) = world.outlook.calendars_[CALENDAR].values()
    world.outlook.edit(CALENDAR, copy.event_id, subject="Mine now")
    edited_while_the_program_writes(world, times)
    report = world.run()
    assert sum(isinstance(write, UpdateCopy) for write in world.outlook.writes) == 2, "a run tries twice"
    if times < 2:
        assert (report.updated, report.failed) == (1, ())
    else:
        assert [note.reason.code for note in report.failed] == [Code.CHANGED_MEANWHILE]
        world.outlook.step = lambda _point: None
        assert world.run().updated == 1
    assert world.copies == ["Review"]
    world.assert_quiet()


def test_an_edit_is_put_back_though_the_program_died_before_it_was(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (copy,) = world.outlook.calendars_[CALENDAR].values()
    world.outlook.edit(CALENDAR, copy.event_id, subject="Mine now")

    world.die_at("before UpdateCopy")
    world.reopen()
    world.settle()
    assert world.copies == ["Review"]


def test_an_occurrence_that_is_over_but_was_moved_ahead_is_found_in_a_series_that_is_not_known(
    world: World,
) -> None:
    """Its original day lies before the window; a lost ledger knows nothing of the series' occurrences."""
    world.feishu.put(row("s", at("2026-10-20", "10:00"), "Review", "FREQ=MONTHLY"))
    world.feishu.put(exception("s", at("2026-11-20", "10:00"), at("2026-11-27", "15:00"), "Late"))
    world.settle()
    assert "2026-11-27T15:00" in starts(world)
    world.lose_ledger()
    report = world.run()
    assert (report.failed, world.outlook.writes) == ((), [])
    world.assert_quiet()


def test_a_last_occurrence_that_was_moved_ahead_is_copied_with_its_series(world: World) -> None:
    world.feishu.put(row("s", at("2026-11-03", "10:00"), "Course", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-11-24", "10:00"), at("2026-12-04", "10:00"), "Course"))
    world.settle()
    assert starts(world)[-1] == "2026-12-04T10:00"
    (link,) = world.ledger.links(CALENDAR, "").values()
    end = link.extent.ends_at
    world.feishu.cancel("s_1795485600")
    world.settle()
    (link,) = world.ledger.links(CALENDAR, "").values()
    assert link.extent.ends_at is not None
    assert end is not None
    assert link.extent.ends_at < end, "it is over now"
    assert "2026-12-04T10:00" not in starts(world)


def test_what_is_changed_of_an_occurrence_that_is_over_is_noted_and_not_written(world: World) -> None:
    """Also where the occurrence was changed while it lay ahead."""
    world.feishu.put(row("s", at("2026-11-03", "10:00"), "Course", "FREQ=WEEKLY"))
    moved = exception("s", at("2026-12-01", "10:00"), at("2026-12-02", "10:00"), "Course")
    world.feishu.put(moved)
    world.settle()
    world.clock.time += timedelta(days=10)
    world.feishu.change(moved.event_id, title="Said afterwards")
    world.run()
    assert world.outlook.writes == []
    world.run()
    assert world.outlook.requests == ["changes"]


def test_an_evening_far_to_the_west_is_still_ahead_though_its_date_is_yesterdays(world: World) -> None:
    west = "America/Los_Angeles"
    world.feishu.put(row("s", at("2026-11-17", "20:00", zone=west), "Call", "FREQ=WEEKLY"))
    world.settle()
    in_three_hours = at("2026-11-24", "20:00", zone=west)
    world.feishu.put(exception("s", in_three_hours, None, status=RowStatus.CANCELLED))
    report = world.settle()
    assert report.updated == 1
    assert "2026-11-24T20:00" not in starts(world)


def test_an_exception_reverted_while_the_ledger_was_lost_is_put_back(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    moved = exception("s", at("2026-12-08", "10:00"), at("2026-12-09", "15:00"), "Review")
    world.feishu.put(moved)
    world.settle()
    world.lose_ledger()
    del world.feishu.rows[moved.event_id]
    world.settle()
    assert starts(world) == ["2026-12-01T10:00", "2026-12-08T10:00", "2026-12-15T10:00"]


def test_a_preview_foresees_that_a_cancelled_occurrence_returns(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    gone = exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "10:00"), status=RowStatus.CANCELLED)
    world.feishu.put(gone)
    world.settle()
    world.feishu.change(gone.event_id, status=RowStatus.CONFIRMED)
    ledger = world.ledger
    world.ledger = ledger.copy_in_memory()
    foreseen = world.run(only_look=True)
    world.ledger.close()
    world.ledger = ledger
    done = world.run()
    assert foreseen == done
    assert [change.action for change in done.changes] == [Action.CREATE]
    assert "2026-12-08T10:00" in starts(world)


def test_a_returned_occurrence_is_known_again_when_the_ledger_is_lost(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    gone = exception("s", at("2026-12-08", "10:00"), at("2026-12-08", "10:00"), status=RowStatus.CANCELLED)
    world.feishu.put(gone)
    world.settle()
    world.feishu.change(gone.event_id, status=RowStatus.CONFIRMED)
    world.settle()
    before = world.shown
    world.lose_ledger()
    report = world.run()
    assert (world.outlook.writes, report.created, report.skipped) == ([], 0, ())
    assert world.shown == before


def test_a_night_that_the_clock_skips_is_right_when_the_ledger_is_lost(world: World) -> None:
    span = at("2027-03-25", "01:30", zone="Europe/London")
    world.feishu.put(row("s", span, "Night", "FREQ=DAILY;COUNT=6"))
    world.settle()
    before = world.shown
    world.lose_ledger()
    report = world.run()
    assert (world.outlook.writes, report.failed) == ([], ())
    assert world.shown == before


def test_an_occurrence_that_was_changed_once_follows_its_series_all_the_same(world: World) -> None:
    """At Exchange it stays an exception that keeps what it was told."""
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=DAILY;COUNT=3"))
    changed = exception("s", at("2026-12-02", "10:00"), at("2026-12-02", "10:00"), "Special")
    world.feishu.put(changed)
    world.settle()
    del world.feishu.rows[changed.event_id]
    world.feishu.expired = True
    world.settle()
    world.feishu.change("s_0", title="Retro")
    world.settle()
    assert [title for *_, title in world.shown] == ["Retro"] * 3


def test_occurrences_that_follow_each_other_are_moved_in_an_order_that_outlook_takes(world: World) -> None:
    """Each is moved to where its neighbour was a moment ago."""
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    originals = [at(day, "10:00") for day in ("2026-12-08", "2026-12-15", "2026-12-22")]
    for back_and_forth in (
        ("2026-12-10", "2026-12-17", "2026-12-24"),
        ("2026-12-14", "2026-12-21", "2026-12-28"),
        ("2026-12-02", "2026-12-09", "2026-12-16"),
        ("2026-12-13", "2026-12-20", "2026-12-27"),
    ):
        for original, day in zip(originals, back_and_forth, strict=True):
            world.feishu.put(exception("s", original, at(day, "11:00"), f"On {day}"))
        assert world.settle().failed == ()
        assert [title for *_, title in world.shown if title != "Review"] == [
            f"On {day}" for day in back_and_forth
        ]


def test_a_creation_that_was_interrupted_and_is_not_wanted_yet_is_forgotten_after_a_while(
    world: World,
) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))

    world.die_at("before CreateCopy")
    world.feishu.change("a_0", span=at("2028-06-01", "10:00"))
    world.run()
    world.clock.time += timedelta(minutes=5)
    world.run()
    world.run()
    assert "listing" not in world.outlook.requests


def test_what_a_person_confirmed_does_not_count_against_the_next_deletions(world: World) -> None:
    for number in range(40):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    world.settle()
    for number in range(20):
        world.feishu.cancel(f"e{number}_0")
    assert world.run().held == 20
    assert world.run(confirm_held=True).deleted == 20
    world.feishu.cancel("e20_0")
    assert world.run().deleted == 1


def test_what_is_left_out_far_in_the_future_is_not_reported_yet(world: World) -> None:
    world.feishu.put(row("a", at("2028-06-01", "10:00"), "Far", is_declined=True))
    world.feishu.put(row("b", at("2026-12-01", "10:00"), "Near", is_declined=True))
    world.feishu.put(
        row("c", at("2026-01-06", "10:00"), "Ended", "FREQ=WEEKLY;UNTIL=20260301T000000Z", is_declined=True)
    )
    assert [note.title for note in world.run().skipped] == ["Near"]


def test_a_long_past_is_read_from_the_beginning_of_time_and_watched_as_far_as_graph_goes(
    world: World,
) -> None:
    asked: list[tuple[int, float]] = []

    class Watching(MemoryCalendar):
        def changes(self, first: object, last: object, link: str) -> TargetChanges:
            asked.append((0, (last - first).total_seconds()))  # type: ignore[operator]
            return super().changes(first, last, link)  # type: ignore[arg-type]

    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.run()
    now = int(NOW.timestamp())
    for _ in range(2):
        view = observation.observe_source(
            world.feishu, world.ledger, "ou_1", "primary", now=now, past_days=36_500
        )
    assert view.anchor == observation.EARLIEST
    assert world.feishu.requests[-1] == "changes", "the second time it goes on from where it was"
    window = window_at(NOW, past_days=3650, future_days=1400)
    observation.watch_target(Watching(world.outlook, CALENDAR), world.ledger, "tid.oid", "Feishu", window)
    assert asked == [(0, observation.LONGEST_WATCH)]


def test_only_the_days_that_differ_and_their_neighbours_are_asked_for(world: World) -> None:
    questions: list[InstancesOf] = []
    original = MemoryCalendar._answer

    def answer(self: MemoryCalendar, question: object) -> object:
        if isinstance(question, InstancesOf):
            questions.append(question)
        return original(self, question)  # type: ignore[arg-type]

    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    world.settle()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryCalendar, "_answer", answer)
        world.feishu.put(exception("s", at("2026-12-08", "10:00"), at("2026-12-09", "15:00"), "Review"))
        world.feishu.put(exception("s", at("2026-12-15", "10:00"), at("2026-12-16", "15:00"), "Review"))
        world.run()
    assert [(f"{question.first}", f"{question.last}") for question in questions] == [
        ("2026-11-30", "2026-12-23")
    ]


def test_a_copy_that_was_moved_into_the_past_is_history_though_the_answer_was_lost(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.change("a_0", span=at("2026-11-20", "10:00"))
    world.die_at("after UpdateCopy")
    world.settle()
    world.change_pair(title_prefix="Work: ")
    world.settle()
    assert world.copies == ["Review"]


def test_a_creation_that_was_refused_and_happened_is_not_made_again_at_another_time(world: World) -> None:
    done = world.outlook.open(CALENDAR)

    def refuse(write: Write) -> Refused | None:
        if not isinstance(write, CreateCopy):
            return None
        world.outlook.refuse = lambda _write: None
        done.write([write])
        return Refused("ErrorInternalServerError", "request")

    world.outlook.refuse = refuse
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.run()
    world.feishu.change("a_0", span=at("2026-12-02", "15:00"))
    world.settle()
    assert [(start[:16], title) for start, _, title in world.shown] == [("2026-12-02T15:00", "Review")]


def test_a_copy_whose_creation_got_no_answer_follows_its_event_into_the_past(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.die_at("after CreateCopy")
    world.feishu.change("a_0", span=at("2026-11-20", "10:00"))
    world.settle()
    assert starts(world) == ["2026-11-20T10:00"]


def test_a_series_that_was_cut_while_the_ledger_was_lost_shows_no_more_than_is_left(world: World) -> None:
    world.feishu.put(row("s", at("2026-11-24", "10:00"), "Review", "FREQ=WEEKLY;INTERVAL=2"))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Lunch"))
    world.settle()
    world.clock.time += timedelta(days=2)
    world.lose_ledger()
    world.feishu.change("s_0", recurrence="FREQ=WEEKLY;INTERVAL=2;UNTIL=20261201T000000Z")
    world.settle()
    assert starts(world) == ["2026-11-24T10:00", "2026-12-01T10:00"]


def test_doubles_go_though_the_program_is_killed_between_two_of_them(world: World) -> None:
    for name in ("a", "b"):
        world.feishu.put(row(name, at("2026-12-01", "10:00"), f"Review {name}"))
    world.settle()
    events = world.outlook.calendars_[CALENDAR]
    for first in list(events.values()):
        assert first.tag
        number = f"other {first.event_id}"
        tag = replace(first.tag, transaction_id=number)
        double = replace(first, event_id=f"double {first.event_id}", tag=tag, transaction_id=number)
        events[double.event_id] = replace(double, created=first.created + 10)
    world.lose_ledger()
    world.die_at("after DeleteCopy")
    world.reopen()
    world.settle()
    assert world.copies == ["Review a", "Review b"]


def test_what_is_refused_for_no_fault_of_the_event_is_tried_at_the_next_run(world: World) -> None:
    world.outlook.refuse = lambda _write: Refused("ErrorInternalServerError", "request", is_passing=True)
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    report = world.run()
    assert [note.reason.code for note in report.failed] == [Code.REFUSED_BY_OUTLOOK]
    assert world.outlook.requests.count("write") == 1, "once a run"
    world.outlook.refuse = lambda _write: None
    world.settle()
    assert world.copies == ["Review"]


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_copy_that_a_write_does_not_find_is_looked_for_before_it_is_made_again(
    world: World, *, is_moved: bool
) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()

    def refuse(_write: Write) -> AlreadyGone:
        world.outlook.refuse = lambda _write: None
        return AlreadyGone()

    world.outlook.refuse = refuse
    if is_moved:
        world.feishu.change("a_0", span=at("2026-12-02", "15:00"))
    else:
        world.feishu.cancel("a_0")
    world.settle()
    assert starts(world) == (["2026-12-02T15:00"] if is_moved else [])


def test_a_cancellation_of_an_occurrence_moved_far_ahead_is_seen_after_a_long_pause(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY"))
    moved = exception("s", at("2026-12-08", "10:00"), at("2027-03-01", "15:00"), "Review")
    world.feishu.put(moved)
    world.settle()
    world.clock.time += timedelta(days=60)
    world.settle()
    world.feishu.cancel(moved.event_id)
    world.clock.time += timedelta(days=8)
    world.settle()
    assert ("2027-03-01T15:00", "Review") not in [(start[:16], title) for start, _, title in world.shown]


def test_a_series_that_is_over_stays_as_it_is_though_the_ledger_was_lost(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=WEEKLY;COUNT=2"))
    world.feishu.put(row("a", at("2027-02-01", "10:00"), "Lunch"))
    world.settle()
    before = world.shown
    world.clock.time += timedelta(days=20)
    world.feishu.change("s_0", span=at("2026-12-01", "12:00"))
    world.lose_ledger()
    world.settle()
    assert world.shown == before


def test_a_copy_that_one_reading_does_not_find_is_deleted_all_the_same(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")
    original, lies = MemoryCalendar._answer, [None]

    def answer(self: MemoryCalendar, question: object) -> object:
        return lies.pop() if isinstance(question, ReadCopy) and lies else original(self, question)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryCalendar, "_answer", answer)
        world.settle()
    assert not lies
    assert world.outlook.calendars_[CALENDAR] == {}
