"""The preview window: what "Sync now" would do, and why. Nothing is written for it. Main thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from texts.language import _
from ui.intents import Preview, SyncNow
from ui.messages import Failed, Notice, Previewed
from ui.preview.changes import ChangesView


class PreviewWindow(QDialog):
    asked = Signal(object)
    """An intent for the worker."""
    link_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Preview"))
        self.changes = ChangesView()
        self.changes.link_opened.connect(self.link_opened)
        self._again = QPushButton(_("&Look again"))
        self._sync = QPushButton(_("&Sync now"))
        self._copy = QPushButton(_("&Copy"))
        close = QDialogButtonBox()
        close.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        for button in (self._again, self._copy):
            bottom.addWidget(button)
        bottom.addStretch(1)
        bottom.addWidget(self._sync)
        bottom.addWidget(close)
        for button in (self._again, self._copy, self._sync):
            button.setAutoDefault(False)
        window = QVBoxLayout(self)
        window.addWidget(self.changes, 1)
        window.addLayout(bottom)
        self._again.clicked.connect(self.look)
        self._copy.clicked.connect(self.changes.table.copy)
        self._sync.clicked.connect(self._sync_now)
        screen = self.screen().availableSize()
        self.resize(min(760, screen.width() - 40), min(520, screen.height() - 60))

    def look(self) -> None:
        self._allow(is_busy=True)
        self.changes.show_waiting()
        self.asked.emit(Preview())

    def hear(self, notice: Notice) -> None:
        match notice:
            case Previewed(report):
                self._allow(is_busy=False)
                self.changes.show_report(report)
            case Failed(Preview(), error):
                self._allow(is_busy=False)
                self.changes.show_error(error)
            case _:
                pass

    def _sync_now(self) -> None:
        self.asked.emit(SyncNow())
        self.accept()

    def _allow(self, *, is_busy: bool) -> None:
        for button in (self._again, self._sync, self._copy):
            button.setEnabled(not is_busy)
