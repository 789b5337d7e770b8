"""Qt's own tray: Linux desktops where pystray has no menu. Lives in the main thread."""

from __future__ import annotations

from PIL import Image
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui.tray.menu import SEPARATOR, Menu, default_key
from ui.tray.tray import Draw, Tray

SIZES = (16, 22, 24, 32, 48, 64)
HOST_POLL_MS = 2000


class QtTray(Tray):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._picture = QIcon()
        self._tooltip = ""
        self._menu: Menu = ()
        self._actions: dict[str, QAction] = {}
        self._widget = QMenu()
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
        """Entries that stay are changed in place: the desktop may be showing them."""
        if [item.key for item in menu] != [item.key for item in self._menu]:
            self._widget.clear()
            self._actions = {}
            self._build_menu(self._widget, menu)
        self._refresh(menu)
        self._menu = menu

    def close(self) -> None:
        self._poll.stop()
        if self._icon:
            self._icon.hide()
        self._icon = None

    def _build(self) -> None:
        """Qt chooses D-Bus or XEmbed once per icon object, so a host that comes later needs a new one."""
        old, self._icon = self._icon, QSystemTrayIcon(self._picture, self)
        self._icon.setToolTip(self._tooltip)
        self._icon.setContextMenu(self._widget)
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
        if reason is QSystemTrayIcon.ActivationReason.Trigger and default_key(self._menu):
            self.triggered.emit(default_key(self._menu))

    def _build_menu(self, widget: QMenu, menu: Menu) -> None:
        for item in menu:
            if item == SEPARATOR:
                widget.addSeparator()
            elif item.children:
                submenu = widget.addMenu(item.text)
                self._actions[item.key] = submenu.menuAction()
                self._build_menu(submenu, item.children)
            else:
                action = self._actions[item.key] = widget.addAction(item.text)
                action.triggered.connect(lambda _checked=False, key=item.key: self.triggered.emit(key))

    def _refresh(self, menu: Menu) -> None:
        for item in menu:
            if item == SEPARATOR:
                continue
            action = self._actions[item.key]
            action.setText(item.text)
            action.setEnabled(item.enabled)
            action.setVisible(item.visible)
            action.setCheckable(item.checked is not None)
            action.setChecked(bool(item.checked))
            self._refresh(item.children)


def qt_icon(draw: Draw) -> QIcon:
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(pixmap(draw(size)))
    return icon


def pixmap(picture: Image.Image) -> QPixmap:
    pixels = picture.convert("RGBA").tobytes()
    image = QImage(pixels, picture.width, picture.height, picture.width * 4, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(image.copy())
