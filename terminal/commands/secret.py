"""secret NAME: from standard input into the keyring. Never shown, never an argument."""

from __future__ import annotations

import getpass
import sys

from terminal.commands import Context
from terminal.exit_codes import ExitCode
from texts.language import _

LONGEST = 1000
"""Characters; both services' secrets are far shorter. Longer is a file that was meant for another."""


def secret(context: Context) -> ExitCode:
    name, terminal = context.options.secret, context.terminal
    with context.open(exclusive=True) as installation:
        value = _read(name)
        if not value.strip() or len(value) > LONGEST or "\n" in value:
            terminal.tell(_("That is no secret: one line that is not empty is needed."))
            terminal.emit({"result": "failed", "secret": name})
            return ExitCode.USAGE
        installation.store_secret(name, value)
    terminal.say(_("Stored in the keyring: {name}", name=name))
    terminal.emit({"result": "ok", "secret": name})
    return ExitCode.ALL_WELL


def _read(name: str) -> str:
    """Without an echo where a person types; without the line end in either case."""
    try:
        if sys.stdin is not None and sys.stdin.isatty():
            return getpass.getpass(_("{name} (it is not shown): ", name=name))
        return (sys.stdin.read() if sys.stdin is not None else "").removesuffix("\n").removesuffix("\r")
    except (EOFError, UnicodeDecodeError):
        return ""
