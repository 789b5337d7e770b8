"""The deletions that the brake holds: exactly what would go, and the two answers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QVBoxLayout, QWidget

from texts.language import _, ngettext
from ui.activity.model import held_row
from ui.messages import HeldCopy
from ui.table import Table
from ui.widgets import Note


class HeldPage(QWidget):
    delete_asked = Signal()
    keep_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._intro = Note()
        self.table = Table(_("Held deletions"), (_("Title"), _("Start"), _("Pair"), _("Why")))
        self.delete = QPushButton()
        self.keep = QPushButton()
        for button in (self.keep, self.delete):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.keep)
        buttons.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.addWidget(self._intro)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self.delete.clicked.connect(self._ask)
        self.keep.clicked.connect(self.keep_asked)
        self.show_held(())

    def show_held(self, held: tuple[HeldCopy, ...]) -> None:
        self._count = len(held)
        self.table.set_rows([held_row(one) for one in held])
        self.delete.setText(ngettext("&Delete it", "&Delete these {count}", self._count))
        self.keep.setText(ngettext("&Keep it", "&Keep them", self._count))
        for button in (self.delete, self.keep):
            button.setEnabled(bool(held))
        if not held:
            self._intro.setText(_("No deletion is held."))
            return
        self._intro.setText(
            ngettext(
                "This copy would be deleted from Outlook. Nothing happens to it until you decide. What you "
                "keep stays in Outlook and is not followed any more; what you delete can be put back for 30 "
                "days.",
                "These {count} copies would be deleted from Outlook. Nothing happens to them until you "
                "decide. What you keep stays in Outlook and is not followed any more; what you delete can "
                "be put back for 30 days.",
                self._count,
            )
        )

    def set_busy(self, *, is_busy: bool) -> None:
        """What was asked for is not asked twice."""
        for button in (self.delete, self.keep):
            button.setEnabled(not is_busy and self._count > 0)

    def _ask(self) -> None:
        if agrees(self, self._count):
            self.delete_asked.emit()


def agrees(parent: QWidget, count: int) -> bool:
    text = ngettext("Delete this copy from Outlook?", "Delete these {count} copies from Outlook?", count)
    question = QMessageBox(QMessageBox.Icon.Question, _("Please confirm"), text, parent=parent)
    yes = question.addButton(_("Delete"), QMessageBox.ButtonRole.DestructiveRole)
    question.setDefaultButton(question.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    question.exec()
    return question.clickedButton() is yes
