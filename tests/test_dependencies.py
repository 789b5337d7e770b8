"""docs/dependencies.md against the locks and against what the packages themselves say of their licences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
CLASSIFIER = "License :: OSI Approved :: "
FOR_ANOTHER_SYSTEM = " *"
_LOCKED = re.compile(r"(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+?))? \\")
_HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


class Package(NamedTuple):
    name: str
    version: str


Locked = dict[Package, bool]
"""Whether it is for the system and the Python that run this test."""


def locked(file: str) -> Locked:
    found = (_LOCKED.fullmatch(line) for line in (ROOT / file).read_text(encoding="utf-8").splitlines())
    return {
        Package(line["name"], line["version"]): line["marker"] is None or Marker(line["marker"]).evaluate()
        for line in found
        if line
    }


def told(heading: str) -> dict[Package, str]:
    """The licences in the one table under a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in cells] for cells in lines[2:]]
    assert all(all(row) for row in rows)
    found = {Package(row[0], row[1]): row[2] for row in rows}
    assert len(found) == len(rows)
    return found


def licence_of(name: str) -> str:
    """As the installed package states it."""
    says = message_from_string(distribution(name).read_text("METADATA") or "")
    classifiers = says.get_all("Classifier") or []
    approved = [each.removeprefix(CLASSIFIER) for each in classifiers if each.startswith(CLASSIFIER)]
    return says.get("License-Expression") or ", ".join(approved) or says["License"].splitlines()[0]


def development() -> Locked:
    program = locked("requirements.lock")
    return {
        package: here for package, here in locked("requirements-dev.lock").items() if package not in program
    }


TABLES = [("The program", locked("requirements.lock")), ("Tests and packaging", development())]


@pytest.mark.parametrize(("heading", "packages"), TABLES, ids=[heading for heading, _ in TABLES])
def test_the_page_names_exactly_the_locked_packages_and_versions(heading: str, packages: Locked) -> None:
    assert len(packages) > 40
    assert told(heading).keys() == packages.keys()


@pytest.mark.parametrize(("heading", "packages"), TABLES, ids=[heading for heading, _ in TABLES])
def test_licences_are_those_that_the_packages_state(heading: str, packages: Locked) -> None:
    rows = told(heading)
    here = {package for package, is_here in packages.items() if is_here}
    stated = {package: rows[package].removesuffix(FOR_ANOTHER_SYSTEM) for package in here}
    assert stated == {package: licence_of(package.name) for package in here}


def test_the_development_lock_holds_the_program_to_the_versions_that_it_is_shipped_with() -> None:
    assert locked("requirements.lock").keys() <= locked("requirements-dev.lock").keys()


def unhashed(text: str) -> Iterator[str]:
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith((" ", "#")) and not (_LOCKED.fullmatch(line) and _HASH.fullmatch(following)):
            yield line


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_every_line_of_a_lock_is_one_version_with_hashes(file: str) -> None:
    assert list(unhashed((ROOT / file).read_text(encoding="utf-8"))) == []
