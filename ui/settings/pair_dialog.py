"""One pair: its two calendars, what of each event is shown, and which events are left out."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.model import Side
from core.settings import Existing, LocalChanges, PairSettings, Privacy, Settings, TextLanguage
from texts.language import _
from ui.settings.calendar_combo import CalendarCombo
from ui.settings.form import Choices, lines, pair_problems
from ui.settings.reminders import RemindersField
from ui.widgets import FieldBox, add_field, scrolling


class PairDialog(QDialog):
    """`accepted` with a pair that the settings take."""

    def __init__(
        self,
        settings: Settings,
        pair: PairSettings,
        choices: dict[Side, Choices],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Pair of calendars"))
        self._settings, self._pair = settings, pair
        self.boxes: dict[str, FieldBox] = {}
        self._combos = {side: CalendarCombo() for side in Side}
        for side, combo in self._combos.items():
            combo.set_choices(choices[side])
        self._privacy, self._words = QComboBox(), QComboBox()
        self._existing, self._local = QComboBox(), QComboBox()
        self._reminders = RemindersField()
        self._prefix, self._category = QLineEdit(), QLineEdit()
        self._all_day = QCheckBox(_("All-day e&vents"))
        self._free = QCheckBox(_("Events marked as &free"))
        self._declined = QCheckBox(_("Events that I &declined (copied as free)"))
        self._exclude = QPlainTextEdit(tabChangesFocus=True)
        self._exclude.setFixedHeight(self._exclude.fontMetrics().height() * 4)
        self._exclude.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()
        self._fill()

    def pair(self) -> PairSettings:
        return replace(
            self._pair,
            feishu_calendar=self._combos[Side.FEISHU].value().strip(),
            outlook_calendar=self._combos[Side.OUTLOOK].value().strip(),
            privacy=Privacy(self._privacy.currentData()),
            text_language=TextLanguage(self._words.currentData()),
            title_prefix=self._prefix.text(),
            include_declined=self._declined.isChecked(),
            include_all_day=self._all_day.isChecked(),
            include_free=self._free.isChecked(),
            title_exclude=lines(self._exclude.toPlainText()),
            existing=Existing(self._existing.currentData()),
            local_changes=LocalChanges(self._local.currentData()),
            reminders=self._reminders.value(),
            category=self._category.text().strip(),
        )

    def accept(self) -> None:
        problems = pair_problems(self._settings, self.pair())
        for name, box in self.boxes.items():
            box.set_problem(problems.get(name, ""))
        first = next((name for name in self.boxes if name in problems), None)
        if first is None:
            super().accept()
            return
        is_first_page = self._first_page.isAncestorOf(self.boxes[first])
        self.tabs.setCurrentIndex(0 if is_first_page else 1)
        self.boxes[first].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        pair = self._pair
        self._combos[Side.FEISHU].set_value(pair.feishu_calendar)
        self._combos[Side.OUTLOOK].set_value(pair.outlook_calendar)
        for combo, value in (
            (self._privacy, pair.privacy),
            (self._words, pair.text_language),
            (self._existing, pair.existing),
            (self._local, pair.local_changes),
        ):
            combo.setCurrentIndex(combo.findData(value.value))
        self._prefix.setText(pair.title_prefix)
        self._category.setText(pair.category)
        self._reminders.set_value(pair.reminders)
        self._all_day.setChecked(pair.include_all_day)
        self._free.setChecked(pair.include_free)
        self._declined.setChecked(pair.include_declined)
        self._exclude.setPlainText("\n".join(pair.title_exclude))

    # --- how it is built ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.tabs = QTabWidget()
        self._first_page = self._calendars_page()
        self.tabs.addTab(scrolling(self._first_page), _("Calendars"))
        self.tabs.addTab(scrolling(self._privacy_page()), _("Privacy and filters"))
        buttons = QDialogButtonBox()
        buttons.addButton(_("OK"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs)
        column.addWidget(buttons)
        screen = self.screen().availableSize()
        self.resize(min(600, screen.width() - 40), min(520, screen.height() - 60))

    def _calendars_page(self) -> QWidget:
        page = QWidget()
        form = _form(page)
        self._add(form, "feishu_calendar", _("From the &Feishu calendar:"), self._combos[Side.FEISHU])
        hint = _("If there is no calendar of this name, the first run makes it.")
        self._add(
            form, "outlook_calendar", _("Into the &Outlook calendar:"), self._combos[Side.OUTLOOK], hint
        )
        _offer(
            self._existing,
            {
                Existing.SKIP: _("Leave it, and make no copy beside it"),
                Existing.ADOPT: _("Take it over: it follows Feishu from then on"),
            },
        )
        hint = _("An event of your own in that calendar with the same title and start.")
        self._add(form, "existing", _("If it is &there already:"), self._existing, hint)
        _offer(
            self._local,
            {
                LocalChanges.RESTORE: _("Bring Feishu’s state back"),
                LocalChanges.KEEP: _("Keep the change, and follow that copy no longer"),
            },
        )
        self._add(form, "local_changes", _("If I change a co&py:"), self._local)
        return page

    def _privacy_page(self) -> QWidget:
        page = QWidget()
        form = _form(page)
        _offer(
            self._privacy,
            {
                Privacy.FULL: _("Everything: title, text, place"),
                Privacy.TITLE: _("Title and time"),
                Privacy.BUSY: _("Time only, as “Busy”"),
            },
        )
        self._add(form, "privacy", _("&Show in Outlook:"), self._privacy)
        for name, box in (
            ("include_all_day", self._all_day),
            ("include_free", self._free),
            ("include_declined", self._declined),
        ):
            self.boxes[name] = FieldBox(box)
            form.addRow(_("Copy also:") if box is self._all_day else "", self.boxes[name])
        hint = _("One regular expression a line. Events with such titles are left out.")
        self._add(form, "title_exclude", _("Leave out &titles:"), self._exclude, hint)
        self._add(form, "title_prefix", _("&Before each title:"), self._prefix)
        self._add(form, "category", _("Outlook cate&gory:"), self._category)
        self._add(form, "reminders", _("&Reminder:"), self._reminders)
        _offer(self._words, {TextLanguage.ENGLISH: "English", TextLanguage.CHINESE: "简体中文"})
        self._add(form, "text_language", _("&Words that we add:"), self._words)
        return page

    def _add(self, form: QFormLayout, name: str, label: str, control: QWidget, hint: str = "") -> None:
        self.boxes[name] = FieldBox(control, hint)
        add_field(form, label, self.boxes[name])


def _form(page: QWidget) -> QFormLayout:
    form = QFormLayout(page)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _offer(combo: QComboBox, texts: dict[Enum, str]) -> None:
    for value, text in texts.items():
        combo.addItem(text, value.value)
