"""One data directory as a whole: settings, secrets, ledger and the two accounts, put together.

Lives in one thread: the worker's in the tray, the main one in the terminal. Building it touches nothing;
`open` does. It is the only thing that terminal/ and ui/ know of the engine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core import keep, pair_switch, report_store, settings_file
from core import restore as restoring
from core import run as runs
from core.attention import attention
from core.clock import SystemClock, window_at
from core.connections import APP_SECRET, CLIENT_SECRET, Connections
from core.errors import (
    ClockWrong,
    SettingProblem,
    SettingsInvalid,
    SignInNeeded,
    SyncError,
    TryLater,
    WrongPerson,
)
from core.instance import InstanceLock
from core.ledger import Ledger
from core.meter import Meter
from core.model import (
    Identity,
    PairReport,
    RequestCounts,
    RunReport,
    Side,
    SourceCalendarInfo,
    TargetCalendarInfo,
)
from core.places import make_private
from core.policy import CopyWords
from core.ports import Stop, Vault
from core.preview import PretendMailbox
from core.restore import DeletedEvent, Restore
from core.settings import Settings, TextLanguage
from core.status import PairStatus, Status, pair_status, still_held
from core.undo import Undo
from core.waits import USE_SIGN_INS_EVERY, Waits

if TYPE_CHECKING:
    from core.oauth.last_page import LastPage

__all__ = ["APP_SECRET", "CLIENT_SECRET", "SECRETS", "Installation", "PairStatus", "Progress", "Status"]

log = logging.getLogger(__name__)

Outcome = tuple[list[PairReport], list[SyncError]]
"""Reports of the pairs, and what kept pairs, or all of it, from finishing."""

SECRETS = (APP_SECRET, CLIENT_SECRET)
USE_SIGN_INS_AGAIN = timedelta(minutes=10)
"""After an attempt that got no answer."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `phase` is "reading", "planning" or "writing"; `total` 0 while it is unknown."""

    pair: str
    phase: str
    done: int
    total: int


