"""Whether there is a screen to put a tray icon on."""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Windows and macOS always have one; elsewhere X or Wayland say so."""
    return sys.platform in {"win32", "darwin"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
