"""Our use of pystray's real backends for Windows and macOS, on systems that take every call."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from tests.ui.fake_macos import Mac, pystray_on_macos
from tests.ui.fake_windows import WM_LBUTTONUP, WM_MOUSEMOVE, WM_RBUTTONUP, Windows, pystray_on_windows
from ui.tray import pystray_tray
from ui.tray.menu import SEPARATOR, Item, Menu
from ui.tray.pystray_tray import PystrayTray

MENU: Menu = (Item("status", "Fine", enabled=False), SEPARATOR, Item("sync", "Sync now", is_default=True))


def picture(size: int) -> Image.Image:
    return Image.new("RGBA", (size, size), "red")


def new_tray(pystray: Any) -> PystrayTray:
    tray = PystrayTray(pystray, "test")
    tray.set_icon(picture)
    tray.set_menu(MENU)
    return tray


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Windows, PystrayTray]]:
    monkeypatch.setattr(pystray_tray, "IS_WINDOWS", True)
    with pystray_on_windows() as (system, pystray):
        tray = new_tray(pystray)
        yield system, tray
        tray.close()


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mac, PystrayTray]]:
    monkeypatch.setattr(pystray_tray, "IS_MACOS", True)
    monkeypatch.setattr(pystray_tray, "SIZE", 44)
    with pystray_on_macos() as (system, pystray):
        tray = new_tray(pystray)
        yield system, tray
        tray.close()


def test_on_windows_the_menu_is_built_in_pystrays_own_thread_and_only_there(
    qtbot: QtBot, windows: tuple[Windows, PystrayTray]
):
    system, tray = windows
    tray.show()
    qtbot.waitUntil(lambda: system.is_icon_shown)
    tray.set_menu((*MENU, Item("quit", "Quit")))
    shown: list[list[str]] = []
    system.chosen = lambda texts: shown.append(texts) or texts.index("Quit") + 1

    with qtbot.waitSignal(tray.triggered) as chosen:
        system.mouse(WM_RBUTTONUP)

    assert chosen.args == ["quit"]
    assert shown == [["Fine", "-", "Sync now", "Quit"]]
    [thread] = system.threads_of("CreatePopupMenu")
    assert thread is not threading.current_thread()


def test_on_windows_a_menu_that_is_open_stays_while_the_state_changes(
    qtbot: QtBot, windows: tuple[Windows, PystrayTray]
):
    system, tray = windows
    tray.show()
    qtbot.waitUntil(lambda: system.is_icon_shown)
    is_open, may_close = threading.Event(), threading.Event()
    system.chosen = lambda _texts: is_open.set() or int(not may_close.wait(30))
    system.mouse(WM_RBUTTONUP)
    assert is_open.wait(30)

    tray.set_menu((replace(MENU[0], text="Syncing…"), *MENU[1:]))
    tray.set_icon(picture)
    may_close.set()
    shown: list[list[str]] = []
    system.chosen = lambda texts: shown.append(texts) or 0
    system.mouse(WM_RBUTTONUP)

    qtbot.waitUntil(lambda: shown != [])
    assert shown[0][0] == "Syncing…"
    assert not system.destroyed_while_open


def test_on_windows_the_icon_returns_when_explorer_has_started_again(
    qtbot: QtBot, windows: tuple[Windows, PystrayTray]
):
    system, tray = windows
    tray.show()
    qtbot.waitUntil(lambda: system.is_icon_shown)

    system.explorer_starts_again()

    qtbot.waitUntil(lambda: system.is_icon_shown)


def test_on_windows_an_icon_that_can_not_be_shown_yet_is_shown_later(
    qtbot: QtBot, windows: tuple[Windows, PystrayTray], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pystray_tray, "RETRY_MS", 1)
    system, tray = windows
    told: list[bool] = []
    tray.availability.connect(told.append)
    system.has_icons = False
    tray.show()
    qtbot.waitUntil(lambda: told == [False])

    system.has_icons = True

    qtbot.waitUntil(lambda: told == [False, True])
    assert system.is_icon_shown


def test_on_windows_a_click_is_the_default_entry_and_a_mouse_that_moves_nothing(
    qtbot: QtBot, windows: tuple[Windows, PystrayTray], caplog: pytest.LogCaptureFixture
):
    system, tray = windows
    tray.show()
    qtbot.waitUntil(lambda: system.is_icon_shown)
    system.mouse(WM_MOUSEMOVE)

    with qtbot.waitSignal(tray.triggered) as chosen:
        system.mouse(WM_LBUTTONUP)

    assert chosen.args == ["sync"]
    assert caplog.records == []


def test_on_windows_quit_ends_pystrays_thread_also_right_after_the_start(
    qtbot: QtBot, windows: tuple[Windows, PystrayTray]
):
    system, tray = windows
    before = set(threading.enumerate())
    tray.show()
    threads = set(threading.enumerate()) - before

    tray.close()

    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert not system.is_icon_shown


def test_on_macos_everything_that_touches_the_status_item_happens_in_the_main_thread(
    qtbot: QtBot, macos: tuple[Mac, PystrayTray]
):
    system, tray = macos
    with qtbot.waitSignal(tray.availability):
        tray.show()
    tray.set_menu((*MENU, Item("quit", "Quit")))
    tray.set_tooltip("Up to date")
    tray.set_icon(picture)
    tray.close()

    assert system.arguments_of("setHidden_") == [(False,), (True,)]
    assert system.arguments_of("setToolTip_")[-1] == ("Up to date",)
    assert system.off_the_main_thread == []


def test_on_macos_the_icon_is_a_sharp_template_that_the_menu_bar_colours(
    qtbot: QtBot, macos: tuple[Mac, PystrayTray]
):
    system, tray = macos
    with qtbot.waitSignal(tray.availability):
        tray.show()
    tray.set_icon(picture)

    shown = system.arguments_of("setImage_")[-1][0]
    assert (shown._name.split(".")[-1], system.arguments_of("setTemplate_")[-1]) == (
        "initWithData_()",
        (True,),
    )
    assert system.arguments_of("setSize_")[-1] == ((22, 22),)
    png, length = system.arguments_of("dataWithBytes_length_")[-1]
    assert length == len(png)
    assert Image.open(io.BytesIO(png)).size == (44, 44)


def test_on_macos_quit_hides_the_icon_and_leaves_qts_loop_alone(qtbot: QtBot, macos: tuple[Mac, PystrayTray]):
    system, tray = macos
    with qtbot.waitSignal(tray.availability):
        tray.show()
    tray.close()
    assert system.arguments_of("setHidden_")[-1] == (True,)
    assert system.arguments_of("stop_") == []


def test_on_macos_a_notification_keeps_nobody_waiting(
    qtbot: QtBot, macos: tuple[Mac, PystrayTray], monkeypatch: pytest.MonkeyPatch
):
    _system, tray = macos
    told: list[tuple[list[str], threading.Thread]] = []
    with qtbot.waitSignal(tray.availability):
        tray.show()
    monkeypatch.setattr(
        "subprocess.check_call", lambda command: told.append((command, threading.current_thread()))
    )

    tray.notify("Synced", '3 "new" events')

    qtbot.waitUntil(lambda: told != [])
    [(command, thread)] = told
    assert command[-1] == 'display notification "3 \\"new\\" events" with title "Synced"'
    assert thread is not threading.main_thread()
