"""The libraries of the lock files as Windows gets them: fetched here, installed there without network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

_ENTRY = re.compile(r"^[\w.-]+==.*(?:\n .*)*", re.MULTILINE)
_NEEDED = {"altgraph", "packaging", "pefile", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools"}
"""What builds the program, beyond what runs in it."""


def fetch(root: Path, python: str, folder: Path) -> Path:
    """Wheels for `python` (a full version) into `folder`; the requirements file that names exactly them."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "requirements.txt"
    wanted.write_text(for_windows(root, python), "utf-8")
    target = ["--platform", "win_amd64", "--python-version", python, "--implementation", "cp"]
    tags = ["--abi", "cp311", "--abi", "abi3", "--abi", "none", "--only-binary", ":all:"]
    options = ["--no-deps", "--require-hashes", "--quiet", "-r", str(wanted), "-d", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *target, *tags, *options]
    subprocess.run(command, check=True, timeout=1200)
    return wanted


def for_windows(root: Path, python: str) -> str:
    """Both lock files' entries that hold on Windows, with their hashes and without their markers: pip judges
    markers by the system that it runs on."""
    shipped = _entries(root / "requirements.lock", python)
    tools = _entries(root / "requirements-dev.lock", python)
    return "\n".join([*shipped.values(), *(tools[name] for name in sorted(_NEEDED - shipped.keys()))]) + "\n"


def _entries(lock: Path, python: str) -> dict[str, str]:
    environment = {
        "implementation_name": "cpython",
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_system": "Windows",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "win32",
    }
    entries = {}
    for entry in _ENTRY.findall(lock.read_text("utf-8")):
        wanted = Requirement(entry.splitlines()[0].rstrip(" \\"))
        if wanted.marker is None or wanted.marker.evaluate(environment):
            hashes = " ".join(re.findall(r"--hash=\S+", entry))
            entries[wanted.name] = f"{wanted.name}{wanted.specifier} {hashes}"
    return entries
