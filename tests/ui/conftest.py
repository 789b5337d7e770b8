"""Offscreen, in English, without a tray library: set before anything imports Qt or pystray."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYSTRAY_BACKEND"] = "dummy"
os.environ["DBUS_SESSION_BUS_ADDRESS"] = ""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from core.installation import Installation
from core.settings import InterfaceLanguage
from tests.ui.fake_installation import FakeInstallation
from tests.ui.running_worker import RunningWorker
from texts import language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """As it is written in Britain, wherever the tests run."""
    language.choose(InterfaceLanguage.ENGLISH)
    QLocale.setDefault(QLocale("en_GB"))
    yield
    language.choose(InterfaceLanguage.ENGLISH)


Start = Callable[..., RunningWorker]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    """Starts a worker on an installation, or on what builds one."""
    running: list[RunningWorker] = []

    def start_worker(build: Callable[[], Installation] | Installation, **options: Any) -> RunningWorker:
        factory = build if callable(build) else lambda: build
        running.append(RunningWorker(qtbot, factory, **options))
        return running[-1]

    yield start_worker
    for one in running:
        one.stop()


@pytest.fixture
def installation(tmp_path: Path) -> FakeInstallation:
    return FakeInstallation(tmp_path)
