"""What a run would do with each event, and why: for the preview window and the wizard."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from core.report import RunReport
from texts import report
from texts.language import _, ngettext
from texts.problems import describe
from ui.event_rows import event_rows
from ui.table import Table
from ui.widgets import Note, Notice, problem_html


def headline(found: RunReport) -> str:
    """What the run that follows would do, in one sentence."""
    if not found.pairs:
        return ""
    skipped = report.skipped(found)
    left_out = ngettext("{count} skipped", "{count} skipped", skipped) if skipped else ""
    sums = report.summary(found)
    listed = _("{first}, {second}", first=sums, second=left_out) if left_out else sums
    return _("The next sync would do this: {changes}.", changes=listed)


class ChangesView(QWidget):
    link_opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._waiting = QProgressBar(maximum=0, textVisible=False)
        self._waiting.setFixedHeight(6)
        self._headline = Note()
        self._problem = Notice()
        self._problem.link_opened.connect(self.link_opened)
        self.table = Table(_("Changes"), (_("What"), _("Title"), _("Start"), _("Why")), many=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._waiting, self._headline, self._problem):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        self.show_waiting()

    def show_waiting(self) -> None:
        self._waiting.show()
        self._problem.set_text("")
        self._headline.setText(_("Looking at both calendars. Nothing is written…"))
        self.table.set_rows([])

    def show_report(self, found: RunReport) -> None:
        self._waiting.hide()
        self._headline.setText(headline(found))
        self.table.set_rows([row.texts() for row in event_rows(found)])
        self._problem.set_text(problem_html(describe(found.problems[0])) if found.problems else "")

    def show_error(self, error: Exception) -> None:
        self._waiting.hide()
        self._headline.setText("")
        self._problem.set_text(problem_html(describe(error)))
