"""The question before held deletions are carried out."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from texts.language import _, ngettext

SHOWN = 15


def agrees_to_delete(parent: QWidget, titles: tuple[str, ...]) -> bool:
    """Nothing is deleted before the person has seen what."""
    question = QMessageBox(QMessageBox.Icon.Question, _("Held deletions"), "", parent=parent)
    question.setText(
        ngettext("Delete this copy from Outlook?", "Delete these {count} copies from Outlook?", len(titles))
    )
    listed = [title or _("(No title)") for title in titles[:SHOWN]]
    question.setInformativeText("\n".join([*listed, "…"] if len(titles) > SHOWN else listed))
    delete = question.addButton(_("Delete"), QMessageBox.ButtonRole.DestructiveRole)
    question.setDefaultButton(question.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    question.exec()
    return question.clickedButton() is delete
