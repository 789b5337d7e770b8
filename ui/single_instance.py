"""One tray per data directory: a second start tells the first to come forward, and ends.

Lives in the main thread. A lock file decides who is first (QLocalServer alone can't: two that start together
would take the name from each other); a local socket lets the second one knock.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from core.errors import LedgerUnusable
from core.places import make_private

IS_WINDOWS: bool = sys.platform == "win32"
_PATIENCE_MS = 1500


class SingleInstance(QObject):
    show_asked = Signal()

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        directory = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
        self._name = f"feishu-outlook-sync-{directory}"
        self._lock_path = data_dir / "tray.lock"
        self._lock = QLockFile(str(self._lock_path))
        self._lock.setStaleLockTime(0)  # a lock is stale when its process is gone, never by age
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Takes the lock, and listens from then on, if nobody holds it."""
        try:
            make_private(self._lock_path.parent)
        except LedgerUnusable:
            return True  # the worker meets the same, and tells it in words
        if not self._lock.tryLock(0):
            return self._lock.error() is not QLockFile.LockError.LockFailedError
        self._lock_path.chmod(0o600)
        QLocalServer.removeServer(self._name)  # left over from a process that was killed
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._somebody_came)
        self._server.listen(self._name)
        return True

    def tell_first(self) -> bool:
        """Asks the first one to come forward. False if it does not answer."""
        if IS_WINDOWS:
            _let_others_come_forward()
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        was_answered = socket.waitForConnected(_PATIENCE_MS)
        socket.abort()
        return was_answered

    def close(self) -> None:
        if self._server:
            self._server.close()
        self._lock.unlock()

    def _somebody_came(self) -> None:
        """To have come is the whole message."""
        if self._server:
            self._server.nextPendingConnection().deleteLater()
            self.show_asked.emit()


def _let_others_come_forward() -> None:
    """Windows lets only the program that the person has just used bring a window forward: that is this one,
    which hands the right on (AllowSetForegroundWindow with ASFW_ANY)."""
    ctypes.windll.user32.AllowSetForegroundWindow(ctypes.c_uint32(-1))  # type: ignore[attr-defined,unused-ignore]  # Windows only
