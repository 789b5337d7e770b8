"""An installation without services: it answers what a test has put into it, and remembers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import SyncError, WrongPerson
from core.installation import Installation, Progress, Status
from core.model import Identity, Side, SourceCalendarInfo, TargetCalendarInfo
from core.ports import Stop
from core.report import PairReport, Result, RunReport
from core.restore import DeletedEvent
from core.settings import InterfaceLanguage, InterfaceSettings, Settings
from terminal.arguments import parse
from terminal.main import run
from texts import language

NOW = datetime(2026, 11, 25, 6, 32, tzinfo=UTC)
ZHANG_SAN = Identity("ou_1", "张三", "zhangsan@example.com")
ENGLISH = Settings(ui=InterfaceSettings(language=InterfaceLanguage.ENGLISH))


def report(result: Result = Result.OK, **facts: Any) -> RunReport:
    return RunReport(result, started=NOW, finished=NOW + timedelta(seconds=2), **facts)


@dataclass
class Script:
    """What the fake answers. An exception is raised instead."""

    settings: Settings | SyncError = ENGLISH
    opening: Exception | None = None
    run: list[RunReport | Exception] = field(default_factory=lambda: [report()])
    status: Status = field(default_factory=lambda: Status(None, None, (), None, None, ()))
    source: tuple[SourceCalendarInfo, ...] | SyncError = ()
    target: tuple[TargetCalendarInfo, ...] | SyncError = ()
    kept: tuple[PairReport, ...] = ()
    deleted: list[DeletedEvent] = field(default_factory=list)
    identity: Identity | Exception = field(default_factory=lambda: ZHANG_SAN)
    next_run: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    """Long ago: due at once."""
    asked: list[str] = field(default_factory=list)
    secrets: dict[str, str | None] = field(default_factory=dict)
    on_run: Callable[[], None] = lambda: None


def _given(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer


class FakeInstallation(Installation):
    def __init__(self, data_dir: Path, script: Script) -> None:
        self.data_dir = data_dir
        self.script = script

    def open(self, *, exclusive: bool) -> None:
        self.script.asked.append("open exclusively" if exclusive else "open")
        _given(self.script.opening)

    def close(self) -> None:
        self.script.asked.append("close")

    @property
    def settings(self) -> Settings:
        settings: Settings = _given(self.script.settings)
        return settings

    def reload_settings(self) -> Settings:
        self.script.asked.append("reload settings")
        return self.settings

    def sign_in(
        self,
        side: Side,
        browse: Callable[[str], None],
        stop: Stop,
        announce: Callable[[str], None],
        *,
        pasted: Callable[[], str] | None = None,
    ) -> Identity:
        self.script.asked.append(f"sign in to {side.value}")
        announce("https://example.com/authorize")
        browse("https://example.com/authorize")
        while pasted and not stop():
            if address := pasted():
                self.script.asked.append(f"pasted {address}")
                break
        identity: Identity = _given(self.script.identity)
        return identity

    def sign_out(self, side: Side) -> None:
        self.script.asked.append(f"sign out of {side.value}")

    def store_secret(self, name: str, value: str | None) -> None:
        self.script.secrets[name] = value

    def source_calendars(self) -> tuple[SourceCalendarInfo, ...]:
        calendars: tuple[SourceCalendarInfo, ...] = _given(self.script.source)
        return calendars

    def target_calendars(self) -> tuple[TargetCalendarInfo, ...]:
        calendars: tuple[TargetCalendarInfo, ...] = _given(self.script.target)
        return calendars

    def run(self, stop: Stop, progress: Callable[[Progress], None]) -> RunReport:
        self.script.asked.append("run")
        return self._report()

    def preview(self, stop: Stop) -> RunReport:
        self.script.asked.append("preview")
        return self._report()

    def newcomers(self) -> tuple[WrongPerson, ...]:
        return ()

    def confirm(self, stop: Stop) -> RunReport:
        self.script.asked.append("confirm")
        return self._report()

    def switch_on(self) -> None:
        pass

    def keep_held(self) -> tuple[PairReport, ...]:
        self.script.asked.append("keep")
        return self.script.kept

    def undo(self, stop: Stop, progress: Callable[[Progress], None], *, pair: str = "") -> RunReport:
        self.script.asked.append(f"undo {pair}".strip())
        return self._report()

    def deleted_events(self) -> list[DeletedEvent]:
        return self.script.deleted

    def restore(self, chosen: Sequence[DeletedEvent], stop: Stop) -> RunReport:
        self.script.asked += [f"restore {event.last.title}" for event in chosen]
        return self._report()

    def status(self) -> Status:
        return self.script.status

    def keep_signed_in(self, stop: Stop) -> None:
        self.script.asked.append("keep signed in")

    def next_run(self) -> datetime:
        return self.script.next_run

    def _report(self) -> RunReport:
        self.script.on_run()
        remaining = self.script.run
        answer: RunReport = _given(remaining.pop(0) if len(remaining) > 1 else remaining[0])
        return answer


@dataclass
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one object on stdout; fails if there is anything else."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@pytest.fixture
def script() -> Script:
    return Script()


Command = Callable[..., Ended]


@pytest.fixture
def command(script: Script, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Carries out a command line against the fake."""

    def carry_out(*arguments: str) -> Ended:
        options = parse(["--data-dir", str(data_dir), *arguments])
        code = run(options, make=lambda _options: FakeInstallation(data_dir, script))
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    yield carry_out
    language.choose(InterfaceLanguage.ENGLISH)
