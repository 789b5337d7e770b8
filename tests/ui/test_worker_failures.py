"""What the worker does when disk, keyring, settings or program fail: it tells it, and goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.errors import (
    AlreadyRunning,
    LedgerUnusable,
    SettingProblem,
    SettingsInvalid,
    SignInNeeded,
    Unreachable,
    VaultUnavailable,
)
from core.model import Side
from core.report import Result
from tests.ui.fake_installation import READY, FakeInstallation, report
from texts.report import State
from ui import shift, timetable
from ui import worker as worker_module
from ui.intents import (
    KeepInMemory,
    ListCalendars,
    Save,
    SyncNow,
)
from ui.messages import Attention, Done, Failed, NotOpened, Overview, RunEnded
from ui.tray.state import TrayState


def test_a_service_that_can_not_be_reached_shows_offline(start, installation):
    installation.next_report = lambda: report(
        Result.UNREACHABLE, problems=(Unreachable(Side.OUTLOOK, "dns"),)
    )
    running = start(installation)
    running.worker.ask(SyncNow())

    running.until(lambda: running.shown.kind is State.OFFLINE)
    assert running.shown.last is None, "a run that did not get through is not the last one"


def test_a_fault_of_ours_is_told_and_the_thread_goes_on(start, installation, caplog):
    installation.errors["run"] = ZeroDivisionError("a bug")
    running = start(installation)
    running.worker.ask(SyncNow())

    running.until(lambda: running.shown.kind is State.NEEDS_YOU)
    assert isinstance(running.shown.problems[0], ZeroDivisionError)
    assert "ZeroDivisionError" in caplog.text

    running.worker.ask(SyncNow())
    running.until(lambda: running.shown.kind is State.UP_TO_DATE)


def test_after_a_fault_the_schedule_does_not_try_again_at_once(start, installation):
    installation.due = datetime.now(UTC) - timedelta(seconds=1)
    installation.errors["run"] = ZeroDivisionError("a bug")
    running = start(installation)
    for count in range(1, 4):
        running.worker.ask(ListCalendars(Side.FEISHU))
        running.until_heard(Done, count)

    assert installation.names().count("run") == 1


def test_a_keyring_that_opens_late_is_waited_for(start, tmp_path, monkeypatch):
    monkeypatch.setattr(worker_module, "OPEN_AGAIN", 0.05)
    tries: list[int] = []

    def build() -> FakeInstallation:
        installation = FakeInstallation(tmp_path)
        if len(tries) < 2:
            installation.errors["open"] = VaultUnavailable("locked")
        tries.append(1)
        return installation

    running = start(build)

    running.until_heard(Overview)
    assert running.all(NotOpened) == [NotOpened(VaultUnavailable("locked"))] * 2
    assert State.NEEDS_YOU in [state.kind for state in running.all(TrayState)]


def test_another_instance_on_the_data_directory_is_told(start, installation):
    installation.errors["open"] = AlreadyRunning("/data")

    assert start(installation).until_heard(NotOpened).error == AlreadyRunning("/data")


def test_what_is_asked_of_an_installation_that_can_not_be_opened_fails_with_the_reason(start, installation):
    installation.errors["open"] = VaultUnavailable("locked")
    running = start(installation)
    running.until_heard(NotOpened)

    running.worker.ask(SyncNow())

    assert running.until_heard(Failed) == Failed(SyncNow(), VaultUnavailable("locked"))


def test_what_needs_a_person_is_told_after_every_change(start, installation):
    installation.attention = (SignInNeeded(Side.OUTLOOK, "invalid_grant"),)

    assert start(installation).until_heard(Attention).problems == installation.attention


WRONG = SettingsInvalid("settings.toml", (SettingProblem("syntax"),))


def test_wrong_settings_need_a_person_until_the_file_is_right_again_whatever_runs_meanwhile(
    start, installation, monkeypatch
):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    running = start(installation)
    running.until_heard(Overview)
    installation.errors["reload_settings"] = WRONG
    file = installation.data_dir / "settings.toml"
    file.write_text("[sync\n")
    running.until(lambda: running.shown.problems == (WRONG,))

    running.worker.ask(SyncNow())
    running.worker.ask(ListCalendars(Side.FEISHU))
    running.until_heard(Done, 2)
    running.until(lambda: running.shown.kind is not State.SYNCING)
    assert (running.shown.kind, running.shown.problems) == (State.NEEDS_YOU, (WRONG,))
    assert running.all(Attention)[-1].problems == (WRONG,)

    file.write_text("[sync]\n# right again\n")
    running.until(lambda: running.all(Attention)[-1].problems == ())
    running.until(lambda: running.shown.kind is State.UP_TO_DATE)


def test_saving_good_settings_ends_the_trouble_with_wrong_ones(start, installation, monkeypatch):
    monkeypatch.setattr(timetable, "TICK", 0.02)
    running = start(installation)
    running.until_heard(Overview)
    installation.errors["reload_settings"] = WRONG
    (installation.data_dir / "settings.toml").write_text("[sync\n")
    running.until(lambda: running.shown.problems == (WRONG,))

    running.worker.ask(Save(READY))

    running.until(lambda: running.all(Attention)[-1].problems == ())


def test_without_a_keyring_a_person_may_go_on_and_everything_is_opened_anew(start, tmp_path):
    refused, in_memory = FakeInstallation(tmp_path), FakeInstallation(tmp_path)
    refused.secret_error = VaultUnavailable("none")
    running = start(refused, without_keyring=lambda: in_memory)
    running.until(lambda: running.shown.problems == (VaultUnavailable("none"),))
    assert running.shown.kind is State.NEEDS_YOU

    running.worker.ask(KeepInMemory())

    running.until_heard(Overview)
    assert refused.names()[-1] == "close"


def test_a_keyring_that_is_locked_at_first_is_looked_at_until_it_opens_and_told_once(
    start, installation, monkeypatch
):
    monkeypatch.setattr(timetable, "LOOK_AGAIN", 0.05)
    installation.secret_error = VaultUnavailable("locked")
    installation.due = datetime.now(UTC)
    running = start(installation)
    running.until(lambda: installation.names().count("status") > 3)
    assert (running.shown.kind, running.shown.problems) == (State.NEEDS_YOU, (VaultUnavailable("locked"),))
    assert running.attention == (VaultUnavailable("locked"),)
    assert "run" not in installation.names(), "nothing is known of who is signed in"

    installation.secret_error = None

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert installation.names().count("run") == 1
    assert running.attention == ()


def test_between_two_looks_at_a_locked_keyring_the_thread_sleeps(start, installation):
    installation.secret_error = VaultUnavailable("locked")
    running = start(installation)
    running.until(lambda: running.shown.kind is State.NEEDS_YOU)
    before = installation.names().count("status")
    for count in range(1, 4):
        running.worker.ask(ListCalendars(Side.FEISHU))
        running.until_heard(Done, count)
    assert installation.names().count("status") - before <= 3, "once for each wish"


def test_a_keyring_that_fails_while_the_program_runs_stops_no_run(start, installation):
    running = start(installation)
    running.until_heard(Overview)
    installation.secret_error = VaultUnavailable("timeout")
    running.worker.ask(SyncNow())
    running.until_heard(RunEnded)
    running.until(lambda: running.shown.problems == (VaultUnavailable("timeout"),))
    running.worker.ask(SyncNow())
    running.until_heard(RunEnded, 2)


def test_a_database_that_fails_in_a_run_is_told_and_opened_anew_until_it_can_be_used(
    start, tmp_path, monkeypatch
):
    monkeypatch.setattr(timetable, "LOOK_AGAIN", 0.05)
    monkeypatch.setattr(shift, "LONGEST_REST", 0.1)
    full = LedgerUnusable("disk full", "ledger.sqlite3")
    opened: list[FakeInstallation] = []

    def build() -> FakeInstallation:
        opened.append(FakeInstallation(tmp_path))
        opened[-1].due = datetime.now(UTC)
        if len(opened) <= 2:
            opened[-1].errors["run"] = full
        return opened[-1]

    running = start(build)

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert [one.names()[-1] for one in opened[:2]] == ["close", "close"]
    assert [one.names().count("run") for one in opened] == [1, 1, 1]
    needing = [state for state in running.all(TrayState) if state.kind is State.NEEDS_YOU]
    assert needing
    assert {state.problems for state in needing} == {(full,)}
    assert State.UP_TO_DATE not in [state.kind for state in running.all(TrayState)[:-1]]
    told = [notice.problems for notice in running.all(Attention)]
    assert () not in told[told.index((full,)) : -1], "else each time would bring a notification"
    assert running.attention == ()


def test_what_is_asked_meanwhile_is_tried_at_once(start, installation):
    installation.errors["run"] = LedgerUnusable("disk full", "ledger.sqlite3")
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until(lambda: running.shown.kind is State.NEEDS_YOU)

    running.worker.ask(SyncNow())

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
