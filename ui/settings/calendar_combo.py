"""A field for a calendar: chosen from the list of those that there are, or typed."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from ui.settings.form import PRIMARY, Choices, calendar_name, calendar_text, calendar_value, choice_text


class CalendarCombo(QComboBox):
    def __init__(self) -> None:
        super().__init__(editable=True)
        self._choices: Choices = ()
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(20)

    def set_choices(self, choices: Choices) -> None:
        chosen = self.value()
        self._choices = choices
        self.set_value(chosen)

    def set_value(self, value: str) -> None:
        self.clear()
        for choice in self._choices:
            self.addItem(choice_text(choice), choice.id)
        if value == PRIMARY and self.findData(value) < 0:
            self.addItem(calendar_name(value, ()), value)
        index = self.findData(value)
        self.setCurrentIndex(index)
        if index < 0:
            self.setEditText(calendar_text(value, self._choices))

    def value(self) -> str:
        """The id of the chosen calendar, or what was typed."""
        if self.currentIndex() >= 0 and self.itemText(self.currentIndex()) == self.currentText():
            return str(self.currentData())
        return calendar_value(self.currentText(), self._choices)
