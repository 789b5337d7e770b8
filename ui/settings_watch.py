"""Noticing that somebody has edited settings.toml. A look at the file's date: cheap on every disk."""

from __future__ import annotations

from pathlib import Path


class SettingsWatch:
    """Asked regularly."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = self._stamp()

    def has_changed(self) -> bool:
        """Since the last call of this or of `saved`."""
        before, self._seen = self._seen, self._stamp()
        return self._seen != before

    def saved(self) -> None:
        """The change was ours."""
        self._seen = self._stamp()

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._file.stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_size
