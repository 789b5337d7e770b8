"""The lists of packaging/pyinstaller.spec, held against the program. It is not built here."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from importlib import metadata
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest

from core.feishu import sdk
from texts.product import VERSION
from ui.help import GUIDES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "resources", "sandbox", "terminal", "texts", "ui")
FOR_DEVELOPERS = {".py", ".pyc", ".po", ".md"}
QT_LIBRARIES = ("opengl32sw.dll", "libX11.so.6", "libxcb-cursor.so.0")
QT_TRANSLATIONS = ("qtbase_de.qm", "qtbase_en.qm", "qtbase_zh_CN.qm", "qtbase_zh_TW.qm", "qt_de.qm")


class PyInstaller:
    """Stands in for the names that PyInstaller gives to a spec; keeps what is said to them."""

    def __init__(self) -> None:
        self.analysis: dict[str, Any] = {}
        self.program: dict[str, Any] = {}
        self.programs: dict[str, dict[str, Any]] = {}
        self.bundle: dict[str, Any] = {}
        self.collected: tuple[Any, ...] = ()

    def run(self, spec: Path) -> None:
        names = {"Analysis": self._analyse, "EXE": self._link, "COLLECT": self._collect, "PYZ": list}
        names["BUNDLE"] = self._bundle
        with TemporaryDirectory() as work:
            runpy.run_path(str(spec), init_globals={"SPECPATH": str(spec.parent), "workpath": work, **names})

    def _analyse(self, *_: Any, **options: Any) -> SimpleNamespace:
        self.analysis = options
        found = [(f"PySide6/Qt/translations/{name}", "", "DATA") for name in QT_TRANSLATIONS]
        libraries = [(f"PySide6/{name}", name, "BINARY") for name in QT_LIBRARIES]
        return SimpleNamespace(pure=[], scripts=[], binaries=libraries, datas=found)

    def _link(self, *_: Any, **options: Any) -> None:
        self.program = self.programs[options["name"]] = options

    def _collect(self, *parts: Any, **_: Any) -> None:
        self.collected = parts

    def _bundle(self, *_: Any, **options: Any) -> None:
        self.bundle = options


def run_spec() -> PyInstaller:
    told = PyInstaller()
    told.run(ROOT / "packaging" / "pyinstaller.spec")
    return told


@pytest.fixture(scope="module")
def spec() -> PyInstaller:
    return run_spec()


def find(name: str) -> ModuleSpec | None:
    """The module, without running the packages that it is in: lark-oapi's take seconds."""
    places: Any = None
    found = None
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        found = PathFinder.find_spec(".".join(parts[:end]), places)
        if found is None:
            return None
        places = found.submodule_search_locations
    return found


def help_pages() -> set[Path]:
    """The guide in each language and the pages beside it, with their pictures."""
    pages = {page for guide in GUIDES.values() for page in guide.parent.glob("*.md")}
    assert set(GUIDES.values()) <= pages
    named = re.findall(r"\]\((images/[^)]+)\)", "".join(page.read_text(encoding="utf-8") for page in pages))
    return {page.relative_to(ROOT) for page in pages} | {Path("docs", name) for name in named}


def test_every_file_beside_the_modules_is_packed_where_the_program_looks_for_it(spec: PyInstaller) -> None:
    beside = {
        file.relative_to(ROOT)
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and file.suffix not in FOR_DEVELOPERS
    } | help_pages()
    packed = {Path(source).relative_to(ROOT): Path(folder) for source, folder in spec.analysis["datas"]}
    assert packed == {file: file.parent for file in beside}


def test_every_module_that_is_left_out_exists(spec: PyInstaller) -> None:
    assert [name for name in spec.analysis["excludes"] if find(name) is None] == []


def test_every_module_that_is_told_by_name_exists(spec: PyInstaller) -> None:
    assert [name for name in spec.analysis["hiddenimports"] if find(name) is None] == []


def test_the_requests_that_the_feishu_client_loads_by_name_are_told(spec: PyInstaller) -> None:
    assert set(sdk._REQUESTS.values()) <= set(spec.analysis["hiddenimports"])


