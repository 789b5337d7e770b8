"""The commands, one small module each.

A command opens the installation itself: it knows whether it changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from core.installation import Installation
from terminal.arguments import Options
from terminal.exit_codes import ExitCode
from terminal.interruption import Interruption
from terminal.printing import Terminal


class Opener(Protocol):
    def __call__(self, *, exclusive: bool) -> AbstractContextManager[Installation]:
        """The installation, opened and with readable settings. Raises SyncError: SettingsInvalid before
        AlreadyRunning (only with `exclusive`) before whatever else is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a command has to work with."""

    options: Options
    terminal: Terminal
    interruption: Interruption
    open: Opener


Command = Callable[[Context], ExitCode]
