"""What a command line ends with that can't be understood, or not be followed here."""

from __future__ import annotations

from datetime import UTC, datetime

from core.report import Result, RunReport
from terminal.arguments import UsageError
from terminal.exit_codes import ExitCode
from terminal.json_report import run_object
from terminal.printing import Terminal
from texts.language import _


def refuse(error: UsageError, *, as_json: bool) -> int:
    return _refused(f"{error.usage}{error.message}", as_json=as_json)


def refuse_tray(*, as_json: bool) -> int:
    """Qt would end the process without a word that a person understands."""
    sentence = _("There is no screen for the tray icon. Without one, “watch” keeps syncing in the terminal.")
    return _refused(sentence, as_json=as_json)


def _refused(words: str, *, as_json: bool) -> int:
    terminal = Terminal(as_json=as_json)
    terminal.tell(words)
    now = datetime.now(UTC)
    terminal.emit(run_object(RunReport(Result.FAILED, started=now, finished=now)))
    return int(ExitCode.USAGE)
