"""Builds the tray application, connects its parts, and runs it. Main thread.

The tray comes first. Nothing here, and nothing imported here, loads a network library: that happens in the
worker, when the icon is on the screen.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core import logs
from core.places import default_data_dir
from core.settings import InterfaceLanguage, LogLevel
from texts import language
from ui.autostart import Autostart, of_this_program
from ui.desktop import Desktop
from ui.interrupt import Interrupt
from ui.provision import beside_the_program
from ui.reachability import has_way_out
from ui.single_instance import SingleInstance
from ui.worker import SyncWorker

if TYPE_CHECKING:
    from core.installation import Installation

log = logging.getLogger(__name__)

HEAD_START_MS = 100
"""What the worker imports would slow down the icon's way to the screen."""
QUIT_MS = 1500
"""How long Quit waits for the worker."""
ANOTHER_INSTANCE = 6


class DemoHandle(Protocol):
    """The sandbox that `tray_app.py demo` has started."""

    @property
    def data_dir(self) -> Path: ...

    @property
    def page_url(self) -> str: ...

    def installation(self) -> Installation:
        """Called in the worker's thread."""
        ...


def main(*, data_dir: Path | None, demo: DemoHandle | None) -> int:
    """Runs until Quit; the exit code. `data_dir` None: the per-user place of this system."""
    if demo:
        return run(demo.data_dir, demo.installation, page_url=demo.page_url)
    directory = data_dir or default_data_dir()
    return run(
        directory,
        lambda: real_installation(directory),
        autostart=of_this_program(directory),
        provision=beside_the_program(),
        without_keyring=lambda: real_installation(directory, in_memory=True),
        has_way_out=has_way_out,
    )


def run(
    data_dir: Path,
    build: Callable[[], Installation],
    *,
    page_url: str = "",
    autostart: Autostart | None = None,
    provision: Path | None = None,
    without_keyring: Callable[[], Installation] | None = None,
    has_way_out: Callable[[], bool] = lambda: True,
) -> int:
    """`build` is called in the worker's thread. `page_url`: a page to open in the browser at the start."""
    app = QApplication([sys.argv[0]])
    app.setApplicationName("feishu-outlook-sync")
    language.choose(InterfaceLanguage.AUTO)
    instance = SingleInstance(data_dir)
    if not instance.is_first():
        return 0 if instance.tell_first() else ANOTHER_INSTANCE
    logs.start(data_dir, LogLevel.INFO)
    app.setDesktopFileName("feishu-outlook-sync")
    app.setQuitOnLastWindowClosed(False)
    interrupt = Interrupt()
    worker = SyncWorker(
        build,
        open_and_forget,
        autostart=autostart,
        provision=provision,
        without_keyring=without_keyring,
        has_way_out=has_way_out,
    )
    desktop = Desktop(worker, instance)
    interrupt.asked.connect(desktop.quit)
    interrupt.listen()
    desktop.start(page_url)
    QTimer.singleShot(HEAD_START_MS, worker.start)
    code = app.exec()
    interrupt.close()
    instance.close()
    _end(worker)
    return code


def real_installation(data_dir: Path, *, in_memory: bool = False) -> Installation:
    """Called in the worker's thread: this is what loads the network libraries. `in_memory`: secrets and
    sign-ins are forgotten when the program ends."""
    from core.installation import Installation
    from core.vault import KeyringVault, MemoryVault
    from texts.copy_words import copy_words
    from texts.last_page import last_page

    vault = MemoryVault() if in_memory else KeyringVault(data_dir)
    return Installation(data_dir, vault, words=copy_words, pages=last_page)


def open_and_forget(url: str) -> None:
    """The window shows the address as well, so nothing hangs on a browser that will not start."""
    from core.oauth.browser import open_in_browser

    open_in_browser(url)


def _end(worker: SyncWorker) -> None:
    """A worker that hangs in a request is left behind: the next run finds out what it had done."""
    worker.stop()
    if not worker.wait(QUIT_MS):
        log.warning("the last request was not waited for")
        logging.shutdown()
        os._exit(0)
