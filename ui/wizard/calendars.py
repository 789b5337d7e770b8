"""Step 4: which Feishu calendar goes into which Outlook calendar."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel

from core.model import Side
from core.settings import PairSettings, Privacy
from texts.language import _, current
from texts.problems import describe
from ui.intents import ListCalendars, Pause, Save
from ui.messages import Calendars, Failed, Notice, Overview
from ui.settings.calendar_combo import CalendarCombo
from ui.settings.form import pair_problems, with_pair
from ui.tray.state import FOR_EVER
from ui.widgets import FieldBox, add_field, problem_line
from ui.wizard.model import proposed_pair
from ui.wizard.step import Step


class CalendarsStep(Step):
    def __init__(self) -> None:
        super().__init__(
            _("Choose the calendars"),
            _(
                "A new Outlook calendar named “Feishu” keeps the copies apart from your own events. More "
                "pairs, and what is left out, can be set later under “Settings”."
            ),
        )
        self._pair: PairSettings | None = None
        self.combos = {side: CalendarCombo() for side in Side}
        self.privacy = QComboBox()
        for value, text in (
            (Privacy.FULL, _("Everything: title, text, place")),
            (Privacy.TITLE, _("Title and time")),
            (Privacy.BUSY, _("Time only, as “Busy”")),
        ):
            self.privacy.addItem(text, value.value)
        self.boxes = {
            "feishu_calendar": FieldBox(self.combos[Side.FEISHU]),
            "outlook_calendar": FieldBox(
                self.combos[Side.OUTLOOK], _("If there is no calendar of this name, the first run makes it.")
            ),
            "privacy": FieldBox(self.privacy),
        }
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(12)
        add_field(form, _("From the &Feishu calendar:"), self.boxes["feishu_calendar"])
        add_field(form, _("Into the &Outlook calendar:"), self.boxes["outlook_calendar"])
        add_field(form, _("&Show in Outlook:"), self.boxes["privacy"])
        self.column.addLayout(form)
        self.status = QLabel(wordWrap=True)
        self.column.addWidget(self.status)
        self.column.addStretch(1)

    def show_overview(self, overview: Overview) -> None:
        super().show_overview(overview)
        proposed = proposed_pair(overview.settings, current())
        if self._pair is None or proposed.id != self._pair.id:
            self._pair = proposed
            self.combos[Side.FEISHU].set_value(proposed.feishu_calendar)
            self.combos[Side.OUTLOOK].set_value(proposed.outlook_calendar)
            self.privacy.setCurrentIndex(self.privacy.findData(proposed.privacy.value))

    def enter(self) -> None:
        self.status.setText(_("Asking for the calendars…"))
        for side in Side:
            self.ask(ListCalendars(side))

    def hear(self, notice: Notice) -> None:
        match notice:
            case Calendars(side, choices):
                self.combos[side].set_choices(choices)
                self.status.setText("")
            case Failed(ListCalendars(), error):
                self.status.setText(problem_line(describe(error)))
            case _:
                pass

    def pair(self) -> PairSettings:
        return replace(
            self._pair or proposed_pair(self.overview.settings, current()),
            feishu_calendar=self.combos[Side.FEISHU].value().strip(),
            outlook_calendar=self.combos[Side.OUTLOOK].value().strip(),
            privacy=Privacy(self.privacy.currentData()),
        )

    def leave(self) -> bool:
        """The pause comes first: nothing is copied before the person has seen what."""
        settings, pair = self.overview.settings, self.pair()
        problems = pair_problems(settings, pair)
        for name, box in self.boxes.items():
            box.set_problem(problems.get(name, ""))
        for name in problems:
            if name in self.boxes:
                self.boxes[name].control.setFocus(Qt.FocusReason.OtherFocusReason)
                return False
        if not self.overview.is_set_up:
            self.ask(Pause(FOR_EVER))
        self.ask(Save(with_pair(settings, pair)))
        return True
