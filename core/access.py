"""The two services, as far as they may be asked now: after the rest they wanted, within the month's calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import meter
from core.clock import SystemClock
from core.connections import Connections
from core.errors import QuotaExhausted, Throttled
from core.ledger import Ledger
from core.meter import Meter
from core.model import Side
from core.pair_switch import is_off
from core.ports import SourceCalendars, TargetMailbox
from core.quota import MonthlyCalls, month_of, next_month, stretched
from core.settings import Settings
from core.waits import Waits


@dataclass(frozen=True, slots=True)
class Access:
    """With the connections of this moment."""

    connections: Connections
    ledger: Ledger
    clock: SystemClock
    meter: Meter

    def demand_patience(self, side: Side) -> None:
        """Raises Throttled."""
        Waits(self.ledger).demand_patience(side, self.clock.now())

    def source(self) -> SourceCalendars:
        """Raises Throttled, and what Connections.source raises. Its methods raise QuotaExhausted where the
        calls that the settings allow are used up, before they ask."""
        self.demand_patience(Side.FEISHU)
        source = self.connections.source()
        calls = self.calls()
        if calls.left is not None:
            until = next_month(self.clock.now()).date().isoformat()
            self.meter.allow(Side.FEISHU, calls.left, QuotaExhausted(until, calls.limit))
        return source

    def mailbox(self) -> TargetMailbox:
        """Raises Throttled, and what Connections.mailbox raises."""
        self.demand_patience(Side.OUTLOOK)
        return self.connections.mailbox()

    def next_run(self) -> datetime:
        """When the next run is due."""
        now, app = self.clock.now(), self._settings.feishu.app_id
        due = Waits(self.ledger).next_run(self.interval(), now, app)
        return max(due, next_month(now)) if self.calls().are_too_few(self._calendars) else due

    def interval(self) -> timedelta:
        """Between two runs."""
        wanted = timedelta(minutes=self._settings.sync.interval_minutes)
        return stretched(wanted, self.calls(), self._calendars, self.clock.now())

    def calls(self) -> MonthlyCalls:
        """Of Feishu, in the present month; those of a run count when it has ended."""
        used = self.ledger.usage(month_of(self.clock.now()), Side.FEISHU)
        return MonthlyCalls(used, self._settings.sync.monthly_calls)

    @property
    def _settings(self) -> Settings:
        return self.connections.settings

    @property
    def _calendars(self) -> int:
        """How many of Feishu's a run asks: those of pairs that `undo` has not switched off."""
        on = [pair for pair in self._settings.pairs if not is_off(self.ledger, pair)]
        return len({pair.feishu_calendar for pair in on})

    @contextmanager
    def outside_of_runs(self) -> Iterator[None]:
        """Around questions that no report tells of: they count, and so does what they are told of waiting."""
        self.meter.reset()
        try:
            yield
        except Throttled as throttled:
            Waits(self.ledger).heed([throttled], self.clock.now())
            raise
        finally:
            meter.remember(self.ledger, self.clock.now(), self.meter.counts())
