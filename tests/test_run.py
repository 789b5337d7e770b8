"""The two commands, in a project of their own, with an environment and system programs that the test made."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import run

ROOT = Path(run.__file__).parent
APP = "import sys\nprint('app', sys.argv[1:])\nsys.exit(7)\n"
EVERYTHING = run.PACKAGES_FOR_WINDOWS + run.PACKAGES_FOR_TESTS


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(ROOT / "run.py", folder)
    (folder / "tray_app.py").write_text(APP)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text("# nothing\n")
    return folder


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A PATH without any package manager, to put programs into."""
    folder = tmp_path / "system"
    folder.mkdir()
    for name in ("sh", "env", "echo"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def start(
    project: Path, system: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return subprocess.run(
        [sys.executable, str(project / "run.py"), *arguments],
        env={**kept, "HOME": os.environ["HOME"], "PATH": str(system), **environment},
        cwd=project.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def put_program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def loaded(project: Path) -> ModuleType:
    """The project's own run.py, to look into."""
    spec = importlib.util.spec_from_file_location("run_of_project", project / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_ready(project: Path, lock_file: str) -> Path:
    """An environment whose programs only say that they were started."""
    programs = project / ".venv" / "bin"
    for name in ("python", "ruff", "mypy", "lint-imports", "pytest"):
        put_program(programs, name, f'echo "{name} $*"')
    (project / ".venv" / "stamp").write_text(loaded(project).stamp(lock_file))
    return programs


# --- the environment --------------------------------------------------------------------------


def test_the_first_start_makes_the_environment_and_the_second_uses_it(project: Path, system: Path) -> None:
    first = start(project, system, "status", "--json")
    assert (first.returncode, first.stdout) == (7, "app ['status', '--json']\n"), first.stderr

    second = start(project, system)
    assert (second.returncode, second.stdout, second.stderr) == (7, "app []\n", "")


@pytest.mark.parametrize("broken", ["stamp", "bin/python"])
def test_an_environment_that_is_broken_or_half_made_is_made_anew(
    project: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    make_ready(project, "requirements.lock")
    (project / ".venv" / broken).unlink()
    module = loaded(project)
    steps = []

    def step(*command: str) -> None:
        assert not module.STAMP.exists()  # until the last step is done it is a half-made one
        steps.append(command[1:4])

    monkeypatch.setattr(module, "call", step)
    module.make_environment("requirements.lock")
    assert steps == [("-m", "venv", "--clear"), ("-m", "pip", "install")]
    assert module.STAMP.read_text() == module.stamp("requirements.lock")


def test_a_step_that_fails_ends_the_start_and_shows_which(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run.call(sys.executable, "-c", "print('details'); raise SystemExit(1)")
    said = capfd.readouterr()
    assert caught.value.code == 2
    assert said.out == ""  # it belongs to the program
    assert said.err.splitlines()[0] == "details"
    assert "This failed" in said.err


@pytest.mark.parametrize("lock_file", ["requirements.lock", "requirements-dev.lock"])
def test_the_program_starts_in_the_environment_of_the_tests_too(
    project: Path, system: Path, lock_file: str
) -> None:
    make_ready(project, lock_file)
    assert start(project, system, "--once").stdout == f"python {project}/tray_app.py --once\n"


def test_an_environment_is_made_anew_for_other_versions_another_place_or_another_python(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = [loaded(project).stamp("requirements.lock"), loaded(project).stamp("requirements-dev.lock")]
    (project / "requirements.lock").write_text("# something\n")
    stamps.append(loaded(project).stamp("requirements.lock"))
    elsewhere = project.rename(tmp_path / "elsewhere")
    stamps.append(loaded(elsewhere).stamp("requirements.lock"))
    monkeypatch.setattr(sys, "version_info", (3, 99))
    stamps.append(loaded(elsewhere).stamp("requirements.lock"))
    assert len(set(stamps)) == 5


def test_every_library_is_pinned_with_its_hash_and_no_index_is_named() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index" not in text


# --- test -------------------------------------------------------------------------------------


def test_the_checks_run_in_order_and_the_tests_last(project: Path, system: Path) -> None:
    make_ready(project, "requirements-dev.lock")
    done = start(project, system, "test")
    said = [line for line in done.stdout.splitlines() if not line.startswith("$")]
    assert said == [
        "ruff format --check .",
        "ruff check .",
        "mypy ",
        "lint-imports ",
        "pytest -n auto --dist loadfile",
    ]
    assert done.returncode == 0


@pytest.mark.parametrize("failing", ["ruff", "mypy", "lint-imports", "pytest"])
def test_whatever_fails_ends_the_command_with_its_status(project: Path, system: Path, failing: str) -> None:
    programs = make_ready(project, "requirements-dev.lock")
    put_program(programs, failing, "echo failed; exit 3")
    done = start(project, system, "test")
    assert done.returncode == 3
    assert done.stdout.endswith("failed\n")


def test_with_arguments_only_the_tests_that_they_name_are_run(project: Path, system: Path) -> None:
    make_ready(project, "requirements-dev.lock")
    done = start(project, system, "test", "tests/core", "-k", "one or two")
    assert done.stdout == "$ pytest tests/core -k 'one or two'\npytest tests/core -k one or two\n"


# --- system packages --------------------------------------------------------------------------


@pytest.fixture
def debian(system: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian on which every package is installed, and an apt-get that only says what it is asked."""
    monkeypatch.setenv("PATH", str(system))
    installed(system, *EVERYTHING.split())
    put_program(system, "apt-get", 'echo "apt-get $*" >&2')
    return system


def installed(system: Path, *packages: str) -> None:
    lines = "".join(f"installed {package} \n" for package in packages)
    put_program(system, "dpkg-query", f"/bin/cat <<'END'\n{lines}END")


def test_nothing_is_asked_of_the_system_when_everything_is_there(
    debian: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run.install_packages(EVERYTHING)
    assert capfd.readouterr().err == ""


def test_as_root_what_is_missing_is_installed(
    debian: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    installed(debian, *set(EVERYTHING.split()) - {"libegl1", "xvfb"})
    run.install_packages(EVERYTHING)
    said = capfd.readouterr()
    assert said.err.splitlines()[1:] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends libegl1 xvfb",
    ]
    assert said.out == ""  # it belongs to the program


def test_a_package_that_another_one_stands_for_is_not_missing(
    debian: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    installed(debian, "libglib2.0-0t64 libglib2.0-0 (= 2.84.4-3), libglib2.0-0t64-dbg")
    run.install_packages("libglib2.0-0")
    assert capfd.readouterr().err == ""


def test_a_package_that_was_removed_is_missing(debian: Path, capfd: pytest.CaptureFixture[str]) -> None:
    put_program(debian, "dpkg-query", 'echo "config-files xvfb "')
    run.install_packages("xvfb")
    assert "xvfb" in capfd.readouterr().err


def test_where_python_has_no_ensurepip_its_package_is_installed(
    debian: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    run.install_packages("")
    assert "install -y --no-install-recommends python3-venv" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("sudo", "command"),
    [
        (None, "su -c 'apt-get update; apt-get install -y --no-install-recommends xvfb'"),
        ("exit 1", "sudo sh -c 'apt-get update; apt-get install -y --no-install-recommends xvfb'"),
    ],
    ids=["no sudo", "sudo that wants a password"],
)
def test_without_the_right_to_install_the_one_command_is_printed(
    debian: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    sudo: str | None,
    command: str,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    installed(debian, "libegl1")
    if sudo:
        put_program(debian, "sudo", sudo)
    with pytest.raises(SystemExit) as caught:
        run.install_packages("libegl1 xvfb")
    assert caught.value.code == 2
    assert capfd.readouterr().err.splitlines()[-1] == command


def test_sudo_without_a_password_is_enough(
    debian: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    installed(debian)
    put_program(debian, "sudo", 'test "$1" = -n && shift && exec "$@"')
    run.install_packages("xvfb")
    assert "apt-get install -y --no-install-recommends xvfb" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "screen", "expected"),
    [
        ([], "DISPLAY", True),
        ([], "WAYLAND_DISPLAY", True),
        (["--data-dir", "x"], "DISPLAY", True),
        (["demo"], "DISPLAY", True),
        (["demo"], "", False),
        (["demo", "--once"], "DISPLAY", False),
        (["sync"], "DISPLAY", False),
        (["--json", "status"], "DISPLAY", False),
        (["--version"], "DISPLAY", False),
    ],
)
def test_what_windows_need_is_only_asked_for_where_there_will_be_windows(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], screen: str, expected: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if screen:
        monkeypatch.setenv(screen, ":0")
    assert run.opens_windows(arguments) is expected
