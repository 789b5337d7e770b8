"""When the worker runs: on schedule, after a sleep, with the network back, when settings change."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from core.errors import DeletionsHeld, Stopped, Unreachable
from core.installation import Progress
from core.model import Side
from core.report import Result
from tests.ui.fake_installation import FakeInstallation, report
from texts.report import State
from ui import shift, timetable
from ui.intents import (
    ListCalendars,
    Pause,
    SyncNow,
)
from ui.messages import Done, Overview, RunEnded
from ui.power import SleepDetector
from ui.tray.state import FOR_EVER


def test_a_run_that_is_due_starts_by_itself(start, installation):
    installation.due = datetime.now(UTC) - timedelta(seconds=1)

    running = start(installation)
    running.worker.ask(ListCalendars(Side.FEISHU))  # any turn of the loop looks at the clock

    assert running.until_heard(RunEnded).report.result is Result.OK
    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert running.shown.last is not None


def test_nothing_runs_by_itself_before_both_sides_are_signed_in(start, tmp_path):
    installation = FakeInstallation(tmp_path, signed_in=False)
    installation.due = datetime.now(UTC) - timedelta(days=1)

    running = start(installation)
    running.worker.ask(Pause(None))
    running.until_heard(Done)
    running.worker.ask(ListCalendars(Side.FEISHU))
    running.until_heard(Done, 2)

    assert "run" not in installation.names()
    assert running.shown.kind is State.NEEDS_YOU
    assert running.shown.sign_in == (Side.FEISHU, Side.OUTLOOK)


def test_a_pause_stops_a_run_between_two_batches_and_the_run_is_finished_after_it(start, installation):
    in_the_middle = threading.Event()

    def until_asked_to_stop(stop, progress):
        progress(Progress("main", "writing", 20, 300))
        in_the_middle.set()
        while not stop():
            threading.Event().wait(0.005)

    installation.working = until_asked_to_stop
    installation.next_report = lambda: report(Result.UNREACHABLE, created=20, problems=(Stopped(),))
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until(in_the_middle.is_set)
    running.until(lambda: running.shown.total == 300)

    running.worker.ask(Pause(FOR_EVER))
    running.until(lambda: running.shown.kind is State.PAUSED)
    assert installation.names().count("run") == 1

    installation.working = lambda _stop, _progress: None
    installation.next_report = report
    running.worker.ask(Pause(None))
    running.until(lambda: installation.names().count("run") == 2)
    running.until(lambda: running.shown.kind is State.UP_TO_DATE)


def test_a_run_that_the_end_of_the_program_interrupted_goes_on_at_the_next_start(start, installation):
    installation._last_run = report(Result.UNREACHABLE, problems=(Stopped(),))

    assert start(installation).until_heard(RunEnded).report.result is Result.OK


def test_a_pause_that_has_an_end_ends_by_itself(start, installation, monkeypatch):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    until = datetime.now(UTC) + timedelta(seconds=1)
    running = start(installation)
    running.worker.ask(Pause(until))
    running.until(lambda: running.shown.kind is State.PAUSED)
    installation.due = until

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert running.all(RunEnded) != []
    assert datetime.now(UTC) >= until


def test_after_a_sleep_of_the_computer_a_run_starts_without_waiting_for_its_time(
    start, installation, monkeypatch
):
    asleep = threading.Event()

    class Detector(SleepDetector):
        def has_slept(self) -> bool:
            was_asleep = asleep.is_set()
            asleep.clear()
            return was_asleep

    monkeypatch.setattr(timetable, "TICK", 0.02)
    monkeypatch.setattr(shift, "SleepDetector", Detector)
    running = start(installation)
    running.until_heard(Overview)
    assert "run" not in installation.names()

    asleep.set()

    assert running.until_heard(RunEnded).report.result is Result.OK
    assert installation.names().count("run") == 1


LOST = Unreachable(Side.FEISHU, "dns", "open.feishu.cn")


def test_when_the_network_is_back_what_was_unreachable_is_tried_at_once(start, installation, monkeypatch):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    monkeypatch.setattr(shift, "REST", 0.0)
    is_online = threading.Event()
    installation.next_report = lambda: report(Result.UNREACHABLE, problems=(LOST,))
    running = start(installation, has_way_out=is_online.is_set)
    running.worker.ask(SyncNow())
    running.until(lambda: running.shown.kind is State.OFFLINE)

    installation.next_report = report
    is_online.set()

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert installation.names().count("run") == 2


def test_that_also_holds_while_something_else_needs_the_person(start, installation, monkeypatch):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    monkeypatch.setattr(shift, "REST", 0.0)
    is_online = threading.Event()
    installation.attention = (DeletionsHeld("main", 3),)
    installation.next_report = lambda: report(Result.UNREACHABLE, problems=(LOST,))
    running = start(installation, has_way_out=is_online.is_set)
    running.worker.ask(SyncNow())
    running.until_heard(Done)

    is_online.set()

    running.until_heard(RunEnded, 2)


def test_a_network_that_comes_back_starts_nothing_where_nothing_was_missed(start, installation, monkeypatch):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    asked: list[bool] = []

    def comes_and_goes() -> bool:
        asked.append(len(asked) % 2 == 0)
        return asked[-1]

    running = start(installation, has_way_out=comes_and_goes)
    running.until(lambda: len(asked) > 10)
    assert "run" not in installation.names()


def test_an_edit_of_the_settings_file_is_picked_up(start, installation, monkeypatch):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    running = start(installation)
    running.until_heard(Overview)
    before = installation.names().count("reload_settings")

    (installation.data_dir / "settings.toml").write_text("[sync]\n")

    running.until(lambda: installation.names().count("reload_settings") == before + 1)
    running.until_heard(RunEnded)
