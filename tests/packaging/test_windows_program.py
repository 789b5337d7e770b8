"""What Windows reads from the program, and how the program starts itself there. Nothing is built here."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from core.places import default_data_dir
from tests.packaging.test_spec import run_spec
from tests.packaging.windows_build import FOLDER, load
from texts.product import VERSION
from ui.autostart import of_this_program

resources = load("program_resources")


@pytest.fixture(scope="module")
def programs() -> dict[str, dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        return run_spec().programs


def test_one_program_opens_no_console_and_one_prints_into_it(programs: dict[str, dict[str, Any]]) -> None:
    consoles = {name: options["console"] for name, options in programs.items()}
    assert consoles == {"feishu-outlook-sync": False, "feishu-outlook-sync-terminal": True}


def test_both_have_icon_version_and_manifest(programs: dict[str, dict[str, Any]]) -> None:
    for options in programs.values():
        assert {"icon", "version", "manifest"} <= set(options)


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("12.3", (12, 3, 0, 0)), ("1.2.3.4", (1, 2, 3, 4)), ("2.0.0rc1", (2, 0, 0, 0))],
)
def test_windows_gets_four_numbers_and_people_the_version(version: str, numbers: tuple[int, ...]) -> None:
    read = read_as_pyinstaller_does(resources.version_resource(version))
    assert read["numbers"] == numbers
    assert read["ProductVersion"] == read["FileVersion"] == version
    assert read["FileDescription"] == "Feishu–Outlook Sync"


def test_the_version_is_the_programs_own() -> None:
    assert resources.product_version() == VERSION


def test_the_icon_has_a_picture_of_its_own_for_each_size(tmp_path: Path) -> None:
    resources.write_icon(tmp_path / "program.ico")
    with Image.open(tmp_path / "program.ico") as icon:
        assert icon.info["sizes"] == {(size, size) for size in resources.ICON_SIZES}
        icon.size = (16, 16)
        assert icon.convert("RGBA").getextrema()[3] == (0, 255)


def test_the_manifest_asks_for_sharp_windows_and_for_no_administrator() -> None:
    manifest = (FOLDER / "program.manifest").read_text("utf-8")
    assert ">PerMonitorV2</dpiAwareness>" in manifest
    assert 'level="asInvoker"' in manifest
    assert "Microsoft.Windows.Common-Controls" in manifest


@pytest.mark.parametrize("started", ["feishu-outlook-sync.exe", "feishu-outlook-sync-terminal.exe"])
def test_at_login_the_program_without_a_console_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: str
) -> None:
    windowed = tmp_path / "feishu-outlook-sync.exe"
    windowed.touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / started))
    assert of_this_program(default_data_dir()).command == (str(windowed),)


def read_as_pyinstaller_does(text: str) -> dict[str, Any]:
    """It evaluates the text, with names of its own."""
    found: dict[str, Any] = {}

    def fixed(*, filevers: tuple[int, ...], prodvers: tuple[int, ...], **_: int) -> None:
        assert filevers == prodvers
        found["numbers"] = filevers

    names = {
        "VSVersionInfo": SimpleNamespace,
        "FixedFileInfo": fixed,
        "StringStruct": found.__setitem__,
        "StringTable": lambda *_: None,
        "StringFileInfo": list,
        "VarFileInfo": list,
        "VarStruct": lambda *_: None,
    }
    eval(text, names)  # noqa: S307  # written by us
    return found
