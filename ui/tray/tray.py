"""The one interface of every tray.

Everything here is called in the main thread; what a person chooses arrives there too, as a signal.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image
from PySide6.QtCore import QObject, Signal

from ui.tray.menu import Menu

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
