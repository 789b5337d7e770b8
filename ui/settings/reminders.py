"""How long before an event Outlook reminds: as Feishu does, never, or so many minutes."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from texts.language import _, ngettext

_FIXED = "minutes"


class RemindersField(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._kind = QComboBox()
        self._kind.addItem(_("As in Feishu"), "feishu")
        self._kind.addItem(_("None"), "none")
        self._kind.addItem(_("Always the same"), _FIXED)
        self._minutes = QSpinBox(minimum=0, maximum=40_320, value=15)
        self._minutes.valueChanged.connect(self._show_unit)
        self._kind.currentIndexChanged.connect(lambda _index: self._show_minutes())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._kind, 1)
        row.addWidget(self._minutes)
        self.setFocusProxy(self._kind)
        self._show_unit()
        self._show_minutes()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._kind.setAccessibleName(name)
        self._minutes.setAccessibleName(_("{name}: minutes before the start", name=name))

    def value(self) -> str | int:
        kind = str(self._kind.currentData())
        return self._minutes.value() if kind == _FIXED else kind

    def set_value(self, value: str | int) -> None:
        """More than four weeks, which only the file can say, stays."""
        if isinstance(value, int):
            self._minutes.setMaximum(max(value, self._minutes.maximum()))
            self._minutes.setValue(value)
        self._kind.setCurrentIndex(self._kind.findData(_FIXED if isinstance(value, int) else value))

    def _show_minutes(self) -> None:
        self._minutes.setVisible(self._kind.currentData() == _FIXED)

    def _show_unit(self) -> None:
        self._minutes.setSuffix(" " + ngettext("minute before", "minutes before", self._minutes.value()))
