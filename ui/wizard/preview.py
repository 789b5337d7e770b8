"""Step 5: what the first sync would do. Nothing is written before the person presses Start."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from core.report import RunReport
from texts.language import _
from ui.intents import Pause, Preview
from ui.messages import Failed, Notice, Previewed
from ui.preview.changes import ChangesView
from ui.wizard.step import Step


class PreviewStep(Step):
    def __init__(self) -> None:
        super().__init__(
            _("This is what the first sync will do"),
            _("Nothing has been written yet. Have a look, then press “Start”."),
        )
        self.changes = ChangesView()
        self.changes.link_opened.connect(self.link_opened)
        self.report: RunReport | None = None
        self.again = QPushButton(_("&Look again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.enter)
        self.column.addWidget(self.changes, 1)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        self.column.addLayout(row)

    def enter(self) -> None:
        self.report = None
        self.again.setEnabled(False)
        self.changes.show_waiting()
        self.ask(Preview())
        self.changed.emit()

    def hear(self, notice: Notice) -> None:
        match notice:
            case Previewed(report):
                self.report = report
                self.changes.show_report(report)
            case Failed(Preview(), error):
                self.changes.show_error(error)
            case _:
                return
        self.again.setEnabled(True)
        self.changed.emit()

    def go_on_text(self) -> str:
        return _("&Start")

    def may_go_on(self) -> bool:
        """A preview that could not look at a calendar promises nothing."""
        return self.report is not None and bool(self.report.pairs)

    def leave(self) -> bool:
        self.ask(Pause(None))
        return True
