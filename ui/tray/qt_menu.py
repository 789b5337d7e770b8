"""A Qt menu from plain data, for Qt's tray and for the window that stands in where there is no tray."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.tray.menu import SEPARATOR, Menu


class QtMenu(QMenu):
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: Menu = ()
        self._by_key: dict[str, QAction] = {}

    def set_items(self, items: Menu) -> None:
        """Entries that stay are changed in place: the menu may be open."""
        if [item.key for item in items] != [item.key for item in self._items]:
            self.clear()
            self._by_key = {}
            self._add(self, items)
        self._items = items
        self._refresh(items)

    def _add(self, menu: QMenu, items: Menu) -> None:
        for item in items:
            if item == SEPARATOR:
                menu.addSeparator()
            elif item.children:
                submenu = menu.addMenu(item.text)
                self._by_key[item.key] = submenu.menuAction()
                self._add(submenu, item.children)
            else:
                action = self._by_key[item.key] = menu.addAction(item.text)
                action.triggered.connect(lambda _checked=False, key=item.key: self.chosen.emit(key))

    def _refresh(self, items: Menu) -> None:
        for item in items:
            if item == SEPARATOR:
                continue
            action = self._by_key[item.key]
            action.setText(item.text.replace("&", "&&"))
            action.setEnabled(item.enabled)
            action.setVisible(item.visible)
            action.setCheckable(item.checked is not None)
            action.setChecked(bool(item.checked))
            self._refresh(item.children)
