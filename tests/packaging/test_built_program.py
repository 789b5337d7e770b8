"""The packaged program as people get it: built once, then run where no Python of ours is in sight."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.session import Session
from texts.report import State

ROOT = Path(__file__).resolve().parents[2]
NOT_DATA = {".py", ".pyc", ".po", ".md"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python3 run.py package` makes, in a place of its own."""
    place = tmp_path_factory.mktemp("package")
    options = [
        "--noconfirm",
        "--log-level",
        "ERROR",
        "--distpath",
        str(place),
        "--workpath",
        str(place / "work"),
    ]
    build = [sys.executable, "-m", "PyInstaller", *options, str(ROOT / "packaging" / "pyinstaller.spec")]
    subprocess.run(build, check=True, cwd=ROOT, timeout=600)
    return place / "feishu-outlook-sync"


@pytest.fixture
def program(folder: Path) -> Path:
    return folder / "feishu-outlook-sync"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    try:
        session.start()
        yield session
    finally:
        session.close()


def run(program: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
    return subprocess.run(
        [program, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.timeout(600)
def test_every_data_file_of_the_rooms_is_in_the_package(folder: Path) -> None:
    rooms = ("core", "resources", "sandbox", "terminal", "texts", "ui")
    wanted = {
        str(file.relative_to(ROOT))
        for room in rooms
        for file in (ROOT / room).rglob("*")
        if file.is_file() and file.suffix not in NOT_DATA
    }
    packed = {str(file.relative_to(folder / "_internal")) for file in (folder / "_internal").rglob("*")}
    assert wanted - packed == set()
    assert wanted


@pytest.mark.timeout(600)
def test_the_demo_runs_without_any_python(program: Path, tmp_path: Path) -> None:
    done = run(program, tmp_path, "demo", "--once", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["result"], report["equal"]) == ("ok", True)
    assert report["pairs"][0]["created"] > 0


@pytest.mark.timeout(600)
def test_settings_and_database_are_made_where_no_keyring_is(program: Path, tmp_path: Path) -> None:
    done = run(program, tmp_path, "sync", "--json", "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 2
    assert json.loads(done.stdout)["result"] == "failed"


@pytest.mark.timeout(600)
def test_a_start_without_arguments_is_the_tray(program: Path, session: Session) -> None:
    session.start_trayer()
    tray = session.spawn(str(program))
    session.wait_for_icon(State.NEEDS_YOU, seconds=20)
    session.window("Settings")
    tray.terminate()
    assert tray.wait(10) == 0
