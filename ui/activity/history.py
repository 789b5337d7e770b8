"""The runs of the last 90 days, and what each did with each event, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.report import RunReport
from texts.language import _
from ui.activity.model import Filter, has_failed, listed, matching, pairs_of, run_row
from ui.event_rows import Kind, kind_word
from ui.table import Table


class HistoryPage(QWidget):
    retry_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[RunReport, ...] = ()
        self._shown: tuple[RunReport, ...] = ()
        self._pair, self._kind = QComboBox(), QComboBox()
        self._text = QLineEdit(placeholderText=_("Title or reason"), clearButtonEnabled=True)
        self._notable = QCheckBox(_("Only syncs that changed something"))
        self._notable.setChecked(True)  # Qt's name
        self.runs = Table(
            _("Syncs"),
            (_("Time"), _("Added"), _("Updated"), _("Removed"), _("Skipped"), _("Failed"), _("Result")),
        )
        self.events = Table(_("Events"), (_("What"), _("Title"), _("Start"), _("Why")), many=True)
        self._nothing = QLabel(_("Nothing has been synchronised yet."))
        self.copy_button = QPushButton(_("&Copy"))
        self.retry = QPushButton(_("&Retry failed now"))
        self.preview = QPushButton(_("&Preview…"))
        self._build()

    def show_runs(self, runs: tuple[RunReport, ...]) -> None:
        self._runs = runs
        chosen = self._pair.currentData()
        self._pair.blockSignals(True)  # noqa: FBT003  # Qt's name
        self._pair.clear()
        self._pair.addItem(_("All pairs"), "")
        for pair in pairs_of(runs):
            self._pair.addItem(pair, pair)
        self._pair.setCurrentIndex(max(0, self._pair.findData(chosen)))
        self._pair.blockSignals(False)  # noqa: FBT003  # Qt's name
        self.retry.setEnabled(has_failed(runs))
        self._nothing.setVisible(not runs)
        self._show()

    def add(self, run: RunReport) -> None:
        self.show_runs((run, *self._runs))

    def look_for(self, kind: Kind) -> None:
        self._kind.setCurrentIndex(self._kind.findData(kind.value))

    def filter(self) -> Filter:
        kind = self._kind.currentData()
        return Filter(
            str(self._pair.currentData() or ""),
            Kind(kind) if kind else None,
            self._text.text(),
            only_notable=self._notable.isChecked(),
        )

    def _show(self) -> None:
        """The run that was chosen stays so, if it is still listed; else the newest is."""
        before = self._chosen_run()
        now = datetime.now(UTC)
        self._shown = listed(self._runs, self.filter())
        number = next((index for index, run in enumerate(self._shown) if run == before), 0)
        self.runs.set_rows([run_row(run, now) for run in self._shown], chosen=number)
        self._show_events()

    def _chosen_run(self) -> RunReport | None:
        chosen = self.runs.chosen()
        return self._shown[chosen[0]] if chosen and chosen[0] < len(self._shown) else None

    def _show_events(self) -> None:
        run = self._chosen_run()
        self.events.set_rows([row.texts() for row in matching(run, self.filter())] if run else [])

    def _build(self) -> None:
        self._pair.addItem(_("All pairs"), "")
        self._kind.addItem(_("Everything"), "")
        for kind in Kind:
            self._kind.addItem(kind_word(kind), kind.value)
        for control, name in (
            (self._pair, _("Pair")),
            (self._kind, _("What happened")),
            (self._text, _("Title or reason")),
        ):
            control.setAccessibleName(name)
        filters = QHBoxLayout()
        for widget in (self._pair, self._kind):
            filters.addWidget(widget)
        filters.addWidget(self._text, 1)
        filters.addWidget(self._notable)
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.addWidget(self.runs)
        tables.addWidget(self.events)
        tables.setChildrenCollapsible(False)
        tables.setSizes([220, 260])
        buttons = QHBoxLayout()
        buttons.addWidget(self.preview)
        buttons.addWidget(self.retry)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.addLayout(filters)
        column.addWidget(self._nothing)
        column.addWidget(tables, 1)
        column.addLayout(buttons)
        for button in (self.copy_button, self.retry, self.preview):
            button.setAutoDefault(False)
        self.retry.setEnabled(False)
        self._pair.currentIndexChanged.connect(lambda _index: self._show())
        self._kind.currentIndexChanged.connect(lambda _index: self._show())
        self._text.textChanged.connect(lambda _text: self._show())
        self._notable.toggled.connect(lambda _is_on: self._show())
        self.runs.selectionModel().selectionChanged.connect(lambda _new, _old: self._show_events())
        self.copy_button.clicked.connect(self.events.copy)
        self.retry.clicked.connect(self.retry_asked)
