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
                    "Sign-ins, secrets, settings and records leave this computer, and the set-up begins "
                    "anew. The copies stay in Outlook and are found again."
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

    def set_busy(self, *, is_busy: bool) -> None:
        """What was asked for is not asked twice."""
        for button in (self.remove, self.forget):
            button.setEnabled(not is_busy)

    def applied(self, settings: Settings) -> Settings:
        return settings

    def _save_diagnostics(self) -> None:
        if file := ask_for_file(self):
            self.asked.emit(SaveDiagnostics(file))

    def _remove_copies(self) -> None:
        question = _("Remove all copies from Outlook?")
        consequences = _(
            "Every copy that this program made goes, also of events that have passed and copies that you "
            "changed. Copies to which somebody added attendees stay, and so do your own events. Syncing is "
            "off until you press “Sync now”."
        )
        if agrees(self, question, consequences, _("Remove")):
            self.set_busy(is_busy=True)
            self.asked.emit(RemoveCopies())

    def _forget(self) -> None:
        question = _("Forget everything on this computer?")
        goes = _(
            "What goes: both sign-ins, App Secret and client secret, all settings, the logs, and the record "
            "of what was synchronised. What was deleted can’t be put back after that."
        )
        stays = _(
            "What stays: Feishu as it is, and every copy in Outlook. If the copies are to go too, press "
            "“Remove all copies from Outlook” first."
        )
        if agrees(self, question, f"{goes}\n\n{stays}", _("Forget everything")):
            self.set_busy(is_busy=True)
            self.asked.emit(ForgetEverything())


def ask_for_file(parent: QWidget | None) -> Path | None:
    proposed = str(Path.home() / "feishu-outlook-sync-diagnostics.zip")
    file, _kind = QFileDialog.getSaveFileName(parent, _("Save diagnostics"), proposed, "ZIP (*.zip)")
    return Path(file) if file else None


def agrees(parent: QWidget, question: str, consequences: str, yes: str) -> bool:
    box = QMessageBox(QMessageBox.Icon.Warning, _("Please confirm"), question, parent=parent)
    box.setInformativeText(consequences)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is agree
