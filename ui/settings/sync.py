"""How often, how far, and how many deletions at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QFormLayout, QSpinBox, QWidget

from core.settings import Settings
from texts import report
from texts.language import _, ngettext
from ui.messages import Overview
from ui.settings.form import estimate, monthly_calls
from ui.widgets import FieldBox, Note, add_field

INTERVAL = "sync.interval_minutes"
PAST, FUTURE = "sync.past_days", "sync.future_days"
CALLS, BRAKE, PUSH = "sync.monthly_calls", "sync.max_deletions", "sync.push"


class SyncPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._pairs = 1
        self._used: int | None = None
        self._interval = QSpinBox(minimum=1, maximum=1440)
        self._calls = QSpinBox(minimum=0, maximum=10_000_000, singleStep=1000)
        self._calls.setSpecialValueText(_("no limit"))
        self._past = QSpinBox(minimum=0, maximum=36_500)
        self._future = QSpinBox(minimum=1, maximum=1400)
        self._brake = QSpinBox(minimum=0, maximum=100, suffix=" %")
        self._push = QCheckBox(_("&Push: Feishu tells of changes at once"))
        self._waived = Note()
        self.boxes = {
            INTERVAL: FieldBox(self._interval, " "),
            CALLS: FieldBox(self._calls, _("Of Feishu’s monthly calls, this program uses so many at most.")),
            PAST: FieldBox(self._past, _("What has passed before stays in Outlook as history.")),
            FUTURE: FieldBox(self._future),
            BRAKE: FieldBox(
                self._brake, _("If more of a pair’s copies would be deleted at once, you are asked first.")
            ),
            PUSH: FieldBox(self._push, _("Only sensible if the Feishu app is your own.")),
        }
        for spin in (self._interval, self._calls, self._past, self._future, self._brake):
            spin.setMaximumWidth(spin.fontMetrics().horizontalAdvance("0") * 24)
            spin.valueChanged.connect(self._show_units)
        form = QFormLayout(self)
        form.setVerticalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_field(form, _("Check for changes e&very:"), self.boxes[INTERVAL])
        add_field(form, _("Feishu &calls a month:"), self.boxes[CALLS])
        add_field(form, _("Days &back:"), self.boxes[PAST])
        add_field(form, _("Days a&head:"), self.boxes[FUTURE])
        add_field(form, _("Ask before deleting &more than:"), self.boxes[BRAKE])
        form.addRow("", self.boxes[PUSH])
        form.addRow("", self._waived)

    def fill(self, overview: Overview) -> None:
        sync = overview.settings.sync
        self._pairs, self._used = len(overview.settings.pairs), overview.feishu_calls
        self._interval.setValue(sync.interval_minutes)
        self._calls.setValue(sync.monthly_calls)
        self._past.setValue(sync.past_days)
        self._future.setValue(sync.future_days)
        self._brake.setValue(int(sync.max_deletions.rstrip("%")))
        self._push.setChecked(sync.push)
        self._waived.setText("\n".join(report.waived(overview.settings)))
        self._waived.setVisible(bool(report.waived(overview.settings)))
        self._show_units()

    def applied(self, settings: Settings) -> Settings:
        sync = replace(
            settings.sync,
            interval_minutes=self._interval.value(),
            monthly_calls=self._calls.value(),
            past_days=self._past.value(),
            future_days=self._future.value(),
            max_deletions=f"{self._brake.value()}%",
            push=self._push.isChecked(),
        )
        return replace(settings, sync=sync)

    def _show_units(self) -> None:
        self._interval.setSuffix(" " + ngettext("minute", "minutes", self._interval.value()))
        for spin in (self._past, self._future):
            spin.setSuffix(" " + ngettext("day", "days", spin.value()))
        hint = estimate(monthly_calls(interval_minutes=self._interval.value(), pairs=self._pairs))
        if self._used is not None:
            used = f"{self._used:,}"
            made = _("This program has made {number} of them this month.", number=used)
            hint = report.together(hint, made)
        self.boxes[INTERVAL].set_hint(hint)
