"""The one thread where everything slow happens: keyring, disk, network. It owns the Installation.

`ask`, `cancel_sign_in`, `paste_address` and `stop` may be called from any thread; everything else lives in
the worker's. What it has to say leaves as the signal `notice` with a frozen payload (ui/messages.py), queued
to the main thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from core.errors import SyncError
from ui.announcer import Announcer
from ui.inbox import Inbox
from ui.intents import Intent
from ui.messages import Failed, NotOpened
from ui.timetable import Timetable

if TYPE_CHECKING:  # loaded in the worker's thread: the icon comes first
    from core.installation import Installation
    from ui.autostart import Autostart
    from ui.shift import Shift

log = logging.getLogger(__name__)

OPEN_AGAIN = 30.0
"""Seconds until a data directory that could not be opened is tried again."""


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
        has_way_out: Callable[[], bool] = lambda: True,
        parent: QObject | None = None,
    ) -> None:
        """`autostart`: how the program starts at login; None: not at all (the demo, tests). `provision`: a
        company's settings for whoever has none yet. `without_keyring`: builds one that forgets all secrets at
        its end. `has_way_out`: whether there is a network, as far as the system knows."""
        super().__init__(parent)
        self._build = build
        self._browse = browse
        self._autostart = autostart
        self._provision = provision
        self._without_keyring = without_keyring
        self._has_way_out = has_way_out
        self._inbox = Inbox()
        self._announcer = Announcer(self.notice.emit)
        self._timetable = Timetable()

    def ask(self, intent: Intent) -> None:
        self._inbox.put(intent)

    def cancel_sign_in(self) -> None:
        self._inbox.cancel_sign_in()

    def paste_address(self, address: str) -> None:
        """Of the page that a sign-in has ended on, for the one that waits for it."""
        self._inbox.paste_address(address)

    def stop(self) -> None:
        """Ends the thread: at once when it waits, after the present batch when it writes."""
        self._inbox.stop()

    # --- the worker's thread ------------------------------------------------------------------------

    def run(self) -> None:
        while (installation := self._open()) is not None:
            shift = self._shift(installation)
            shift.work()
            try:
                installation.close()
            except Exception:
                log.exception("the data directory could not be closed")
            if shift.goes_on_in_memory and self._without_keyring:
                self._build = self._without_keyring

    def _shift(self, installation: Installation) -> Shift:
        from ui.shift import Shift

        return Shift(
            installation,
            self._inbox,
            self._announcer,
            self._timetable,
            self._browse,
            autostart=self._autostart,
            provision=self._provision,
            has_way_out=self._has_way_out,
        )

    def _open(self) -> Installation | None:
        """Tried until it succeeds or the program ends: a disk may be there long after the log-in."""
        while not self._inbox.is_stopping():
            try:
                installation = self._build()
                installation.reload_settings()
                installation.open(exclusive=True)
                return installation
            except Exception as error:
                if isinstance(error, SyncError):
                    log.warning("the data directory could not be opened: %s", type(error).__name__)
                else:
                    log.exception("the data directory could not be opened")
                self._wait_closed(error)
        return None

    def _wait_closed(self, error: Exception) -> None:
        self._announcer.show_problem(error)
        self._announcer.say(NotOpened(error))
        intent = self._inbox.take(OPEN_AGAIN)
        if intent is not None:
            self._announcer.say(Failed(intent, error))
