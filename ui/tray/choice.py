"""Which tray there is: chosen once, in the main thread."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from typing import Any

from ui.tray.tray import Tray

log = logging.getLogger(__name__)


def make_tray(name: str) -> Tray:
    """pystray where its menu works (Windows, macOS, Linux with AppIndicator), else Qt's own tray.

    Not yet on the screen: `show` does that.
    """
    from ui.tray.qt_tray import QtTray

    pystray = load_pystray()
    if pystray is None:
        return QtTray()
    from ui.tray.pystray_tray import PystrayTray

    return PystrayTray(pystray, name)


def load_pystray() -> Any:
    """The module, or None where it has no menu. FEISHU_OUTLOOK_TRAY=qt keeps a person away from it.

    On Linux what it has without `gi` (AppIndicator and GTK) is plain X: no menu, and a tenth of a second."""
    has_gi = sys.platform != "linux" or importlib.util.find_spec("gi")
    if os.environ.get("FEISHU_OUTLOOK_TRAY") == "qt" or not has_gi:
        return None
    try:
        import pystray
    except Exception as error:  # noqa: BLE001  # without a display its import raises errors of its X library
        log.info("pystray can't be used here: %s", type(error).__name__)
        return None
    is_real = pystray.Icon.__module__ != "pystray._base"  # PYSTRAY_BACKEND=dummy
    return pystray if is_real and pystray.Icon.HAS_MENU else None
