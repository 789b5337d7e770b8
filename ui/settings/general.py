"""Language and notifications."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from core.settings import InterfaceLanguage, Notifications
from texts.language import _
from ui.settings.form import Form
from ui.settings.widgets import FieldBox, add_field


class GeneralPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._language = QComboBox()
        self._language.addItem(_("As the system"), InterfaceLanguage.AUTO.value)
        self._language.addItem("English", InterfaceLanguage.ENGLISH.value)
        self._language.addItem("简体中文", InterfaceLanguage.CHINESE.value)
        self._notifications = QComboBox()
        for value, text in (
            (Notifications.CHANGES, _("When something changed, and when I am needed")),
            (Notifications.ATTENTION, _("Only when I am needed")),
            (Notifications.NONE, _("Never")),
        ):
            self._notifications.addItem(text, value.value)
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_field(form, _("Lan&guage:"), FieldBox(self._language))
        add_field(form, _("&Notifications:"), FieldBox(self._notifications))
        self._waived = QLabel(wordWrap=True)
        form.addRow(self._waived)

    def fill(self, form: Form, waived: Sequence[str]) -> None:
        self._waived.setText("\n".join(waived))
        self._language.setCurrentIndex(self._language.findData(form.language.value))
        self._notifications.setCurrentIndex(self._notifications.findData(form.notifications.value))

    @property
    def language(self) -> InterfaceLanguage:
        return InterfaceLanguage(self._language.currentData() or InterfaceLanguage.AUTO.value)

    @property
    def notifications(self) -> Notifications:
        return Notifications(self._notifications.currentData() or Notifications.CHANGES.value)
