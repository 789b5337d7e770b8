"""What a person asks for besides a run: accounts, settings, lists, imports. Lives in the worker's thread.

Everything may raise SyncError; the worker tells it to the window that asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core import settings_file
from core.model import Side
from core.report import RunReport
from texts.product import VERSION
from ui import standing
from ui.intents import (
    ForgetEverything,
    ImportOldScript,
    ImportProvision,
    Intent,
    KeepHeld,
    ListCalendars,
    ListDeleted,
    ListLetGo,
    ListRuns,
    Preview,
    RemoveCopies,
    RemovePair,
    Restore,
    Save,
    SaveDiagnostics,
    SignOut,
    TakeBack,
    TryConnection,
)
from ui.messages import (
    Calendars,
    ConnectionTried,
    Deleted,
    DeletedCopy,
    History,
    LetGo,
    LetGoCopy,
    Notice,
    OldScriptImported,
    Previewed,
    Restored,
    RunEnded,
)
from ui.tray.state import FOR_EVER

if TYPE_CHECKING:  # the engine behind it loads the network libraries
    from core.installation import Installation, Progress


@dataclass(frozen=True, slots=True)
class Errands:
    installation: Installation
    say: Callable[[Notice], None]
    stop: Callable[[], bool]
    progress: Callable[[Progress], None]

    def carry_out(self, intent: Intent) -> None:
        answer = self._answer(intent)
        if answer is not None:
            self.say(answer)
        else:
            self._act(intent)

    def _answer(self, intent: Intent) -> Notice | None:
        """To a question; None: it is none."""
        match intent:
            case TryConnection(side):
                return ConnectionTried(side, len(self._calendars(side).choices))
            case ListCalendars(side):
                return self._calendars(side)
            case Preview():
                return Previewed(self.installation.preview(self.stop))
            case ListRuns():
                return History(self.installation.runs())
            case ListDeleted():
                return self._deleted()
            case ListLetGo():
                return self._let_go()
            case _:
                return None

    def _act(self, intent: Intent) -> None:
        match intent:
            case SignOut(side):
                self.installation.sign_out(side)
            case KeepHeld():
                self.installation.keep_held()
            case Restore(numbers):
                self._restore(numbers)
            case TakeBack(chosen):
                self.installation.take_back(chosen, self.stop)
                self.say(self._let_go())
            case RemoveCopies():
                self.say(RunEnded(self._undo("")))
            case RemovePair(pair, with_copies):
                self._remove_pair(pair, with_copies=with_copies)
            case ForgetEverything():
                self.installation.forget_everything()
            case ImportOldScript(file, may_replace):
                self._import_old_script(file, may_replace=may_replace)
            case ImportProvision(file):
                take_over_provision(self.installation, file)
            case SaveDiagnostics(file):
                self._save_diagnostics(file)
            case _:
                raise TypeError(type(intent).__name__)

    def _undo(self, pair: str) -> RunReport:
        return self.installation.undo(self.stop, self.progress, pair=pair)

    def save(self, save: Save) -> None:
        for name, value in save.secrets:
            if value:
                self.installation.store_secret(name, value)
        self.installation.save_settings(save.settings)

    def _calendars(self, side: Side) -> Calendars:
        if side is Side.FEISHU:
            return Calendars(side, standing.source_choices(self.installation.source_calendars()))
        return Calendars(side, standing.target_choices(self.installation.target_calendars()))

    def _deleted(self) -> Deleted:
        return Deleted(
            tuple(
                DeletedCopy(
                    event.last.number,
                    event.last.title,
                    event.last.start,
                    datetime.fromtimestamp(event.last.deleted_at, UTC),
                    event.is_series,
                )
                for event in self.installation.deleted_events()
            )
        )

    def _let_go(self) -> LetGo:
        notes = self.installation.let_go()
        return LetGo(
            tuple(LetGoCopy(each.pair, each.key, each.title, each.start, each.reason) for each in notes)
        )

    def _restore(self, numbers: tuple[int, ...]) -> None:
        chosen = [event for event in self.installation.deleted_events() if event.last.number in numbers]
        self.say(Restored(self.installation.restore(chosen, self.stop)))
        self.say(self._deleted())

    def _remove_pair(self, pair: str, *, with_copies: bool) -> None:
        if with_copies:
            report = self._undo(pair)
            self.say(RunEnded(report))
            if report.problems:
                raise report.problems[0]
        settings = self.installation.settings
        left = tuple(each for each in settings.pairs if each.id != pair)
        self.installation.save_settings(replace(settings, pairs=left))

    def _import_old_script(self, file: Path, *, may_replace: bool) -> None:
        from core import old_script

        found = old_script.load(file)
        done = old_script.take_over(found, self.installation, lambda _names: may_replace)
        self.say(OldScriptImported(file, done.taken, done.unchanged, done.left, found.has_tokens))

    def _save_diagnostics(self, file: Path) -> None:
        from core import diagnostics

        file.unlink(missing_ok=True)  # the person has been asked already whether it may be replaced
        diagnostics.save(file, self.installation.data_dir, VERSION)


def take_over_provision(installation: Installation, file: Path) -> None:
    """A company's settings become this person's. Pairs among them are a proposal: nothing is copied before
    the person has seen what, and has pressed Start. Raises SettingsInvalid, LedgerUnusable."""
    settings = settings_file.load(file, must_exist=True)
    if settings.pairs:
        installation.pause(FOR_EVER)
    installation.save_settings(settings)
