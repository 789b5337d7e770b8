"""When the desktop is told something."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from core.settings import Notifications, Settings
from texts.language import _
from ui.messages import Overview
from ui.widgets import FieldBox, Note


class NotificationsPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, FieldBox] = {}
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(Note(_("Show a notification:")))
        self._buttons: dict[Notifications, QRadioButton] = {}
        for value, text, hint in (
            (
                Notifications.CHANGES,
                _("When something &changed, and when I am needed"),
                _("One summary for each sync that changed something, for example “3 added, 1 removed”."),
            ),
            (
                Notifications.ATTENTION,
                _("Only when I am &needed"),
                _("To sign in again, for deletions that are held, or if a calendar is gone; once each."),
            ),
            (Notifications.NONE, _("Ne&ver"), _("The tray icon and “Activity” still say everything.")),
        ):
            button = self._buttons[value] = QRadioButton(text)
            column.addWidget(FieldBox(button, hint))
        column.addStretch(1)

    def fill(self, overview: Overview) -> None:
        self._buttons[overview.settings.ui.notifications].setChecked(True)

    def applied(self, settings: Settings) -> Settings:
        chosen = next(value for value, button in self._buttons.items() if button.isChecked())
        return replace(settings, ui=replace(settings.ui, notifications=chosen))
