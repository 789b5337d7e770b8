"""How far a run is: a line with counts and a bar, for runs that a person would wait for. Main thread."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from texts.report import State
from ui.tray.state import TrayState, status_line

PATIENCE_MS = 5000
"""A run that is over sooner shows no bar."""


class ProgressPanel(QWidget):
    def __init__(self, *, at_once: bool = False) -> None:
        """`at_once`: also for runs that will be short (the first one)."""
        super().__init__()
        self._at_once = at_once
        self._text = QLabel()
        self.bar = QProgressBar()
        self._later = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._later.timeout.connect(self.show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        column.addWidget(self.bar)
        self.hide()

    def set_at_once(self, *, at_once: bool) -> None:
        self._at_once = at_once

    def show_state(self, state: TrayState) -> None:
        if state.kind is not State.SYNCING:
            self._later.stop()
            self.hide()
            return
        self._text.setText(status_line(state, datetime.now(UTC)))
        self.bar.setMaximum(state.total)  # 0: of unknown length
        self.bar.setValue(state.done)
        if self._at_once:
            self.show()
        elif self.isHidden() and not self._later.isActive():
            self._later.start()
