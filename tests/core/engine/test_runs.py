"""One run after another over services in memory: what people do in between, and what Outlook shows then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core import zones
from core.clock import window_at
from core.errors import CalendarGone, DeletionsHeld, ServiceFailing, SettingsInvalid, SyncError
from core.ledger import Ledger, TargetState
from core.links import Extent, SourceView
from core.model import RowStatus, Side
from core.policy import CopyWords
from core.preview import PretendMailbox
from core.reasons import Code
from core.report import Action, PairReport
from core.run import Run, result_of
from core.settings import PairSettings, Settings
from core.writes import CreateCopy, DeleteCopy, NotTried, Refused, UpdateCopy
from tests.core.engine.memory import NOW, FakeClock, MemoryFeishu, MemoryOutlook, at, exception, row

WORDS = CopyWords("(No title)", "Busy", "Join", "Organiser", "Open in Feishu", "Copied from Feishu.", "…")
CALENDAR = "calendar 0"


class Killed(BaseException):
    """As abrupt as the end of the process: nothing that handles errors sees it."""


class World:
    """Both services, a clock and a ledger; `run` is one run of the one pair."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.feishu, self.outlook, self.clock = MemoryFeishu(), MemoryOutlook(), FakeClock(NOW)
        self.settings = Settings(pairs=(PairSettings("work"),))
        self.future_days = 365
        self.ledger = Ledger(path)
        self.ledger.open()

    def change_pair(self, **changes: object) -> None:
        self.settings = replace(self.settings, pairs=(replace(self.settings.pairs[0], **changes),))  # type: ignore[arg-type]

    def lose_ledger(self) -> None:
        self.reopen(before=lambda: [file.unlink() for file in self.path.parent.glob("ledger*")])

    def reopen(self, before: object = None) -> None:
        self.ledger.close()
        if callable(before):
            before()
        self.ledger = Ledger(self.path)
        self.ledger.open()

    def runs(self, **options: bool) -> tuple[list[PairReport], list[SyncError]]:
        self.outlook.writes.clear()
        self.outlook.requests.clear()
        self.feishu.requests.clear()
        looking = options.get("only_look", False)
        ledger = self.ledger.copy_in_memory() if looking else self.ledger
        run = Run(
            settings=self.settings,
            source=self.feishu,
            mailbox=PretendMailbox(self.outlook) if looking else self.outlook,
            ledger=ledger,
            window=window_at(self.clock.now(), past_days=0, future_days=self.future_days),
            clock=self.clock,
            words=lambda _language: WORDS,
            stop=lambda: False,
            progress=lambda *_: None,
            **options,
        )
        outcome = run.all_pairs()
        if looking:
            ledger.close()
        return outcome

    def run(self, **options: bool) -> PairReport:
        reports, problems = self.runs(**options)
        assert not [problem for problem in problems if not isinstance(problem, DeletionsHeld)], problems
        return reports[0]

    def die_at(self, point: str) -> None:
        """A run that is killed before or after its first such write."""

        def step(at: str) -> None:
            if at == point:
                raise Killed

        self.outlook.step = step
        with pytest.raises(Killed):
            self.run()
        self.outlook.step = lambda _point: None

    def settle(self) -> PairReport:
        """A run, and the proof that one more writes nothing."""
        report = self.run()
        self.assert_quiet()
        return report

    def assert_quiet(self) -> None:
        again = self.run()
        assert self.outlook.writes == []
        assert (again.created, again.updated, again.deleted) == (0, 0, 0)

    @property
    def copies(self) -> list[str]:
        return sorted(event.subject for event in self.outlook.calendars_[CALENDAR].values() if event.tag)

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        return self.outlook.shown(CALENDAR)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "ledger.sqlite3")
    yield made
    made.ledger.close()


def titles(world: World) -> list[str]:
    return [subject for *_, subject in world.shown]


