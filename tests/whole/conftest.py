from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.settings import InterfaceLanguage
from sandbox.server import Sandbox
from tests.ports import free_port
from tests.whole.installed import Installed, add_singles, install
from tests.whole.terminal_program import Program
from texts import language


class Calendar:
    """Time passes here and at the services alike."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    calendar = Calendar()
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime.fromtimestamp(calendar.now(), UTC))
    return calendar


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def installed(tmp_path: Path, port: int) -> Iterator[Installed]:
    """A program that is set up and signed in, with empty calendars."""
    with Sandbox() as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        yield made
        made.installation.close()


@pytest.fixture
def program(installed: Installed, capsys: pytest.CaptureFixture[str]) -> Iterator[Program]:
    """The same, with a few events that are mirrored, and its terminal."""
    add_singles(installed, 8)
    installed.run()
    installed.installation.close()
    yield Program(installed, capsys)
    language.choose(InterfaceLanguage.ENGLISH)
