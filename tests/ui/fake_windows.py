"""The functions of Windows that pystray calls, in memory: so its real Windows backend runs anywhere.

Who calls what in which thread is noted. A message is handled as Windows would: one after the other, by the
thread that reads them.
"""

from __future__ import annotations

import ctypes
import importlib
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pystray
import pytest

TASKBAR_CREATED = 0xC001
WM_MOUSEMOVE, WM_LBUTTONUP, WM_RBUTTONUP = 0x0200, 0x0202, 0x0205


class Windows:
    def __init__(self) -> None:
        self.calls: list[tuple[str, threading.Thread]] = []
        self.is_icon_shown = False
        self.has_icons = True
        """False: icons can't be loaded."""
        self.chosen: Callable[[list[str]], int] = lambda _texts: 0
        """What a person does with the menu that is open: the number of the entry, from 1, or 0."""
        self.destroyed_while_open = False
        self._messages: queue.Queue[tuple[int, int, int, int] | None] = queue.Queue()
        self._menus: dict[int, list[str]] = {}
        self._open = 0
        self._handles = 0
        self._in_hand = (0, 0, 0, 0)
        self._window = 0

    def threads_of(self, name: str) -> set[threading.Thread]:
        return {thread for called, thread in self.calls if called == name}

    def mouse(self, event: int) -> None:
        """On the icon. `event`: one of the messages above."""
        self.post(self._win32.WM_NOTIFY, event)

    def explorer_starts_again(self) -> None:
        self.is_icon_shown = False
        self.post(TASKBAR_CREATED, 0)

    def post(self, message: int, detail: int) -> None:
        self._messages.put((self._window, message, 0, detail))

    def end(self) -> None:
        """Whoever still reads messages is told that there will be none."""
        self._messages.put(None)

    @property
    def _win32(self) -> Any:
        return sys.modules["pystray._util.win32"]

    def _handle(self) -> int:
        self._handles += 1
        return self._handles

    # --- the functions, by Windows' own names -------------------------------------------------------

    def RegisterWindowMessageW(self, _name: str) -> int:  # noqa: N802
        return TASKBAR_CREATED

    def CreateWindowExW(self, *_: Any) -> int:  # noqa: N802
        handle = self._handle()
        self._window = self._window or handle
        return handle

    def GetMessageW(self, *_: Any) -> int:  # noqa: N802
        message = self._messages.get()
        self._in_hand = message or self._in_hand
        return int(message is not None)

    def DispatchMessageW(self, _message: Any) -> int:  # noqa: N802
        return int(sys.modules["pystray._win32"]._dispatcher(*self._in_hand))

    def PostMessageW(self, *message: int) -> int:  # noqa: N802
        self._messages.put((message[0], message[1], message[2], message[3]))
        return 1

    def PostQuitMessage(self, _code: int) -> None:  # noqa: N802
        self._messages.put(None)

    def LoadImageW(self, *_: Any) -> int:  # noqa: N802
        return self._handle() if self.has_icons else 0

    def Shell_NotifyIconW(self, code: int, data: Any) -> int:  # noqa: N802
        if code == self._win32.NIM_ADD and data.hWnd:
            self.is_icon_shown = True
        elif code == self._win32.NIM_DELETE:
            self.is_icon_shown = False
        return 1

    def CreatePopupMenu(self) -> int:  # noqa: N802
        handle = self._handle()
        self._menus[handle] = []
        return handle

    def InsertMenuItemW(self, menu: int, _place: int, _by_place: Any, item: Any) -> int:  # noqa: N802
        self._menus[menu].append(item._obj.dwTypeData or "-")
        return 1

    def TrackPopupMenuEx(self, menu: int, *_: Any) -> int:  # noqa: N802
        self._open = menu
        index = self.chosen(self._menus[menu])
        self._open = 0
        return index

    def DestroyMenu(self, menu: int) -> int:  # noqa: N802
        self.destroyed_while_open |= menu == self._open
        del self._menus[menu]
        return 1


class _Function:
    """As ctypes has them: attributes describe what goes in and out, `errcheck` sees the result."""

    def __init__(self, windows: Windows, name: str) -> None:
        self._windows, self._name = windows, name
        self.errcheck: Callable[..., Any] = lambda result, _function, _arguments: result

    def __call__(self, *arguments: Any) -> Any:
        self._windows.calls.append((self._name, threading.current_thread()))
        result = getattr(self._windows, self._name, lambda *_: 1)(*arguments)
        return self.errcheck(result, self, arguments)


class _Library:
    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    def __getattr__(self, name: str) -> _Function:
        return _Function(self._windows, name)


@contextmanager
def pystray_on_windows() -> Iterator[tuple[Windows, Any]]:
    """A Windows, and pystray with its backend for it."""
    windows = Windows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ctypes, "WinDLL", lambda _name: _Library(windows), raising=False)
        patch.setattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE, raising=False)
        patch.setattr(ctypes, "HRESULT", ctypes.c_long, raising=False)
        patch.setattr(ctypes, "WinError", lambda: OSError("WinError 0"), raising=False)
        backend = importlib.import_module("pystray._win32")
        try:
            yield windows, SimpleNamespace(Icon=backend.Icon, Menu=pystray.Menu, MenuItem=pystray.MenuItem)
        finally:
            windows.end()
            del sys.modules["pystray._win32"], sys.modules["pystray._util.win32"], pystray._util.win32
