"""When the worker does something unasked, with clocks that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ui.timetable import LOOK_AGAIN, RECKON_AGAIN, REST, TICK, Timetable
from ui.tray.state import FOR_EVER

START = datetime(2026, 12, 1, 9, tzinfo=UTC)


class Clocks:
    """The one on the wall, which people set, and the one that only goes on."""

    def __init__(self) -> None:
        self.wall = START
        self.seconds = 1000.0

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def timetable(clocks: Clocks) -> Timetable:
    return Timetable(lambda: clocks.wall, lambda: clocks.seconds)


def never() -> datetime:
    raise AssertionError("nobody has to reckon")


def test_at_first_everything_has_to_be_looked_at_and_nothing_runs(timetable: Timetable):
    timetable.wants_run = True
    assert timetable.must_look()
    assert timetable.patience() == 0
    assert not timetable.must_run(never)


def test_a_run_starts_when_it_is_due_and_not_a_tick_later(timetable: Timetable, clocks: Clocks):
    timetable.runs_at(START + timedelta(seconds=7))
    assert timetable.patience() == TICK
    clocks.pass_by(5)
    assert timetable.patience() == 2
    assert not timetable.must_run(never)
    clocks.pass_by(2)
    assert timetable.patience() == 0
    assert timetable.must_run(never)


def test_a_run_that_is_wanted_waits_for_nothing_but_the_rest_after_the_last(
    timetable: Timetable, clocks: Clocks
):
    timetable.runs_at(START + timedelta(hours=1))
    timetable.rest(REST)
    timetable.wants_run = True
    assert not timetable.must_run(never)
    assert timetable.patience() == REST
    clocks.pass_by(REST)
    assert timetable.must_run(never)


def test_a_run_that_made_room_goes_on_without_a_rest(timetable: Timetable):
    timetable.runs_at(START + timedelta(hours=1))
    timetable.rest(REST)
    timetable.may_go_on_at_once()
    assert timetable.must_run(never)


def test_nothing_runs_in_a_pause_and_its_end_is_looked_at(timetable: Timetable, clocks: Clocks):
    timetable.stands_still(START + timedelta(minutes=30))
    timetable.wants_run = True
    assert not timetable.must_run(never)
    assert not timetable.must_look()
    clocks.pass_by(30 * 60)
    assert timetable.must_look()


def test_a_pause_without_an_end_has_none(timetable: Timetable, clocks: Clocks):
    timetable.stands_still(FOR_EVER)
    clocks.pass_by(365 * 86_400)
    assert not timetable.must_look()
    assert timetable.patience() == TICK


def test_what_could_not_be_found_out_is_looked_at_again_however_often_it_fails(
    timetable: Timetable, clocks: Clocks
):
    timetable.knows_nothing()
    clocks.pass_by(LOOK_AGAIN - 1)
    assert not timetable.must_look()
    timetable.knows_nothing()
    clocks.pass_by(1)
    assert timetable.must_look()
    timetable.knows_nothing()
    assert not timetable.must_look()


def test_what_was_known_still_holds_while_nothing_new_can_be_found_out(timetable: Timetable, clocks: Clocks):
    timetable.runs_at(START + timedelta(seconds=10))
    timetable.knows_nothing()
    clocks.pass_by(10)
    assert timetable.must_run(never)


def test_a_clock_that_is_set_back_delays_nothing_for_long(timetable: Timetable, clocks: Clocks):
    timetable.runs_at(START + timedelta(seconds=100))
    clocks.wall -= timedelta(days=1)
    clocks.seconds += RECKON_AGAIN
    assert timetable.must_run(lambda: clocks.wall)


def test_a_database_that_failed_is_opened_anew_once_whatever_fails_meanwhile(
    timetable: Timetable, clocks: Clocks
):
    assert not timetable.must_open_anew()
    timetable.lost_ledger()
    clocks.pass_by(LOOK_AGAIN - 1)
    timetable.lost_ledger()
    timetable.runs_at(START)
    assert not timetable.must_open_anew()
    clocks.pass_by(1)
    assert timetable.must_open_anew()
    timetable.opened()
    assert not timetable.must_open_anew()
    assert timetable.must_look()
