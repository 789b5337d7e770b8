"""One command, start to end. Whatever happens, --json prints an object."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from core import logs
from core.errors import SyncError
from core.installation import Installation
from core.settings import InterfaceLanguage, LogLevel
from terminal import build
from terminal.arguments import Options
from terminal.commands import Command, Context
from terminal.commands.calendars import calendars
from terminal.commands.diagnostics import diagnostics
from terminal.commands.import_ import import_
from terminal.commands.restore import restore
from terminal.commands.secret import secret
from terminal.commands.sign_in import sign_in, sign_out
from terminal.commands.status import status
from terminal.commands.sync import confirm, preview, sync
from terminal.commands.undo import undo
from terminal.commands.watch import watch
from terminal.exit_codes import ExitCode, of_problem
from terminal.interruption import Interruption
from terminal.json_report import refused, run_object
from terminal.printing import Terminal
from texts import language
from texts.language import _
from texts.report import waived

log = logging.getLogger(__name__)


def _demo(context: Context) -> ExitCode:
    from terminal.commands.demo import demo  # brings a web framework along

    return demo(context)


COMMANDS: dict[str, Command] = {
    "demo": _demo,
    "sync": sync,
    "watch": watch,
    "preview": preview,
    "sign-in": sign_in,
    "sign-out": sign_out,
    "secret": secret,
    "calendars": calendars,
    "status": status,
    "confirm": confirm,
    "undo": undo,
    "restore": restore,
    "import": import_,
    "diagnostics": diagnostics,
}


def run(options: Options, make: Callable[[Options], Installation] = build.installation) -> int:
    """Carries out one command and returns its exit code (terminal/exit_codes.py)."""
    _accept_any_character()
    language.choose(_language(options, InterfaceLanguage.AUTO))
    terminal = Terminal(as_json=options.as_json, verbose=options.verbose)
    command = COMMANDS[options.command]
    try:
        with Interruption() as interruption:
            context = Context(options, terminal, interruption, partial(_opened, options, make, terminal))
            return int(command(context))
    except SyncError as error:
        return _failed(terminal, error)
    except Exception as error:  # noqa: BLE001  # a fault of ours: told in words, the traceback is in the log
        code = _failed(terminal, error)
        if options.command == "demo":  # its log is gone with its data directory
            terminal.tell(traceback.format_exc())
        else:
            terminal.tell(_("Log file: {file}", file=logs.log_file(build.data_dir(options))))
        return code
    finally:
        logs.stop()


@contextmanager
def _opened(
    options: Options, make: Callable[[Options], Installation], terminal: Terminal, *, exclusive: bool
) -> Iterator[Installation]:
    """Wrong settings are noticed before anything else."""
    build.start_logs(options, LogLevel.INFO)
    try:
        installation = make(options)
        settings = installation.reload_settings()
        logs.set_level(settings.ui.log_level)
        language.choose(_language(options, settings.ui.language))
        for sentence in waived(settings):
            terminal.tell(sentence)
        with build.opened(installation, exclusive=exclusive):
            yield installation
    except SyncError as error:
        log.warning("%s: %s", options.command, error)
        raise
    except Exception:
        log.exception("%s ended in a fault", options.command)
        raise


def _failed(terminal: Terminal, error: Exception) -> int:
    terminal.problem(error)
    terminal.emit(run_object(refused(error, datetime.now(UTC))))
    return int(of_problem(error))


def _language(options: Options, wanted: InterfaceLanguage) -> InterfaceLanguage:
    """Scripts read English: a report must not depend on who runs it."""
    return InterfaceLanguage.ENGLISH if options.as_json else wanted


def _accept_any_character() -> None:
    """A title in Chinese must not end the program where the terminal can't show it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
