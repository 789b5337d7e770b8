"""The pair of calendars, and how often it is synchronised."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from core.model import Side
from texts.language import _, ngettext
from ui.messages import CalendarChoice
from ui.settings.form import Field, Form, Problems, calendar_text, calendar_value, choice_text
from ui.settings.widgets import FieldBox, Note, add_field

Choices = tuple[CalendarChoice, ...]


class CalendarsPage(QWidget):
    refresh_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choices: dict[Side, Choices] = {Side.FEISHU: (), Side.OUTLOOK: ()}
        self._combos = {side: _calendar_combo() for side in Side}
        self._interval = QSpinBox(minimum=1, maximum=1440)
        self._interval.setMaximumWidth(self._interval.fontMetrics().horizontalAdvance("0") * 24)
        self._interval.valueChanged.connect(self._show_unit)
        self.boxes = {
            Field.FEISHU_CALENDAR: FieldBox(self._combos[Side.FEISHU]),
            Field.OUTLOOK_CALENDAR: FieldBox(
                self._combos[Side.OUTLOOK],
                _("If there is no calendar of this name, the first run makes it."),
            ),
            Field.INTERVAL: FieldBox(self._interval),
        }
        self._intro = Note()
        self._more = Note()
        self._refresh = QPushButton(_("&Refresh the lists"))
        self._refresh.setAutoDefault(False)
        self._refresh.clicked.connect(self.refresh_asked)
        self._lay_out()

    def fill(self, form: Form, *, pairs: int, can_choose: bool) -> None:
        self._wanted = {Side.FEISHU: form.feishu_calendar, Side.OUTLOOK: form.outlook_calendar}
        for side in Side:
            self._show_choices(side, self._wanted[side])
        self._interval.setValue(form.interval_minutes)
        self._show_unit()
        self.set_can_choose(can_choose)
        self._more.setVisible(pairs > 1)
        self._more.setText(
            ngettext(
                "{count} more pair is in settings.toml and stays as it is.",
                "{count} more pairs are in settings.toml and stay as they are.",
                pairs - 1,
            )
        )

    def set_can_choose(self, can_choose: bool) -> None:  # noqa: FBT001  # a setter, like Qt's own
        for widget in (*self._combos.values(), self._refresh):
            widget.setEnabled(can_choose)
        if can_choose:
            self._intro.setText(
                _(
                    "The Feishu calendar is mirrored into the Outlook calendar. "
                    "Nothing in Feishu is ever changed."
                )
            )
        else:
            self._intro.setText(_("Sign in to both accounts first; then their calendars are listed here."))

    def set_choices(self, side: Side, choices: Choices) -> None:
        chosen = self.calendar(side)
        self._choices[side] = choices
        self._show_choices(side, chosen)

    def show_problems(self, problems: Problems) -> None:
        for name, box in self.boxes.items():
            box.set_problem(problems.get(name, ""))

    def calendar(self, side: Side) -> str:
        """The id of the chosen calendar, or what was typed."""
        combo = self._combos[side]
        if combo.currentIndex() >= 0 and combo.itemText(combo.currentIndex()) == combo.currentText():
            return str(combo.currentData())
        return calendar_value(combo.currentText(), self._choices[side])

    @property
    def interval_minutes(self) -> int:
        return self._interval.value()

    def _show_choices(self, side: Side, value: str) -> None:
        combo = self._combos[side]
        combo.clear()
        for choice in self._choices[side]:
            combo.addItem(choice_text(choice), choice.id)
        index = combo.findData(value)
        combo.setCurrentIndex(index)
        if index < 0:
            combo.setEditText(calendar_text(value, self._choices[side]))

    def _show_unit(self) -> None:
        self._interval.setSuffix(" " + ngettext("minute", "minutes", self._interval.value()))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_field(form, _("From the &Feishu calendar:"), self.boxes[Field.FEISHU_CALENDAR])
        add_field(form, _("Into the &Outlook calendar:"), self.boxes[Field.OUTLOOK_CALENDAR])
        button = QHBoxLayout()
        button.addStretch(1)
        button.addWidget(self._refresh)
        form.addRow("", button)
        add_field(form, _("Check for changes e&very:"), self.boxes[Field.INTERVAL])
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self._intro)
        column.addLayout(form)
        column.addWidget(self._more)
        column.addStretch(1)


def _calendar_combo() -> QComboBox:
    combo = QComboBox(editable=True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(20)
    return combo
