"""The one thread where everything slow happens: keyring, disk, network. It owns the Installation.

`ask`, `cancel_sign_in`, `paste_address` and `stop` may be called from any thread; everything else lives in
the worker's. What it has to say leaves as the signal `notice` with a frozen payload (ui/messages.py), queued
to the main thread.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from core.errors import SettingsInvalid, SyncError
from core.model import Side
from core.settings import Redirect
from texts.report import State
from ui import errands, standing
from ui.autostart import Autostart
from ui.errands import Errands
from ui.intents import (
    APP_SECRET,
    CLIENT_SECRET,
    Confirm,
    Intent,
    KeepInMemory,
    NetworkBack,
    Pause,
    RetryFailed,
    Save,
    SignIn,
    SyncNow,
    TakeBack,
)
from ui.messages import Attention, Done, Failed, Notice, NotOpened, RunEnded, SignInWaiting
from ui.power import SleepDetector
from ui.provision import wanted
from ui.tray.state import STARTING, TrayState

if TYPE_CHECKING:  # the engine behind it loads the network libraries: only the worker's factory imports it
    from core.installation import Installation, Progress

log = logging.getLogger(__name__)

TICK = 5.0
"""Seconds between two looks at the clock and at settings.toml."""
REST = 3.0
"""Seconds that lie at least between a run and the next that nobody asked for, whatever the schedule says."""
OPEN_AGAIN = 30.0
"""Seconds until a keyring or a database that could not be opened is tried again."""


class SyncWorker(QThread):
    notice = Signal(object)

    def __init__(
        self,
        build: Callable[[], Installation],
        browse: Callable[[str], None],
        *,
        autostart: Autostart | None = None,
        provision: Path | None = None,
        without_keyring: Callable[[], Installation] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`autostart`: how the program starts at login; None: not at all (the demo, tests). `provision`: a
        company's settings for whoever has none yet. `without_keyring`: builds one that forgets all secrets at
        its end."""
        super().__init__(parent)
        self._build = build
        self._browse = browse
        self._autostart = autostart
        self._provision = provision
        self._without_keyring = without_keyring
        self._starts_at_login: bool | None = None
        self._intents: queue.Queue[Intent | None] = queue.Queue()
        self._stopping = threading.Event()
        self._sign_in_cancelled = threading.Event()
        self._address = ""
        self._shown = STARTING
        self._fault: Exception | None = None
        self._wants_run = False
        self._is_ready = False
        self._wrong_settings: SettingsInvalid | None = None
        """What is wrong with settings.toml as it is now; older settings are in force."""
        self._rest_until = 0.0
        self._sleep = SleepDetector(TICK * 6)

    def ask(self, intent: Intent) -> None:
        self._intents.put(intent)

    def cancel_sign_in(self) -> None:
        self._sign_in_cancelled.set()

    def paste_address(self, address: str) -> None:
        """Of the page that a sign-in has ended on, for the one that waits for it."""
        self._address = address

    def stop(self) -> None:
        """Ends the thread: at once when it waits, after the present batch when it writes."""
        self._stopping.set()
        self._intents.put(None)

    # --- the worker's thread ------------------------------------------------------------------------

    def run(self) -> None:
        while (installation := self._open()) is not None:
            try:
                self._work(installation)
            finally:
                self._guard(installation.close)

    def _work(self, installation: Installation) -> None:
        """Until the program ends, or the person goes on without a keyring."""
        self._guard(lambda: self._begin(installation))
        self._stamp = _stamp(installation)
        built_by = self._build
        while not self._stopping.is_set() and self._build is built_by:
            self._turn(installation)

    def _open(self) -> Installation | None:
        """Tried until it succeeds or the program ends: a keyring may be unlocked long after the log-in."""
        while not self._stopping.is_set():
            try:
                installation = self._build()
                installation.reload_settings()
                installation.open(exclusive=True)
                return installation
            except SyncError as error:
                log.warning("the data directory could not be opened: %s", type(error).__name__)
                self._wait_closed(error)
            except Exception as error:
                log.exception("the data directory could not be opened")
                self._wait_closed(error)
        return None

    def _wait_closed(self, error: Exception) -> None:
        self._show_problem(error)
        self._say(NotOpened(error))
        try:
            intent = self._intents.get(timeout=OPEN_AGAIN)
        except queue.Empty:
            return
        if intent is not None:
            self._say(Failed(intent, error))

    def _begin(self, installation: Installation) -> None:
        """A run that the end of the program interrupted goes on."""
        self._take_over_provision(installation)
        last = installation.status().last_run
        self._wants_run = last is not None and standing.was_interrupted(last)
        self._publish(installation)

    def _take_over_provision(self, installation: Installation) -> None:
        file = self._provision
        if file and wanted(installation.data_dir / "settings.toml", file):
            try:
                errands.take_over_provision(installation, file)
            except SettingsInvalid as error:
                self._wrong_settings = error

    def _turn(self, installation: Installation) -> None:
        """One intent, or one look at what is due."""
        try:
            intent = self._intents.get(timeout=self._patience())
        except queue.Empty:
            intent = None
        self._wants_run |= self._sleep.has_slept()
        if intent is not None:
            self._carry_out(installation, intent)
        elif (stamp := _stamp(installation)) != self._stamp:
            self._stamp = stamp
            self._guard(lambda: self._settings_edited(installation))
        if not self._should_yield():
            self._guard(lambda: self._run_if_due(installation))
            self._guard(lambda: installation.keep_signed_in(self._should_yield))
        self._sleep.awake()

    def _patience(self) -> float:
        """Seconds until the next look at the clock; none when a run is wanted and may start."""
        if self._wants_run and self._is_ready:
            return min(TICK, max(0.0, self._rest_until - time.monotonic()))
        return TICK

    def _carry_out(self, installation: Installation, intent: Intent) -> None:
        try:
            self._do(installation, intent)
        except SyncError as error:
            self._say(Failed(intent, error))
        except Exception as error:
            log.exception("%s failed", type(intent).__name__)
            self._say(Failed(intent, error))
        else:
            self._say(Done(intent))
        self._guard(lambda: self._publish(installation))

    def _do(self, installation: Installation, intent: Intent) -> None:
        match intent:
            case SyncNow():
                installation.switch_on()
                installation.take_over()
                self._sync(installation)
            case RetryFailed():
                installation.retry_failed()
                self._sync(installation)
            case KeepInMemory() if self._without_keyring:
                self._build, self._without_keyring = self._without_keyring, None
            case NetworkBack():
                self._wants_run |= self._shown.kind is State.OFFLINE
            case Pause(until):
                installation.pause(until)
                self._wants_run = until is None
            case Save():
                self._save(installation, intent)
            case SignIn():
                if intent.save:
                    self._save(installation, intent.save)
                self._sign_in(installation, intent)
            case TakeBack():
                self._errands(installation).carry_out(intent)
                self._wants_run = True
            case Confirm():
                self._say(RunEnded(installation.confirm(self._stopping.is_set)))
            case _:
                self._errands(installation).carry_out(intent)

    def _errands(self, installation: Installation) -> Errands:
        return Errands(installation, self._say, self._stopping.is_set)

    def _save(self, installation: Installation, save: Save) -> None:
        self._errands(installation).save(save)
        self._wrong_settings = None
        self._stamp = _stamp(installation)
        self._wants_run = True

    def _sign_in(self, installation: Installation, intent: SignIn) -> None:
        side = intent.side
        wants_address = (
            side is Side.OUTLOOK and installation.settings.outlook.redirect is Redirect.NATIVECLIENT
        )
        self._sign_in_cancelled.clear()
        self._address = ""

        def show_code(url: str, code: str) -> None:
            self._say(SignInWaiting(side, url, code))
            self._browse(url)

        installation.sign_in(
            side,
            browse=self._browse,
            stop=lambda: self._stopping.is_set() or self._sign_in_cancelled.is_set(),
            announce=lambda url: self._say(SignInWaiting(side, url, wants_address=wants_address)),
            show_code=show_code if intent.with_code else None,
            pasted=lambda: self._address,
        )
        self._wants_run = True

    def _settings_edited(self, installation: Installation) -> None:
        try:
            installation.reload_settings()
        except SettingsInvalid as error:
            self._wrong_settings = error
        else:
            self._wrong_settings = None
            self._wants_run = True
        self._publish(installation)

    def _run_if_due(self, installation: Installation) -> None:
        if not self._is_ready or time.monotonic() < self._rest_until:
            return
        due = installation.next_run()
        if self._wants_run or datetime.now(UTC) >= due:
            self._sync(installation)
            self._publish(installation)

    def _sync(self, installation: Installation) -> None:
        self._wants_run = False
        self._show(replace(self._shown, kind=State.SYNCING, is_starting=False, done=0, total=0))
        try:
            report = installation.run(self._should_yield, self._progressed)
        except Exception as error:
            self._fault = error
            self._rest_until = time.monotonic() + 60 * installation.settings.sync.interval_minutes
            raise
        self._fault = next(
            (problem for problem in report.problems if not isinstance(problem, SyncError)), None
        )
        self._wants_run = standing.was_interrupted(report)
        self._rest_until = 0.0 if self._wants_run else time.monotonic() + REST
        self._say(RunEnded(report))

    def _should_yield(self) -> bool:
        """A run makes room between two batches for whatever a person asks, and goes on afterwards."""
        return self._stopping.is_set() or not self._intents.empty()

    def _progressed(self, progress: Progress) -> None:
        self._show(replace(self._shown, done=progress.done, total=progress.total))

    def _publish(self, installation: Installation) -> None:
        status = installation.status()
        if self._wrong_settings:
            status = replace(status, attention=(self._wrong_settings, *status.attention))
        stored = frozenset(name for name in (APP_SECRET, CLIENT_SECRET) if installation.has_secret(name))
        shown = standing.overview(
            installation.settings,
            status,
            stored,
            held=installation.held(),
            feishu_calls=installation.monthly_calls().used,
        )
        self._is_ready = shown.is_signed_in and shown.is_set_up and status.paused_until is None
        due = installation.next_run() if self._is_ready else None
        self._say(shown)
        self._start_at_login(wanted=installation.settings.ui.start_at_login)
        self._show(standing.tray_state(shown, status, next_run=due, before=self._shown, fault=self._fault))
        self._say(Attention(standing.attention_of(status)))

    def _start_at_login(self, *, wanted: bool) -> None:
        if self._autostart and wanted is not self._starts_at_login:
            self._starts_at_login = wanted
            self._autostart.set(wanted=wanted)

    def _guard(self, action: Callable[[], None]) -> None:
        """The thread outlives every failure: it is told in the tray, and the next due time tries again."""
        try:
            action()
        except SyncError as error:
            self._show_problem(error)
        except Exception as error:
            log.exception("a fault of ours")
            self._show_problem(error)

    def _show_problem(self, error: Exception) -> None:
        self._show(replace(self._shown, kind=State.NEEDS_YOU, is_starting=False, problems=(error,)))

    def _show(self, state: TrayState) -> None:
        if state != self._shown:
            self._shown = state
            self._say(state)

    def _say(self, notice: Notice) -> None:
        self.notice.emit(notice)


def _stamp(installation: Installation) -> tuple[int, int]:
    """Changes whenever settings.toml does."""
    try:
        found = (installation.data_dir / "settings.toml").stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
