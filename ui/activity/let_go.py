"""The copies that are not followed any more: they stay in Outlook as they are, unless they are taken back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from texts.language import _
from ui.activity.model import held_row
from ui.messages import LetGoCopy
from ui.table import Table
from ui.widgets import Note


class LetGoPage(QWidget):
    take_back_asked = Signal(object)
    """The chosen ones, by pair and key."""

    def __init__(self) -> None:
        super().__init__()
        self._copies: tuple[LetGoCopy, ...] = ()
        self._intro = Note()
        self.table = Table(_("Copies let go"), (_("Title"), _("Start"), _("Pair"), _("Why")), many=True)
        self._told = QLabel()
        self.take_back = QPushButton(_("&Follow again"))
        self.take_back.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        row.addWidget(self.take_back)
        column = QVBoxLayout(self)
        column.addWidget(self._intro)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.take_back.clicked.connect(self._ask)
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._allow())
        self.show_copies(())

    def show_copies(self, copies: tuple[LetGoCopy, ...]) -> None:
        self._copies = copies
        self.table.set_rows([held_row(copy) for copy in copies])
        if copies:
            self._intro.setText(
                _(
                    "These copies stay in Outlook as they are, and do not follow Feishu any more. What you "
                    "take back shows Feishu’s state again after the next sync."
                )
            )
        else:
            self._intro.setText(_("No copy was let go."))
        self._told.setText("")
        self._allow()

    def tell(self, text: str) -> None:
        self._told.setText(text)
        self._allow()

    def _ask(self) -> None:
        chosen = tuple((self._copies[row].pair, self._copies[row].key) for row in self.table.chosen())
        self.take_back.setEnabled(False)
        self.take_back_asked.emit(chosen)

    def _allow(self) -> None:
        self.take_back.setEnabled(bool(self.table.chosen()))
