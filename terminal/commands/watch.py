"""watch: runs when they are due, until interrupted.

Only wrong settings or another instance at its very start end it.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from core.errors import AlreadyRunning, SettingsInvalid, SyncError
from core.installation import Installation
from terminal.commands import Context
from terminal.exit_codes import ExitCode, of_report
from terminal.json_report import refused, run_object
from terminal.printing import say_run
from texts.language import _
from texts.report import moment

log = logging.getLogger(__name__)

LOOK_AT_SETTINGS = 2.0
"""Seconds between two looks at settings.toml."""
BEFORE_THE_NEXT_TRY = timedelta(minutes=5)
SHORTEST_PAUSE = timedelta(seconds=10)


def watch(context: Context) -> ExitCode:
    code = _until_it_starts(context)
    context.terminal.say(_("Stopped."))
    return code


def _until_it_starts(context: Context) -> ExitCode:
    """Tries again while the keyring or the disk is not ready, as after a boot."""
    while not context.interruption.requested():
        try:
            with context.open(exclusive=True) as installation:
                return _keep_syncing(context, installation)
        except (SettingsInvalid, AlreadyRunning):
            raise
        except SyncError as error:
            context.terminal.problem(error)
        context.interruption.wait(BEFORE_THE_NEXT_TRY.total_seconds())
    return ExitCode.ALL_WELL


def _keep_syncing(context: Context, installation: Installation) -> ExitCode:
    seen = _mark(installation)
    if _run(context, installation) is ExitCode.USAGE:
        return ExitCode.USAGE
    while not context.interruption.requested():
        seen = _wait_until_due(context, installation, seen)
        if not context.interruption.requested():
            _run(context, installation)
    return ExitCode.ALL_WELL


def _run(context: Context, installation: Installation) -> ExitCode:
    try:
        report = installation.run(context.interruption.requested, lambda _progress: None)
    except Exception as error:
        # A fault of ours, or a disk that is full at the moment: neither may end a server's night.
        log.exception("a run could not be finished")
        context.terminal.problem(error)
        report = refused(error, datetime.now(UTC))
    else:
        say_run(context.terminal, report, with_skipped=context.options.verbose)
    context.terminal.emit(run_object(report))
    return of_report(report)


def _wait_until_due(context: Context, installation: Installation, seen: object) -> object:
    """Returns the mark of the settings that are in force."""
    due = _due(installation)
    context.terminal.say(_("Next run: {time}", time=moment(due, now=datetime.now(UTC))))
    while not context.interruption.requested() and (left := due - datetime.now(UTC)) > timedelta():
        context.interruption.wait(min(LOOK_AT_SETTINGS, left.total_seconds()))
        _keep_signed_in(context, installation)
        if (mark := _mark(installation)) != seen:
            seen = mark
            _take_over_settings(context, installation)
            due = _due(installation)
    return seen


def _keep_signed_in(context: Context, installation: Installation) -> None:
    """A pause of weeks must not end a sign-in."""
    try:
        installation.keep_signed_in(context.interruption.requested)
    except SyncError as error:
        log.warning("the sign-ins could not be used: %s", error)


def _take_over_settings(context: Context, installation: Installation) -> None:
    try:
        installation.reload_settings()
        context.terminal.say(_("The settings have changed and are in force now."))
    except SyncError as error:
        context.terminal.problem(error)


def _due(installation: Installation) -> datetime:
    """Never at once: where a run can't even be recorded, the next would be due immediately."""
    now = datetime.now(UTC)
    try:
        return max(installation.next_run(), now + SHORTEST_PAUSE)
    except SyncError:
        return now + BEFORE_THE_NEXT_TRY


def _mark(installation: Installation) -> object:
    """Changes when settings.toml does; None while there is none."""
    try:
        found = (installation.data_dir / "settings.toml").stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
