"""Step 6: how far the first sync is, and what came of it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton

from core.report import Result, RunReport
from texts import report as report_texts
from texts.language import _
from texts.problems import describe
from texts.report import State
from ui.intents import Save
from ui.messages import Notice, Overview, RunEnded
from ui.progress import ProgressPanel
from ui.tray.state import TrayState
from ui.widgets import Note, problem_html
from ui.widgets import Notice as Told
from ui.wizard.step import Step


class FirstRunStep(Step):
    def __init__(self) -> None:
        super().__init__(_("The first sync"))
        self.progress = ProgressPanel(at_once=True)
        self.outcome = Note()
        self.problem = Told()
        self.calendar = QPushButton(_("Open Outlook &calendar"))
        self.calendar.setAutoDefault(False)
        self.calendar.hide()
        self._later = QLabel(
            _(
                "You can close this window: the program goes on in the background and looks for changes "
                "every few minutes."
            ),
            wordWrap=True,
        )
        self.column.addWidget(self.progress)
        self.column.addWidget(self.outcome)
        self.column.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.calendar)
        row.addStretch(1)
        self.at_login = QCheckBox(_("&Start when I log in to the computer"))
        self.at_login.toggled.connect(self._start_at_login)
        self.column.addLayout(row)
        self.column.addWidget(self.at_login)
        self.column.addWidget(self._later)
        self.column.addStretch(1)

    def show_overview(self, overview: Overview) -> None:
        super().show_overview(overview)
        self.at_login.setChecked(overview.settings.ui.start_at_login)

    def hear(self, notice: Notice) -> None:
        match notice:
            case TrayState():
                self.progress.show_state(notice)
                if notice.kind is State.SYNCING and not notice.is_starting:
                    self.outcome.setText("")
            case RunEnded(report):
                self._show(report)
            case _:
                pass

    def go_on_text(self) -> str:
        return _("&Finish")

    def _start_at_login(self, wanted: bool) -> None:  # noqa: FBT001  # Qt's signal
        settings = self.overview.settings
        if wanted is not settings.ui.start_at_login:
            self.ask(Save(replace(settings, ui=replace(settings.ui, start_at_login=wanted))))

    def _show(self, report: RunReport) -> None:
        is_well = report.result in {Result.OK, Result.PARTIAL}
        skipped = report_texts.skipped(report)
        self.outcome.setText(
            _("✓ Done: {changes}.", changes=report_texts.summary(report))
            if is_well
            else report_texts.outcome(report)
        )
        if is_well and skipped:
            hint = _("“Activity” says of each event that was skipped why.")
            self.outcome.setText(report_texts.together(self.outcome.text(), hint))
        self.problem.set_text(problem_html(describe(report.problems[0])) if report.problems else "")
        self.calendar.setVisible(is_well)