def test_no_other_module_of_ours_imports_by_name() -> None:
    """PyInstaller reads import statements; what goes without them the spec must tell."""
    by_name = {
        file.relative_to(ROOT).as_posix()
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        if any(call in file.read_text("utf-8") for call in ("import_module(", "__import__("))
    }
    assert by_name == {"core/feishu/sdk.py", "core/keyring_access.py", "ui/self_test.py"}


def test_nothing_asks_qt_for_the_tables_that_are_left_out_on_linux() -> None:
    """They sort by language, read encodings older than Unicode, name time zones (linux/libraries.py)."""
    asks = re.compile(r"QCollator|ocaleAware|QStringDecoder|QStringEncoder|QTimeZone")
    asking = [file.name for file in (ROOT / "ui").rglob("*.py") if asks.search(file.read_text("utf-8"))]
    assert asking == []


def test_the_program_runs_without_what_is_left_out(spec: PyInstaller) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.packaging.without"],
        input="\n".join(spec.analysis["excludes"]),
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Both calendars are equal." in done.stdout


def test_tools_of_developers_are_left_out(spec: PyInstaller) -> None:
    tools = {"pytest", "_pytest", "mypy", "PyInstaller", "babel", "selenium", "hypothesis"}
    assert tools <= set(spec.analysis["excludes"])


def test_only_the_services_of_feishu_that_the_program_uses_are_packed(spec: PyInstaller) -> None:
    services = {name for name in spec.analysis["excludes"] if name.startswith("lark_oapi.api.")}
    assert "lark_oapi.api.im" in services
    assert services.isdisjoint({"lark_oapi.api.calendar", "lark_oapi.api.authen"})


def test_qt_speaks_the_languages_of_the_program_and_no_other(spec: PyInstaller) -> None:
    _program, _libraries, data = spec.collected
    packed = [Path(name).name for name, *_ in data if name.endswith(".qm")]
    assert packed == ["qtbase_en.qm", "qtbase_zh_CN.qm"]


@pytest.mark.parametrize(
    ("system", "left_out"), [("linux", "libX11.so.6"), ("darwin", None), ("win32", "opengl32sw.dll")]
)
def test_libraries_that_the_system_has_or_nobody_needs_are_left_out(
    monkeypatch: pytest.MonkeyPatch, system: str, left_out: str | None
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    *_programs, libraries, _data = run_spec().collected
    assert {Path(name).name for name, *_ in libraries} == set(QT_LIBRARIES) - {left_out}


def test_the_licences_of_all_that_is_packed_travel_with_it(spec: PyInstaller) -> None:
    _program, _libraries, data = spec.collected
    packed = {Path(place).as_posix() for place, *_ in data}
    texts = {place.split("/")[1] for place in packed if place.startswith("licences/")}
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    here = {name for name in locked if is_installed(name)}
    assert texts >= {"LICENSE", "LICENCES.txt", "python", "pyinstaller", *here}
    assert {"licences/pyside6-essentials/COPYING.LGPL", "licences/o365/LICENSE"} <= packed


def is_installed(distribution: str) -> bool:
    try:
        return metadata.version(distribution) != ""
    except metadata.PackageNotFoundError:
        return False


def test_on_macos_it_lives_in_the_menu_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    bundle = run_spec().bundle
    assert bundle["version"] == VERSION
    assert bundle["info_plist"]["LSUIElement"] is True


@pytest.mark.parametrize("identity", ["", "Developer ID Application: Somebody"])
def test_on_macos_it_is_signed_where_there_is_a_certificate(
    monkeypatch: pytest.MonkeyPatch, identity: str
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("MACOS_SIGN_IDENTITY", identity)
    program = run_spec().program
    assert program["codesign_identity"] == (identity or None)
    assert Path(program["entitlements_file"]).is_file()


@pytest.mark.parametrize(("system", "console"), [("linux", True), ("darwin", False), ("win32", False)])
def test_only_on_linux_a_double_click_opens_no_console_by_itself(
    monkeypatch: pytest.MonkeyPatch, system: str, console: bool
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert run_spec().program["console"] is console
