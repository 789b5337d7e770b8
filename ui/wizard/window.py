"""The set-up wizard: six steps, one after the other. It can be closed at any time and goes on later."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.model import Side
from texts.language import _
from ui.messages import Notice, Overview
from ui.tray.state import Key
from ui.widgets import scrolling
from ui.wizard.account_step import AccountStep
from ui.wizard.calendars import CalendarsStep
from ui.wizard.feishu import FeishuStep
from ui.wizard.first_run import FirstRunStep
from ui.wizard.microsoft import MicrosoftStep
from ui.wizard.model import StepName, is_done, may_enter, resume_at, title
from ui.wizard.preview import PreviewStep
from ui.wizard.step import Step
from ui.wizard.welcome import WelcomeStep

_OF_SIDE = {Side.FEISHU: StepName.FEISHU, Side.OUTLOOK: StepName.MICROSOFT}


class Wizard(QDialog):
    asked = Signal(object)
    """An intent for the worker."""
    sign_in_cancelled = Signal()
    address_pasted = Signal(str)
    link_opened = Signal(str)
    menu_chosen = Signal(str)

    def __init__(self, at: StepName | None = None, parent: QWidget | None = None) -> None:
        """`at`: where it was before it was made anew in another language."""
        super().__init__(parent)
        self.setWindowTitle(_("Set up"))
        self._overview: Overview | None = None
        self._wanted = at
        self.at = at or StepName.WELCOME
        first_run = FirstRunStep()
        first_run.calendar.clicked.connect(lambda: self.menu_chosen.emit(Key.OUTLOOK))
        self.steps: tuple[Step, ...] = (
            WelcomeStep(),
            FeishuStep(),
            MicrosoftStep(),
            CalendarsStep(),
            PreviewStep(),
            first_run,
        )
        self._build()

    @property
    def step(self) -> Step:
        return self.steps[self.at]

    # --- what the worker says -----------------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        is_first, self._overview = self._overview is None, overview
        for step in self.steps:
            step.show_overview(overview)
        if is_first:
            self._show(self._wanted if self._wanted is not None else resume_at(overview))
        self._refresh()

    def hear(self, notice: Notice) -> None:
        if isinstance(notice, Overview):
            self.show_overview(notice)
            return
        for step in self.steps:
            step.hear(notice)

    # --- what the person does -----------------------------------------------------------------------

    def sign_in(self, side: Side) -> None:
        self._show(_OF_SIDE[side])
        if isinstance(self.step, AccountStep) and self._overview:
            self.step.sign_in()

    def _next(self) -> None:
        if not self.step.may_go_on() or not self.step.leave():
            return
        if self.at is StepName.FIRST_RUN:
            self.accept()
        else:
            self._show(StepName(self.at + 1))

    def _back(self) -> None:
        self._show(StepName(max(0, self.at - 1)))

    def _show(self, name: StepName) -> None:
        """Past what is missing nobody gets, whatever was wanted."""
        self.at = name
        self._stack.setCurrentIndex(name)
        self._refresh()
        if self._overview:
            self.step.enter()

    # --- how it is built ----------------------------------------------------------------------------

    def _refresh(self) -> None:
        for name, label in self._labels.items():
            done = self._overview is not None and is_done(name, self._overview)
            mark = "✓" if done and name is not self.at else f"{name + 1}"
            label.setText(f"{mark}  {title(name)}")
            font = label.font()
            font.setBold(name is self.at)
            label.setFont(font)
            label.setEnabled(
                name is self.at or done or self._overview is None or may_enter(name, self._overview)
            )
        self._back_button.setVisible(StepName.WELCOME < self.at < StepName.FIRST_RUN)
        self._next_button.setText(self.step.go_on_text() or _("&Next"))
        self._next_button.setEnabled(self._overview is not None and self.step.may_go_on())
        (self.step.primary() or self._next_button).setDefault(True)  # Qt's name
        self._later.setVisible(self.at is not StepName.FIRST_RUN)

    def _build(self) -> None:
        self._labels = {name: QLabel() for name in StepName}
        sidebar = QWidget()
        side = QVBoxLayout(sidebar)
        side.setContentsMargins(16, 16, 16, 16)
        side.setSpacing(14)
        for label in self._labels.values():
            side.addWidget(label)
        side.addStretch(1)
        widest = max(
            label.fontMetrics().horizontalAdvance(title(name)) for name, label in self._labels.items()
        )
        sidebar.setFixedWidth(widest + 90)
        self._stack = QStackedWidget()
        for step in self.steps:
            self._stack.addWidget(scrolling(step))
            step.asked.connect(self.asked)
            step.link_opened.connect(self.link_opened)
            step.sign_in_cancelled.connect(self.sign_in_cancelled)
            step.address_pasted.connect(self.address_pasted)
            step.changed.connect(self._refresh)
        self._later = QPushButton(_("Contin&ue later"))
        self._back_button = QPushButton(_("&Back"))
        self._next_button = QPushButton(_("&Next"))
        self._later.clicked.connect(self.reject)
        self._back_button.clicked.connect(self._back)
        self._next_button.clicked.connect(self._next)
        for button in (self._later, self._back_button):
            button.setAutoDefault(False)
        self._next_button.setDefault(True)
        bottom = QHBoxLayout()
        bottom.addWidget(self._later)
        bottom.addStretch(1)
        bottom.addWidget(self._back_button)
        bottom.addWidget(self._next_button)
        body = QHBoxLayout()
        body.addWidget(sidebar, 0, Qt.AlignmentFlag.AlignTop)
        body.addWidget(self._stack, 1)
        window = QVBoxLayout(self)
        window.addLayout(body, 1)
        window.addLayout(bottom)
        screen = self.screen().availableSize()
        self.resize(min(860, screen.width() - 40), min(640, screen.height() - 60))
        self._refresh()
