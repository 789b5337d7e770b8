"""The packaged program as people get it: built once, then run where nothing of our Python is in sight."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.session import Session, end
from texts.product import VERSION
from texts.report import State

ROOT = Path(__file__).resolve().parents[2]
NAME = "feishu-outlook-sync"
OF_THE_SYSTEM = runpy.run_path(str(ROOT / "packaging/linux/libraries.py"))["OF_THE_SYSTEM"]

pytestmark = pytest.mark.timeout(600)
"""The first one to run builds, which takes a minute on a machine with nothing else to do."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python3 run.py package` makes, in a place of its own."""
    place = tmp_path_factory.mktemp("package")
    options = ["--log-level", "ERROR", "--distpath", str(place / "dist"), "--workpath", str(place / "build")]
    spec = str(ROOT / "packaging" / "pyinstaller.spec")
    subprocess.run([sys.executable, "-m", "PyInstaller", *options, spec], check=True, cwd=ROOT)
    return place / "dist" / NAME


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    try:
        session.start()
        yield session
    finally:
        session.close()


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / NAME, *arguments],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", **environment},
        input="worthless\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_it_knows_its_version(folder: Path) -> None:
    done = run(folder, "--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, VERSION, "")


def test_it_passes_its_own_test(folder: Path) -> None:
    done = run(folder, "--self-test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo_mirrors_a_calendar(folder: Path) -> None:
    done = run(folder, "demo", "--once")
    assert done.returncode == 0, done.stderr
    assert "Both calendars are equal." in done.stdout


def test_it_speaks_chinese_and_brings_its_own_time_zones(folder: Path) -> None:
    """With an empty PYTHONTZPATH Python finds no zones of the system, as on Windows and in small images."""
    done = run(folder, "demo", "--once", LC_ALL="zh_CN.UTF-8", PYTHONTZPATH="")
    assert done.returncode == 0, done.stderr
    assert "两边的日历一致。" in done.stdout


def test_it_looks_for_the_systems_keyring(folder: Path, tmp_path: Path) -> None:
    done = run(folder, "secret", "feishu.app_secret", HOME=str(tmp_path), LC_ALL="C.UTF-8")
    assert done.returncode == 7, done.stderr
    assert "keyring" in done.stdout + done.stderr


def test_a_start_without_arguments_is_the_tray(folder: Path, session: Session) -> None:
    session.start_xfce_panel()
    program = session.spawn(str(folder / NAME))
    session.wait_for_icon(State.NEEDS_YOU)
    session.eventually(lambda: session.window("Set up"), "wizard, as on every first launch")
    assert end(program) == 0


def test_the_browser_gets_the_persons_environment_and_not_the_programs(
    folder: Path, session: Session, tmp_path: Path
) -> None:
    """A browser that loads the libraries of this folder crashes."""
    browser = tmp_path / "browser-of-the-person"
    browser.write_text(
        f'#!/bin/sh\nenv > "{tmp_path}/seen.new"\nmv "{tmp_path}/seen.new" "{tmp_path}/seen"\n'
    )
    browser.chmod(0o755)
    session.environment["BROWSER"] = str(browser)
    session.start_xfce_panel()
    program = session.spawn(str(folder / NAME), "demo")
    session.wait_for_icon(State.NEEDS_YOU)
    session.eventually((tmp_path / "seen").exists, "browser, with the demo’s page")
    seen = (tmp_path / "seen").read_text()
    assert str(folder) not in seen
    assert "LD_LIBRARY_PATH" not in seen
    assert end(program) == 0


def test_it_is_small_enough_to_be_sent(folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    assert sum(file.stat().st_size for file in files) < 120e6


def test_what_it_asks_of_the_system_is_what_its_packages_say(folder: Path) -> None:
    libraries = [file for file in folder.rglob("*.so*") if file.is_file()]
    headers = ["readelf", "--dynamic", *libraries, folder / NAME]
    told = subprocess.run(headers, capture_output=True, text=True, check=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", told)) - {file.name for file in libraries}
    of_the_c_library = re.compile(r"(lib(c|dl|m|pthread|resolv|rt)|ld-linux-[\w-]+)\.so\.\d+")
    assert {name for name in needed if not of_the_c_library.fullmatch(name)} == set(OF_THE_SYSTEM)


def test_debians_package_runs_from_where_it_is_unpacked(folder: Path, tmp_path: Path) -> None:
    pack = [sys.executable, ROOT / "packaging/linux/pack.py", folder, tmp_path, "--fast"]
    subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
    unpacked = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "-x", next(tmp_path.glob("*.deb")), unpacked], check=True)
    done = run(unpacked / "usr/bin", "--self-test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_library_is_whole_and_none_is_of_this_machines_desktop(folder: Path) -> None:
    files = list((folder / "_internal").rglob("*"))
    assert [file for file in files if file.is_symlink() and not file.exists()] == []
    assert [file.name for file in files if "gtk" in file.name.lower()] == []


def test_what_connects_windows_to_desktops_and_input_methods_is_there(folder: Path) -> None:
    plugins = folder / "_internal/PySide6/Qt/plugins"
    packed = {file.relative_to(plugins).as_posix() for file in plugins.rglob("*.so")}
    assert packed >= {
        "platforms/libqxcb.so",
        "platforms/libqwayland.so",
        "platforminputcontexts/libibusplatforminputcontextplugin.so",
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platformthemes/libqxdgdesktopportal.so",
        "iconengines/libqsvgicon.so",
    }
