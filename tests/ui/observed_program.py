"""The tray application as `tray_app.py` starts it, observed from inside; its vault is a plain file.

    python -m tests.ui.observed_program DATA_DIR NOTES [--tour]

Writes into NOTES, as JSON, when its event loop began to turn and what was loaded by then. With `--tour` it
waits for the first run, looks at its windows, quits, and then notes what its threads have done meanwhile.
"""

from __future__ import annotations

import json
import linecache
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

import tray_app
from tests.whole.program import FileVault
from ui import application
from ui.desktop import Desktop
from ui.messages import History, Notice, Previewed, RunEnded
from ui.tray.state import Key

if TYPE_CHECKING:  # the program under observation loads it in its worker
    from core.installation import Installation

NOTES = Path(sys.argv[2])
WORTH_NOTING = {"socket.getaddrinfo", "socket.connect", "sqlite3.connect"}
LOOK_MS = 300

done_in_main: list[str] = []
done_elsewhere: set[str] = set()
first_turn: dict[str, Any] = {}


def note(event: str, what: str) -> None:
    if threading.current_thread() is threading.main_thread():
        done_in_main.append(f"{event}: {what}")
    else:
        done_elsewhere.add(event)


def hear(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook. The desktop's own services are spoken with over paths, not over the network."""
    is_network = not event.endswith("socket.connect") or isinstance(arguments[1], tuple)
    if event in WORTH_NOTING and is_network:
        note(event, repr(arguments[-1]))


class NotingVault(FileVault):
    def _read(self) -> dict[str, str]:
        note("vault", "read")
        return super()._read()


class Observed(Desktop):
    def start(self, page_url: str = "") -> None:
        super().start(page_url)
        QTimer.singleShot(0, self, self._turned)

    def quit(self) -> None:
        super().quit()
        self._write()

    def _turned(self) -> None:
        first_turn.update(turned=time.time(), modules=sorted(sys.modules))
        self._write()

    def _write(self) -> None:
        seen = {
            "done_in_main": done_in_main,
            "done_elsewhere": sorted(done_elsewhere),
            "sources_kept": len(linecache.cache),
        }
        fresh = NOTES.with_suffix(".new")
        fresh.write_text(json.dumps(first_turn | seen), encoding="utf-8")
        fresh.replace(NOTES)


class OnTour(Observed):
    """Every window, one when the one before has what it shows."""

    def _heard(self, notice: Notice) -> None:
        super()._heard(notice)
        match notice:
            case RunEnded():
                self._chosen(Key.SETTINGS)
                self._chosen(Key.ACTIVITY)
            case History():
                self._chosen(Key.PREVIEW)
            case Previewed():
                self._chosen(Key.GUIDE)
                self._chosen(Key.ABOUT)
                QTimer.singleShot(LOOK_MS, self, self.quit)
            case _:
                pass


def installation(data_dir: Path) -> Installation:
    from terminal.build import new_installation

    return new_installation(data_dir, NotingVault(data_dir.with_suffix(".vault.json")))


if __name__ == "__main__":
    sys.addaudithook(hear)
    application.Desktop = OnTour if "--tour" in sys.argv else Observed  # type: ignore[misc]
    application.real_installation = installation  # type: ignore[assignment]
    sys.exit(tray_app.main(["--data-dir", sys.argv[1]]))
