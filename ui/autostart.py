"""Starting with the person's log-in, by each system's own means; nothing is left behind when it is off.

Linux: Desktop Application Autostart Specification. macOS: a launch agent (launchd.plist(5)). Windows: the
Run key of the person's registry. Called in the worker's thread.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from core.files import replace_file
from core.places import default_data_dir
from texts import product

log = logging.getLogger(__name__)

NAME = "feishu-outlook-sync"
_WINDOWED = {"python.exe": "pythonw.exe", f"{NAME}-terminal.exe": f"{NAME}.exe"}
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


@dataclass(frozen=True, slots=True)
class Autostart:
    """`name` tells data directories apart: a second profile starts beside the first."""

    command: tuple[str, ...]
    name: str = NAME
    platform: str = sys.platform

    def set(self, *, wanted: bool) -> None:
        """A failure is logged: the program runs all the same."""
        try:
            match self.platform:
                case "win32":
                    self._set_windows(wanted=wanted)
                case "darwin":
                    self._set_file(self._agent(), self._plist(), wanted=wanted)
                case _:
                    self._set_file(self._entry(), self._desktop_entry(), wanted=wanted)
        except OSError as error:
            log.warning("start at login could not be set: %s", error.strerror)

    def _set_file(self, file: Path, content: bytes, *, wanted: bool) -> None:
        if not wanted:
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, content, 0o644)

    def _entry(self) -> Path:
        config = os.environ.get("XDG_CONFIG_HOME", "")
        folder = Path(config) if config.startswith("/") else Path.home() / ".config"
        return folder / "autostart" / f"{self.name}.desktop"

    def _desktop_entry(self) -> bytes:
        command = " ".join(_quoted(part) for part in self.command)
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            f"Name={product.name()}",
            f"TryExec={_string(self.command[0])}",  # no program, no start
            f"Exec={command}",
            f"Icon={NAME}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        )
        return "".join(f"{line}\n" for line in lines).encode()

    def _agent(self) -> Path:
        return Path.home() / "Library" / "LaunchAgents" / f"{self.name}.plist"

    def _plist(self) -> bytes:
        import plistlib  # macOS only, and not small

        return plistlib.dumps(
            {
                "Label": self.name,
                "ProgramArguments": list(self.command),
                "RunAtLoad": True,
                "LimitLoadToSessionType": "Aqua",
                "ProcessType": "Interactive",
            }
        )

    def _set_windows(self, *, wanted: bool) -> None:
        import winreg

        access = winreg.KEY_SET_VALUE  # type: ignore[attr-defined,unused-ignore]  # Windows only
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _RUN_KEY, 0, access) as key:  # type: ignore[attr-defined,unused-ignore]  # Windows only
            if wanted:
                command = subprocess.list2cmdline(self.command)
                winreg.SetValueEx(key, self.name, 0, winreg.REG_SZ, command)  # type: ignore[attr-defined,unused-ignore]  # Windows only
                return
            try:
                winreg.DeleteValue(key, self.name)  # type: ignore[attr-defined,unused-ignore]  # Windows only
            except FileNotFoundError:
                return


def of_this_program(data_dir: Path) -> Autostart:
    """How this very program would be started again, on this data directory."""
    if getattr(sys, "frozen", False):
        command = [_without_console(sys.executable)]
    else:
        command = [_without_console(sys.executable), str(Path(__file__).parent.parent / "tray_app.py")]
    if data_dir == default_data_dir():
        return Autostart(tuple(command))
    place = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:8]
    return Autostart((*command, "--data-dir", str(data_dir.resolve())), f"{NAME}-{place}")


def _without_console(program: str) -> str:
    """Windows: the one beside it that opens no black window."""
    path = Path(program)
    windowed = path.with_name(_WINDOWED.get(path.name.lower(), path.name))
    return str(windowed) if windowed.exists() else program


def _quoted(part: str) -> str:
    """An argument of Exec (Desktop Entry Specification, "The Exec key"): first quoted, then a string."""
    for character in ("\\", '"', "`", "$"):
        part = part.replace(character, f"\\{character}")
    return _string(f'"{part}"').replace("%", "%%")


def _string(text: str) -> str:
    """Escaped as every value of such a file is."""
    return text.replace("\\", "\\\\")
