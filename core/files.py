"""Files that are whole or not there: written beside, flushed, then renamed into place."""

from __future__ import annotations

import errno
import glob
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
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


def remove_file(path: Path) -> None:
    """And what was written beside it to take its place. It need not be there. Raises OSError."""
    for each in (*_beside(path.resolve()), path):
        _patiently(partial(each.unlink, missing_ok=True))


def why_unwritable(error: OSError) -> str:
    """ "disk full", or "unwritable" for any other reason."""
    return "disk full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "unwritable"


def _remove_left_behind(target: Path) -> None:
    for each in _beside(target):
        with suppress(OSError):
            if each.stat().st_mtime < time.time() - _LEFT_BEHIND:
                each.unlink()


def _beside(target: Path) -> Iterator[Path]:
    return target.parent.glob(f".{glob.escape(target.name)}.????????.new")


def _rename(source: Path, target: Path) -> None:
    _patiently(lambda: source.replace(target))


def _patiently(change: Callable[[], object]) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            change()
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