class Installation:
    """Every method may raise SyncError (core/errors.py) and takes as long as the network does."""

    def __init__(
        self,
        data_dir: Path,
        vault: Vault,
        *,
        words: Callable[[TextLanguage], CopyWords],
        pages: Callable[[Side], Callable[[Mapping[str, str]], LastPage]],
    ) -> None:
        """`words`: what we add to copies; `pages`: the last page that the browser shows after a sign-in."""
        self.data_dir = data_dir
        self._vault = vault
        self._words = words
        self._pages = pages
        self._clock = SystemClock()
        self._meter = Meter()
        self._ledger = Ledger(data_dir / "ledger.sqlite3")
        self._waits = Waits(self._ledger)
        self._lock = InstanceLock(data_dir)
        self._settings = Settings()
        self._had_settings_file = False
        self._connections = self._connect()

    def open(self, *, exclusive: bool) -> None:
        """Opens the database. `exclusive`: as the only one that changes anything here; raises
        AlreadyRunning otherwise. Raises LedgerUnusable."""
        make_private(self.data_dir)
        if exclusive:
            self._lock.acquire()
        try:
            self._ledger.open()
            if exclusive:
                self._ledger.tidy(int(self._clock.now().timestamp()))
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        self._ledger.close()
        self._lock.release()

    # --- settings and secrets -----------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings in force: those of the file, or the last good ones while it is wrong."""
        return self._settings

    def reload_settings(self) -> Settings:
        """Reads settings.toml again. Raises SettingsInvalid; the last good ones stay in force.

        A file that was there and is gone is not read as defaults: an editor may be just replacing it."""
        self._use(settings_file.load(self._settings_path, must_exist=self._had_settings_file))
        self._had_settings_file = self._had_settings_file or self._settings_path.exists()
        return self._settings

    def save_settings(self, settings: Settings) -> None:
        """Checks and writes settings.toml, keeping the person's comments. Raises SettingsInvalid."""
        settings_file.save(self._settings_path, settings)
        self._had_settings_file = True
        self._use(settings)

    def store_secret(self, name: str, value: str | None) -> None:
        self._vault.store_secret(name, value)
        self._connections = self._connect()

    def has_secret(self, name: str) -> bool:
        return self._vault.secret(name) is not None

    def is_secret(self, name: str, value: str) -> bool:
        """Whether it is this one that is stored: it never comes out."""
        return self._vault.secret(name) == value

    @property
    def _settings_path(self) -> Path:
        return self.data_dir / "settings.toml"

    def _use(self, settings: Settings) -> None:
        if settings != self._settings:
            self._settings = settings
            self._connections = self._connect()

    def _connect(self) -> Connections:
        return Connections(self._settings, self._vault, self._clock, self._meter, self.data_dir)

    # --- accounts -----------------------------------------------------------------------------

    def sign_in(
        self, side: Side, browse: Callable[[str], None], stop: Stop, announce: Callable[[str], None]
    ) -> Identity:
        """The browser flow: `browse` opens a URL, `announce` is told it first (to print or to copy).

        Raises WrongPerson, with the tokens stored, when it is another person than the one whose calendars
        are mirrored: the pairs stand still until `confirm`, or until the right one signs in."""
        self._clock.heed(stop)
        person = self._connections.sign_in(side, browse, stop, announce, self._pages(side))
        self._connections = self._connect()
        person = runs.expected_person(self._ledger, side, person)
        self._ledger.set_note(_renewed_note(side), "yes")
        return person

    def sign_out(self, side: Side) -> None:
        """Forgets the tokens here, and at Feishu if it can be reached. Copies and links stay."""
        self._connections.sign_out(side)
        self._connections = self._connect()

    def signed_in(self, side: Side) -> Identity | None:
        """Who is signed in, as far as this computer knows: no request."""
        return self._connections.signed_in(side)

    def keep_signed_in(self, stop: Stop) -> None:
        """For the time in which nothing runs: a sign-in that nobody uses ends. Asks both services something
        once a day, so it may be called often. Raises LedgerUnusable; all else the next run tells."""
        now = self._clock.now()
        if not self._waits.are_sign_ins_idle(now):
            return
        self._clock.heed(stop)
        self._meter.reset()
        again = now + USE_SIGN_INS_EVERY
        for side, use in ((Side.FEISHU, self.source_calendars), (Side.OUTLOOK, self.target_calendars)):
            try:
                if self.signed_in(side):
                    self._waits.demand_patience(now)
                    use()
            except TryLater:
                again = now + USE_SIGN_INS_AGAIN
            except SyncError as error:
                log.warning("the sign-in of %s can't be used: %s", side.value, type(error).__name__)
        self._waits.sign_ins_used(again)
        self._count_usage(now, self._meter.counts())

    def source_calendars(self) -> tuple[SourceCalendarInfo, ...]:
        return self._connections.source().calendars()

    def target_calendars(self) -> tuple[TargetCalendarInfo, ...]:
        return self._connections.mailbox().calendars()

    # --- runs ---------------------------------------------------------------------------------

    def run(self, stop: Stop, progress: Callable[[Progress], None]) -> RunReport:
        """One run of all pairs. Never raises SyncError: what went wrong is in the report."""
        return self._recorded(self._run(self._ledger, stop, progress))

    def confirm(self, stop: Stop) -> RunReport:
        """A run that carries out, once, the deletions that are held; and accepts the persons who are signed
        in, where others were before."""
        for side in Side:
            person = self.signed_in(side)
            if person:
                runs.accept_person(self._ledger, side, person)
        return self._recorded(self._run(self._ledger, stop, lambda _progress: None, confirm_held=True))

    def newcomers(self) -> tuple[WrongPerson, ...]:
        """The persons who are signed in where others were before: those whom `confirm` would accept."""
        found = []
        for side in Side:
            try:
                if person := self.signed_in(side):
                    runs.expected_person(self._ledger, side, person)
            except WrongPerson as newcomer:
                found.append(newcomer)
        return tuple(found)

    def preview(self, stop: Stop) -> RunReport:
        """What a run would do that a person asks for now, writing nothing."""
        copy = self._ledger.copy_in_memory()
        try:
            pair_switch.switch_on(copy, self._settings.pairs)
            return self._run(copy, stop, lambda _progress: None, only_look=True)
        finally:
            copy.close()

    def switch_on(self) -> None:
        """Pairs that `undo` switched off are synced again: for every run that a person asks for."""
        pair_switch.switch_on(self._ledger, self._settings.pairs)

    def take_over(self) -> None:
        """Copies that another installation replaced are written here again."""
        pair_switch.take_over(self._ledger)

    def keep_held(self) -> tuple[PairReport, ...]:
        """Lets go the copies whose deletion is held: they stay in Outlook. Asks no service."""
        return tuple(keep.keep_held(self._ledger, pair) for pair in self._settings.pairs)

    def undo(self, stop: Stop, progress: Callable[[Progress], None], *, pair: str = "") -> RunReport:
        """Removes every copy of ours from Outlook: of the pair of that id; else of all pairs, also of those
        that are no longer in the settings. Then their syncing is off until `switch_on`."""
        chosen = [each for each in self._settings.pairs if pair in {"", each.id}]

        def work(started: datetime) -> Outcome:
            self._waits.demand_patience(started)
            undone = Undo(
                source=self._connections.source,
                mailbox=self._connections.mailbox(),
                ledger=self._ledger,
                clock=self._clock,
                stop=stop,
                progress=_of_pairs(progress),
            )
            return undone.carry_out(chosen, removed_too=not pair)

        return self._recorded(self._attempt(stop, work))

    def deleted_events(self) -> list[DeletedEvent]:
        """What was deleted in the last 30 days and not put back since, the newest first."""
        return restoring.deleted_events(self._ledger, int(self._clock.now().timestamp()))

    def restore(self, chosen: Sequence[DeletedEvent], stop: Stop) -> RunReport:
        """Puts deleted events back as the person's own. No run: Activity does not have it."""

        def work(started: datetime) -> Outcome:
            self._waits.demand_patience(started)
            mailbox, pairs = self._connections.mailbox(), self._settings.pairs
            return Restore(mailbox, self._ledger, pairs, self._clock, stop).carry_out(chosen)

        report = self._attempt(stop, work)
        self._count_usage(report.started, report.requests)
        return report

    def _recorded(self, report: RunReport) -> RunReport:
        self._ledger.put_run(int(report.started.timestamp()), report_store.to_json(report))
        for side in Side:
            self._ledger.set_note(_renewed_note(side), None)
        self._count_usage(report.started, report.requests)
        self._waits.remember(report)
        log.info("run %s in %s", report.result.value, report.finished - report.started)
        return report

    def _count_usage(self, moment: datetime, requests: RequestCounts) -> None:
        month = f"{moment:%Y-%m}"
        self._ledger.add_usage(month, Side.FEISHU, requests.feishu)
        self._ledger.add_usage(month, Side.OUTLOOK, requests.graph)

    def _run(
        self,
        ledger: Ledger,
        stop: Stop,
        progress: Callable[[Progress], None],
        *,
        confirm_held: bool = False,
        only_look: bool = False,
    ) -> RunReport:
        def work(started: datetime) -> Outcome:
            self._demand_pairs()
            self._waits.demand_patience(started)
            mailbox = self._connections.mailbox()
            run = runs.Run(
                settings=self._settings,
                source=self._connections.source(),
                mailbox=PretendMailbox(mailbox) if only_look else mailbox,
                ledger=ledger,
                window=window_at(
                    started,
                    past_days=self._settings.sync.past_days,
                    future_days=self._settings.sync.future_days,
                ),
                clock=self._clock,
                words=self._words,
                stop=stop,
                progress=_of_pairs(progress),
                confirm_held=confirm_held,
                only_look=only_look,
            )
            return run.all_pairs()

        return self._attempt(stop, work)

    def _attempt(self, stop: Stop, work: Callable[[datetime], Outcome]) -> RunReport:
        """Does `work`, which is told when it began, and reports what came of it."""
        self._clock.heed(stop)
        self._meter.reset()
        started = self._clock.now()
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
            self._clock.now(),
            tuple(reports),
            self._meter.counts(),
            tuple(problems),
        )

    def _demand_pairs(self) -> None:
        if not self._settings.pairs:
            problem = SettingProblem("missing", "pairs")
            raise SettingsInvalid(str(self._settings_path), (problem,))

    def _with_clock(self, problem: SyncError) -> SyncError:
        """A sign-in that the service refuses is no riddle when the clock is wrong."""
        error = self._connections.clock_error()
        is_refused = isinstance(problem, SignInNeeded) and problem.code
        return ClockWrong(error) if error and is_refused else problem

    # --- what the tray and the terminal show ------------------------------------------------------

    def status(self) -> Status:
        last = self._ledger.last_run()
        report = report_store.from_json(last) if last else None
        people = {side: self.signed_in(side) for side in Side}
        pairs = tuple(pair_status(self._ledger, pair) for pair in self._settings.pairs)
        return Status(
            feishu=people[Side.FEISHU],
            outlook=people[Side.OUTLOOK],
            pairs=pairs,
            last_run=report,
            paused_until=self._waits.paused_until(self._clock.now()),
            attention=attention(
                still_held(report.problems if report else (), pairs),
                signed_out=[side for side in Side if self._is_begun() and not people[side]],
                renewed=[side for side in Side if self._ledger.note(_renewed_note(side))],
            ),
        )

    def _is_begun(self) -> bool:
        """Before anything is set up, nobody misses a sign-in."""
        settings = self._settings
        return bool(settings.pairs or settings.feishu.app_id or settings.outlook.client_id)

    def pause(self, until: datetime | None) -> None:
        """None resumes, and is a wish to sync whatever `undo` switched off."""
        if until is None:
            self.switch_on()
        self._waits.pause(until)

    def next_run(self) -> datetime:
        """When the next run is due: interval, pause, back-off and throttling considered."""
        interval = timedelta(minutes=self._settings.sync.interval_minutes)
        return self._waits.next_run(interval, self._clock.now())


def _of_pairs(progress: Callable[[Progress], None]) -> runs.Progress:
    return lambda pair, phase, done, total: progress(Progress(pair, phase, done, total))


def _renewed_note(side: Side) -> str:
    """Stands in the ledger from a sign-in to the next run."""
    return f"renewed {side.value}"
