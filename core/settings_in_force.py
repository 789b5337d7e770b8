"""The settings in force: what settings.toml said when it was last whole and right."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

from core import settings_file
from core.errors import SettingProblem, SettingsInvalid
from core.settings import Settings
from core.settings_reading import parse

SETTLING = 0.3
"""Seconds for which a file that says something new has to stay the same."""
_MOST_LOOKS = 10


class SettingsInForce:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = Settings()
        self._text: str | None = None
        """The file as it was when these settings were taken from it; None: there was none."""

    def reload(self) -> Settings:
        """Raises SettingsInvalid; the last good ones stay in force then.

        A file that was there and is gone is not read as defaults, nor is the rest of it as the whole: an
        editor may be just replacing it, or the disk was full."""
        text = self._settled()
        if text is None and self._text is not None:
            raise self._unreadable(os.strerror(errno.ENOENT))
        if text is not None and self._text is not None and is_cut_off(self._text, text):
            raise self._unreadable(f"{len(text.encode())} bytes")
        self.settings = Settings() if text is None else parse(text, str(self.path))
        self._text = text
        return self.settings

    def save(self, settings: Settings) -> None:
        """Keeps the person's comments. Raises SettingsInvalid."""
        settings_file.save(self.path, settings)
        self.settings, self._text = settings, settings_file.read_text(self.path)

    def _settled(self) -> str | None:
        """What the file says, once nobody is writing it any more. The first look waits for nobody."""
        text = settings_file.read_text(self.path)
        for _ in range(_MOST_LOOKS):
            if text == self._text or self._text is None:
                break
            time.sleep(SETTLING)
            before, text = text, settings_file.read_text(self.path)
            if text == before:
                break
        return text

    def _unreadable(self, why: str) -> SettingsInvalid:
        return SettingsInvalid(str(self.path), (SettingProblem("unreadable", value=why),))


def is_cut_off(whole: str, text: str) -> bool:
    """True where `text` is the beginning of `whole` and ends inside a line. At the end of a line nobody can
    tell that from an edit."""
    return (
        whole.startswith(text) and not text.endswith("\n") and whole[len(text) :][:1] not in {"", "\r", "\n"}
    )
