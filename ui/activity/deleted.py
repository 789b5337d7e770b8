"""What the program deleted in the last 30 days, to be put back."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.report import RunReport
from texts import report
from texts.language import _, ngettext
from texts.problems import describe
from ui.activity.model import deleted_row
from ui.messages import DeletedCopy
from ui.table import Table
from ui.widgets import Note


class DeletedPage(QWidget):
    restore_asked = Signal(object)
    """The numbers of the chosen ones."""

    def __init__(self) -> None:
        super().__init__()
        self._copies: tuple[DeletedCopy, ...] = ()
        self._intro = Note()
        self.table = Table(_("Deleted copies"), (_("Title"), _("Start"), _("Deleted")), many=True)
        self._all = QPushButton(_("Choose &all"))
        self.restore = QPushButton(_("&Put back"))
        self._told = QLabel()
        for button in (self._all, self.restore):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self._told, 1)
        buttons.addWidget(self._all)
        buttons.addWidget(self.restore)
        column = QVBoxLayout(self)
        column.addWidget(self._intro)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self._all.clicked.connect(self.table.choose_all)
        self.restore.clicked.connect(self._put_back)
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._allow())
        self.show_deleted(())

    def show_deleted(self, copies: tuple[DeletedCopy, ...]) -> None:
        self._copies = copies
        now = datetime.now(UTC)
        self.table.set_rows([deleted_row(copy, now) for copy in copies])
        self._all.setEnabled(bool(copies))
        if copies:
            self._intro.setText(
                _(
                    "What this program deleted from Outlook in the last 30 days. What you put back is your "
                    "own event from then on; a series comes back without its changed and cancelled "
                    "occurrences."
                )
            )
        else:
            self._intro.setText(_("Nothing was deleted in the last 30 days that was not put back."))
        self._allow()

    def show_restored(self, done: RunReport) -> None:
        count = sum(pair.created for pair in done.pairs)
        if done.problems:
            self.tell(describe(done.problems[0]).title)
        elif failed := sum(len(pair.failed) for pair in done.pairs):
            self.tell(report.summary(done) if count else ngettext("{count} failed", "{count} failed", failed))
        else:
            self.tell(ngettext("{count} event put back", "{count} events put back", count))

    def tell(self, text: str) -> None:
        self._told.setText(text)

    def _put_back(self) -> None:
        numbers = tuple(self._copies[row].number for row in self.table.chosen())
        self.restore.setEnabled(False)
        self.tell(_("Putting back…"))
        self.restore_asked.emit(numbers)

    def _allow(self) -> None:
        self.restore.setEnabled(bool(self.table.chosen()))
