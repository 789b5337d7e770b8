"""What is needed seldom: diagnostics, taking everything out of Outlook, forgetting everything here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGroupBox, QMessageBox, QPushButton, QVBoxLayout, QWidget

from core.settings import Settings
from texts.language import _
from ui.intents import ForgetEverything, RemoveCopies, SaveDiagnostics
from ui.messages import Overview
from ui.widgets import FieldBox, Note


class AdvancedPage(QWidget):
    asked = Signal(object)
    """An intent for the worker."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, FieldBox] = {}
        self.diagnostics = QPushButton(_("Save &diagnostics…"))
        self.remove = QPushButton(_("&Remove all copies from Outlook…"))
        self.forget = QPushButton(_("&Forget everything on this computer…"))
        self.diagnostics.clicked.connect(self._save_diagnostics)
        self.remove.clicked.connect(self._remove_copies)
        self.forget.clicked.connect(self._forget)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        for title, text, button in (
            (
                _("For a bug report"),
                _(
                    "Logs, settings and versions in one file, without secrets and without anything that an "
                    "event says."
                ),
                self.diagnostics,
            ),
            (
                _("Out of Outlook"),
                _(
                    "Every copy that this program made leaves Outlook. Your own events stay. Syncing is "
                    "then off until you ask for it again."
                ),
                self.remove,
            ),
            (
                _("Start over"),
                _(
                    "Sign-ins, secrets and settings go, and the set-up begins anew. The copies stay in "
                    "Outlook and are found again."
                ),
                self.forget,
            ),
        ):
            box = QGroupBox(title)
            inside = QVBoxLayout(box)
            inside.addWidget(Note(text))
            inside.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            button.setAutoDefault(False)
            column.addWidget(box)
        column.addStretch(1)

    def fill(self, overview: Overview) -> None:
        self.remove.setEnabled(overview.outlook is not None)

    def applied(self, settings: Settings) -> Settings:
        return settings

    def _save_diagnostics(self) -> None:
        if file := ask_for_file(self):
            self.asked.emit(SaveDiagnostics(file))

    def _remove_copies(self) -> None:
        if agrees(self, _("Remove all copies from Outlook?"), _("Remove")):
            self.asked.emit(RemoveCopies())

    def _forget(self) -> None:
        if agrees(self, _("Forget sign-ins, secrets and settings on this computer?"), _("Forget everything")):
            self.asked.emit(ForgetEverything())


def ask_for_file(parent: QWidget | None) -> Path | None:
    proposed = str(Path.home() / "feishu-outlook-sync-diagnostics.zip")
    file, _kind = QFileDialog.getSaveFileName(parent, _("Save diagnostics"), proposed, "ZIP (*.zip)")
    return Path(file) if file else None


def agrees(parent: QWidget, question: str, yes: str) -> bool:
    box = QMessageBox(QMessageBox.Icon.Warning, _("Please confirm"), question, parent=parent)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is agree
