"""The demo as people start it: the real installation against the real sandbox, over sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

import tray_app
from terminal.arguments import parse
from terminal.demo import Demo, prepare_demo
from terminal.main import run
from terminal.side_by_side import Entry, are_equal
from tests.conftest import HOMES

ROOT = Path(tray_app.__file__).parent


def test_once_syncs_and_shows_both_calendars_equal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse(["demo", "--once"])) == 0
    out = capsys.readouterr().out
    assert "Both calendars are equal." in out
    assert "≠" not in out
    for title in ("团建 Team day", "产品周会 Product weekly", "站会（改到下午）"):
        beside = [line for line in out.splitlines() if line.count(title) == 2 and " │ " in line]
        assert beside, title


def test_once_ends_badly_and_marks_what_differs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Demo.outlook_entries

    def one_is_missing(self: Demo, now: datetime) -> list[Entry]:
        return whole(self, now)[1:]

    monkeypatch.setattr(Demo, "outlook_entries", one_is_missing)
    assert run(parse(["demo", "--once"])) == 1
    out = capsys.readouterr().out
    assert "The calendars differ (≠)." in out
    assert len([line for line in out.splitlines() if line.endswith(" ≠")]) == 1


def test_once_with_json_prints_the_object_of_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse(["demo", "--once", "--json"])) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["result"] == "ok"
    assert found["equal"] is True
    assert found["pairs"][0]["created"] > 0


def test_its_data_directory_is_private_and_vanishes() -> None:
    with prepare_demo() as demo:
        assert (demo.data_dir / "settings.toml").exists()
        assert sys.platform == "win32" or demo.data_dir.stat().st_mode & 0o077 == 0
    assert not demo.data_dir.exists()


def test_which_calendars_are_mirrored_is_left_to_whoever_goes_through_the_wizard() -> None:
    with prepare_demo() as demo:
        assert demo.installation().reload_settings().pairs == ()
        assert demo.installation().reload_settings().feishu.app_id  # registered, and ready for the sign-in
        demo.choose_calendars()
        assert [pair.outlook_calendar for pair in demo.installation().reload_settings().pairs] == ["Feishu"]


def test_nothing_is_equal_before_the_first_run() -> None:
    now = datetime.now(UTC)
    with prepare_demo() as demo:
        assert demo.feishu_entries(now)
        assert demo.outlook_entries(now) == []
        assert not are_equal(demo.feishu_entries(now), demo.outlook_entries(now))


@pytest.mark.timeout(300)  # a busy computer takes long to start a program; only a hang takes so long
@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a screen")
def test_without_a_screen_it_says_so_and_keeps_syncing_until_interrupted(tmp_path: Path) -> None:
    # A home that no other test's process still writes to.
    environment = {**os.environ, **{name: str(tmp_path / place) for name, place in HOMES.items()}}
    environment["PYTHONUTF8"] = "1"
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    with subprocess.Popen(
        [sys.executable, "tray_app.py", "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            said = _said_until(process, "Next run: ")
            assert "There is no screen for the tray icon" in said
            address = said.partition("change the Feishu one: ")[2].partition("\n")[0]
            with urlopen(address) as page:  # noqa: S310  # our own page
                assert page.status == 200
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0
        finally:
            process.kill()  # nothing happens where it has ended
    assert list(tmp_path.rglob("*")) == []


def _said_until(process: subprocess.Popen[str], beginning: str) -> str:
    """What it prints up to the line that begins so."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(beginning):
            return "".join(lines)
    raise AssertionError(f"it ended: {lines}")
