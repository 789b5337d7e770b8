"""The program's terminal in the test's own process: command lines in, exit code and words out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from terminal.arguments import parse
from terminal.build import new_installation
from terminal.main import run
from tests.whole.installed import Installed


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True)
class Program:
    """`installed` is mirrored once and closed: the commands open it themselves."""

    installed: Installed
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Ended:
        """Each command makes a new installation, as each process would. The journal holds its requests."""
        self.installed.sandbox.journal.clear()
        self.capsys.readouterr()
        options = parse(["--data-dir", str(self.installed.data_dir), *arguments])
        code = run(
            options, make=lambda _options: new_installation(self.installed.data_dir, self.installed.vault)
        )
        captured = self.capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    def edit_settings(self, old: str, new: str) -> None:
        file = self.installed.data_dir / "settings.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def demand_refusal(self, *arguments: str, code: int, words: tuple[str, ...]) -> Ended:
        """Ends with the exit code and says the words; Outlook stays as it is."""
        before = self._outlook()
        ended = self(*arguments)
        assert ended.code == code, ended
        assert [word for word in words if word not in ended.err] == [], ended.err
        assert self._outlook() == before
        return ended

    def _outlook(self) -> dict[str, list[dict[str, Any]]]:
        world = self.installed.sandbox.microsoft
        return {calendar["name"]: world.events(calendar["id"]) for calendar in world.calendars()}

    def demand_recovery(self) -> None:
        """One run brings everything right, also what happened meanwhile; the next one writes nothing."""
        start = (datetime.now(UTC) + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
        world, calendar = self.installed.sandbox.feishu, self.installed.calendar
        world.add_event(calendar, "Meanwhile", start, start + timedelta(hours=1))
        ended = self("sync")
        assert ended.code == 0, ended
        assert self.installed.outlook_shows() == self.installed.feishu_shows()
        assert self("sync").code == 0
        assert self.installed.sandbox.journal.writes() == []
