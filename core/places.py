"""Where the program keeps its things."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import user_data_path

from core.errors import LedgerUnusable
from core.files import why_unwritable


def default_data_dir() -> Path:
    """The person's own place of this system. On Windows the one that does not roam: a database and a key that
    follow a person to other computers would be used by two programs at once."""
    name = "Feishu Outlook Sync" if sys.platform in {"win32", "darwin"} else "feishu-outlook-sync"
    return user_data_path(name, appauthor=False, roaming=False)


def make_private(directory: Path) -> None:
    """Makes the directory; only its owner may look into it, also when it was there with wider permissions.

    Raises LedgerUnusable: "unwritable" or "disk full".
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if directory.stat().st_mode & 0o077:
            directory.chmod(0o700)
    except OSError as error:
        raise LedgerUnusable(why_unwritable(error), str(directory)) from error
