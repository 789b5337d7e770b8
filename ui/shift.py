"""The worker's time with one open installation: it does what is asked, and runs when a run is due.

Lives in the worker's thread; loaded there, for what it imports takes longer than an icon may.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LedgerUnusable, SettingsInvalid, SyncError
from ui import errands, standing
from ui.announcer import Announcer
from ui.autostart import Autostart
from ui.errands import Errands
from ui.inbox import Inbox
from ui.intents import (
    Confirm,
    ForgetEverything,
    ImportProvision,
    Intent,
    KeepInMemory,
    Pause,
    RemoveCopies,
    RemovePair,
    Restore,
    RetryFailed,
    Save,
    SignIn,
    SyncNow,
    TakeBack,
)
from ui.messages import Done, Failed, RunEnded
from ui.power import SleepDetector
from ui.provision import wanted
from ui.reachability import NetworkWatch
from ui.settings_watch import SettingsWatch
from ui.sign_in import sign_in
from ui.timetable import REST, TICK, Timetable

if TYPE_CHECKING:
    from core.installation import Installation

log = logging.getLogger(__name__)

LONGEST_REST = 300.0
"""Seconds until a run is tried again that the disk has kept from its end, at most."""


class Shift:
    def __init__(
        self,
        installation: Installation,
        inbox: Inbox,
        announcer: Announcer,
        timetable: Timetable,
        browse: Callable[[str], None],
        *,
        autostart: Autostart | None,
        provision: Path | None,
        has_way_out: Callable[[], bool],
    ) -> None:
        self._installation = installation
        self._inbox = inbox
        self._announcer = announcer
        self._timetable = timetable
        self._browse = browse
        self._autostart = autostart
        self._starts_at_login: bool | None = None
        self._provision = provision
        self._errands = Errands(installation, announcer.say, inbox.is_stopping, announcer.show_progress)
        self._settings_file = SettingsWatch(installation.data_dir / "settings.toml")
        self._network = NetworkWatch(has_way_out)
        self._sleep = SleepDetector(TICK * 6)
        self.goes_on_in_memory = False
        """The person goes on without a keyring."""

    def work(self) -> None:
        """Until the program ends, or everything has to be opened anew: because the database can't be used, or
        the person goes on without a keyring. Raises nothing."""
        self._timetable.opened()
        self._guard(self._begin)
        self._sleep.awake()
        while not self._is_over():
            self._guard(self._turn)

    def _is_over(self) -> bool:
        return self._inbox.is_stopping() or self.goes_on_in_memory or self._timetable.must_open_anew()

    def _begin(self) -> None:
        """A run that the end of the program interrupted goes on."""
        self._take_over_provision()
        last = self._installation.status().last_run
        if last is not None and standing.was_interrupted(last):
            self._timetable.wants_run = True
        self._publish()
        self._follow_start_at_login()

    def _take_over_provision(self) -> None:
        file = self._provision
        if file and wanted(self._installation.data_dir / "settings.toml", file):
            try:
                errands.take_over_provision(self._installation, file)
            except SettingsInvalid as error:
                self._announcer.wrong_settings = error
        self._settings_file.saved()

    def _turn(self) -> None:
        """One intent, or one look at what is due."""
        intent = self._inbox.take(self._timetable.patience())
        if self._sleep.has_slept() or (self._network.has_come_back() and self._announcer.is_cut_off):
            self._timetable.wants_run = True
        if intent is not None:
            self._carry_out(intent)
        elif self._settings_file.has_changed():
            self._guard(self._settings_edited)
        if not self._inbox.is_wanted():
            self._guard(self._do_what_is_due)
        self._sleep.awake()

    def _do_what_is_due(self) -> None:
        if self._timetable.must_look():
            self._publish()
        if self._timetable.must_run(self._installation.next_run):
            self._sync()
            self._publish()
        self._installation.keep_signed_in(self._inbox.is_wanted)

    # --- what is asked ------------------------------------------------------------------------------

    def _carry_out(self, intent: Intent) -> None:
        try:
            self._do(intent)
        except Exception as error:
            if not isinstance(error, SyncError):
                log.exception("%s failed", type(intent).__name__)
            self._announcer.say(Failed(intent, error))
        else:
            self._announcer.say(Done(intent))
        self._guard(self._publish)

    def _do(self, intent: Intent) -> None:
        match intent:
            case SyncNow():
                self._installation.switch_on()
                self._installation.take_over()
                self._sync()
            case RetryFailed():
                self._installation.retry_failed()
                self._sync()
            case KeepInMemory():
                self.goes_on_in_memory = True
            case Pause(until):
                self._installation.pause(until)
                self._timetable.wants_run = until is None
            case Save():
                self._save(intent)
            case SignIn():
                if intent.save:
                    self._save(intent.save)
                sign_in(self._installation, intent, self._inbox, self._browse, self._announcer.say)
                self._timetable.wants_run = True
            case Confirm():
                self._announcer.show_syncing()
                self._announcer.say(RunEnded(self._installation.confirm(self._inbox.is_stopping)))
            case _:
                self._run_errand(intent)

    def _run_errand(self, intent: Intent) -> None:
        if isinstance(intent, RemoveCopies | RemovePair | Restore):
            self._announcer.show_syncing()
        self._errands.carry_out(intent)
        if isinstance(intent, RemovePair | ImportProvision | ForgetEverything):
            self._settings_file.saved()
        if isinstance(intent, TakeBack):
            self._timetable.wants_run = True

    def _save(self, save: Save) -> None:
        self._errands.save(save)
        self._announcer.wrong_settings = None
        self._settings_file.saved()
        self._timetable.wants_run = True
        self._follow_start_at_login()

    def _settings_edited(self) -> None:
        try:
            self._installation.reload_settings()
        except SettingsInvalid as error:
            self._announcer.wrong_settings = error
        else:
            self._announcer.wrong_settings = None
            self._timetable.wants_run = True
        self._publish()
        self._follow_start_at_login()

    def _follow_start_at_login(self) -> None:
        is_wanted = self._installation.settings.ui.start_at_login
        if self._autostart and is_wanted is not self._starts_at_login:
            self._starts_at_login = is_wanted
            self._autostart.set(wanted=is_wanted)

    # --- runs ---------------------------------------------------------------------------------------

    def _sync(self) -> None:
        self._timetable.wants_run = False
        self._announcer.show_syncing()
        try:
            report = self._installation.run(self._inbox.is_wanted, self._announcer.show_progress)
        except Exception as error:
            self._was_kept_from_running(error)
            raise
        self._announcer.fault = next((each for each in report.problems if _is_ours(each)), None)
        if self._announcer.fault:
            self._was_kept_from_running(self._announcer.fault)
        elif standing.was_interrupted(report):
            self._timetable.may_go_on_at_once()
        else:
            self._timetable.rest(REST)
        self._announcer.say(RunEnded(report))

    def _was_kept_from_running(self, error: Exception) -> None:
        """By a fault of ours, or by the disk: then it is tried again before long, for what fails is here."""
        self._announcer.fault = error
        interval = 60.0 * self._installation.settings.sync.interval_minutes
        if isinstance(error, LedgerUnusable):
            self._timetable.rest(min(interval, LONGEST_REST))
            self._timetable.wants_run = True
            self._timetable.lost_ledger()
        else:
            self._timetable.rest(interval)

    def _publish(self) -> None:
        self._announcer.publish(self._installation, self._timetable)

    def _guard(self, action: Callable[[], None]) -> None:
        """The thread outlives every failure: it is told in the tray, and looked at again soon."""
        try:
            action()
        except Exception as error:
            if not isinstance(error, SyncError):
                log.exception("a fault of ours")
            self._announcer.tell_problem(error)
            self._timetable.knows_nothing()
            if isinstance(error, LedgerUnusable):
                self._timetable.lost_ledger()


def _is_ours(problem: Exception) -> bool:
    """A fault of the program, or something that is in its way on this computer."""
    return isinstance(problem, LedgerUnusable) or not isinstance(problem, SyncError)
