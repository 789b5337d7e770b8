"""Builds the program, tries it, and on Linux packs it for people. Called by: python3 run.py package

The same source gives the same files: dates are those of the last commit (SOURCE_DATE_EPOCH, if it is set).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
FOLDER = DIST / "feishu-outlook-sync"
PROGRAM = FOLDER / ("feishu-outlook-sync-terminal.exe" if os.name == "nt" else "feishu-outlook-sync")


def main() -> None:
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    run(*build, "packaging/pyinstaller.spec")
    run(str(PROGRAM), "--self-test")
    run(str(PROGRAM), "demo", "--once", quiet=True)
    if sys.platform == "linux":
        run(sys.executable, "packaging/linux/pack.py", str(FOLDER), str(DIST))


def run(*command: str, quiet: bool = False) -> None:
    environment = {"SOURCE_DATE_EPOCH": date_of_source(), **os.environ, "PYTHONHASHSEED": "1"}
    output = subprocess.DEVNULL if quiet else None
    subprocess.run(command, cwd=ROOT, env=environment, stdout=output, check=True)


def date_of_source() -> str:
    """Seconds since 1970. A source without its history counts as of 2026."""
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "1767225600"


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(str(error))
