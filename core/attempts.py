"""What is done at the services and told in a report: runs, previews, `undo`, `restore`.

Each attempt is timed, its requests are counted, and a service that asked for patience is not asked before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from core import accounts, meter, pair_switch, report_store
from core import run as runs
from core.access import Access
from core.clock import SystemClock, window_at
from core.connections import Connections
from core.errors import ClockWrong, SettingProblem, SettingsInvalid, SignInNeeded, SyncError
from core.ledger import Ledger
from core.meter import Meter
from core.policy import CopyWords
from core.ports import Stop
from core.preview import PretendMailbox
from core.report import PairReport, RunReport
from core.restore import DeletedEvent, Restore
from core.settings import PairSettings, Settings, TextLanguage
from core.undo import Undo
from core.waits import Waits

log = logging.getLogger(__name__)

Outcome = tuple[list[PairReport], list[SyncError]]
"""Reports of the pairs, and what kept pairs, or all of it, from finishing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `phase` is "reading", "planning" or "writing"; `total` 0 while it is unknown."""

    pair: str
    phase: str
    done: int
    total: int


ShowProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Attempts:
    """With the settings and the connections of this moment. No method raises SyncError: what went wrong is in
    the report."""

    settings: Settings
    settings_file: Path
    """To be named where something is wrong with it."""
    connections: Connections
    ledger: Ledger
    clock: SystemClock
    meter: Meter
    words: Callable[[TextLanguage], CopyWords]

    def run(self, stop: Stop, progress: ShowProgress, *, confirm_held: bool = False) -> RunReport:
        """Of all pairs."""
        return self._recorded(self._run(stop, progress, confirm_held=confirm_held))

    def preview(self, stop: Stop, progress: ShowProgress) -> RunReport:
        """What a run would do that a person asks for now, writing nothing."""
        copy = self.ledger.copy_in_memory()
        try:
            pair_switch.switch_on(copy, self.settings.pairs)
            return self._counted(replace(self, ledger=copy)._run(stop, progress, only_look=True))
        finally:
            copy.close()

    def undo(
        self, pairs: Sequence[PairSettings], stop: Stop, progress: ShowProgress, *, removed_too: bool
    ) -> RunReport:
        """Takes the copies of these pairs out of Outlook. `removed_too`: also those of pairs that are no
        longer in the settings."""

        def work(_started: datetime) -> Outcome:
            undone = Undo(
                source=self._access.source,
                mailbox=self._access.mailbox(),
                ledger=self.ledger,
                clock=self.clock,
                stop=stop,
                progress=_of_pairs(progress),
            )
            return undone.carry_out(pairs, removed_too=removed_too)

        return self._recorded(self._attempt(stop, work))

    def restore(self, chosen: Sequence[DeletedEvent], stop: Stop) -> RunReport:
        """No run: Activity does not have it."""

        def work(_started: datetime) -> Outcome:
            mailbox, pairs = self._access.mailbox(), self.settings.pairs
            return Restore(mailbox, self.ledger, pairs, self.clock, stop).carry_out(chosen)

        return self._counted(self._attempt(stop, work))

    def _run(
        self, stop: Stop, progress: ShowProgress, *, confirm_held: bool = False, only_look: bool = False
    ) -> RunReport:
        def work(started: datetime) -> Outcome:
            self._demand_pairs()
            mailbox, sync = self._access.mailbox(), self.settings.sync
            run = runs.Run(
                settings=self.settings,
                source=self._access.source(),
                mailbox=PretendMailbox(mailbox) if only_look else mailbox,
                ledger=self.ledger,
                window=window_at(started, past_days=sync.past_days, future_days=sync.future_days),
                clock=self.clock,
                words=self.words,
                stop=stop,
                progress=_of_pairs(progress),
                confirm_held=confirm_held,
                only_look=only_look,
            )
            return run.all_pairs()

        return self._attempt(stop, work)

    def _attempt(self, stop: Stop, work: Callable[[datetime], Outcome]) -> RunReport:
        """Does `work`, which is told when it began, and reports what came of it."""
        self.clock.heed(stop)
        self.meter.reset()
        started = self.clock.now()
        reports: list[PairReport] = []
        problems: list[SyncError] = []
        try:
            reports, problems = work(started)
        except SyncError as error:
            problems = [error]
        problems = [self._with_clock(problem) for problem in problems]
        for problem in problems:
            log.warning("%s", problem)
        return RunReport(
            runs.result_of(reports, problems),
            started,
            self.clock.now(),
            tuple(reports),
            self.meter.counts(),
            tuple(problems),
        )

    def _recorded(self, report: RunReport) -> RunReport:
        self.ledger.put_run(int(report.started.timestamp()), report_store.to_json(report))
        accounts.forget_renewed(self.ledger)
        self._waits.remember(report, self.settings.feishu.app_id)
        log.info("run %s in %s", report.result.value, report.finished - report.started)
        return self._counted(report)

    def _counted(self, report: RunReport) -> RunReport:
        """Its requests, and what it was told of waiting, count for whatever is asked next."""
        meter.remember(self.ledger, report.started, report.requests)
        self._waits.heed(report.problems, report.finished)
        return report

    def _demand_pairs(self) -> None:
        if not self.settings.pairs:
            problem = SettingProblem("missing", "pairs")
            raise SettingsInvalid(str(self.settings_file), (problem,))

    def _with_clock(self, problem: SyncError) -> SyncError:
        """A sign-in that the service refuses is no riddle when the clock is wrong."""
        error = self.connections.clock_error()
        is_refused = isinstance(problem, SignInNeeded) and problem.code
        return ClockWrong(error) if error and is_refused else problem

    @property
    def _waits(self) -> Waits:
        return Waits(self.ledger)

    @property
    def _access(self) -> Access:
        return Access(self.connections, self.ledger, self.clock, self.meter)


def _of_pairs(progress: ShowProgress) -> runs.Progress:
    return lambda pair, phase, done, total: progress(Progress(pair, phase, done, total))
