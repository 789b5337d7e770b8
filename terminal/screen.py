"""Whether there is a screen to put a tray icon on."""

from __future__ import annotations

import os
import sys

NEED_A_SERVER = ("xcb", "wayland")
"""Qt platforms that end the process where there is no X or Wayland; the others need none."""


def has_screen() -> bool:
    """Windows and macOS always have one; elsewhere X, Wayland or a Qt platform of its own say so."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    return (
        sys.platform in {"win32", "darwin"}
        or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
        or (platform != "" and not platform.startswith(NEED_A_SERVER))
    )
