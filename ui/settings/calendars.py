"""The pairs of calendars: a table, and a dialog for each."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.model import Side
from core.settings import PairSettings, Privacy, Settings
from texts.language import _, current
from ui.intents import RemovePair
from ui.messages import Overview
from ui.settings.form import Choices, calendar_name, new_pair, with_pair, without_pair
from ui.settings.pair_dialog import PairDialog
from ui.widgets import FieldBox, Note


class CalendarsPage(QWidget):
    refresh_asked = Signal()
    asked = Signal(object)
    """An intent for the worker."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: dict[Side, Choices] = {Side.FEISHU: (), Side.OUTLOOK: ()}
        self._settings = Settings()
        self._off: tuple[str, ...] = ()
        self.boxes: dict[str, FieldBox] = {}
        self._intro = Note()
        self.table = QTableWidget(0, 4)
        self._add = QPushButton(_("&Add…"))
        self._edit = QPushButton(_("&Edit…"))
        self._remove = QPushButton(_("Re&move…"))
        self._refresh = QPushButton(_("&Refresh the lists"))
        self._build()

    # --- what it shows ------------------------------------------------------------------------------

    def fill(self, overview: Overview) -> None:
        self._settings = overview.settings
        self._show_pairs()

    def show_overview(self, overview: Overview) -> None:
        can_choose = overview.is_signed_in or bool(overview.settings.pairs)
        for button in (self._add, self._refresh):
            button.setEnabled(can_choose)
        if can_choose:
            self._intro.setText(
                _(
                    "Each Feishu calendar is mirrored into the Outlook calendar beside it. Nothing in "
                    "Feishu is ever changed."
                )
            )
        else:
            self._intro.setText(_("Sign in to both accounts first; then their calendars are listed here."))
        self._off = overview.pairs_off
        self._show_pairs()

    def set_choices(self, side: Side, choices: Choices) -> None:
        self._choices[side] = choices
        self._show_pairs()

    def applied(self, settings: Settings) -> Settings:
        return replace(settings, pairs=self._settings.pairs)

    # --- what the person does -----------------------------------------------------------------------

    def dialog(self, pair: PairSettings) -> PairDialog:
        return PairDialog(self._settings, pair, self._choices, self)

    def _edit_pair(self, pair: PairSettings) -> None:
        dialog = self.dialog(pair)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._settings = with_pair(self._settings, dialog.pair())
            self._show_pairs()

    def _edit_chosen(self) -> None:
        if pair := self._chosen():
            self._edit_pair(pair)

    def _remove_pair(self) -> None:
        pair = self._chosen()
        if pair is None:
            return
        with_copies = also_remove_copies(self)
        if with_copies is not None:
            self._settings = without_pair(self._settings, pair.id)
            self._show_pairs()
            self.asked.emit(RemovePair(pair.id, with_copies=with_copies))

    def _chosen(self) -> PairSettings | None:
        row = self.table.currentRow()
        return self._settings.pairs[row] if 0 <= row < len(self._settings.pairs) else None

    # --- how it is built ----------------------------------------------------------------------------

    def _show_pairs(self) -> None:
        pairs = self._settings.pairs
        row = max(0, self.table.currentRow())
        self.table.setRowCount(len(pairs))
        for number, pair in enumerate(pairs):
            for column, text in enumerate(self._texts(pair)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(number, column, item)
        if pairs:
            self.table.selectRow(min(row, len(pairs) - 1))
        self._allow()

    def _texts(self, pair: PairSettings) -> tuple[str, ...]:
        privacy = {
            Privacy.FULL: _("everything"),
            Privacy.TITLE: _("title and time"),
            Privacy.BUSY: _("busy only"),
        }
        return (
            calendar_name(pair.feishu_calendar, self._choices[Side.FEISHU]),
            calendar_name(pair.outlook_calendar, self._choices[Side.OUTLOOK]),
            privacy[pair.privacy],
            _("off: its copies were removed") if pair.id in self._off else _("on"),
        )

    def _allow(self) -> None:
        for button in (self._edit, self._remove):
            button.setEnabled(self._chosen() is not None)

    def _build(self) -> None:
        self.table.setHorizontalHeaderLabels([_("Feishu"), _("Outlook"), _("Shown"), _("Synchronised")])
        self.table.verticalHeader().hide()
        self.table.setAccessibleName(_("Pairs of calendars"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        )
        self.table.itemSelectionChanged.connect(self._allow)
        self.table.itemDoubleClicked.connect(lambda _item: self._edit.click())
        self._add.clicked.connect(lambda: self._edit_pair(new_pair(self._settings, current())))
        self._edit.clicked.connect(self._edit_chosen)
        self._remove.clicked.connect(self._remove_pair)
        self._refresh.clicked.connect(self.refresh_asked)
        buttons = QHBoxLayout()
        for button in (self._add, self._edit, self._remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._refresh)
        for button in (self._add, self._edit, self._remove, self._refresh):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self._intro)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)


def also_remove_copies(parent: QWidget) -> bool | None:
    """None: the pair stays."""
    question = QMessageBox(
        QMessageBox.Icon.Question, _("Please confirm"), _("Stop mirroring this pair?"), parent=parent
    )
    question.setInformativeText(
        _(
            "Its copies can stay in Outlook as they are, or be removed as well. Your own events are not "
            "touched."
        )
    )
    keep = question.addButton(_("Keep the copies"), QMessageBox.ButtonRole.AcceptRole)
    remove = question.addButton(_("Remove the copies too"), QMessageBox.ButtonRole.DestructiveRole)
    question.setDefaultButton(question.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    question.exec()
    if question.clickedButton() is keep:
        return False
    return True if question.clickedButton() is remove else None