def test_a_first_run_copies_what_lies_in_the_window(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-03"), "Holiday"))
    world.feishu.put(row("past", at("2026-11-20", "10:00"), "Past"))
    world.feishu.put(row("far", at("2028-06-01", "10:00"), "Far"))
    report = world.settle()
    assert report.created == 2
    assert world.shown == [
        ("2026-12-01T10:00:00+08:00", "2026-12-01T10:30:00+08:00", "Review"),
        ("2026-12-03", "2026-12-04", "Holiday"),
    ]


def test_an_unchanged_run_asks_each_side_once(world: World) -> None:
    for number in range(60):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    world.run()
    world.run()
    assert world.feishu.requests == ["changes"]
    assert world.outlook.requests == ["changes"]


def test_changes_are_patched_in_place(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.change("a_0", title="Review 2", span=at("2026-12-02", "11:00"))
    report = world.settle()
    assert (report.created, report.updated, report.deleted) == (0, 1, 0)
    assert [change.reason.code for change in report.changes] == [Code.MOVED]
    assert world.shown == [("2026-12-02T11:00:00+08:00", "2026-12-02T11:30:00+08:00", "Review 2")]


def test_a_cancelled_event_goes_and_its_content_is_kept_for_restore(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")
    assert world.settle().deleted == 1
    assert world.copies == []
    assert world.ledger.counted_deletions(CALENDAR, "", 0) == 1


def test_events_that_are_not_ours_are_never_touched(world: World) -> None:
    world.outlook.create("Feishu")
    mine = world.outlook.own_event(CALENDAR, "Dentist", at("2026-12-01", "10:00"))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")
    world.settle()
    assert world.outlook.calendars_[CALENDAR] == {mine.event_id: mine}


def test_an_event_that_the_person_has_already_is_left_and_said(world: World) -> None:
    world.outlook.create("Feishu")
    mine = world.outlook.own_event(CALENDAR, "Review", at("2026-12-01", "10:00"))
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    report = world.settle()
    assert [note.reason.code for note in report.skipped] == [Code.EXISTS_ALREADY]
    world.outlook.delete(CALENDAR, mine.event_id)
    assert world.settle().created == 1


def test_after_the_ledger_is_lost_everything_is_found_again_by_its_tags(world: World) -> None:
    for number in range(25):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=DAILY"))
    world.feishu.put(exception("s", at("2026-12-03", "09:00"), at("2026-12-03", "14:00"), "Stand-up later"))
    world.feishu.put(exception("s", at("2026-12-04", "09:00"), None, status=RowStatus.CANCELLED))
    world.settle()
    before = world.shown
    world.lose_ledger()
    world.assert_quiet()
    world.feishu.change("e3_0", title="Changed")
    world.settle()
    assert len(world.shown) == len(before)
    assert "Changed" in titles(world)


def test_a_left_over_copy_without_event_and_ledger_is_reported_never_deleted(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.cancel("a_0")
    world.lose_ledger()
    report = world.run()
    assert [note.reason.code for note in report.skipped] == [Code.LEFT_OVER]
    assert world.copies == ["Review"]


@pytest.mark.parametrize("is_tried", [True, False])
def test_a_double_of_another_installation_goes_and_is_kept_for_restore(
    world: World, is_tried: bool
) -> None:  # a parameter
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (first,) = world.outlook.calendars_[CALENDAR].values()
    assert first.tag
    tag = replace(first.tag, transaction_id="other")
    later = replace(first, event_id="later", tag=tag, transaction_id="other", created=first.created + 1)
    world.outlook.calendars_[CALENDAR]["later"] = later
    world.lose_ledger()
    if not is_tried:
        world.outlook.refuse = lambda write: NotTried() if isinstance(write, DeleteCopy) else None
    world.run()
    kept = [json.loads(each.raw)["id"] for each in world.ledger.deletions(0)]
    assert kept == (["later"] if is_tried else [])
    assert len(world.copies) == (1 if is_tried else 2)


def test_a_duplicate_that_a_person_made_of_a_copy_is_theirs(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (ours,) = world.outlook.calendars_[CALENDAR].values()
    theirs = replace(ours, event_id="by hand", transaction_id="")
    world.outlook.calendars_[CALENDAR]["by hand"] = theirs
    world.lose_ledger()
    world.feishu.change("a_0", title="Review 2")
    world.settle()
    assert ours.subject == "Review 2"
    assert theirs.subject == "Review"


@pytest.mark.parametrize("point", ["before CreateCopy", "after CreateCopy"])
def test_a_crash_around_a_creation_leaves_neither_gap_nor_double(world: World, point: str) -> None:
    for number in range(30):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    hits = iter(range(100))

    def crash(step: str) -> None:
        if step == point and next(hits) == 23:
            raise KeyboardInterrupt

    world.outlook.step = crash
    with pytest.raises(KeyboardInterrupt):
        world.run()
    world.outlook.step = lambda _point: None
    world.reopen()
    world.clock.time += timedelta(minutes=5)
    world.settle()
    assert world.copies == sorted(f"Event {number}" for number in range(30))


def test_an_unfinished_creation_whose_event_changed_meanwhile_is_brought_up_to_date(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))

    def crash(step: str) -> None:
        if step == "after CreateCopy":
            raise KeyboardInterrupt

    world.outlook.step = crash
    with pytest.raises(KeyboardInterrupt):
        world.run()
    world.outlook.step = lambda _point: None
    world.feishu.change("a_0", title="Review 2")
    world.reopen()
    world.settle()
    assert world.copies == ["Review 2"]


def test_a_creation_that_no_listing_shows_yet_is_repeated_under_its_own_id(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))

    def crash(step: str) -> None:
        if step == "after CreateCopy":
            raise KeyboardInterrupt

    world.outlook.step = crash
    with pytest.raises(KeyboardInterrupt):
        world.run()
    world.outlook.step = lambda _point: None
    world.outlook.lags = True
    world.reopen()
    world.run()
    world.outlook.lags = False
    world.assert_quiet()
    assert world.copies == ["Review"]


def test_a_crash_after_a_series_was_reshaped_gives_it_its_exceptions_again(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=3"))
    world.feishu.put(exception("s", at("2026-12-08", "09:00"), at("2026-12-08", "14:00"), "Later"))
    world.settle()
    world.feishu.change("s_0", recurrence="FREQ=WEEKLY;COUNT=4")

    def crash(step: str) -> None:
        if step == "after UpdateCopy":
            raise KeyboardInterrupt

    world.outlook.step = crash
    with pytest.raises(KeyboardInterrupt):
        world.run()
    world.outlook.step = lambda _point: None
    world.reopen()
    world.settle()
    assert titles(world) == ["Stand-up", "Later", "Stand-up", "Stand-up"]


@pytest.mark.parametrize("kind", ["UpdateCopy", "DeleteCopy", "ChangeInstance", "CancelInstance"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_around_any_write_is_repaired_by_the_next_run(world: World, kind: str, when: str) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-01", "12:00"), "Lunch"))
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=4"))
    world.settle()
    world.feishu.change("a_0", title="Review 2")
    world.feishu.cancel("b_0")
    world.feishu.put(exception("s", at("2026-12-08", "09:00"), at("2026-12-08", "14:00"), "Stand-up later"))
    world.feishu.put(exception("s", at("2026-12-15", "09:00"), None, status=RowStatus.CANCELLED))

    def crash(step: str) -> None:
        if step == f"{when} {kind}":
            raise KeyboardInterrupt

    world.outlook.step = crash
    with pytest.raises(KeyboardInterrupt):
        world.run()
    world.outlook.step = lambda _point: None
    world.reopen()
    world.settle()
    assert world.shown == [
        ("2026-12-01T09:00:00+08:00", "2026-12-01T09:30:00+08:00", "Stand-up"),
        ("2026-12-01T10:00:00+08:00", "2026-12-01T10:30:00+08:00", "Review 2"),
        ("2026-12-08T14:00:00+08:00", "2026-12-08T14:30:00+08:00", "Stand-up later"),
        ("2026-12-22T09:00:00+08:00", "2026-12-22T09:30:00+08:00", "Stand-up"),
    ]


def test_a_series_keeps_its_exceptions_through_new_title_and_new_time(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=4"))
    world.feishu.put(exception("s", at("2026-12-08", "09:00"), at("2026-12-08", "14:00"), "Later"))
    world.settle()
    world.feishu.change("s_0", title="Daily")
    report = world.settle()
    assert (report.created, report.updated) == (0, 1)
    assert titles(world) == ["Daily", "Later", "Daily", "Daily"]
    world.feishu.change("s_0", recurrence="FREQ=WEEKLY;COUNT=5")
    assert world.settle().updated == 1
    assert titles(world) == ["Daily", "Later", "Daily", "Daily", "Daily"]


def test_a_moved_occurrence_keeps_the_title_that_its_series_had(world: World) -> None:
    """Where Outlook took it for one without a title of its own."""
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=3"))
    world.feishu.put(exception("s", at("2026-12-08", "09:00"), at("2026-12-08", "14:00"), "Stand-up"))
    world.settle()
    world.feishu.change("s_0", title="Daily")
    world.settle()
    assert titles(world) == ["Daily", "Stand-up", "Daily"]
    world.feishu.change("s_0", title="Weekly")
    world.settle()
    assert titles(world) == ["Weekly", "Stand-up", "Weekly"]
    world.assert_quiet()


def test_an_occurrence_that_returns_is_shown_again(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=3"))
    gone = exception(
        "s", at("2026-12-08", "09:00"), at("2026-12-08", "09:00"), "Stand-up", status=RowStatus.CANCELLED
    )
    world.feishu.put(gone)
    world.settle()
    assert len(world.shown) == 2
    world.feishu.put(replace(gone, status=RowStatus.CONFIRMED))
    report = world.settle()
    assert (report.created, report.updated, report.deleted) == (1, 0, 0)
    assert [change.reason.code for change in report.changes] == [Code.OCCURRENCE_ALONE]
    assert len(world.shown) == 3
    world.feishu.put(gone)
    assert world.settle().deleted == 1
    assert len(world.shown) == 2


def test_an_occurrence_that_stands_alone_goes_home_when_the_series_is_reshaped(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=3"))
    original = at("2026-12-08", "09:00")
    world.feishu.put(exception("s", original, original, "Stand-up", status=RowStatus.CANCELLED))
    world.settle()
    world.feishu.put(exception("s", original, at("2026-12-09", "12:00"), "Elsewhere"))
    world.settle()
    assert len(world.copies) == 2
    world.feishu.change("s_0", span=at("2026-12-01", "10:00"))
    world.feishu.cancel(f"s_{zones.instant_of(original.start)}")
    world.settle()
    assert [start[:16] for start, *_ in world.shown] == [
        "2026-12-01T10:00",
        "2026-12-08T10:00",
        "2026-12-15T10:00",
    ]
    assert len(world.copies) == 1


def test_an_occurrence_moved_across_its_neighbour_stands_alone(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=DAILY;COUNT=3"))
    world.feishu.put(exception("s", at("2026-12-02", "09:00"), at("2026-12-03", "15:00"), "Moved"))
    world.settle()
    assert [(start[:16], title) for start, _, title in world.shown] == [
        ("2026-12-01T09:00", "Stand-up"),
        ("2026-12-03T09:00", "Stand-up"),
        ("2026-12-03T15:00", "Moved"),
    ]
    world.feishu.put(exception("s", at("2026-12-02", "09:00"), at("2026-12-02", "10:00"), "Moved back"))
    world.settle()
    assert [(start[:16], title) for start, _, title in world.shown] == [
        ("2026-12-01T09:00", "Stand-up"),
        ("2026-12-02T10:00", "Moved back"),
        ("2026-12-03T09:00", "Stand-up"),
    ]


def test_what_a_person_changes_on_a_copy_is_put_back(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (copy,) = world.outlook.calendars_[CALENDAR].values()
    world.outlook.edit(CALENDAR, copy.event_id, subject="Mine now")
    report = world.settle()
    assert [change.reason.code for change in report.changes] == [Code.CHANGED_IN_OUTLOOK]
    assert world.copies == ["Review"]


def test_a_copy_that_a_person_deletes_returns(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (copy,) = world.outlook.calendars_[CALENDAR].values()
    world.outlook.delete(CALENDAR, copy.event_id)
    world.settle()
    assert world.copies == ["Review"]


def test_a_copy_with_attendees_is_let_go_and_never_written(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    (copy,) = world.outlook.calendars_[CALENDAR].values()
    copy.attendees = True
    world.outlook.edit(CALENDAR, copy.event_id, subject="With guests")
    world.feishu.change("a_0", title="Review 2")
    (change,) = world.settle().changes
    assert (change.action, change.reason.code) == (Action.LET_GO, Code.ATTENDEES_ADDED)
    world.feishu.cancel("a_0")
    world.settle()
    assert world.outlook.calendars_[CALENDAR] == {copy.event_id: copy}
    assert copy.subject == "With guests"


def test_a_failed_read_deletes_nothing(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.failure = ServiceFailing(Side.FEISHU, 502)
    _, problems = world.runs()
    assert problems == [ServiceFailing(Side.FEISHU, 502)]
    assert world.copies == ["Review"]


def test_mass_deletions_are_held_until_confirmed(world: World) -> None:
    for number in range(40):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    world.settle()
    for number in range(15):
        world.feishu.cancel(f"e{number}_0")
    report = world.run()
    assert (report.deleted, report.held) == (0, 15)
    assert world.run().held == 15
    world.feishu.change("e3_0", status=RowStatus.CONFIRMED)
    assert world.run().held == 14
    world.feishu.cancel("e30_0")
    assert world.run().held == 14
    confirmed = world.run(confirm_held=True)
    assert confirmed.deleted == 14
    assert confirmed.held == 0
    assert len(world.copies) == 25
    world.assert_quiet()


def test_an_empty_full_listing_deletes_nothing(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    kept = dict(world.feishu.rows)
    world.feishu.rows.clear()
    world.feishu.expired = True
    report = world.run()
    assert (report.deleted, report.held) == (0, 1)
    assert report.changes[0].action is Action.HOLD
    assert report.changes[0].reason.code == Code.EMPTY_LISTING
    world.feishu.rows.update(kept)
    world.feishu.expired = True
    assert world.run().held == 0
    world.assert_quiet()


def test_what_has_passed_stays_as_history(world: World) -> None:
    world.feishu.put(row("a", at("2026-11-26", "10:00"), "Review"))
    world.settle()
    world.clock.time += timedelta(days=40)
    world.feishu.rows.clear()
    world.feishu.put(row("b", at("2027-02-01", "10:00"), "Next"))
    world.settle()
    assert world.copies == ["Next", "Review"]


def test_an_occurrence_that_was_moved_far_ahead_outlives_the_pull_that_does_not_list_it(world: World) -> None:
    world.feishu.put(row("s", at("2026-12-01", "10:00"), "Review", "FREQ=MONTHLY;BYDAY=1TU;COUNT=6"))
    world.feishu.put(exception("s", at("2026-12-01", "10:00"), at("2027-02-10", "10:00"), "Moved"))
    world.feishu.put(exception("s", at("2027-01-05", "10:00"), at("2027-02-01", "10:00"), "Within"))
    world.settle()
    before = [each for each in world.shown if each[0] > "2027-01-20"]
    for _ in range(7):
        world.clock.time += timedelta(days=9)
        world.run()
        assert "pull" in world.feishu.requests
        world.assert_quiet()
    assert [each for each in world.shown if each[0] > "2027-01-20"] == before
    world.feishu.cancel(f"s_{zones.instant_of(at('2026-12-01', '10:00').start)}")
    world.settle()
    assert "Moved" not in titles(world)


def test_what_is_cancelled_after_it_has_passed_stays_as_history(world: World) -> None:
    world.feishu.put(row("a", at("2026-11-26", "10:00"), "Review"))
    world.settle()
    world.clock.time += timedelta(days=3)
    world.feishu.cancel("a_0")
    world.settle()
    assert world.copies == ["Review"]


def test_only_a_pull_that_covers_an_event_proves_it_absent(world: World) -> None:
    view = SourceView(world.feishu.info, (), (), 1000, is_empty=False)
    covered, before = (Extent("", "", 0, end, all_day=False) for end in (1001, 1000))
    assert view.proves_absent(covered)
    assert not view.proves_absent(before)
    assert not replace(view, anchor=None).proves_absent(covered)


def test_an_event_that_outlook_refuses_is_reported_and_not_tried_every_time(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Bad"))
    world.feishu.put(row("b", at("2026-12-01", "10:00"), "Good"))
    world.outlook.refuse = lambda write: (
        Refused("ErrorX", "1")
        if isinstance(write, CreateCopy) and write.event.content.subject == "Bad"
        else None
    )
    for _ in range(2):
        report = world.run()
        assert [note.title for note in report.failed] == ["Bad"]
        assert world.copies == ["Good"]
    assert "write" not in world.outlook.requests
    world.outlook.refuse = lambda _write: None
    world.feishu.change("a_0", title="Better")
    world.settle()
    assert world.copies == ["Better", "Good"]


def test_a_malformed_row_is_one_skipped_event_and_its_copy_stays(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.feishu.broken["a_0"] = world.feishu.version = world.feishu.version + 1
    del world.feishu.rows["a_0"]
    report = world.settle()
    assert [note.reason.code for note in report.skipped] == [Code.ROW_MALFORMED]
    assert world.copies == ["Review"]


def test_a_full_listing_with_a_row_that_nobody_can_name_proves_nothing_absent(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.feishu.put(row("b", at("2026-12-02", "10:00"), "Lunch"))
    world.settle()
    world.feishu.nameless = {"a_0"}
    world.feishu.forget_cursors()
    report = world.settle()
    assert [note.reason.code for note in report.skipped] == [Code.ROW_MALFORMED]
    assert world.copies == ["Lunch", "Review"]
    world.feishu.nameless = set()
    world.feishu.vanish("b_0")
    world.clock.time += timedelta(days=1)
    report = world.settle()
    assert (report.skipped, world.copies) == ((), ["Review"])


def test_a_changed_rule_of_the_pair_reaches_the_copies_that_are_there(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.change_pair(title_prefix="[F] ")
    assert world.settle().updated == 1
    assert world.copies == ["[F] Review"]
    world.change_pair(title_prefix="", title_exclude=("Rev.*",))
    assert world.settle().deleted == 1


def test_a_new_reminder_rule_sends_nothing_else(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    world.change_pair(reminders=20)
    world.run()
    (write,) = world.outlook.writes
    assert isinstance(write, UpdateCopy)
    assert (write.reshape, write.resend_extras) == (False, True)


def test_a_deleted_outlook_calendar_needs_a_person_and_is_not_made_again(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    del world.outlook.calendars_[CALENDAR]
    del world.outlook.names[CALENDAR]
    reports, problems = world.runs()
    assert problems == [CalendarGone(Side.OUTLOOK, CALENDAR, "deleted", "work")]
    assert world.outlook.names == {}
    assert result_of(reports, problems).value == "needs-person"


def foreseen(world: World) -> PairReport:
    """What a preview says; it works on a copy of the ledger."""
    real = world.ledger
    world.ledger = real.copy_in_memory()
    try:
        return world.run(only_look=True)
    finally:
        world.ledger.close()
        world.ledger = real


def test_a_preview_foresees_what_a_run_puts_back(world: World) -> None:
    for name in ("a", "b", "c"):
        world.feishu.put(row(name, at("2026-12-01", "10:00"), f"Review {name}"))
    world.settle()
    edited, deleted, _ = world.outlook.calendars_[CALENDAR]
    world.outlook.edit(CALENDAR, edited, subject="Mine now")
    world.outlook.delete(CALENDAR, deleted)
    expected = foreseen(world)
    assert (expected.created, expected.updated, expected.unchanged) == (1, 1, 1)
    assert expected == world.run()


@pytest.mark.parametrize(
    "spelling", [{"feishu_calendar": "feishu.cn_1@group"}, {"outlook_calendar": CALENDAR}]
)
def test_two_pairs_of_the_same_calendars_are_refused_however_they_are_spelled(
    world: World, spelling: dict[str, str]
) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    other = replace(world.settings.pairs[0], id="again", title_prefix="[F] ", **spelling)  # type: ignore[arg-type]
    world.settings = replace(world.settings, pairs=(*world.settings.pairs, other))
    for _ in range(2):
        reports, problems = world.runs()
        assert [type(problem) for problem in problems] == [SettingsInvalid]
        assert result_of(reports, problems).value == "failed"
        assert world.copies == ["Review"]


def test_two_pairs_may_name_one_outlook_calendar_in_two_ways(world: World) -> None:
    world.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
    world.settle()
    state = world.ledger.target("tid.oid", "Feishu")
    assert state
    world.ledger.name_target("tid.oid", CALENDAR, TargetState(CALENDAR, is_ours=False))
    assert world.ledger.target("tid.oid", CALENDAR) == state


def test_a_preview_says_what_the_run_does_and_changes_nothing(world: World) -> None:
    for number in range(3):
        world.feishu.put(row(f"e{number}", at("2026-12-01", "10:00"), f"Event {number}"))
    world.feishu.put(row("s", at("2026-12-01", "09:00"), "Stand-up", "FREQ=WEEKLY;COUNT=3"))
    world.feishu.put(exception("s", at("2026-12-08", "09:00"), at("2026-12-08", "11:00"), "Later"))
    ledger = world.ledger
    world.ledger = ledger.copy_in_memory()
    foreseen = world.run(only_look=True)
    world.ledger.close()
    world.ledger = ledger
    assert world.outlook.names == {}
    done = world.run()
    assert foreseen == done
    world.feishu.cancel("e0_0")
    world.feishu.change("e1_0", title="New")
    world.ledger = ledger.copy_in_memory()
    foreseen = world.run(only_look=True)
    world.ledger.close()
    world.ledger = ledger
    assert foreseen == world.run()
