"""The questions before something is done that only a person may decide."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from core.errors import DeletionsHeld, WrongPerson
from texts.language import _, ngettext
from texts.problems import describe

SHOWN = 15


def confirmation(problem: DeletionsHeld | WrongPerson) -> str:
    """What the button says that leads to the question."""
    if isinstance(problem, WrongPerson):
        return _("Go on with this account…")
    return ngettext("Delete it…", "Delete these {count}…", problem.count)


def agrees(parent: QWidget, problem: DeletionsHeld | WrongPerson, held: tuple[str, ...]) -> bool:
    """`held`: the titles of what would be deleted. Nothing is deleted before the person has seen what."""
    question = QMessageBox(QMessageBox.Icon.Question, _("Please confirm"), "", parent=parent)
    if isinstance(problem, WrongPerson):
        question.setText(_("Mirror the calendars of {person} from now on?", person=problem.found))
        question.setInformativeText(describe(problem).title)
        yes = question.addButton(_("Go on"), QMessageBox.ButtonRole.AcceptRole)
    else:
        question.setText(_to_delete(len(held)))
        listed = [title or _("(No title)") for title in held[:SHOWN]]
        question.setInformativeText("\n".join([*listed, "…"] if len(held) > SHOWN else listed))
        yes = question.addButton(_("Delete"), QMessageBox.ButtonRole.DestructiveRole)
    question.setDefaultButton(question.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    question.exec()
    return question.clickedButton() is yes


def _to_delete(count: int) -> str:
    return ngettext("Delete this copy from Outlook?", "Delete these {count} copies from Outlook?", count)
