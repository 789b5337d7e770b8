"""The bill of materials, and that the workflows name what there is. Neither is run as a whole here."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_dependencies import locked

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "release" / "bill_of_materials.py"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    made_by = runpy.run_path(str(SCRIPT))
    lock, page = ((ROOT / name).read_text("utf-8") for name in ("requirements.lock", "docs/dependencies.md"))
    found: dict[str, Any] = made_by["bill"](lock, page, made_by["product_version"]())
    return found


def test_the_bill_names_exactly_the_locked_packages_with_licence_and_hashes(bill: dict[str, Any]) -> None:
    components = bill["components"]
    expected = {(package.name, package.version) for package in locked("requirements.lock")}
    assert {(each["name"], each["version"]) for each in components} == expected
    assert all(each["licenses"][0]["license"]["name"] for each in components)
    hashes = [file["content"] for each in components for file in each["externalReferences"][0]["hashes"]]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:(\w+)", lock))


def test_everything_in_the_bill_is_wanted_by_something(bill: dict[str, Any]) -> None:
    program = bill["metadata"]["component"]["bom-ref"]
    known = {program, *(each["bom-ref"] for each in bill["components"])}
    wants = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert wants.keys() == known
    reached, waiting = set(), [program]
    while waiting:
        reached.add(each := waiting.pop())
        waiting += [other for other in wants[each] if other not in reached]
    assert reached == known


def test_what_the_program_itself_wants_is_in_its_requirements(bill: dict[str, Any]) -> None:
    program = bill["metadata"]["component"]["bom-ref"]
    (direct,) = [each["dependsOn"] for each in bill["dependencies"] if each["ref"] == program]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    required = {
        re.sub(r"[-_.]+", "-", found[0]).lower() for each in lines if (found := re.match(r"[\w.-]+", each))
    }
    assert len(direct) > 15
    assert {re.sub(r"pkg:pypi/(.+)@.*", r"\1", each) for each in direct} <= required
    assert required <= {each["name"] for each in bill["components"]}


def test_the_same_lock_gives_the_same_bill() -> None:
    texts = [subprocess.check_output([sys.executable, SCRIPT], timeout=60) for _ in range(2)]
    assert texts[0] == texts[1]
    assert texts[0].startswith(b'{\n  "bomFormat": "CycloneDX"')


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_a_commit_and_named_by_version(workflow: Path) -> None:
    used = re.findall(r"uses: (.+)", workflow.read_text(encoding="utf-8"))
    assert used
    others = [each for each in used if not each.startswith("./")]
    pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [each for each in others if not pinned.fullmatch(each)] == []


def test_the_workflows_start_scripts_that_are_there() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    named = set(re.findall(r"(?:packaging|\.ci)[/\\][\w./\\]*\w", text)) | {"run.py"}
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name.replace("\\", "/")).is_file()] == []


def test_every_secret_that_the_workflow_takes_is_explained() -> None:
    page = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
    taken = set(re.findall(r"secrets\.(\w+)", RELEASE))
    assert taken == set(re.findall(r"`((?:WINDOWS|MACOS)_\w+)`", page))


def test_nothing_is_published_before_every_other_job_has_ended_well() -> None:
    jobs = set(re.findall(r"^  ([\w-]+):$", RELEASE.split("\njobs:\n")[1], re.MULTILINE))
    (needed,) = re.findall(r"^  publish:\n.*\n    needs: \[(.*)\]$", RELEASE, re.MULTILINE)
    assert set(needed.split(", ")) == jobs - {"publish"}
