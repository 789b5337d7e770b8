"""Qt's own tray: Linux desktops where pystray has no menu. Lives in the main thread."""

from __future__ import annotations

from PIL import Image
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon

from ui.tray.menu import Menu, default_key
from ui.tray.qt_menu import QtMenu
from ui.tray.tray import Draw, Tray

SIZES = (16, 22, 24, 32, 48, 64)
HOST_POLL_MS = 2000


class QtTray(Tray):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._picture = QIcon()
        self._tooltip = ""
        self._default = ""
        self._menu = QtMenu()
        self._menu.chosen.connect(self.triggered)
        self._was_available: bool | None = None
        self._poll = QTimer(self, interval=HOST_POLL_MS)
        self._poll.timeout.connect(self._look_for_host)

    def show(self) -> None:
        self._build()
        self._look_for_host()
        self._poll.start()

    def set_icon(self, draw: Draw) -> None:
        self._picture = qt_icon(draw)
        if self._icon:
            self._icon.setIcon(self._picture)

    def set_tooltip(self, text: str) -> None:
        self._tooltip = text
        if self._icon:
            self._icon.setToolTip(text)

    def set_menu(self, menu: Menu) -> None:
        self._default = default_key(menu)
        self._menu.set_items(menu)

    def close(self) -> None:
        self._poll.stop()
        if self._icon:
            self._icon.hide()
        self._icon = None

    def _build(self) -> None:
        """Qt chooses D-Bus or XEmbed once per icon object, so a host that comes later needs a new one."""
        old, self._icon = self._icon, QSystemTrayIcon(self._picture, self)
        self._icon.setToolTip(self._tooltip)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._clicked)
        self._icon.show()
        if old:
            old.hide()
            old.deleteLater()

    def _look_for_host(self) -> None:
        is_available = QSystemTrayIcon.isSystemTrayAvailable()
        if is_available == self._was_available:
            return
        if is_available and self._was_available is False:
            self._build()
        self._was_available = is_available
        self.availability.emit(is_available)

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger and self._default:
            self.triggered.emit(self._default)


def qt_icon(draw: Draw) -> QIcon:
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(pixmap(draw(size)))
    return icon


def pixmap(picture: Image.Image) -> QPixmap:
    pixels = picture.convert("RGBA").tobytes()
    image = QImage(pixels, picture.width, picture.height, picture.width * 4, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(image.copy())
