"""What is shown when no browser can be opened: the address, to be copied."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from texts.language import _
from ui.widgets import CopyRow, Note


class LinkWindow(QDialog):
    def __init__(self, url: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Open in a browser"))
        buttons = QDialogButtonBox()
        buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(Note(_("No browser could be opened. Copy this address into one:")))
        column.addWidget(CopyRow(_("Address"), url))
        column.addWidget(buttons)
        self.resize(480, self.sizeHint().height())
