"""What a command line that can't be understood ends with."""

from __future__ import annotations

from datetime import UTC, datetime

from core.model import Result, RunReport
from terminal.arguments import UsageError
from terminal.exit_codes import ExitCode
from terminal.json_report import run_object
from terminal.printing import Terminal


def refuse(error: UsageError, *, as_json: bool) -> int:
    terminal = Terminal(as_json=as_json)
    terminal.tell(f"{error.usage}{error.message}")
    now = datetime.now(UTC)
    terminal.emit(run_object(RunReport(Result.FAILED, started=now, finished=now)))
    return int(ExitCode.USAGE)
