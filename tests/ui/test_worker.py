"""The worker's thread: what it does with what it is asked, and that nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from pytestqt.qtbot import QtBot

from core.errors import (
    AlreadyRunning,
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
    SignInNeeded,
    Stopped,
    Unreachable,
    VaultUnavailable,
)
from core.installation import Progress
from core.model import Side
from core.report import Result
from core.settings import Redirect, Settings
from tests.ui.fake_installation import READY, WEI, FakeInstallation, report
from texts.report import State
from ui import worker as worker_module
from ui.autostart import Autostart
from ui.intents import (
    APP_SECRET,
    CLIENT_SECRET,
    Confirm,
    KeepInMemory,
    ListCalendars,
    NetworkBack,
    Pause,
    RetryFailed,
    Save,
    SignIn,
    SignOut,
    SyncNow,
)
from ui.messages import Attention, Calendars, Done, Failed, NotOpened, Overview, RunEnded, SignInWaiting
from ui.tray.state import FOR_EVER, STARTING, TrayState
from ui.worker import SyncWorker

T = TypeVar("T")


class Running:
    """A worker at work, and every notice that the main thread got from it, in order."""

    def __init__(self, worker: SyncWorker, qtbot: QtBot) -> None:
        self.worker = worker
        self.notices: list[object] = []
        self.threads: set[int] = set()
        self._qtbot = qtbot
        worker.notice.connect(self._heard)
        worker.start()

    def _heard(self, notice: object) -> None:
        self.threads.add(threading.get_ident())
        self.notices.append(notice)

    def all(self, kind: type[T]) -> list[T]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=20_000)

    def until_heard(self, kind: type[T], count: int = 1) -> T:
        self.until(lambda: len(self.all(kind)) >= count)
        return self.all(kind)[-1]

    @property
    def shown(self) -> TrayState:
        return (self.all(TrayState) or [STARTING])[-1]


@pytest.fixture
def start(qapp: object, qtbot: QtBot) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def start_worker(build: Callable[[], FakeInstallation] | FakeInstallation) -> Running:
        factory = build if callable(build) else lambda: build
        running.append(Running(SyncWorker(factory, browse=lambda _url: None), qtbot))
        return running[-1]

    yield start_worker
    for one in running:
        one.worker.stop()
        assert one.worker.wait(3000)


@pytest.fixture
def installation(tmp_path: Path) -> FakeInstallation:
    return FakeInstallation(tmp_path)


def test_nothing_slow_is_called_in_the_main_thread_and_all_notices_arrive_there(start, installation):
    running = start(installation)
    for intent in (SyncNow(), Pause(FOR_EVER), SignOut(Side.FEISHU), ListCalendars(Side.OUTLOOK)):
        running.worker.ask(intent)
    running.until_heard(Done, 4)

    assert threading.get_ident() not in {call.thread for call in installation.calls}
    assert running.threads == {threading.get_ident()}


def test_what_is_asked_is_done_in_its_order(start, installation):
    running = start(installation)
    running.worker.ask(Pause(FOR_EVER))
    running.worker.ask(SignOut(Side.OUTLOOK))
    running.until_heard(Done, 2)

    done = [name for name in installation.names() if name in {"pause", "sign_out"}]
    assert done == ["pause", "sign_out"]
    assert [notice.intent for notice in running.all(Done)] == [Pause(FOR_EVER), SignOut(Side.OUTLOOK)]


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


def test_quit_ends_the_thread_in_the_middle_of_a_run(start, installation):
    in_the_middle = threading.Event()

    def until_asked_to_stop(stop, _progress):
        in_the_middle.set()
        while not stop():
            threading.Event().wait(0.005)

    installation.working = until_asked_to_stop
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until(in_the_middle.is_set)

    running.worker.stop()

    assert running.worker.wait(2000)
    assert installation.names()[-1] == "close"


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


def test_saving_stores_the_secret_in_the_vault_and_the_rest_in_the_settings(start, installation):
    running = start(installation)
    running.worker.ask(Save(Settings(), ((APP_SECRET, "s3cr3t"), (CLIENT_SECRET, ""))))
    running.until_heard(Done)

    assert installation.secrets == {APP_SECRET: "s3cr3t"}
    assert installation.settings == Settings()
    assert "s3cr3t" not in repr(running.notices)


def test_a_sign_in_saves_first_and_is_not_tried_when_that_is_refused(start, tmp_path):
    installation = FakeInstallation(tmp_path, signed_in=False)
    refused = SettingsInvalid("settings.toml", (SettingProblem("value", "feishu.app_id"),))
    installation.errors["save_settings"] = refused
    running = start(installation)

    running.worker.ask(SignIn(Side.FEISHU, Save(READY)))

    assert running.until_heard(Failed).error == refused
    assert "sign_in" not in installation.names()


def test_a_sign_in_tells_its_address_and_can_be_cancelled(start, tmp_path):
    installation = FakeInstallation(tmp_path, signed_in=False)

    def wait_for_the_browser(stop):
        while not stop():
            threading.Event().wait(0.005)
        raise SignInFailed(Side.FEISHU, "cancelled")

    installation.signing_in = wait_for_the_browser
    running = start(installation)
    running.worker.ask(SignIn(Side.FEISHU))
    assert running.until_heard(SignInWaiting).url == "http://127.0.0.1:9/feishu"

    running.worker.cancel_sign_in()

    assert running.until_heard(Failed).error == SignInFailed(Side.FEISHU, "cancelled")


def test_who_has_signed_in_is_shown(start, tmp_path):
    running = start(FakeInstallation(tmp_path, signed_in=False))
    running.worker.ask(SignIn(Side.FEISHU))
    running.until_heard(Done)

    running.until(lambda: running.all(Overview)[-1].feishu == WEI)
    running.until(lambda: running.shown.sign_in == (Side.OUTLOOK,))


def test_calendars_are_listed_with_what_is_wrong_with_them(start, installation):
    running = start(installation)
    running.worker.ask(ListCalendars(Side.FEISHU))
    running.worker.ask(ListCalendars(Side.OUTLOOK))
    running.until_heard(Calendars, 2)

    feishu, outlook = running.all(Calendars)
    assert [choice.id for choice in feishu.choices] == ["primary", "feishu.cn_2"]
    assert [choice.note for choice in outlook.choices] == ["", "read only"]


def test_held_deletions_are_carried_out_on_request(start, installation):
    installation.held_titles = ("Lunch", "Weekly")
    running = start(installation)
    assert [held.title for held in running.until_heard(Overview).held] == ["Lunch", "Weekly"]

    running.worker.ask(Confirm())

    assert running.until_heard(RunEnded).report.pairs[0].deleted == 2


def test_after_a_sleep_of_the_computer_a_run_starts_without_waiting_for_its_time(start, installation):
    running = start(installation)
    running.until_heard(Overview)
    running.worker._sleep._last -= 1200

    running.worker.ask(ListCalendars(Side.FEISHU))  # any turn of the loop looks at the clock

    assert running.until_heard(RunEnded).report.result is Result.OK
    assert installation.names().count("run") == 1


def test_an_edit_of_the_settings_file_is_picked_up(start, installation, monkeypatch):
    monkeypatch.setattr(worker_module, "TICK", 0.02)
    running = start(installation)
    running.until_heard(Overview)
    before = installation.names().count("reload_settings")

    (installation.data_dir / "settings.toml").write_text("[sync]\n")

    running.until(lambda: installation.names().count("reload_settings") == before + 1)
    running.until_heard(RunEnded)


def test_what_needs_a_person_is_told_after_every_change(start, installation):
    installation.attention = (SignInNeeded(Side.OUTLOOK, "invalid_grant"),)

    assert start(installation).until_heard(Attention).problems == installation.attention


WRONG = SettingsInvalid("settings.toml", (SettingProblem("syntax"),))


def test_wrong_settings_need_a_person_until_the_file_is_right_again_whatever_runs_meanwhile(
    start, installation, monkeypatch
):
    monkeypatch.setattr(worker_module, "TICK", 0.02)
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
    monkeypatch.setattr(worker_module, "TICK", 0.02)
    running = start(installation)
    running.until_heard(Overview)
    installation.errors["reload_settings"] = WRONG
    (installation.data_dir / "settings.toml").write_text("[sync\n")
    running.until(lambda: running.shown.problems == (WRONG,))

    running.worker.ask(Save(READY))

    running.until(lambda: running.all(Attention)[-1].problems == ())


def test_sync_now_is_also_the_wish_to_write_where_syncing_was_off_or_stood_still(start, installation):
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until_heard(Done)

    asked = [name for name in installation.names() if name in {"switch_on", "take_over", "run"}]
    assert asked[-3:] == ["switch_on", "take_over", "run"]


def test_start_at_login_follows_the_settings(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = tmp_path / "config/autostart/feishu-outlook-sync.desktop"
    installation = FakeInstallation(tmp_path)
    autostart = Autostart(("/opt/run",), platform="linux")
    running = Running(SyncWorker(lambda: installation, lambda _url: None, autostart=autostart), qtbot)
    try:
        running.until_heard(Overview)
        assert not file.exists()
        running.worker.ask(Save(replace(READY, ui=replace(READY.ui, start_at_login=True))))
        running.until(file.exists)
        running.worker.ask(Save(READY))
        running.until(lambda: not file.exists())
    finally:
        running.worker.stop()
        running.worker.wait()


def provisioned(tmp_path: Path, qtbot: QtBot, text: str) -> Running:
    file = tmp_path / "provision.toml"
    file.write_text(text)
    installation = FakeInstallation(tmp_path / "data", Settings(), signed_in=False)
    return Running(SyncWorker(lambda: installation, lambda _url: None, provision=file), qtbot)


@pytest.mark.parametrize(
    ("text", "app_id", "problems"),
    [
        ('[feishu]\napp_id = "cli_company"\n', "cli_company", 0),
        ('[feishu]\napp_secret = "s3cr3t"\n', "", 1),
    ],
)
def test_a_companys_file_beside_the_program_is_taken_over_or_refused_in_words(
    tmp_path: Path, qtbot: QtBot, text: str, app_id: str, problems: int
):
    running = provisioned(tmp_path, qtbot, text)
    try:
        assert running.until_heard(Overview).settings.feishu.app_id == app_id
        told = running.until_heard(Attention).problems
        assert len([problem for problem in told if isinstance(problem, SettingsInvalid)]) == problems
    finally:
        running.worker.stop()
        running.worker.wait()


def test_when_the_network_is_back_what_was_unreachable_is_tried_at_once(start, installation):
    lost = Unreachable(Side.FEISHU, "dns", "open.feishu.cn")
    installation.next_report = lambda: report(Result.UNREACHABLE, problems=(lost,))
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until(lambda: running.all(TrayState)[-1:] != [] and running.shown.kind is State.OFFLINE)

    installation.next_report = report
    running.worker._rest_until = 0.0
    running.worker.ask(NetworkBack())

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert installation.names().count("run") == 2


def test_a_network_that_was_never_away_starts_nothing(start, installation):
    running = start(installation)
    running.until_heard(Overview)
    running.worker.ask(NetworkBack())
    running.until_heard(Done)
    assert "run" not in installation.names()


def test_a_sign_in_with_a_code_shows_it_and_opens_its_page(start, tmp_path):
    running = start(FakeInstallation(tmp_path, signed_in=False))
    running.worker.ask(SignIn(Side.FEISHU, with_code=True))
    waiting = running.until_heard(SignInWaiting)
    assert (waiting.code, waiting.wants_address) == ("1234-5678", False)
    running.until_heard(Done)


def test_a_sign_in_by_pasting_waits_for_the_address(start, tmp_path):
    pasting = replace(READY, outlook=replace(READY.outlook, redirect=Redirect.NATIVECLIENT))
    installation = FakeInstallation(tmp_path, pasting, signed_in=False)
    running = start(installation)
    running.worker.paste_address("of an earlier sign-in")
    running.worker.ask(SignIn(Side.OUTLOOK))
    assert running.until_heard(SignInWaiting).wants_address
    running.worker.paste_address("https://login.example/nativeclient?code=1")
    running.until_heard(Done)
    assert installation.pasted == ["https://login.example/nativeclient?code=1"]


def test_retry_forgets_what_was_refused_before_it_syncs(start, installation):
    running = start(installation)
    running.worker.ask(RetryFailed())
    running.until_heard(RunEnded)
    names = installation.names()
    assert names.index("retry_failed") < names.index("run")


def test_without_a_keyring_a_person_may_go_on_and_everything_is_opened_anew(qtbot: QtBot, tmp_path: Path):
    refused, in_memory = FakeInstallation(tmp_path), FakeInstallation(tmp_path)
    refused.secret_error = VaultUnavailable("none")
    worker = SyncWorker(lambda: refused, lambda _url: None, without_keyring=lambda: in_memory)
    running = Running(worker, qtbot)
    try:
        running.until(lambda: running.all(TrayState)[-1:] != [] and running.shown.kind is State.NEEDS_YOU)
        assert running.shown.problems == (VaultUnavailable("none"),)
        running.worker.ask(KeepInMemory())
        running.until_heard(Overview)
        assert refused.names()[-1] == "close"
    finally:
        running.worker.stop()
        running.worker.wait()
