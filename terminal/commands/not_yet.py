"""Commands that are promised and not built yet: said, not guessed at."""

from __future__ import annotations

from datetime import UTC, datetime

from core.model import Result, RunReport
from terminal.commands import Context
from terminal.exit_codes import ExitCode
from terminal.json_report import run_object
from texts.language import _


def not_yet(context: Context) -> ExitCode:
    command = context.options.command + (" --keep" if context.options.keep else "")
    context.terminal.tell(_("“{command}” is not there yet; a later version brings it.", command=command))
    now = datetime.now(UTC)
    context.terminal.emit(run_object(RunReport(Result.FAILED, started=now, finished=now)))
    return ExitCode.USAGE
