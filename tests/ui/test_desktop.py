"""What the face of the program does with what the worker says; nothing here is on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.errors import AlreadyRunning, SignInNeeded
from core.model import Side
from core.settings import InterfaceLanguage, InterfaceSettings, Notifications, Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK, FakeInstallation, report
from texts import language
from texts.report import State
from ui import desktop as desktop_module
from ui.desktop import Desktop
from ui.link_window import LinkWindow
from ui.messages import Attention, Intent, NotOpened, Overview, Pause, RunEnded, SyncNow
from ui.notify import Notification, Notifier
from ui.settings.window import SettingsWindow
from ui.single_instance import SingleInstance
from ui.tray.state import FOR_EVER, Key, TrayState
from ui.worker import SyncWorker

SIGNED_IN = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True)
LOST = SignInNeeded(Side.FEISHU, "20037")


class Recorder(Notifier):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Notification] = []

    def show(self, notification: Notification) -> None:
        self.shown.append(notification)


class Stage:
    """A desktop whose worker is never started: the test speaks in its place."""

    def __init__(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.notifier = Recorder()
        self.asked: list[Intent] = []
        self.has_quit: list[bool] = []
        monkeypatch.setattr(desktop_module, "make_notifier", lambda _balloon: self.notifier)
        monkeypatch.setattr(QApplication, "quit", lambda: self.has_quit.append(True))
        self.worker = SyncWorker(lambda: FakeInstallation(data_dir), browse=lambda _url: None)
        monkeypatch.setattr(self.worker, "ask", self.asked.append)
        self.instance = SingleInstance(data_dir)
        self.desktop = Desktop(self.worker, self.instance)
        self.desktop.start()

    def hear(self, notice: object) -> None:
        self.worker.notice.emit(notice)
        QApplication.processEvents()

    def choose(self, key: Key) -> None:
        self.desktop._tray.triggered.emit(key)

    def window(self) -> SettingsWindow | None:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, SettingsWindow) and w.isVisible()]
        return shown[0] if shown else None


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(desktop_module, "HOST_PATIENCE_MS", 60_000)
    stage = Stage(tmp_path, monkeypatch)
    yield stage
    stage.desktop.quit()
    # With it go its timers, which would look for their window in the middle of a later test.
    shiboken6.delete(stage.desktop)
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QApplication.processEvents()


def test_the_first_launch_opens_the_settings(stage: Stage):
    stage.hear(Overview(Settings()))
    assert stage.window() is not None


def test_a_launch_that_needs_nothing_opens_nothing(stage: Stage):
    stage.hear(SIGNED_IN)
    assert stage.window() is None


def test_a_run_that_changed_something_is_notified(stage: Stage):
    stage.hear(SIGNED_IN)
    stage.hear(RunEnded(report(created=2)))
    stage.hear(RunEnded(report()))
    assert [notification.text for notification in stage.notifier.shown] == ["2 added"]


def test_what_the_settings_say_of_notifications_is_kept_to(stage: Stage):
    quiet = Settings(
        READY.feishu, READY.outlook, READY.pairs, ui=InterfaceSettings(notifications=Notifications.NONE)
    )
    stage.hear(Overview(quiet, WEI, WEI_AT_OUTLOOK))
    stage.hear(RunEnded(report(created=2)))
    stage.hear(Attention((LOST,)))
    assert stage.notifier.shown == []


def test_what_needs_a_person_is_notified_unless_the_window_shows_it_already(stage: Stage):
    stage.hear(SIGNED_IN)
    stage.hear(Attention((LOST,)))
    assert len(stage.notifier.shown) == 1

    stage.desktop.show_settings()
    stage.hear(Attention(()))
    stage.hear(Attention((LOST,)))
    assert len(stage.notifier.shown) == 1


def test_the_menu_asks_the_worker(stage: Stage):
    stage.choose(Key.SYNC)
    stage.choose(Key.PAUSE_UNTIL_RESUMED)
    stage.choose(Key.RESUME)
    assert stage.asked == [SyncNow(), Pause(FOR_EVER), Pause(None)]


def test_a_sign_in_from_the_menu_starts_in_the_window(stage: Stage):
    stage.hear(Overview(READY, None, WEI_AT_OUTLOOK, has_app_secret=True))
    stage.choose(Key.SIGN_IN_FEISHU)

    window = stage.window()
    assert window is not None
    assert window.accounts.is_waiting


def test_without_a_browser_the_address_can_be_copied(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(desktop_module, "open_in_browser", lambda _url: False)
    stage.hear(SIGNED_IN)
    stage.choose(Key.OUTLOOK)

    qtbot.waitUntil(lambda: any(isinstance(w, LinkWindow) for w in QApplication.topLevelWidgets()))


def test_a_second_program_that_met_a_running_one_wakes_it_and_ends(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stage.instance, "tell_first", lambda: True)
    stage.hear(NotOpened(AlreadyRunning("/data")))
    assert stage.has_quit


def test_a_terminal_command_at_work_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stage.instance, "tell_first", lambda: False)
    stage.hear(NotOpened(AlreadyRunning("/data")))
    assert not stage.has_quit
    assert len(stage.notifier.shown) == 1


def test_another_language_is_spoken_at_once_also_by_an_open_window(stage: Stage):
    stage.hear(SIGNED_IN)
    stage.desktop.show_settings()
    chinese = Settings(
        READY.feishu, READY.outlook, READY.pairs, ui=InterfaceSettings(InterfaceLanguage.CHINESE)
    )
    stage.hear(Overview(chinese, WEI, WEI_AT_OUTLOOK))

    window = stage.window()
    assert window is not None
    assert window.windowTitle() == "设置"
    language.choose(InterfaceLanguage.ENGLISH)


def test_the_arrows_turn_only_while_it_syncs(stage: Stage):
    stage.hear(TrayState(State.SYNCING))
    assert stage.desktop._animation.isActive()
    stage.hear(TrayState(State.UP_TO_DATE))
    assert not stage.desktop._animation.isActive()
