from __future__ import annotations

import ctypes
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pystray
import pytest
from PIL import Image
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from ui import single_instance
from ui.power import SleepDetector
from ui.single_instance import SingleInstance
from ui.tray import pystray_tray
from ui.tray.choice import load_pystray, make_tray
from ui.tray.menu import SEPARATOR, Item, Menu
from ui.tray.pystray_tray import TOOLTIP_LIMIT, PystrayTray
from ui.tray.qt_menu import QtMenu
from ui.tray.qt_tray import QtTray

MENU: Menu = (
    Item("status", "Fine", enabled=False),
    SEPARATOR,
    Item("sync", "Sync now", is_default=True),
    Item("pause", "Pause", children=(Item("hour", "1 hour"), Item("ever", "Until I resume"))),
    Item("resume", "Resume", visible=False),
)


class Icon(pystray.Icon):
    """pystray's own icon in front of a desktop that takes everything (its dummy never gets ready)."""

    def _run_detached(self) -> None:
        self._mark_ready()

    def _show(self) -> None: ...
    def _hide(self) -> None: ...
    def _update_icon(self) -> None: ...
    def _update_title(self) -> None: ...
    def _update_menu(self) -> None: ...


class Library:
    Icon, Menu, MenuItem = Icon, pystray.Menu, pystray.MenuItem


def picture(size: int) -> Image.Image:
    return Image.new("RGBA", (size, size), "red")


def texts(menu: QtMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isVisible() and not action.isSeparator()]


def test_a_qt_menu_shows_what_the_data_say(qtbot: QtBot):
    menu = QtMenu()
    menu.set_items(MENU)
    assert texts(menu) == ["Fine", "Sync now", "Pause"]
    assert not menu.actions()[0].isEnabled()


def test_a_chosen_entry_of_a_submenu_tells_its_key(qtbot: QtBot):
    menu = QtMenu()
    menu.set_items(MENU)
    pause = next(action for action in menu.actions() if action.text() == "Pause")
    with qtbot.waitSignal(menu.chosen) as chosen:
        pause.menu().actions()[1].trigger()  # type: ignore[attr-defined]
    assert chosen.args == ["ever"]


def test_entries_that_stay_are_changed_in_place_because_the_menu_may_be_open(qtbot: QtBot):
    menu = QtMenu()
    menu.set_items(MENU)
    before = menu.actions()
    menu.set_items((Item("status", "Syncing…", enabled=False), *MENU[1:4], Item("resume", "Resume")))
    assert menu.actions() == before
    assert texts(menu) == ["Syncing…", "Sync now", "Pause", "Resume"]


def test_qt_gives_the_desktop_a_new_icon_when_a_host_appears(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    there = [False]
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: there[0])
    tray = QtTray()
    told: list[bool] = []
    tray.availability.connect(told.append)
    tray.set_icon(picture)
    tray.show()
    first = tray._icon

    there[0] = True
    tray._look_for_host()

    assert told == [False, True]
    assert tray._icon is not first
    tray.close()


def test_pystray_gets_the_menu_and_what_is_chosen_in_its_thread_arrives_in_ours(qtbot: QtBot):
    tray = PystrayTray(Library, "test")
    tray.set_menu(MENU)
    tray.set_icon(picture)
    tray.show()
    entries = list(tray._icon.menu.items)
    assert [entry.text for entry in entries if entry.visible and entry.text != "- - - -"] == [
        "Fine",
        "Sync now",
        "Pause",
    ]
    threads: list[int] = []
    tray.triggered.connect(lambda _key: threads.append(threading.get_ident()))

    with qtbot.waitSignal(tray.triggered) as chosen:
        thread = threading.Thread(target=lambda: entries[2](tray._icon))
        thread.start()
        thread.join()

    assert chosen.args == ["sync"]
    assert threads == [threading.get_ident()]
    tray.close()


def test_what_is_chosen_in_our_own_thread_arrives_after_the_menus_handler_has_returned(qtbot: QtBot):
    """GTK calls the handler in the main thread, and a slot may take the menu away under it."""
    tray = PystrayTray(Library, "test")
    tray.set_menu(MENU)
    tray.show()
    chosen: list[str] = []
    tray.triggered.connect(chosen.append)

    list(tray._icon.menu.items)[2](tray._icon)

    assert chosen == []
    qtbot.waitUntil(lambda: chosen == ["sync"])
    tray.close()


def test_a_linux_desktop_without_a_place_for_icons_is_told_of_and_so_is_the_place_when_it_comes(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    there = [False]
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: there[0])
    monkeypatch.setattr(pystray_tray, "RETRY_MS", 1)
    tray = PystrayTray(Library, "test")
    told: list[bool] = []
    tray.availability.connect(told.append)
    tray.show()
    qtbot.waitUntil(lambda: told == [False])

    there[0] = True

    qtbot.waitUntil(lambda: told == [False, True])
    tray.close()


def test_a_tooltip_longer_than_windows_takes_is_cut(qtbot: QtBot):
    tray = PystrayTray(pystray, "test")
    tray.set_tooltip("x" * 300)
    assert len(tray._tooltip) == TOOLTIP_LIMIT
    assert tray._tooltip.endswith("…")


def test_where_pystray_has_no_menu_qt_takes_its_place(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    assert load_pystray() is None, "the dummy of the tests has none"
    assert isinstance(make_tray("test"), QtTray)


def test_a_pystray_that_can_not_even_be_imported_is_no_failure(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pystray", None)
    assert load_pystray() is None


def test_the_second_instance_tells_the_first_to_come_forward(qtbot: QtBot, tmp_path: Path):
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    assert not second.is_first()
    with qtbot.waitSignal(first.show_asked):
        assert second.tell_first()
    first.close()


def test_on_windows_the_second_instance_hands_on_the_right_to_come_forward(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    allowed: list[int] = []
    user32 = SimpleNamespace(AllowSetForegroundWindow=lambda whom: allowed.append(whom.value))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user32), raising=False)
    monkeypatch.setattr(single_instance, "IS_WINDOWS", True)
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    assert second.tell_first()
    assert allowed == [0xFFFFFFFF]
    first.close()


def test_another_data_directory_has_an_instance_of_its_own(qtbot: QtBot, tmp_path: Path):
    first, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert first.is_first()
    assert other.is_first()
    assert (tmp_path / "a/tray.lock").stat().st_mode & 0o777 == 0o600
    first.close()
    other.close()


def test_after_the_first_has_ended_the_next_is_first(qtbot: QtBot, tmp_path: Path):
    first = SingleInstance(tmp_path)
    assert first.is_first()
    first.close()
    second = SingleInstance(tmp_path)
    assert second.is_first()
    second.close()


def test_a_jump_of_the_clock_between_two_looks_is_a_sleep():
    clock = [0.0]
    detector = SleepDetector(30, wall_clock=lambda: clock[0])
    clock[0] = 29
    assert not detector.has_slept()
    clock[0] = 1229
    assert detector.has_slept()
    assert not detector.has_slept()


def test_a_long_run_is_no_sleep():
    clock = [0.0]
    detector = SleepDetector(30, wall_clock=lambda: clock[0])
    clock[0] = 600
    detector.awake()
    assert not detector.has_slept()
