"""Tries the built folder where nothing else of ours is: what it prints, what it keeps, what it shows."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.request import urlopen

from contents import PROGRAM, TERMINAL
from desktop import Desktop, Entry, TrialFailed, within
from wine import Ended, Wine

FOLDER = r"C:\Try it\Feishu Outlook Sync"
"""With spaces, as people's folders have."""
_BROWSER = Path(__file__).with_name("sign_in_browser.py")
Days = list[dict[str, list[dict[str, str]]]]


def check(what: str, *, holds: bool, seen: object = "") -> None:
    if not holds:
        raise TrialFailed(f"{what}: {seen}")


def unpack(built: Path, wine: Wine) -> None:
    target = wine.drive / FOLDER.removeprefix("C:\\").replace("\\", "/")
    shutil.copytree(built, target, dirs_exist_ok=True)


def try_terminal(wine: Wine, version: str) -> None:
    """The program with a console: prints, reads, ends with the codes of the guide."""

    def run(*arguments: str, typed: str = "") -> Ended:
        return wine.run(rf"{FOLDER}\{TERMINAL}", *arguments, seconds=300, typed=typed)

    ended = run("--version")
    check("its version", holds=(ended.code, ended.text.strip()) == (0, version), seen=ended)
    ended = run("demo", "--once")
    check("the demo", holds=ended.code == 0 and "Both calendars are equal." in ended.text, seen=ended)
    ended = run("no-such-command")
    check("a wrong command ends with 2", holds=ended.code == 2, seen=ended)
    ended = run("secret", "feishu.app_secret", typed="worthless\n")
    check("a secret is stored", holds=ended.code == 0, seen=ended)
    ended = run("sync")
    check("nobody is signed in", holds=ended.code in {2, 3}, seen=ended)
    windowed = wine.run(rf"{FOLDER}\{PROGRAM}", "--version", seconds=120)
    check("the other one prints into pipes", holds=version in windowed.text, seen=windowed)


def try_first_start(desktop: Desktop) -> None:
    """Double-clicked, without standard handles: wizard and icon; a second start; Quit."""
    desktop.open(rf"{FOLDER}\{PROGRAM}")
    desktop.window("Set up")
    desktop.picture("first-start")
    desktop.open_menu()
    desktop.picture("menu-before-set-up")
    desktop.close_menu()
    second = desktop.wine.launch(rf"{FOLDER}\{PROGRAM}").wait(180)
    check("a second start ends with 0", holds=second == 0, seen=second)
    desktop.picture("second-start")
    quit_program(desktop, desktop.wine.home / "AppData/Local/Feishu Outlook Sync")


def try_demo(desktop: Desktop, notes: Path) -> None:
    """Two sign-ins from the menu, then both calendars are compared; windows; Quit."""
    use_browser(desktop.wine, notes)
    desktop.open(rf"{FOLDER}\{PROGRAM}", "demo")
    page = desktop.eventually(
        "the demo's page in the browser", lambda: _noted(notes, r"http://127\.0\.0\.1:\d+/$")
    )
    _sign_in(desktop, notes, "authen/v1/authorize")
    _sign_in(desktop, notes, "oauth2/v2.0/authorize")
    desktop.eventually("the mirrored calendar", lambda: is_mirrored(days(page)))
    desktop.picture("mirrored")
    desktop.open_menu()
    desktop.picture("menu")
    desktop.close_menu()
    desktop.choose(Entry.SETTINGS)
    desktop.window("Settings")
    desktop.picture("settings")
    desktop.click_icon()
    desktop.window("Activity")
    desktop.picture("activity")
    desktop.choose(Entry.QUIT)
    desktop.eventually("the end", lambda: not _is_answering(page))


def quit_program(desktop: Desktop, data: Path) -> None:
    check("the lock of the running program", holds=(data / "tray.lock").exists())
    desktop.choose(Entry.QUIT)
    desktop.eventually("the end", lambda: not (data / "tray.lock").exists())


def use_browser(wine: Wine, notes: Path) -> None:
    """Wine asks this for the browser instead of the machine's own."""
    notes.unlink(missing_ok=True)
    script = wine.folder / "browser.sh"
    script.write_text(f'#!/bin/sh\nexec python3 "{_BROWSER}" "{notes}" "$1"\n')
    script.chmod(0o755)
    wine.set_value(r"HKCU\Software\Wine\WineBrowser", "Browsers", str(script))


def days(page: str) -> Days:
    with urlopen(f"{page}days", timeout=30) as answer:  # noqa: S310  # the sandbox, on loopback
        shown: Days = json.load(answer)["days"]
    return shown


def is_mirrored(shown: Days) -> bool:
    """From tomorrow on: what is over today was not copied."""
    here, there = _entries(shown, "feishu", ""), _entries(shown, "outlook", "Feishu")
    return here == there != []


def _entries(shown: Days, side: str, calendar: str) -> list[tuple[str, str, str]]:
    return [
        (item["title"], item["start"], item["end"])
        for day in shown[1:]
        for item in day[side]
        if item["calendar"] == calendar
    ]


def _sign_in(desktop: Desktop, notes: Path, address: str) -> None:
    """Tried again while the program is not ready for it."""

    def asked() -> str | None:
        desktop.choose(Entry.SIGN_IN)
        return within(20, lambda: _noted(notes, address))

    desktop.eventually(f"a sign-in page {address}", asked)


def _noted(notes: Path, address: str) -> str | None:
    urls = notes.read_text().split() if notes.exists() else []
    return next((url for url in urls if re.search(address, url)), None)


def _is_answering(page: str) -> bool:
    try:
        return bool(days(page))
    except OSError:
        return False
