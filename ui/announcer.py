"""What the worker tells the main thread of how things stand. Lives in the worker's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import NeedsPerson, SettingsInvalid
from core.report import Result
from texts.report import State
from ui import standing
from ui.intents import APP_SECRET, CLIENT_SECRET
from ui.messages import Attention, Notice
from ui.tray.state import STARTING, TrayState

if TYPE_CHECKING:  # the engine behind it loads the network libraries
    from core.installation import Installation, Progress, Status
    from ui.timetable import Timetable


class Announcer:
    """Outlives the installation that it tells about."""

    def __init__(self, say: Callable[[Notice], None]) -> None:
        self.say = say
        self.fault: Exception | None = None
        """What kept the last run from ending in a report, or a fault of ours that it reported."""
        self.wrong_settings: SettingsInvalid | None = None
        """What is wrong with settings.toml as it is now; older settings are in force."""
        self.is_cut_off = False
        """The last run did not get through to the services."""
        self._shown = STARTING

    def publish(self, installation: Installation, timetable: Timetable) -> None:
        """Finds out how things stand, and tells it; the timetable as well. May raise anything that a look
        into ledger and keyring raises."""
        status = installation.status()
        if self.wrong_settings:
            status = replace(status, attention=(self.wrong_settings, *status.attention))
        stored = frozenset(name for name in (APP_SECRET, CLIENT_SECRET) if installation.has_secret(name))
        shown = standing.overview(
            installation.settings,
            status,
            stored,
            held=installation.held(),
            feishu_calls=installation.monthly_calls().used,
        )
        due = None
        if shown.is_signed_in and shown.is_set_up and status.paused_until is None:
            due = installation.next_run()
            timetable.runs_at(due)
        else:
            timetable.stands_still(until=status.paused_until)
        self.is_cut_off = _is_cut_off(status)
        self.say(shown)
        self._show(
            standing.tray_state(
                shown, status, next_run=due, now=datetime.now(UTC), before=self._shown, fault=self.fault
            )
        )
        self.say(Attention((*self._fault_for_a_person(), *standing.attention_of(status))))

    def show_syncing(self) -> None:
        self._show(replace(self._shown, kind=State.SYNCING, is_starting=False, done=0, total=0))

    def show_progress(self, progress: Progress) -> None:
        self._show(replace(self._shown, done=progress.done, total=progress.total))

    def show_problem(self, error: Exception) -> None:
        """Nothing more is known of how things stand."""
        self._show(replace(self._shown, kind=State.NEEDS_YOU, is_starting=False, problems=(error,)))

    def tell_problem(self, error: Exception) -> None:
        """Shown, and worth a notification if a person can do something about it."""
        self.show_problem(error)
        if isinstance(error, NeedsPerson):
            self.say(Attention((error,)))

    def _fault_for_a_person(self) -> tuple[NeedsPerson, ...]:
        return (self.fault,) if isinstance(self.fault, NeedsPerson) else ()

    def _show(self, state: TrayState) -> None:
        if state != self._shown:
            self._shown = state
            self.say(state)


def _is_cut_off(status: Status) -> bool:
    return status.last_run is not None and status.last_run.result is Result.UNREACHABLE
