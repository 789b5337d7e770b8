"""TRAY-1 and KEY-1 as the worker behind the icon lives through them: a sleep, and a keyring that is locked.

What becomes of the icon and of a second start is told on real panels, in tests/desktop/.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.errors import NeedsPerson, VaultUnavailable
from core.installation import Installation
from core.ports import Vault
from core.report import Result
from core.vault import KeyringVault
from sandbox.journal import Fault, Reset, Service
from tests.cases.calendars import Calendars
from tests.cases.test_keyring import enter, move_secrets
from tests.core.keyring_session import session_with_keyring
from tests.ui.running_worker import RunningWorker
from texts.copy_words import copy_words
from texts.last_page import last_page
from texts.report import State
from ui.messages import RunEnded, SignInWaiting
from ui.power import SleepDetector
from ui.timetable import Timetable

Start = Callable[[Vault], RunningWorker]


@pytest.fixture
def start(calendars: Calendars, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """The worker of the tray, after a run. It lives by the story's clock and looks at it all the time."""
    calendars.add("Review", "2027-01-14 10:00", 30)
    calendars.settle()
    clock = calendars.clock
    monkeypatch.setattr("ui.worker.Timetable", lambda: Timetable(clock=lambda: clock.moment))
    monkeypatch.setattr("ui.shift.SleepDetector", lambda seconds: SleepDetector(seconds, clock.seconds))
    monkeypatch.setattr("ui.shift.REST", 0.0)
    for name in ("TICK", "LOOK_AGAIN", "RECKON_AGAIN"):
        monkeypatch.setattr(f"ui.timetable.{name}", 0.05)
    running: list[RunningWorker] = []

    def start_worker(vault: Vault) -> RunningWorker:
        installed = calendars.installed
        installed.installation.close()
        running.append(
            RunningWorker(
                qtbot, lambda: Installation(installed.data_dir, vault, words=copy_words, pages=last_page)
            )
        )
        return running[-1]

    yield start_worker
    for worker in running:
        worker.stop()


def results(worker: RunningWorker) -> list[Result]:
    return [notice.report.result for notice in worker.all(RunEnded)]


def test_after_a_sleep_the_network_is_waited_for_without_a_notice_and_then_comes_one_run(
    start: Start, calendars: Calendars
) -> None:
    worker, journal = start(calendars.installed.vault), calendars.installed.sandbox.journal
    worker.until(lambda: worker.shown.kind is State.UP_TO_DATE)
    assert results(worker) == []  # none is due yet
    for service in Service:
        journal.add(Fault(service, ".*", Reset(), which=None))
    calendars.add("Added meanwhile", "2027-01-15 10:00", 30)

    calendars.clock.advance(minutes=20)

    worker.until(lambda: worker.shown.kind is State.OFFLINE)
    assert not any(isinstance(problem, NeedsPerson) for problem in worker.attention)
    journal.clear_faults()
    calendars.clock.advance(seconds=60)
    worker.until(lambda: worker.shown.kind is State.UP_TO_DATE)
    assert [result for result in results(worker) if result is not Result.UNREACHABLE] == [Result.OK]
    assert {copy["subject"] for copy in calendars.copies()} == {"Review", "Added meanwhile"}


# The library leaves its connection to the garbage collector when the dialog is dismissed.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
)
def test_a_locked_keyring_needs_you_and_once_it_is_open_the_tray_goes_on_by_itself(
    start: Start, calendars: Calendars, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_with_keyring(tmp_path / "session") as desktop:
        enter(desktop, monkeypatch)
        move_secrets(calendars, KeyringVault(calendars.installed.data_dir))
        desktop.lock()
        calendars.clock.advance(minutes=20)
        calendars.installed.sandbox.journal.clear()

        worker = start(KeyringVault(calendars.installed.data_dir, deadline=10))
        worker.until(lambda: worker.shown.kind is State.NEEDS_YOU)
        (problem,) = worker.shown.problems
        assert isinstance(problem, VaultUnavailable)
        assert problem.why == "locked"
        assert worker.all(SignInWaiting) == []
        assert calendars.installed.sandbox.journal.requests() == []

        desktop.unlock()
        worker.until(lambda: worker.shown.kind is State.UP_TO_DATE)
        assert results(worker)[-1] is Result.OK
        worker.stop()
        gc.collect()
