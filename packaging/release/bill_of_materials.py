"""A software bill of materials of the program: requirements.lock as CycloneDX 1.6 JSON.

python packaging/release/bill_of_materials.py > feishu-outlook-sync.cdx.json

Needs nothing but Python. The same lock gives the same bytes. Licences are those of docs/dependencies.md.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAME = "feishu-outlook-sync"
PROGRAM = f"pkg:generic/{NAME}"
WANTED_BY_US = "-r requirements.txt"

_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s\\]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n(?P<rest>(?: .*\n)+)", re.M
)
_LICENCE = re.compile(r"^\| (?P<name>[\w.-]+) \| (?P<version>\S+) \| (?P<licence>[^|]+?) (?:\* )?\|", re.M)


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    marker: str
    """Where it is installed (PEP 508); empty: everywhere."""
    hashes: tuple[str, ...]
    """SHA-256 of each file of which one is installed."""
    wanted_by: tuple[str, ...]

    @property
    def reference(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(lock: str) -> list[Package]:
    return [
        Package(
            entry["name"],
            entry["version"],
            entry["marker"] or "",
            tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry["rest"])),
            tuple(re.findall(r"^    #(?: via)?(?: +)(\S.*)$", entry["rest"], re.MULTILINE)),
        )
        for entry in _ENTRY.finditer(lock)
    ]


def licences(page: str) -> dict[tuple[str, str], str]:
    """By name and version."""
    return {(row["name"], row["version"]): row["licence"] for row in _LICENCE.finditer(page)}


def bill(lock: str, page: str, version: str) -> dict[str, Any]:
    found, known = packages(lock), licences(page)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{PROGRAM}@{version} {lock}')}",
        "version": 1,
        "metadata": {"component": _program(version)},
        "components": [_component(each, known[each.name, each.version]) for each in found],
        "dependencies": _dependencies(found),
    }


def _program(version: str) -> dict[str, Any]:
    return {
        "type": "application",
        "bom-ref": PROGRAM,
        "name": NAME,
        "version": version,
        "licenses": [{"license": {"id": "MIT"}}],
    }


def _component(package: Package, licence: str) -> dict[str, Any]:
    files = [{"alg": "SHA-256", "content": each} for each in package.hashes]
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.reference,
        "name": package.name,
        "version": package.version,
        "licenses": [{"license": {"name": licence}}],
        "purl": package.reference,
        "externalReferences": [{"type": "distribution", "url": package.reference, "hashes": files}],
    }
    if package.marker:
        component["scope"] = "optional"
        component["properties"] = [{"name": f"{NAME}:marker", "value": package.marker}]
    return component


def _dependencies(found: list[Package]) -> list[dict[str, Any]]:
    """The lock says of each package who wants it; the bill, of each what it wants."""
    wants: dict[str, set[str]] = {PROGRAM: set()} | {package.reference: set() for package in found}
    for package in found:
        for who in package.wanted_by:
            askers = [each.reference for each in found if each.name == who]
            for asker in [PROGRAM] if who == WANTED_BY_US else askers:
                wants[asker].add(package.reference)
    return [{"ref": reference, "dependsOn": sorted(needed)} for reference, needed in wants.items()]


def product_version() -> str:
    text = (ROOT / "texts" / "product.py").read_text("utf-8")
    (found,) = re.findall(r'^VERSION = "(.+)"$', text, re.MULTILINE)
    return str(found)


if __name__ == "__main__":
    lock, page = (ROOT / name for name in ("requirements.lock", "docs/dependencies.md"))
    whole = bill(lock.read_text("utf-8"), page.read_text("utf-8"), product_version())
    json.dump(whole, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
