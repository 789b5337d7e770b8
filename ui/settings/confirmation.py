"""The question before the calendars of another person are mirrored."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from core.errors import WrongPerson
from texts.language import _
from texts.problems import describe


def agrees(parent: QWidget, newcomer: WrongPerson) -> bool:
    question = QMessageBox(QMessageBox.Icon.Question, _("Please confirm"), "", parent=parent)
    question.setText(_("Mirror the calendars of {person} from now on?", person=newcomer.found))
    question.setInformativeText(describe(newcomer).title)
    yes = question.addButton(_("Go on"), QMessageBox.ButtonRole.AcceptRole)
    question.setDefaultButton(question.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    question.exec()
    return question.clickedButton() is yes
