"""watch in this process: time is short, and the fake's third run asks it to stop as Ctrl+C does."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import errors
from core.model import Side
from core.report import Result
from core.settings import Settings
from terminal.commands import watch
from tests.terminal.conftest import ENGLISH, Command, Script, report


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SHORTEST_PAUSE", timedelta())
    monkeypatch.setattr(watch, "BEFORE_THE_NEXT_TRY", timedelta(seconds=0.01))
    monkeypatch.setattr(watch, "LOOK_AT_SETTINGS", 0.01)


def interrupt_at(script: Script, number: int, number_of_signal: int = signal.SIGINT) -> None:
    """The n-th run asks the process to stop."""
    runs = iter(range(1, number + 1))

    def on_run() -> None:
        if next(runs) == number:
            signal.raise_signal(number_of_signal)

    script.on_run = on_run


def runs(script: Script) -> int:
    return script.asked.count("run")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_at_once_and_again_when_due_until_interrupted(
    number: int, command: Command, script: Script
) -> None:
    interrupt_at(script, 3, number)
    ended = command("watch")
    assert ended.code == 0
    assert runs(script) == 3
    assert script.asked.count("open exclusively") == 1
    assert script.asked[-1] == "close"
    assert ended.out.endswith("Stopped.\n")


def test_it_survives_lost_sign_ins_outages_and_faults_of_ours(command: Command, script: Script) -> None:
    script.run = [
        report(Result.SIGN_IN_NEEDED, problems=(errors.SignInNeeded(Side.FEISHU),)),
        report(Result.UNREACHABLE, problems=(errors.Unreachable(Side.OUTLOOK, "dns"),)),
        errors.LedgerUnusable("disk full", "/data"),
        ZeroDivisionError("division by zero"),
        report(),
    ]
    interrupt_at(script, 5)
    ended = command("watch")
    assert ended.code == 0
    assert runs(script) == 5
    for word in ("not signed in", "can’t be found in the network", "The disk is full", "ZeroDivisionError"):
        assert word in ended.err


def test_with_json_it_prints_an_object_for_each_run(command: Command, script: Script) -> None:
    script.run = [report(), ZeroDivisionError(), report()]
    interrupt_at(script, 3)
    ended = command("watch", "--json")
    assert [json.loads(line)["result"] for line in ended.out.splitlines()] == ["ok", "failed", "ok"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SettingsInvalid("settings.toml", (errors.SettingProblem("syntax"),)), 2),
        (errors.AlreadyRunning("/data"), 6),
    ],
)
def test_wrong_settings_and_another_instance_end_it_at_its_start(
    error: errors.SyncError, code: int, command: Command, script: Script
) -> None:
    script.opening = error
    assert command("watch").code == code
    assert runs(script) == 0


def test_settings_without_a_pair_end_it_at_its_start(command: Command, script: Script) -> None:
    missing = errors.SettingsInvalid("settings.toml", (errors.SettingProblem("missing", "pairs"),))
    script.run = [report(Result.FAILED, problems=(missing,))]
    assert command("watch").code == 2
    assert runs(script) == 1


def test_a_keyring_that_is_not_there_yet_is_waited_for(
    command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.opening = errors.VaultUnavailable("locked")

    def wait(self: object, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        script.opening = None

    monkeypatch.setattr("terminal.interruption.Interruption.wait", wait)
    interrupt_at(script, 1)
    ended = command("watch")
    assert ended.code == 0
    assert "The keyring is locked" in ended.err
    assert runs(script) == 1


class Editor:
    """Edits settings.toml while the next run is still an hour away, then lets it be due."""

    def __init__(self, script: Script, data_dir: Path) -> None:
        self.script = script
        self.file = data_dir / "settings.toml"
        self.waits = 0

    def wait(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        self.waits += 1
        assert self.waits < 10, "the edit was not noticed"
        if self.waits == 1:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text("edited", encoding="utf-8")
            self.script.next_run = datetime.now(UTC) - timedelta(seconds=1)


def test_an_edit_of_the_settings_is_picked_up_and_changes_when_the_next_run_is_due(
    command: Command, script: Script, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.next_run = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr("terminal.interruption.Interruption.wait", Editor(script, data_dir).wait)
    interrupt_at(script, 2)
    ended = command("watch")
    assert runs(script) == 2
    assert script.asked.count("reload settings") == 2
    assert "The settings have changed" in ended.out


def test_a_wrong_edit_is_told_and_the_last_good_settings_stay(
    command: Command, script: Script, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Settings | errors.SyncError] = [
        ENGLISH,
        errors.SettingsInvalid("settings.toml", (errors.SettingProblem("syntax", value="edited"),)),
    ]

    def settings(_installation: object) -> Settings:
        answer = answers.pop(0)
        if isinstance(answer, errors.SyncError):
            raise answer
        return answer

    monkeypatch.setattr("tests.terminal.conftest.FakeInstallation.reload_settings", settings)
    script.next_run = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr("terminal.interruption.Interruption.wait", Editor(script, data_dir).wait)
    interrupt_at(script, 2)
    ended = command("watch")
    assert ended.code == 0
    assert runs(script) == 2
    assert "this is not TOML: edited" in ended.err


def test_the_handlers_of_before_are_back_afterwards(command: Command, script: Script) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    interrupt_at(script, 1)
    command("watch")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
