"""Files that are whole or not there: written beside, flushed, then renamed into place."""

from __future__ import annotations

import glob
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600
_ATTEMPTS = 20
_LEFT_BEHIND = 3600.0
"""Seconds. A file that was written beside so long ago belongs to a process that was killed."""


def replace_file(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Durable when it returns: after a power cut there is the old content or the new, never a mixture.

    A file that is there keeps its place if `path` is a link to it. Raises OSError, and then nothing changed.
    """
    target = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        _rename(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_directory(target.parent)
    _remove_left_behind(target)


def _remove_left_behind(target: Path) -> None:
    for each in target.parent.glob(f".{glob.escape(target.name)}.????????.new"):
        with suppress(OSError):
            if each.stat().st_mtime < time.time() - _LEFT_BEHIND:
                each.unlink()


def _rename(source: Path, target: Path) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.1)  # Windows: somebody (a scanner, an editor) has the file open for a moment


def _flush_directory(directory: Path) -> None:
    if os.name == "nt":
        return  # Windows has no way to flush a directory, and renames are in its journal
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
