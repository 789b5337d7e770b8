"""One data directory as a whole: settings, secrets, ledger and the two accounts, put together.

Lives in one thread: the worker's in the tray, the main one in the terminal. Building it touches nothing;
`open` does. It is the only thing that terminal/ and ui/ know of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core import keep, pair_switch
from core import restore as restoring
from core.access import Access
from core.accounts import Accounts
from core.attempts import Attempts, Progress, ShowProgress
from core.clock import SystemClock
from core.connections import APP_SECRET, CLIENT_SECRET, Connections
from core.errors import WrongPerson
from core.forgetting import forget_everything
from core.history import worth_telling
from core.instance import InstanceLock
from core.ledger import Ledger
from core.meter import Meter
from core.model import Identity, Side, SourceCalendarInfo, TargetCalendarInfo
from core.oauth.interaction import Interaction
from core.places import make_private
from core.policy import CopyWords
from core.ports import Stop, Vault
from core.quota import MonthlyCalls
from core.report import PairReport, RunReport
from core.restore import DeletedEvent
from core.settings import Settings, TextLanguage
from core.settings_in_force import SettingsInForce
from core.status import CopyNote, PairStatus, Status, copies_let_go, held_copies, status_of
from core.take_back import take_back
from core.waits import Waits

if TYPE_CHECKING:
    from core.oauth.last_page import LastPage

__all__ = [
    "APP_SECRET",
    "CLIENT_SECRET",
    "CopyNote",
    "Installation",
    "PairStatus",
    "Progress",
    "Status",
]


def _unseen(_progress: Progress) -> None:
    """Nobody watches."""


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
        self._lock = InstanceLock(data_dir)
        self._ledger = Ledger(data_dir / "ledger.sqlite3")
        self._in_force = SettingsInForce(data_dir / "settings.toml")
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

    def forget_everything(self) -> None:
        """Sign-ins (at Feishu too, if it can be reached), secrets, database, logs, settings: nothing personal
        is left on this computer. The copies in Outlook stay: `undo` removes them, before.

        Opened exclusively, it goes on like a new one. Raises LedgerUnusable, VaultUnavailable where something
        can't be removed: a second call goes on from there, also after the first was killed."""
        for side in Side:
            self._connections.sign_out(side)
        try:
            forget_everything(self.data_dir, self._ledger, self._vault)
            self._in_force = SettingsInForce(self._in_force.path)
        finally:
            self._ledger = Ledger(self.data_dir / "ledger.sqlite3")
            self._ledger.open()
            self._connections = self._connect()

    # --- settings and secrets -----------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings in force: those of the file, or the last good ones while it is wrong."""
        return self._in_force.settings

    def reload_settings(self) -> Settings:
        """Reads settings.toml again. Raises SettingsInvalid; the last good ones stay in force."""
        before = self.settings
        if self._in_force.reload() != before:
            self._connections = self._connect()
        return self.settings

    def save_settings(self, settings: Settings) -> None:
        """Checks and writes settings.toml, keeping the person's comments. Raises SettingsInvalid."""
        before = self.settings
        self._in_force.save(settings)
        if settings != before:
            self._connections = self._connect()

    def store_secret(self, name: str, value: str | None) -> None:
        self._vault.store_secret(name, value)
        self._connections = self._connect()

    def has_secret(self, name: str) -> bool:
        return self._vault.secret(name) is not None

    def is_secret(self, name: str, value: str) -> bool:
        """Whether it is this one that is stored: it never comes out."""
        return self._vault.secret(name) == value

    def _connect(self) -> Connections:
        return Connections(self.settings, self._vault, self._clock, self._meter, self.data_dir)

    # --- accounts -----------------------------------------------------------------------------

    def sign_in(
        self,
        side: Side,
        browse: Callable[[str], None],
        stop: Stop,
        announce: Callable[[str], None],
        *,
        show_code: Callable[[str, str], None] | None = None,
        pasted: Callable[[], str] | None = None,
    ) -> Identity:
        """In the person's browser, or by a code; what it is given is told in core/oauth/interaction.py.

        Raises WrongPerson, with the tokens stored, when it is another person than the one whose calendars
        are mirrored: the pairs stand still until `confirm`, or until the right one signs in."""
        try:
            self._vault.ask_again()
            interaction = Interaction(announce, browse, stop, self._pages(side), show_code, pasted)
            return self._accounts.sign_in(side, interaction)
        finally:
            self._connections = self._connect()

    def sign_out(self, side: Side) -> None:
        """Forgets the tokens here, and at Feishu if it can be reached. Copies and links stay."""
        self._connections.sign_out(side)
        self._connections = self._connect()

    def signed_in(self, side: Side) -> Identity | None:
        """Who is signed in, as far as this computer knows: no request."""
        return self._connections.signed_in(side)

    def newcomers(self) -> tuple[WrongPerson, ...]:
        """The persons who are signed in where others were before: those whom `confirm` would accept."""
        return self._accounts.newcomers()

    def keep_signed_in(self, stop: Stop) -> None:
        """For the time in which nothing runs: a sign-in that nobody uses ends. Asks both services something
        once a day, so it may be called often. Raises LedgerUnusable; all else the next run tells."""
        self._accounts.keep_signed_in(stop)

    def source_calendars(self) -> tuple[SourceCalendarInfo, ...]:
        with self._access.outside_of_runs():
            return self._access.source().calendars()

    def target_calendars(self) -> tuple[TargetCalendarInfo, ...]:
        with self._access.outside_of_runs():
            return self._access.mailbox().calendars()

    def monthly_calls(self) -> MonthlyCalls:
        """How many calls of Feishu this month took, and how many the settings allow."""
        return self._access.calls()

    @property
    def _access(self) -> Access:
        return Access(self._connections, self._ledger, self._clock, self._meter)

    @property
    def _accounts(self) -> Accounts:
        return Accounts(self._connections, self._ledger, self._clock, self._meter)

    # --- runs ---------------------------------------------------------------------------------

    def run(self, stop: Stop, progress: ShowProgress) -> RunReport:
        """One run of all pairs. Never raises SyncError: what went wrong is in the report."""
        return self._attempts.run(stop, progress)

    def confirm(self, stop: Stop, progress: ShowProgress = _unseen) -> RunReport:
        """A run that carries out, once, the deletions that are held; and accepts the persons who are signed
        in, where others were before."""
        self._accounts.accept()
        return self._attempts.run(stop, progress, confirm_held=True)

    def preview(self, stop: Stop, progress: ShowProgress = _unseen) -> RunReport:
        """What a run would do that a person asks for now, writing nothing."""
        return self._attempts.preview(stop, progress)

    def undo(self, stop: Stop, progress: ShowProgress, *, pair: str = "") -> RunReport:
        """Removes every copy of ours from Outlook: of the pair of that id; else of all pairs, also of those
        that are no longer in the settings. Then their syncing is off until `switch_on`."""
        chosen = [each for each in self.settings.pairs if pair in {"", each.id}]
        return self._attempts.undo(chosen, stop, progress, removed_too=not pair)

    def runs(self) -> tuple[RunReport, ...]:
        """The newest first: all of the last day, and of the last ninety those that something came of."""
        return worth_telling(self._ledger.runs(), self._clock.now())

    def deleted_events(self) -> list[DeletedEvent]:
        """What was deleted in the last 30 days and not put back since, the newest first."""
        return restoring.deleted_events(self._ledger, int(self._clock.now().timestamp()))

    def restore(self, chosen: Sequence[DeletedEvent], stop: Stop) -> RunReport:
        """Puts deleted events back as the person's own."""
        return self._attempts.restore(chosen, stop)

    def take_back(self, chosen: Collection[tuple[str, str]], stop: Stop) -> None:
        """Copies that were let go, by pair and key, are followed again. Raises WrongPerson."""
        with self._access.outside_of_runs():
            take_back(self._ledger, self._access.mailbox(), self.settings.pairs, chosen, stop)

    @property
    def _attempts(self) -> Attempts:
        return Attempts(
            self.settings,
            self._in_force.path,
            self._connections,
            self._ledger,
            self._clock,
            self._meter,
            self._words,
        )

    # --- what a person decides, without asking a service ---------------------------------------

    def switch_on(self) -> None:
        """Pairs that `undo` switched off are synced again, and a keyring that stayed locked may ask for its
        password once more: for every run that a person asks for."""
        self._vault.ask_again()
        pair_switch.switch_on(self._ledger, self.settings.pairs)

    def take_over(self) -> None:
        """Copies that another installation replaced are written here again."""
        pair_switch.take_over(self._ledger)

    def retry_failed(self) -> None:
        """What Outlook has refused is tried again in the next run."""
        self._ledger.drop_refusals()

    def held(self) -> tuple[CopyNote, ...]:
        """The copies whose deletion is held: exactly what `confirm` would delete."""
        return tuple(note for pair in self.settings.pairs for note in held_copies(self._ledger, pair))

    def let_go(self) -> tuple[CopyNote, ...]:
        """The copies that are not followed any more."""
        return tuple(note for pair in self.settings.pairs for note in copies_let_go(self._ledger, pair))

    def keep_held(self) -> tuple[PairReport, ...]:
        """Lets go the copies whose deletion is held: they stay in Outlook."""
        return tuple(keep.keep_held(self._ledger, pair) for pair in self.settings.pairs)

    def pause(self, until: datetime | None) -> None:
        """None resumes, and is a wish to sync whatever `undo` switched off."""
        if until is None:
            self.switch_on()
        Waits(self._ledger).pause(until)

    # --- what the tray and the terminal show ------------------------------------------------------

    def status(self) -> Status:
        people = {side: self.signed_in(side) for side in Side}
        return status_of(self._ledger, self.settings, people, self._clock.now())

    def next_run(self) -> datetime:
        """When the next run is due: interval, month's calls, pause, back-off and throttling considered."""
        return self._access.next_run()

    def interval(self) -> timedelta:
        """Between two runs: that of the settings, or a longer one, so that `sync.monthly_calls` lasts."""
        return self._access.interval()
