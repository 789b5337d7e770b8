"""At most one program at a time changes things in a data directory."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import AlreadyRunning, LedgerUnusable
from core.files import PRIVATE, why_unwritable
from core.places import make_private


class InstanceLock:
    """The operating system holds it: it is free again however its owner ends. Any thread may release it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = FileLock(data_dir / "instance.lock", timeout=0, mode=PRIVATE, thread_local=False)

    def acquire(self) -> None:
        """Does not wait. Raises AlreadyRunning, also when this object holds it, and LedgerUnusable."""
        if self._lock.is_locked:
            raise AlreadyRunning(str(self._data_dir))
        make_private(self._data_dir)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise AlreadyRunning(str(self._data_dir)) from error
        except OSError as error:
            raise LedgerUnusable(why_unwritable(error), str(self._data_dir)) from error

    def release(self) -> None:
        """Nothing happens if it is not held."""
        self._lock.release()
