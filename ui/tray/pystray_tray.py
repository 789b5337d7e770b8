"""pystray's icon: Windows, macOS, and Linux where AppIndicator is installed.

Lives in the main thread. On Windows pystray 0.19.5 calls the functions of the menu in its own thread; they
read one immutable menu and emit one signal, nothing else. The traps stepped around are those of this release.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

from PIL import Image
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ui.tray.menu import SEPARATOR, Item, Menu
from ui.tray.tray import Draw, Tray

log = logging.getLogger(__name__)

TOOLTIP_LIMIT = 127
"""Windows: NOTIFYICONDATA.szTip holds 128 characters with the closing zero; more raises ValueError."""
IS_WINDOWS: bool = sys.platform == "win32"
IS_MACOS: bool = sys.platform == "darwin"
SIZE = {"win32": 256, "darwin": 44}.get(sys.platform, 64)


class PystrayTray(Tray):
    _chosen = Signal(str)

    def __init__(self, pystray: Any, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pystray = pystray
        self._name = name
        self._menu: Menu = ()
        self._picture = Image.new("RGBA", (SIZE, SIZE))
        self._tooltip = ""
        self._icon: Any = None
        self._chosen.connect(self.triggered, Qt.ConnectionType.QueuedConnection)

    def show(self) -> None:
        menu = self._pystray.Menu(lambda: self._entries(self._menu))
        self._icon = self._pystray.Icon(self._name, self._picture, self._tooltip, menu, **_platform_options())
        if IS_WINDOWS:
            _rebuild_menu_in_its_own_thread(self._icon)
        # Without a setup of ours pystray shows the icon from a thread; AppKit ends the process for that.
        self._icon.run_detached(setup=lambda _icon: None)
        QTimer.singleShot(0, self, self._appear)

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
        if IS_WINDOWS:
            self._icon.stop()  # elsewhere it has no loop of its own; on macOS this would stop Qt's
        self._icon = None

    def notify(self, title: str, text: str) -> None:
        """Windows: a balloon of at most 63 and 255 characters; macOS fails without a title."""
        if self._icon:
            try:
                self._icon.notify(text[:255], title[:63])
            except Exception:
                log.exception("the notification could not be shown")

    def _appear(self) -> None:
        if self._icon:
            self._guarded("visible", value=True)
            self._make_template()
            self.availability.emit(True)  # noqa: FBT003  # a signal has no keywords

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


def _platform_options() -> dict[str, Any]:
    if not IS_MACOS:
        return {}
    import AppKit  # Qt has made the application object already; pystray must take that one

    return {"darwin_nsapplication": AppKit.NSApplication.sharedApplication()}


def _rebuild_menu_in_its_own_thread(icon: Any) -> None:
    """Windows: `update_menu` destroys the menu, also while it is open (moses-palmer/pystray #60).

    So it is rebuilt only in pystray's own thread, just before it is shown.
    """
    from pystray._util import win32

    build, on_notify = icon._update_menu, icon._on_notify

    def rebuild_then_notify(wparam: Any, lparam: Any) -> Any:
        if lparam == win32.WM_RBUTTONUP:
            build()
        return on_notify(wparam, lparam)

    icon._message_handlers[win32.WM_NOTIFY] = rebuild_then_notify
    icon._update_menu = lambda: None


def _png(picture: Image.Image) -> tuple[bytes, int]:
    import io

    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue(), stream.tell()
