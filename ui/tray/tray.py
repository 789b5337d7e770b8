"""The one interface of every tray, and the choice between them.

Everything here is called in the main thread; what a person chooses arrives there too, as a signal.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

from PIL import Image
from PySide6.QtCore import QObject, Signal

from ui.tray.menu import Menu

log = logging.getLogger(__name__)

Draw = Callable[[int], Image.Image]
"""The picture of the present state at a size in pixels."""


class Tray(QObject):
    triggered = Signal(str)
    """The key of the chosen entry."""
    availability = Signal(bool)
    """Whether the desktop has a place for the icon."""

    def show(self) -> None:
        raise NotImplementedError

    def set_icon(self, draw: Draw) -> None:
        raise NotImplementedError

    def set_tooltip(self, text: str) -> None:
        raise NotImplementedError

    def set_menu(self, menu: Menu) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def make_tray(name: str) -> Tray:
    """pystray where its menu works (Windows, macOS, Linux with AppIndicator), else Qt's own tray.

    Not yet on the screen: `show` does that.
    """
    from ui.tray.qt_tray import QtTray

    pystray = load_pystray()
    if pystray is None:
        return QtTray()
    from ui.tray.pystray_tray import PystrayTray

    return PystrayTray(pystray, name)


def load_pystray() -> Any:
    """The module, or None where it has no menu. FEISHU_OUTLOOK_TRAY=qt keeps a person away from it."""
    if os.environ.get("FEISHU_OUTLOOK_TRAY") == "qt":
        return None
    try:
        import pystray
    except Exception as error:  # noqa: BLE001  # without a display its import raises errors of its X library
        log.info("pystray can't be used here: %s", type(error).__name__)
        return None
    is_real = pystray.Icon.__module__ != "pystray._base"  # PYSTRAY_BACKEND=dummy
    return pystray if is_real and pystray.Icon.HAS_MENU else None
