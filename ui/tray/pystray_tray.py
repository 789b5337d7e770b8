"""pystray's icon: Windows, macOS, and Linux where AppIndicator is installed.

Lives in the main thread. On Windows pystray 0.19.5 calls the functions of the menu in its own thread; they
read one immutable menu and emit one signal, nothing else. The traps stepped around are those of this release.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

from PIL import Image
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from ui.tray.menu import SEPARATOR, Item, Menu
from ui.tray.tray import Draw, Tray

log = logging.getLogger(__name__)

TOOLTIP_LIMIT = 127
"""Windows: NOTIFYICONDATA.szTip holds 128 characters with the closing zero; more raises ValueError."""
IS_WINDOWS: bool = sys.platform == "win32"
IS_MACOS: bool = sys.platform == "darwin"
SIZE = {"win32": 256, "darwin": 44}.get(sys.platform, 64)
RETRY_MS = 2000
CLOSE_S = 1.0


class PystrayTray(Tray):
    _chosen = Signal(str)
    _came_up = Signal()

    def __init__(self, pystray: Any, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pystray = pystray
        self._name = name
        self._menu: Menu = ()
        self._picture = Image.new("RGBA", (SIZE, SIZE))
        self._tooltip = ""
        self._icon: Any = None
        self._was_shown: bool | None = None
        self._is_up = threading.Event()
        self._chosen.connect(self.triggered, Qt.ConnectionType.QueuedConnection)
        self._came_up.connect(self._appear, Qt.ConnectionType.QueuedConnection)

    def show(self) -> None:
        menu = self._pystray.Menu(lambda: self._entries(self._menu))
        self._icon = self._pystray.Icon(self._name, self._picture, self._tooltip, menu, **_platform_options())
        if IS_WINDOWS:
            _rebuild_menu_in_its_own_thread(self._icon)
        self._icon.run_detached(setup=self._set_up)

    def set_icon(self, draw: Draw) -> None:
        self._picture = draw(SIZE)
        if self._icon:
            self._guarded("icon", self._picture)
            self._make_template()

    def set_tooltip(self, text: str) -> None:
        self._tooltip = text if len(text) <= TOOLTIP_LIMIT else text[: TOOLTIP_LIMIT - 1] + "…"
        if self._icon:
            self._guarded("title", self._tooltip)

    def set_menu(self, menu: Menu) -> None:
        if menu != self._menu:
            self._menu = menu
            if self._icon:
                self._icon.update_menu()

    def close(self) -> None:
        if self._icon is None:
            return
        self._guarded("visible", value=False)
        if IS_WINDOWS:  # elsewhere it has no loop of its own; on macOS this would stop Qt's
            self._is_up.wait(CLOSE_S)  # a loop that has not begun yet would not hear that it is to end
            self._icon.stop()
        self._icon = None

    def notify(self, title: str, text: str) -> None:
        """Windows: a balloon of at most 63 and 255 characters; macOS fails without a title."""
        if self._icon is None:
            return
        notify = partial(_notify, self._icon, title[:63], text[:255])
        if IS_MACOS:  # pystray starts a program there and waits for its end; nothing of it is AppKit's
            threading.Thread(target=notify, name="notification", daemon=True).start()
        else:
            notify()

    def _set_up(self, _icon: Any) -> None:
        """In a thread of pystray's, when its loop runs: on Windows nothing can be shown before. Without it
        pystray would show the icon in that thread; AppKit ends the process for that."""
        self._is_up.set()
        self._came_up.emit()

    def _appear(self) -> None:
        """Tried until it succeeds: at log-in the program may be there before the shell or the panel is."""
        if self._icon is None:
            return
        self._guarded("visible", value=True)
        is_shown = self._icon.visible and _has_place()
        if is_shown:
            self._make_template()
        else:
            QTimer.singleShot(RETRY_MS, self, self._appear)
        if is_shown is not self._was_shown:
            self._was_shown = is_shown
            self.availability.emit(is_shown)

    def _guarded(self, name: str, value: object) -> None:
        """A tray that is not there for a moment (the shell restarts) must not end the program."""
        try:
            setattr(self._icon, name, value)
        except Exception:
            log.exception("the tray icon's %s could not be set", name)

    def _make_template(self) -> None:
        """macOS: coloured by the menu bar itself, and sharp at twice the pixels (pystray scales to 22)."""
        if not IS_MACOS:
            return
        import AppKit  # type: ignore[import-not-found,unused-ignore]  # macOS only

        image = AppKit.NSImage.alloc().initWithData_(
            AppKit.NSData.dataWithBytes_length_(*_png(self._picture))
        )
        image.setSize_((22, 22))
        image.setTemplate_(True)
        self._icon._status_item.button().setImage_(image)

    def _entries(self, menu: Menu) -> Iterator[Any]:
        for item in menu:
            if item == SEPARATOR:
                yield self._pystray.Menu.SEPARATOR
            else:
                yield self._entry(item)

    def _entry(self, item: Item) -> Any:
        if item.children:
            action = self._pystray.Menu(lambda: self._entries(item.children))
        else:
            action = self._choose(item.key)
        return self._pystray.MenuItem(
            item.text,
            action,
            checked=None if item.checked is None else lambda _entry: bool(item.checked),
            default=item.is_default,
            visible=item.visible,
            enabled=item.enabled,
        )

    def _choose(self, key: str) -> Any:
        return lambda *_: self._chosen.emit(key)


def _has_place() -> bool:
    """Linux desktops without one are told nothing by AppIndicator: its icon is simply nowhere."""
    return IS_WINDOWS or IS_MACOS or QSystemTrayIcon.isSystemTrayAvailable()


def _notify(icon: Any, title: str, text: str) -> None:
    try:
        icon.notify(text, title)
    except Exception:
        log.exception("the notification could not be shown")


def _platform_options() -> dict[str, Any]:
    if not IS_MACOS:
        return {}
    import AppKit  # Qt has made the application object already; pystray must take that one

    return {"darwin_nsapplication": AppKit.NSApplication.sharedApplication()}


def _rebuild_menu_in_its_own_thread(icon: Any) -> None:
    """Windows: `update_menu` destroys the menu, also while it is open (moses-palmer/pystray #60).

    So it is rebuilt only in pystray's own thread, just before it is shown. Until then there is none, which
    pystray would otherwise find out by an AttributeError at each movement of the mouse.
    """
    from pystray._util import win32

    build, on_notify = icon._update_menu, icon._on_notify

    def rebuild_then_notify(wparam: Any, lparam: Any) -> Any:
        if lparam == win32.WM_RBUTTONUP:
            build()
        return on_notify(wparam, lparam)

    icon._message_handlers[win32.WM_NOTIFY] = rebuild_then_notify
    icon._update_menu = lambda: None
    icon._menu_handle = None


def _png(picture: Image.Image) -> tuple[bytes, int]:
    import io

    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue(), stream.tell()
