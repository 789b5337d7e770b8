"""A command that does nothing, because of what was typed or was not answered."""

from __future__ import annotations

from datetime import UTC, datetime

from core.report import Result, RunReport
from terminal.commands import Context
from terminal.exit_codes import ExitCode
from terminal.json_report import run_object


def refuse(context: Context, words: str) -> ExitCode:
    context.terminal.tell(words)
    now = datetime.now(UTC)
    context.terminal.emit(run_object(RunReport(Result.FAILED, started=now, finished=now)))
    return ExitCode.USAGE
