"""A Windows that is not one: Wine on a screen that nobody sees. Every call is bounded in time.

Each `Wine` is a prefix of its own, a drive C: with nothing on it but what a trial puts there. Nothing of the
machine's own Wine is touched.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STAND_INS = Path(__file__).with_name("stand_ins")
COMPILER = "x86_64-w64-mingw32-gcc"
_USER = "person"


class Screen:
    """An X server, and a window manager, without which nothing has the keyboard. A context manager; `display`
    names it."""

    def __enter__(self) -> Self:
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        quiet = subprocess.DEVNULL
        self._server = subprocess.Popen(command, pass_fds=[writer], stdout=quiet, stderr=quiet)
        os.close(writer)
        with os.fdopen(reader) as said:
            self.display = f":{said.readline().strip()}"  # when it can be used
        environment = {**os.environ, "DISPLAY": self.display}
        self._manager = subprocess.Popen(["openbox"], env=environment, stdout=quiet, stderr=quiet)
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(20)

    def picture(self, file: Path) -> None:
        command = ["import", "-display", self.display, "-window", "root", str(file)]
        subprocess.run(command, check=True, timeout=60)

    def colours(self, left: int, top: int, width: int, height: int) -> int:
        """How many there are in that part."""
        part = f"{width}x{height}+{left}+{top}"
        command = ["import", "-display", self.display, "-window", "root", "-crop", part, "png:-"]
        picture = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
        command = ["identify", "-format", "%k", "-"]
        return int(subprocess.run(command, input=picture, capture_output=True, check=True, timeout=60).stdout)

    def act(self, *words: str) -> None:
        """Mouse and keyboard, in the words of xdotool."""
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], env=environment, check=True, timeout=30)


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    text: str
    """stdout and stderr together."""


@dataclass(frozen=True, slots=True)
class Wine:
    """A context manager: everything that runs in the prefix ends with it."""

    folder: Path
    screen: Screen

    def __enter__(self) -> Self:
        if not self.drive.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.run("wineboot", "-i", seconds=300)
            self.run("winecfg", "/v", "win10", seconds=60)
            self._add_stand_ins()
        return self

    def __exit__(self, *_: object) -> None:
        self._server("-k")
        self._server("-w")

    @property
    def drive(self) -> Path:
        return self.folder / "drive_c"

    @property
    def home(self) -> Path:
        """The person's own folder."""
        return self.drive / "users" / _USER

    def run(self, *command: str, seconds: float, typed: str = "") -> Ended:
        """Raises subprocess.TimeoutExpired. Wine 8 ends Python where a standard handle is a file; these are
        pipes."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            ["wine", *command], env=self._environment(), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
        )
        try:
            said, _nothing = process.communicate(typed.encode(), seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Ended(process.returncode, said.decode("utf-8", "replace").replace("\r\n", "\n"))

    def launch(self, *command: str) -> subprocess.Popen[bytes]:
        """Starts it and does not look at what it says: whatever it starts in turn would hold a pipe open."""
        quiet = subprocess.DEVNULL
        environment = self._environment()
        return subprocess.Popen(["wine", *command], env=environment, stdin=quiet, stdout=quiet, stderr=quiet)

    def value(self, key: str, name: str) -> str | None:
        """Of the registry; None if it is not there."""
        ended = self.run("reg", "query", key, "/v", name, seconds=60)
        lines = [line.split(None, 2) for line in ended.text.splitlines() if line.strip().startswith(name)]
        return lines[0][2] if ended.code == 0 and lines else None

    def set_value(self, key: str, name: str, text: str) -> None:
        self.run("reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", text, "/f", seconds=60)

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),  # Wine links the person's folders and menus to what is there
            "USER": _USER,
            "DISPLAY": self.screen.display,
            "LC_ALL": "C.UTF-8",  # names of files are not only ASCII; every Debian has it
            "WINEPREFIX": str(self.folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",  # no .NET, no browser, no menus here
        }

    def _server(self, option: str) -> None:
        subprocess.run(["/usr/bin/wineserver", option], env=self._environment(), timeout=120, check=False)

    def _add_stand_ins(self) -> None:
        for source in STAND_INS.glob("*.c"):
            target = self.drive / "windows" / "system32" / f"{source.stem}.dll"
            build(source, target, "-shared")


def build(source: Path, target: Path, *options: str) -> None:
    """A small C program for Windows."""
    command = [COMPILER, "-O1", "-s", *options, "-o", str(target), str(source), "-ladvapi32"]
    subprocess.run(command, check=True, timeout=120)
