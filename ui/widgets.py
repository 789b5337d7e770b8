"""The small parts that the windows are made of. They show; they decide nothing."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from texts.language import _
from texts.problems import Problem

TALLEST_LINE = 48
"""Pixels; a control that is taller has its label at the top."""


def is_dark(palette: QPalette) -> bool:
    return palette.window().color().lightness() < 128


def good_colour(palette: QPalette) -> QColor:
    return QColor("#6fd39b") if is_dark(palette) else QColor("#1a7441")


def alarm_colour(palette: QPalette) -> QColor:
    """For problems: at least 4.5 : 1 on the window's ground (WCAG 2.2, 1.4.3)."""
    return QColor("#ff9c8f") if is_dark(palette) else QColor("#b3261e")


def quiet_colour(palette: QPalette) -> QColor:
    """For hints: paler than the text, and still at least 4.5 : 1 on the window's ground."""
    return QColor("#b8b8b8") if is_dark(palette) else QColor("#5f5f5f")


def scrolling(page: QWidget) -> QScrollArea:
    """A page larger than the window, on a small screen or at 200 %, stays reachable. Without a least height
    of its own, texts that wrap would ask for the height that they have in the narrowest window."""
    page.setMinimumHeight(1)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area


def problem_html(problem: Problem) -> str:
    """What happened, and what to do now."""
    lines = [f"<b>{escape(line)}</b>" for line in problem.title.splitlines()] + [escape(problem.remedy)]
    if problem.link:
        lines.append(f'<a href="{escape(problem.link)}">{escape(problem.link)}</a>')
    return "<br>".join(lines)


def problem_line(problem: Problem) -> str:
    """The same as running text, for a place that has one line."""
    return _("⚠ {title}. {remedy}", title=problem.title, remedy=problem.remedy)


class Note(QLabel):
    """Running text: wraps, can be selected, opens its links."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class FieldBox(QWidget):
    """A control, and below it the place where it says what is wrong with it."""

    def __init__(self, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self.control = control
        self._hint = hint
        self._line = Note()
        self._line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(control)
        box.addWidget(self._line)
        self.set_problem("")
        if changed := _changed(control):
            changed.connect(self._edited)

    def set_hint(self, hint: str) -> None:
        self._hint = hint
        self.set_problem("")

    def set_problem(self, problem: str) -> None:
        self._line.setText(f"⚠ {problem}" if problem else self._hint)
        self._line.setVisible(bool(problem or self._hint))
        palette = QPalette(self.palette())
        colour = alarm_colour(palette) if problem else quiet_colour(palette)
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self._line.setPalette(palette)
        self.control.setAccessibleDescription(problem or self._hint)

    @property
    def has_problem(self) -> bool:
        return self._line.text().startswith("⚠")

    def _edited(self) -> None:
        """What was wrong with the old value says nothing about the new one."""
        if self.has_problem:
            self.set_problem("")


def _changed(control: QWidget) -> SignalInstance | None:
    match control:
        case QLineEdit() | QPlainTextEdit():
            return control.textChanged
        case QComboBox():
            return control.currentTextChanged
        case QSpinBox():
            return control.valueChanged
        case QAbstractButton():
            return control.toggled
        case _:
            return None


def add_field(form: QFormLayout, label: str, box: FieldBox) -> QLabel:
    """`label` has its mnemonic; a screen reader says it without. It stands beside the control, not beside
    control and problem together."""
    text = QLabel(label)
    text.setBuddy(box.control)
    text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
    beside = min(box.control.sizeHint().height(), TALLEST_LINE)
    text.setContentsMargins(0, max(0, beside - text.sizeHint().height()) // 2, 0, 0)
    box.control.setAccessibleName(label.replace("&", "").rstrip(":："))
    form.addRow(text, box)
    return text


class CopyRow(QWidget):
    """A text to be pasted elsewhere, with a button that copies it."""

    def __init__(self, name: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(text)
        self.line.setReadOnly(True)
        self.line.setAccessibleName(name)
        self.line.setCursorPosition(0)
        self.button = QPushButton(_("Copy"))
        self.button.setAutoDefault(False)
        self.button.setAccessibleName(_("Copy: {name}", name=name))
        self.button.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)

    def set_text(self, text: str) -> None:
        self.line.setText(text)
        self.line.setCursorPosition(0)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self.button.setText(_("Copied"))
        QTimer.singleShot(1500, self.button, lambda: self.button.setText(_("Copy")))


class Notice(QWidget):
    """What needs the person, above everything else: what happened, what to do, and at most one button."""

    link_opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._text = Note()
        self._text.linkActivated.connect(self.link_opened)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.addWidget(self._text, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setAutoFillBackground(True)
        palette = QPalette(self.palette())
        ground = QColor("#4a3413") if is_dark(palette) else QColor("#fff1d6")
        palette.setColor(QPalette.ColorRole.Window, ground)
        palette.setColor(QPalette.ColorRole.WindowText, QColor("#ffe7c2" if is_dark(palette) else "#4a2c00"))
        self.setPalette(palette)
        self.hide()

    def set_text(self, html: str) -> None:
        self._text.setText(html)
        self.setVisible(bool(html))
