"""The entry point: the real program as a process, and what it decides from its arguments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

import pytest

import tray_app
from terminal import screen
from terminal.demo import Demo
from texts.product import VERSION

ROOT = Path(tray_app.__file__).parent
HEAVY = {
    "requests",
    "lark_oapi",
    "O365",
    "msal",
    "PySide6",
    "pystray",
    "keyring",
    "flask",
    "cryptography",
    "sqlite3",
}


def _start(*arguments: str, code: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    script = ["-c", code] if code else ["tray_app.py"]
    return subprocess.run(
        [sys.executable, *script, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", **variables},
        input="",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_version_is_that_of_the_project() -> None:
    ended = _start("--version")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{VERSION}\n", "")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


def test_help_names_every_command_in_the_language_of_the_system() -> None:
    english, chinese = _start("--help"), _start("--help", LC_ALL="zh_CN.UTF-8")
    assert english.returncode == chinese.returncode == 0
    for command in (
        "demo",
        "sync",
        "watch",
        "preview",
        "status",
        "confirm",
        "calendars",
        "sign-in",
        "sign-out",
        "secret",
        "import",
        "diagnostics",
        "undo",
        "restore",
    ):
        assert command in english.stdout
        assert command in chinese.stdout
    assert "Keeps Feishu calendars mirrored into Outlook" in english.stdout
    assert "将飞书日历同步到 Outlook" in chinese.stdout


SHOW_MODULES = """
import sys
import tray_app
try:
    tray_app.main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["sync", "--help"]])
def test_help_and_version_load_no_service_library_and_no_interface(arguments: list[str]) -> None:
    loaded = {name.partition(".")[0] for name in _start(*arguments, code=SHOW_MODULES).stderr.split()}
    assert "terminal" in loaded
    assert not loaded & HEAVY


def test_terminal_commands_load_no_interface(data_dir: Path) -> None:
    ended = _start("--data-dir", str(data_dir), "undo", code=SHOW_MODULES)
    loaded = {name.partition(".")[0] for name in ended.stderr.split()}
    assert "terminal" in loaded
    assert not loaded & {"PySide6", "pystray", "flask"}


@pytest.mark.parametrize("arguments", [["synch"], ["sync", "--now"], ["sign-in", "google"]])
def test_a_wrong_usage_ends_with_2_and_with_json_prints_the_object(arguments: list[str]) -> None:
    ended = _start(*arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith("usage: ")
    assert ended.stdout == ""
    with_json = _start(*arguments, "--json")
    assert with_json.returncode == 2
    assert json.loads(with_json.stdout)["result"] == "failed"


def test_wrong_settings_end_with_2_and_name_file_key_and_value(data_dir: Path) -> None:
    data_dir.mkdir()
    file = data_dir / "settings.toml"
    file.write_text("[sync]\ninterval_minutes = 0\nintervall = 5\n", encoding="utf-8")
    ended = _start("sync", "--json", "--data-dir", str(data_dir))
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["result"] == "failed"
    for word in (str(file), "interval_minutes", "is 0", "intervall", "1440"):
        assert word in ended.stderr
    assert file.read_text(encoding="utf-8") == "[sync]\ninterval_minutes = 0\nintervall = 5\n"


def test_status_of_a_fresh_data_directory_is_one_object(data_dir: Path) -> None:
    ended = _start("status", "--json", "--data-dir", str(data_dir))
    found = json.loads(ended.stdout)
    assert found["accounts"] == {"feishu": None, "outlook": None}
    assert found["pairs"] == []


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a screen")
def test_without_a_screen_the_tray_is_refused_in_words(data_dir: Path) -> None:
    ended = _start("--data-dir", str(data_dir), DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert ended.returncode == 2
    assert "There is no screen for the tray icon" in ended.stderr
    assert "watch" in ended.stderr
    assert not data_dir.exists()
    with_json = _start("--json", DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert with_json.returncode == 2
    assert json.loads(with_json.stdout)["result"] == "failed"


def test_the_demo_refuses_a_data_directory(data_dir: Path) -> None:
    for arguments in (["demo", "--data-dir", str(data_dir)], ["--data-dir", str(data_dir), "demo", "--once"]):
        ended = _start(*arguments)
        assert ended.returncode == 2
        assert "the demo lives in a directory of its own" in ended.stderr
        assert not data_dir.exists()


class Recorded(ModuleType):
    """Stands in for ui.application."""

    def __init__(self) -> None:
        super().__init__("ui.application")
        self.called: list[dict[str, object]] = []

    def main(self, **arguments: object) -> int:
        self.called.append(arguments)
        return 0


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    import ui

    recorded = Recorded()
    monkeypatch.setitem(sys.modules, "ui.application", recorded)
    monkeypatch.setattr(ui, "application", recorded, raising=False)
    return recorded


def test_without_a_command_it_is_the_tray(application: Recorded, data_dir: Path) -> None:
    assert tray_app.main(["--data-dir", str(data_dir)]) == 0
    assert tray_app.main([]) == 0
    assert application.called == [{"data_dir": data_dir, "demo": None}, {"data_dir": None, "demo": None}]


def test_demo_with_a_screen_is_the_tray_with_a_sandbox(
    application: Recorded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[tuple[bool, int]] = []
    pages: list[str] = []

    def tray(*, data_dir: Path | None, demo: Demo) -> int:
        assert data_dir is None
        pages.append(demo.page_url)
        with urlopen(demo.page_url) as page:  # noqa: S310  # our own page
            seen.append((demo.installation().data_dir == demo.data_dir, page.status))
        return 0

    monkeypatch.setattr(application, "main", tray)
    assert tray_app.main(["demo"]) == 0
    assert seen == [(True, 200)]
    assert pages[0] in capsys.readouterr().out


def test_a_program_without_a_console_does_not_crash(
    application: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert tray_app.main([]) == 0
    print("heard by nobody")
    assert tray_app.main(["nonsense"]) == 2
    with pytest.raises(SystemExit) as ended:
        tray_app.main(["--version"])
    assert ended.value.code == 0
    for stream in (sys.stdout, sys.stderr):
        assert stream
        stream.close()


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("linux", {"QT_QPA_PLATFORM": "xcb"}, False),
        ("linux", {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_screen_is_known_by_system_and_environment(
    platform: str, variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert screen.has_screen() is expected
