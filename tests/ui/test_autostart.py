from __future__ import annotations

import plistlib
import sys
import types
from pathlib import Path
from typing import Self

import pytest

from core.places import default_data_dir
from ui.autostart import Autostart, of_this_program

COMMAND = ("/opt/my app/run", "--data-dir", '/home/li/50%"x"')


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def test_linux_has_an_entry_whose_command_survives_its_quoting(home: Path):
    file = home / ".config/autostart/feishu-outlook-sync.desktop"
    Autostart(COMMAND, platform="linux").set(wanted=True)
    lines = file.read_text().splitlines()
    assert lines[0] == "[Desktop Entry]"
    [command] = [line.removeprefix("Exec=") for line in lines if line.startswith("Exec=")]
    assert command == r'"/opt/my app/run" "--data-dir" "/home/li/50%%\\"x\\""'
    assert {"TryExec=/opt/my app/run", "Icon=feishu-outlook-sync"} <= set(lines)


def test_the_persons_own_place_for_settings_is_kept_to(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    Autostart(COMMAND, platform="linux").set(wanted=True)
    assert (home / "elsewhere/autostart/feishu-outlook-sync.desktop").exists()


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_switched_off_nothing_is_left(home: Path, platform: str):
    autostart = Autostart(COMMAND, platform=platform)
    autostart.set(wanted=True)
    autostart.set(wanted=False)
    autostart.set(wanted=False)
    assert [file for file in home.rglob("*") if file.is_file()] == []


def test_macos_has_a_launch_agent(home: Path):
    Autostart(COMMAND, platform="darwin").set(wanted=True)
    with (home / "Library/LaunchAgents/feishu-outlook-sync.plist").open("rb") as file:
        agent = plistlib.load(file)
    assert agent["ProgramArguments"] == list(COMMAND)
    assert agent["RunAtLoad"] is True


class FakeRegistry(types.ModuleType):
    """The part of winreg that is used."""

    HKEY_CURRENT_USER, KEY_SET_VALUE, REG_SZ = "HKCU", 2, 1

    def __init__(self) -> None:
        super().__init__("winreg")
        self.values: dict[str, str] = {}
        self.opened = ""

    def CreateKeyEx(self, _hive: str, key: str, _reserved: int, _access: int) -> Self:  # noqa: N802  # winreg's name
        self.opened = key
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def SetValueEx(self, _key: object, name: str, _reserved: int, _kind: int, value: str) -> None:  # noqa: N802  # winreg's name
        self.values[name] = value

    def DeleteValue(self, _key: object, name: str) -> None:  # noqa: N802  # winreg's name
        if name not in self.values:
            raise FileNotFoundError(name)
        del self.values[name]


def test_windows_has_a_value_in_the_run_key(monkeypatch: pytest.MonkeyPatch):
    registry = FakeRegistry()
    monkeypatch.setitem(sys.modules, "winreg", registry)
    autostart = Autostart(("C:\\Program Files\\x.exe", "--data-dir", "D:\\y"), platform="win32")
    autostart.set(wanted=True)
    assert registry.opened.endswith(r"CurrentVersion\Run")
    assert registry.values == {"feishu-outlook-sync": '"C:\\Program Files\\x.exe" --data-dir D:\\y'}
    autostart.set(wanted=False)
    autostart.set(wanted=False)
    assert registry.values == {}


def test_a_place_that_can_not_be_written_is_no_crash(home: Path):
    (home / ".config").write_text("a file where a folder should be")
    Autostart(COMMAND, platform="linux").set(wanted=True)
    assert (home / ".config").read_text() == "a file where a folder should be"


def test_each_data_directory_has_a_start_of_its_own(tmp_path: Path):
    usual, other = of_this_program(default_data_dir()), of_this_program(tmp_path)
    assert usual.name != other.name
    assert "--data-dir" not in usual.command
    assert other.command[-2:] == ("--data-dir", str(tmp_path.resolve()))
    assert Path(usual.command[-1]).name == "tray_app.py"


def test_packaged_the_program_itself_is_started(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert of_this_program(default_data_dir()).command == (sys.executable,)
