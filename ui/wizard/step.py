"""What the six steps of the wizard have in common. Main thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.settings import Settings
from ui.intents import Intent
from ui.messages import Notice, Overview
from ui.widgets import Note


class Step(QWidget):
    asked = Signal(object)
    """An intent for the worker."""
    link_opened = Signal(str)
    sign_in_cancelled = Signal()
    address_pasted = Signal(str)
    changed = Signal()
    """Whether the person may go on, or what the button for it says, is another than before."""

    def __init__(self, heading: str, text: str = "") -> None:
        super().__init__()
        self.overview = Overview(Settings())
        self.column = QVBoxLayout(self)
        self.column.setSpacing(12)
        title = Note(heading)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        title.setFont(font)
        self.column.addWidget(title)
        self.intro = Note(text)
        self.intro.setVisible(bool(text))
        self.column.addWidget(self.intro)

    def show_overview(self, overview: Overview) -> None:
        self.overview = overview

    def hear(self, notice: Notice) -> None:
        """Anything else that the worker says; most steps want little of it."""

    def enter(self) -> None:
        """It has come to the front."""

    def go_on_text(self) -> str:
        """What the button says that leads on, if not "Next"."""
        return ""

    def primary(self) -> QPushButton | None:
        """What the Return key presses, if not the button that leads on."""
        return None

    def may_go_on(self) -> bool:
        return True

    def leave(self) -> bool:
        """The person wants to go on. False: something is missing, and is told beside its field."""
        return True

    def ask(self, intent: Intent) -> None:
        self.asked.emit(intent)
