"""What the face of the program does with what the worker says; nothing here is on a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.errors import AlreadyRunning, SignInNeeded, VaultUnavailable
from core.model import Side
from core.settings import InterfaceLanguage, InterfaceSettings, Notifications, Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK, FakeInstallation, report
from texts import language
from texts.report import State
from ui import desktop as desktop_module
from ui.activity.window import ActivityWindow
from ui.desktop import Desktop
from ui.intents import ForgetEverything, Intent, KeepInMemory, Pause, SyncNow
from ui.link_window import LinkWindow
from ui.messages import Attention, Done, NotOpened, Overview, RunEnded
from ui.notify import Notification, Notifier
from ui.settings.window import SettingsWindow
from ui.single_instance import SingleInstance
from ui.tray.menu import Item, Menu
from ui.tray.state import FOR_EVER, Key, TrayState, menu
from ui.wizard.model import StepName
from ui.wizard.window import Wizard
from ui.worker import SyncWorker

W = TypeVar("W", bound=QWidget)
SIGNED_IN = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True, has_run=True)
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

    def shown(self, kind: type[W]) -> W | None:
        return next(
            (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None
        )

    def window(self) -> SettingsWindow | None:
        return self.shown(SettingsWindow)


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


def test_the_first_launch_opens_the_wizard(stage: Stage):
    stage.hear(Overview(Settings()))
    assert stage.shown(Wizard) is not None


def test_a_wizard_that_was_closed_half_way_opens_again_where_something_is_missing(stage: Stage):
    stage.hear(Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True, paused_until=FOR_EVER))
    wizard = stage.shown(Wizard)
    assert wizard is not None
    assert wizard.at is StepName.PREVIEW


def test_after_everything_was_forgotten_the_set_up_begins_anew(stage: Stage):
    stage.hear(SIGNED_IN)
    stage.choose(Key.SETTINGS)
    stage.hear(Done(ForgetEverything()))
    stage.hear(Overview(Settings()))
    wizard = stage.shown(Wizard)
    assert wizard is not None
    assert wizard.at is StepName.WELCOME
    assert stage.window() is None


def test_pairs_without_a_sign_in_open_the_settings(stage: Stage):
    stage.hear(Overview(READY, has_app_secret=True))
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

    stage.choose(Key.SETTINGS)
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
    assert window.accounts.sign_ins.is_waiting


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
    stage.choose(Key.SETTINGS)
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


def test_without_a_tray_activity_opens_and_says_so(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(desktop_module, "HOST_PATIENCE_MS", 0)
    stage.hear(SIGNED_IN)
    stage.desktop._tray.availability.emit(False)

    qtbot.waitUntil(lambda: stage.shown(ActivityWindow) is not None, timeout=20_000)
    window = stage.shown(ActivityWindow)
    assert window is not None
    assert "no place for tray icons" in window.no_tray.text()
    assert window.no_tray.isVisible()
    window.menu.chosen.emit(Key.SYNC)
    assert SyncNow() in stage.asked


@pytest.mark.parametrize(
    "state",
    [
        TrayState(State.UP_TO_DATE),
        TrayState(State.SYNCING, done=3, total=10),
        TrayState(State.PAUSED, paused_until=FOR_EVER),
        TrayState(State.OFFLINE),
        TrayState(State.NEEDS_YOU, problems=(LOST,), sign_in=(Side.FEISHU, Side.OUTLOOK), failed=2),
        TrayState(State.NEEDS_YOU, is_set_up=False),
    ],
    ids=lambda state: state.kind.value,
)
def test_whatever_the_trays_menu_has_can_be_chosen_in_the_window_too(stage: Stage, state: TrayState):
    stage.hear(SIGNED_IN)
    window = stage.desktop._windows.show_activity()
    stage.hear(state)
    chosen: list[str] = []
    stage.desktop._windows.menu_chosen.disconnect()
    stage.desktop._windows.menu_chosen.connect(chosen.append)
    in_the_tray = [item for item in everything(menu(state, datetime.now(UTC))) if item.key and item.visible]

    for item in in_the_tray:
        action = window.menu._by_key[item.key]
        assert (action.isVisible(), action.isEnabled()) == (True, item.enabled), item.key
        if item.enabled and not item.children:
            action.trigger()

    assert chosen == [item.key for item in in_the_tray if item.enabled and not item.children]


def test_when_a_tray_comes_the_window_says_nothing_of_it_any_more(stage: Stage):
    stage.hear(SIGNED_IN)
    stage.choose(Key.ACTIVITY)
    stage.desktop._tray.availability.emit(False)
    stage.desktop._tray.availability.emit(True)
    window = stage.shown(ActivityWindow)
    assert window is not None
    assert not window.no_tray.isVisible()


def test_every_entry_of_the_menu_does_something(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []
    monkeypatch.setattr(stage.worker, "ask", lambda intent: done.append(type(intent).__name__))
    for kind in ("show_activity", "show_settings", "show_guide", "show_about", "save_diagnostics", "sign_in"):
        monkeypatch.setattr(
            stage.desktop._windows, kind, lambda *_args, kind=kind: done.append(kind) or Mute()
        )
    monkeypatch.setattr(stage.desktop, "_open", lambda _url: done.append("page"))
    monkeypatch.setattr(stage.desktop, "quit", lambda: done.append("quit"))
    stage.desktop._acts = stage.desktop._make_acts()
    no_acts = {Key.STATUS, Key.PAUSE, Key.HELP}
    for item in everything(menu(TrayState(State.NEEDS_YOU), datetime.now(UTC))):
        if item.key and item.key not in no_acts:
            done.clear()
            stage.choose(Key(item.key))
            assert done, item.key


class Mute:
    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_args: None


def everything(items: Menu) -> Iterator[Item]:
    for item in items:
        yield item
        yield from everything(item.children)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("summary", ActivityWindow), ("DeletionsHeld", ActivityWindow), ("SignInNeeded", SettingsWindow)],
)
def test_a_click_on_a_notification_opens_the_window_that_has_more_of_it(
    stage: Stage, subject: str, kind: type[QWidget]
):
    stage.hear(SIGNED_IN)
    stage.notifier.clicked.emit(subject)
    assert stage.shown(kind) is not None


def test_a_second_start_brings_forward_what_is_open_else_activity(stage: Stage):
    stage.hear(SIGNED_IN)
    stage.choose(Key.SETTINGS)
    stage.instance.show_asked.emit()
    assert stage.shown(ActivityWindow) is None

    window = stage.window()
    assert window is not None
    window.close()
    stage.instance.show_asked.emit()
    assert stage.shown(ActivityWindow) is not None


def test_the_wizard_stays_at_its_step_when_it_is_made_anew_in_another_language(stage: Stage):
    stage.hear(Overview(Settings()))
    wizard = stage.shown(Wizard)
    assert wizard is not None
    wizard._next()
    stage.hear(Overview(Settings(ui=InterfaceSettings(InterfaceLanguage.CHINESE))))
    again = stage.shown(Wizard)
    assert again is not None
    assert again is not wizard
    assert again.at is StepName.FEISHU
    language.choose(InterfaceLanguage.ENGLISH)


def test_without_a_keyring_a_window_says_so_and_offers_a_way_on(stage: Stage):
    stage.hear(TrayState(State.NEEDS_YOU, problems=(VaultUnavailable("none"),)))
    window = stage.shown(ActivityWindow)
    assert window is not None
    assert window.notice.button.isVisible()
    window.notice.button.click()
    assert KeepInMemory() in stage.asked

    window.close()
    stage.hear(TrayState(State.NEEDS_YOU, problems=(VaultUnavailable("none"),)))
    assert stage.shown(ActivityWindow) is None, "said once"


def test_a_keyring_that_is_only_locked_opens_no_window(stage: Stage):
    stage.hear(TrayState(State.NEEDS_YOU, problems=(VaultUnavailable("locked"),)))
    assert stage.shown(ActivityWindow) is None


def test_where_there_is_no_tray_activity_follows_the_wizard(stage: Stage):
    stage.hear(Overview(Settings()))
    stage.desktop._tray.availability.emit(False)
    wizard = stage.shown(Wizard)
    assert wizard is not None
    wizard.reject()
    assert stage.shown(ActivityWindow) is not None
