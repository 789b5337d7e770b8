"""The copies that are not followed any more: they stay in Outlook as they are."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from texts.language import _
from ui.activity.model import held_row
from ui.messages import LetGoCopy
from ui.table import Table
from ui.widgets import Note


class LetGoPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._intro = Note()
        self.table = Table(_("Copies let go"), (_("Title"), _("Start"), _("Pair"), _("Why")), many=True)
        self.column = QVBoxLayout(self)
        self.column.addWidget(self._intro)
        self.column.addWidget(self.table, 1)
        self.show_copies(())

    def show_copies(self, copies: tuple[LetGoCopy, ...]) -> None:
        self.table.set_rows([held_row(copy) for copy in copies])
        if copies:
            self._intro.setText(
                _(
                    "These copies stay in Outlook as they are, and do not follow Feishu any more. They are "
                    "yours."
                )
            )
        else:
            self._intro.setText(_("No copy was let go."))
