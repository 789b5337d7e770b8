"""Whether the tray's panel is light or dark, as near as the desktop tells."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui.icons import Panel

_WINDOWS_KEY = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


def panel() -> Panel:
    """Windows has a setting of its own for the taskbar; GNOME's bar is always dark; elsewhere as the windows.

    LIGHT where nothing is known: those colours can be seen on both.
    """
    if sys.platform == "win32":
        return _taskbar()
    if "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", ""):
        return Panel.DARK
    scheme = QGuiApplication.styleHints().colorScheme()
    return Panel.DARK if scheme is Qt.ColorScheme.Dark else Panel.LIGHT


def _taskbar() -> Panel:
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _WINDOWS_KEY) as key:  # type: ignore[attr-defined,unused-ignore]  # Windows only
            is_light, _kind = winreg.QueryValueEx(key, "SystemUsesLightTheme")  # type: ignore[attr-defined,unused-ignore]  # Windows only
    except OSError:
        return Panel.DARK
    return Panel.LIGHT if is_light else Panel.DARK
