"""What is said about the old script's tokens.yaml. Names, never values."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from core.old_script import OldScriptRefused
from texts.language import _


def refusal(error: OldScriptRefused) -> str:
    names = listed(error.names)
    match error.why:
        case "unreadable":
            return _("The file can’t be read: {why}", why=names)
        case "too large":
            return _("The file is larger than 1 MB: it is not the old script’s.")
        case "encoding":
            return _("The file is not UTF-8 text.")
        case "syntax":
            return _(
                "Line {line} is not a simple “name: value”. Only such lines are read: write the app ids and "
                "secrets into a file of a few lines, or type them in.",
                line=error.line,
            )
        case "twice":
            return _("Line {line} has a name that stands in the file already.", line=error.line)
        case "ambiguous":
            return _("These mean the same and have different values: {names}", names=names)
        case "value":
            return _("Line {line}: “{name}” has a value that can’t be one.", line=error.line, name=names)
        case _:
            return _("No app id and no secret was found in the file.")


def listed(names: Iterable[str]) -> str:
    # Translators: stands between two names
    return _(", ").join(names)


def how_to_delete(file: Path, *, platform: str = sys.platform) -> tuple[str, ...]:
    """The sentence and the command."""
    path = str(file)
    command = subprocess.list2cmdline(["del", path]) if platform == "win32" else f"rm -- {shlex.quote(path)}"
    return (
        _("The file has secrets that anybody can read who can read the file. Delete it, and its copies:"),
        f"  {command}",
    )
