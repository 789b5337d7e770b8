"""What docs/install-*.md say that a system needs, and how files are called, against what packs them."""

from __future__ import annotations

import re
import runpy
import sys

import pytest

from tests.docs.pages import ROOT, page


def test_the_libraries_are_those_that_the_linux_package_leaves_to_the_system() -> None:
    packed_by = runpy.run_path(str(ROOT / "packaging" / "linux" / "libraries.py"))
    asked = {names.split(" | ")[-1] for names in packed_by["OF_THE_SYSTEM"].values()}
    (told,) = re.findall(r"by Debian's names they are\s+`([^`]+)`", page("install-linux.md"))
    assert set(told.split()) == asked


@pytest.mark.parametrize("name", ["install-windows.md", "company.md", "releasing.md"])
def test_the_setup_for_windows_is_called_as_it_is_made(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "packaging" / "windows"
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    made_by = runpy.run_path(str(folder / "installer.py"))
    assert made_by["installer_name"]("VERSION") in page(name)
