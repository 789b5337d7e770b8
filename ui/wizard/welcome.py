"""Step 1: the language, and what the program will and will not do."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from PySide6.QtWidgets import QComboBox, QFormLayout

from core.settings import InterfaceLanguage
from texts.language import _
from texts.product import name
from ui.intents import Save
from ui.messages import Overview
from ui.widgets import FieldBox, Note, add_field
from ui.wizard.step import Step


class WelcomeStep(Step):
    def __init__(self) -> None:
        super().__init__(
            _("Welcome to {name}", name=name()),
            _(
                "It keeps your Feishu calendar mirrored into Outlook. Five minutes, two sign-ins, and you "
                "are done."
            ),
        )
        self.language = QComboBox()
        for value, text in (
            (InterfaceLanguage.AUTO, _("As the system")),
            (InterfaceLanguage.ENGLISH, "English"),
            (InterfaceLanguage.CHINESE, "简体中文"),
        ):
            self.language.addItem(text, value.value)
        self.language.activated.connect(self._speak)
        form = QFormLayout()
        add_field(form, _("Lan&guage:"), FieldBox(self.language))
        self.column.addLayout(form)
        self._list(
            _("What it does"),
            _("Copies your Feishu events into an Outlook calendar and keeps the copies up to date."),
            _("Signs in through your own browser, and keeps every secret in this computer’s keyring."),
            _("Runs on this computer only. There is no server in the middle."),
        )
        self._list(
            _("What it never does"),
            _("Change anything in Feishu."),
            _("Change or delete an Outlook event that it did not make."),
            _("Send mail or invitations to anybody."),
            _("Write anything before you have seen what, and have pressed “Start”."),
        )
        self.column.addStretch(1)

    def show_overview(self, overview: Overview) -> None:
        super().show_overview(overview)
        self.language.setCurrentIndex(self.language.findData(overview.settings.ui.language.value))

    def _speak(self) -> None:
        chosen = InterfaceLanguage(self.language.currentData())
        settings = self.overview.settings
        if chosen is not settings.ui.language:
            self.ask(Save(replace(settings, ui=replace(settings.ui, language=chosen))))

    def _list(self, heading: str, *entries: str) -> None:
        items = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
        self.column.addWidget(Note(f"<b>{escape(heading)}</b><ul>{items}</ul>"))
