"""A whole desktop session for the stories: X server, bus, window manager, tray host, notifications."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageColor

from texts.report import State
from ui.icons import _COLOURS

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds. Nothing here takes as long; the computer may be busy."""
KEY_PATIENCE = 10.0
DUNST = """[global]
origin = bottom-left
width = 400
mouse_left_click = do_action, close_current
[urgency_normal]
timeout = 0
[urgency_critical]
timeout = 0
"""


class Session:
    """Everything that it starts ends with `close`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.notes = directory / "notifications.jsonl"
        self.opened = directory / "opened.txt"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment = self._environment()

    def start(self) -> None:
        self.environment["DISPLAY"] = self._start_x()
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
        self.spawn("openbox")
        self.eventually(lambda: self._x("xdotool", "get_num_desktops") != "", "a window manager")

    def start_notifications(self, *options: str) -> subprocess.Popen[bytes]:
        self.notes.unlink(missing_ok=True)
        service = self.spawn(
            sys.executable, "-m", "tests.desktop.notification_service", str(self.notes), *options
        )
        self.eventually(self.notes.exists, "the notification service")
        return service

    def start_dunst(self) -> subprocess.Popen[bytes]:
        """A real notification daemon: a popup stays at the lower left until somebody clicks on it."""
        rules = self.directory / "dunstrc"
        rules.write_text(DUNST)
        return self.spawn("dunst", "-config", str(rules), "-print", log="notified.txt")

    def start_keyring(self) -> None:
        """gnome-keyring as the Secret Service, unlocked as after a log-in."""
        daemon = self.spawn(
            "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets", says=b"a password"
        )
        owned = "--session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner"
        question = ("dbus-send", *owned.split(), "string:org.freedesktop.secrets")
        self.eventually(lambda: "true" in self._x(*question), "Secret Service")
        assert daemon.poll() is None

    def start_trayer(self) -> subprocess.Popen[bytes]:
        place = "--edge top --align right --widthtype pixel --width 200 --height 32"
        return self.spawn("trayer", *place.split(), "--transparent", "false", "--tint", "0x2b2b2b")

    def start_xfce_panel(self) -> subprocess.Popen[bytes]:
        folder = self.directory / ".config/xfce4/xfconf/xfce-perchannel-xml"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(__file__).with_name("xfce4-panel.xml"), folder)
        return self.spawn("xfce4-panel", "--disable-wm-check")

    def start_program(self, data_dir: Path, *options: str) -> subprocess.Popen[bytes]:
        data_dir.mkdir(exist_ok=True)
        return self.spawn(sys.executable, "-m", "tests.desktop.program", str(data_dir), *options)

    def start_tray_app(self, data_dir: Path) -> subprocess.Popen[bytes]:
        """The program itself, as people start it."""
        return self.spawn(sys.executable, "tray_app.py", "--data-dir", str(data_dir))

    def start_demo(self) -> subprocess.Popen[bytes]:
        return self.spawn(sys.executable, "-m", "tests.desktop.demo_program")

    def terminal(self, data_dir: Path, *command: str, says: str = "") -> None:
        """A command of the program that has to succeed."""
        process = self.spawn(
            sys.executable, "tray_app.py", *command, "--data-dir", str(data_dir), says=says.encode()
        )
        assert process.wait(PATIENCE) == 0, command

    def spawn(self, *command: str, says: bytes = b"", log: str = "log.txt") -> subprocess.Popen[bytes]:
        """`says`: what it is told on its standard input."""
        with (self.directory / log).open("ab") as out:
            process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._processes.append(process)
        assert process.stdin
        with process.stdin as ear:
            ear.write(says)
        return process

    def close(self) -> None:
        for process in reversed(self._processes):
            end(process)

    # --- looking and doing --------------------------------------------------------------------------

    def eventually(self, condition: Callable[[], T], what: str) -> T:
        """The first true answer of `condition`, or a failure."""
        until = time.monotonic() + PATIENCE
        while not (found := condition()):
            if time.monotonic() > until:
                raise AssertionError(f"no {what}")
            time.sleep(0.2)  # to look costs the programs time
        return found

    def log(self) -> str:
        return (self.directory / "log.txt").read_text(errors="replace")

    def screenshot(self) -> Image.Image:
        shot = subprocess.run(
            ["import", "-window", "root", "-depth", "8", "ppm:-"],
            env=self.environment,
            capture_output=True,
            check=True,
        )
        return Image.open(io.BytesIO(shot.stdout)).convert("RGB")

    def icon(self, state: State) -> tuple[int, int] | None:
        """Where the tray shows the icon of this state."""
        bar = self.screenshot().crop((0, 0, 1280, 32))
        return next((spot for colour in _COLOURS[state].values() if (spot := _middle(bar, colour))), None)

    def wait_for_icon(self, state: State) -> tuple[int, int]:
        return self.eventually(lambda: self.icon(state), f"icon “{state.value}”")

    def click(self, spot: tuple[int, int], *, button: int) -> None:
        x, y = spot
        self._x("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def keys(self, *keys: str) -> None:
        self._x("xdotool", "key", "--delay", "60", *keys)

    def type(self, text: str) -> None:
        self._x("xdotool", "type", "--delay", "20", text)

    def window(self, title: str) -> str:
        """The X id of a visible window with exactly this title; empty if there is none."""
        found = self._x("xdotool", "search", "--onlyvisible", "--name", f"^{title}$").split()
        return found[0] if found else ""

    def open_menu(self, icon: tuple[int, int]) -> None:
        """With the right button, as people do; done when something stands still below the panel."""
        seen = [self._below_the_panel()]
        self.click(icon, button=3)

        def stands_still() -> bool:
            seen.append(self._below_the_panel())
            return seen[0] != seen[-1] == seen[-2]

        self.eventually(stands_still, "menu")

    def choose(self, state: State, first_key: str, *keys: str) -> None:
        """From the menu of the icon, once it shows this state.

        A menu can be seen a moment before the keyboard is its own: the first key is pressed until it shows.
        """
        self.open_menu(self.wait_for_icon(state))
        opened, pressed = self._below_the_panel(), 0.0

        def has_marked_an_entry() -> bool:
            nonlocal pressed
            if self._below_the_panel() != opened:
                return True
            if time.monotonic() - pressed > KEY_PATIENCE:
                pressed = time.monotonic()
                self.keys(first_key)
            return False

        self.eventually(has_marked_an_entry, "marked entry")
        self.keys(*keys)

    def notifications(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.notes.read_text().splitlines()]

    def notified(self) -> list[str]:
        """The texts of dunst's notifications."""
        said = (self.directory / "notified.txt").read_text(errors="replace")
        return re.findall(r"^\tbody: '(.*)'$", said, re.MULTILINE)

    def click_on_notification(self) -> None:
        popup = ("xdotool", "search", "--onlyvisible", "--class", "Dunst", "getwindowgeometry", "--shell")
        place = dict(line.split("=") for line in self._x(*popup).split() if "=" in line)
        self.click((int(place["X"]) + 20, int(place["Y"]) + 20), button=1)

    def _below_the_panel(self) -> bytes:
        """Where menus of the tray open, beside every window."""
        return self.screenshot().crop((1080, 40, 1280, 400)).tobytes()

    def _x(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout

    # --- how it is built ----------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        runtime = self.directory / "runtime"
        runtime.mkdir(mode=0o700)
        browser = self.directory / "browser"
        command = f'exec "{sys.executable}" -m tests.desktop.browser "{self.opened}" "$1"'
        browser.write_text(f"#!/bin/sh\n{command}\n")
        browser.chmod(0o755)
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "XDG_RUNTIME_DIR": str(runtime),
            "LANG": "C.UTF-8",
            "NO_AT_BRIDGE": "1",
            "GTK_A11Y": "none",
            "QT_QPA_PLATFORM": "xcb",
            "BROWSER": str(browser),
            **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        }

    def _start_x(self) -> str:
        reader, writer = os.pipe()
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        os.close(writer)
        with os.fdopen(reader) as answer:
            return f":{answer.readline().strip()}"

    def _start_bus(self) -> str:
        process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        assert process.stdout
        with process.stdout as answer:
            return answer.readline().decode().strip()


def end(process: subprocess.Popen[bytes]) -> int:
    """Asks, then makes sure; the exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode


def _middle(picture: Image.Image, colour: str) -> tuple[int, int] | None:
    """The middle of the pixels that have this colour, if they are enough for an icon."""
    wanted = ImageColor.getrgb(colour)
    pixels = picture.load()
    assert pixels
    found = [(x, y) for x in range(picture.width) for y in range(picture.height) if pixels[x, y] == wanted]
    if len(found) < 12:
        return None
    return sum(x for x, _ in found) // len(found), sum(y for _, y in found) // len(found)


def is_gone(process: subprocess.Popen[bytes]) -> bool:
    """With everything that it has started and not set free."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False
