"""Builds the program for Windows on Linux, under Wine, tries it there, and makes its installer:

.venv/bin/python packaging/windows/build.py [--work FOLDER] [STEP …]

Steps, in this order, all of them without any: program, contents, secrets, trial, installer, install. What
they make stays in the work folder (default: build/windows), so that each can be repeated alone. What is built
here is for trials; docs/packaging-windows.md says what they prove and what not.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import contents
import installer
import interpreter
import wheels
from desktop import Desktop
from installer_trial import try_installer
from program_resources import ROOT, product_version
from trial import check, try_demo, try_first_start, try_terminal, unpack
from wine import Screen, Wine

_TOOLS = "wine wineserver Xvfb openbox xdotool import osslsigncode makensis x86_64-w64-mingw32-gcc".split()  # noqa: SIM905  # reads better
_PACKAGES = "wine wine64 xvfb openbox xdotool imagemagick osslsigncode nsis gcc-mingw-w64-x86-64-win32"
_NOT_COPIED = (".git", ".venv", "build", "dist", "tests", "__pycache__", ".*_cache", ".hypothesis")
PYTHON = r"C:\python\python.exe"
_SPARED = """\
# PyInstaller imports every package in a process of its own, in search of folders with libraries. lark_oapi
# has none, but 11,000 modules: minutes under Wine.
import sys

if any(word.endswith("_child.py") for word in sys.orig_argv):
    sys.modules["lark_oapi"] = None
"""


@dataclass(frozen=True, slots=True)
class Work:
    folder: Path
    screen: Screen

    @property
    def built(self) -> Path:
        return self.folder / "dist" / "feishu-outlook-sync"

    @property
    def installer(self) -> Path:
        return self.folder / "dist" / installer.installer_name(product_version())

    def wine(self, name: str, *, fresh: bool) -> Wine:
        place = self.folder / name
        if fresh:
            shutil.rmtree(place, ignore_errors=True)
        return Wine(place, self.screen)


def build_program(work: Work) -> None:
    python = interpreter.fetch(work.folder / "interpreter")
    wanted = wheels.fetch(ROOT, interpreter.VERSION, work.folder / "wheels")
    with work.wine("builder", fresh=True) as wine:
        shutil.copytree(python, wine.drive / "python")
        shutil.copytree(wanted.parent, wine.drive / "wheels")
        shutil.copytree(ROOT, wine.drive / "source", ignore=shutil.ignore_patterns(*_NOT_COPIED))
        options = "--quiet --no-deps --no-index --require-hashes --no-compile --no-warn-script-location"
        pip = ["-m", "pip", "install", *options.split(), "--find-links", r"C:\wheels"]
        _must(wine, 1800, *pip, "-r", r"C:\wheels\requirements.txt")
        (wine.drive / "python" / "Lib" / "sitecustomize.py").write_text(_SPARED)
        places = ["--distpath", r"C:\dist", "--workpath", r"C:\work"]
        spec = r"C:\source\packaging\pyinstaller.spec"
        _must(wine, 3600, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *places, spec)
        shutil.rmtree(work.built, ignore_errors=True)
        shutil.copytree(wine.drive / "dist" / work.built.name, work.built)


def check_contents(work: Work) -> None:
    found = contents.faults(work.built)
    check("faults in the built folder", holds=not found, seen="\n".join(found))
    print(f"{contents.megabytes(work.built):.0f} MB in {work.built}")


def try_secrets(work: Work) -> None:
    """From the source, as Windows' limit can only be put in there."""
    with work.wine("builder", fresh=False) as wine:
        said = _must(wine, 300, "-X", "utf8", r"C:\source\packaging\windows\secrets_trial.py")
        expected = "too long: refused\nreplaced: gone\napp secret: True\nclient secret: True\ntokens: True\n"
        check("secrets", holds=said.endswith(expected), seen=said)


def try_program(work: Work) -> None:
    with work.wine("trial", fresh=True) as wine:
        unpack(work.built, wine)
        try_terminal(wine, product_version())
        with Desktop(wine, work.folder / "pictures" / "program") as desktop:
            try_first_start(desktop)
            try_demo(desktop, wine.folder / "opened.txt")


def make_installer(work: Work) -> None:
    installer.make(work.built, work.installer)
    print(f"{work.installer.stat().st_size / 1e6:.0f} MB in {work.installer}")


def try_install(work: Work) -> None:
    pictures = work.folder / "pictures" / "installer"
    with work.wine("install", fresh=True) as wine, Desktop(wine, pictures) as desktop:
        try_installer(desktop, work.installer, product_version())


STEPS: dict[str, Callable[[Work], None]] = {
    "program": build_program,
    "contents": check_contents,
    "secrets": try_secrets,
    "trial": try_program,
    "installer": make_installer,
    "install": try_install,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="Builds and tries the program for Windows under Wine.")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "windows")
    parser.add_argument("steps", nargs="*", choices=[*STEPS, []], metavar="STEP")
    options = parser.parse_args(arguments)
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    if missing:
        sys.exit(f"{', '.join(missing)} not found. On Debian: sudo apt-get install {_PACKAGES}")
    with Screen() as screen:
        work = Work(options.work.resolve(), screen)
        for name in options.steps or STEPS:
            started = time.monotonic()
            STEPS[name](work)
            print(f"{name}: done in {time.monotonic() - started:.0f} s", flush=True)


def _must(wine: Wine, seconds: float, *arguments: str) -> str:
    ended = wine.run(PYTHON, *arguments, seconds=seconds)
    if ended.code:
        raise subprocess.CalledProcessError(ended.code, arguments, ended.text)
    return ended.text


if __name__ == "__main__":
    main(sys.argv[1:])
