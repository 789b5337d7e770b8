"""The desktop of a trial: a taskbar with room for icons, windows by their titles, a mouse and a keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self, TypeVar

from wine import Wine, build

Found = TypeVar("Found")

_LISTER = Path(__file__).with_name("windows.c")
_TASKBAR, _MENU = "Shell_TrayWnd", "#32768"
"""Window classes."""
_ICON = 20
"""Pixels."""
_EXPLORER = r"HKCU\Software\Wine\Explorer"


_FREE_PLACE = ("60", "740")


class Entry(IntEnum):
    """Of the icon's menu: pixels below its top, or above its bottom."""

    SIGN_IN = 28
    """The first side that nobody is signed in to."""
    SETTINGS = -72
    QUIT = -12


class TrialFailed(Exception):
    """What was expected and did not come."""


@dataclass(frozen=True, slots=True)
class Window:
    left: int
    top: int
    right: int
    bottom: int
    kind: str
    """Its window class."""
    title: str

    @property
    def middle(self) -> tuple[str, str]:
        return str((self.left + self.right) // 2), str((self.top + self.bottom) // 2)


class Desktop:
    """A context manager. Pictures of it go to `pictures`, in the order in which they were taken."""

    def __init__(self, wine: Wine, pictures: Path) -> None:
        self.wine = wine
        self._pictures = pictures
        self._taken = 0

    def __enter__(self) -> Self:
        self._pictures.mkdir(parents=True, exist_ok=True)
        build(_LISTER, self.wine.drive / "windows.exe")
        self.wine.set_value(_EXPLORER, "Desktop", "shell")  # for whatever starts in this prefix
        self.wine.set_value(rf"{_EXPLORER}\Desktops", "shell", "1280x800")
        self._explorer = self.wine.launch("explorer", "/desktop=shell,1280x800")
        self.eventually("the taskbar", lambda: any(each.kind == _TASKBAR for each in self.windows()))
        return self

    def __exit__(self, *_: object) -> None:
        self._explorer.kill()
        self._explorer.wait(20)

    def open(self, *command: str) -> None:
        """As a double-click does: the program has no standard handles and nobody waits for it."""
        self.wine.launch("start", *command).wait(120)

    def windows(self) -> list[Window]:
        listing = self.wine.drive / "windows.txt"
        listing.unlink(missing_ok=True)
        self.wine.launch(r"C:\windows.exe", r"C:\windows.txt").wait(60)
        return parse(listing.read_text("utf-8")) if listing.exists() else []

    def window(self, title: str) -> Window:
        """The one whose title begins so, when it has come."""
        return self.eventually(
            f"a window {title!r}",
            lambda: next((each for each in self.windows() if each.title.startswith(title)), None),
        )

    def icon(self) -> Window:
        """Its place, once there is one."""

        def look() -> Window | None:
            place = place_of_icon(self.windows())
            is_drawn = place and self.wine.screen.colours(place.left, place.top, _ICON, _ICON) > 1
            return place if is_drawn else None

        return self.eventually("an icon in the taskbar", look)

    def open_menu(self) -> Window:
        self._click(self.icon().middle, "3")
        return self.eventually("the menu of the icon", self._menu)

    def close_menu(self) -> None:
        self._click(_FREE_PLACE)
        self.eventually("a closed menu", lambda: self._menu() is None)

    def choose(self, entry: Entry) -> None:
        """One that can't be chosen yet leaves the menu open; it is closed then."""
        menu = self.open_menu()
        y = entry + (menu.top if entry > 0 else menu.bottom)
        self._click((str(menu.left + 40), str(y)))
        if not within(15, lambda: self._menu() is None):
            self.close_menu()

    def click_icon(self) -> None:
        self._click(self.icon().middle)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.wine.screen.act("key", key)
            time.sleep(0.3)

    def picture(self, name: str) -> None:
        time.sleep(2)  # until it is drawn
        self._taken += 1
        self.wine.screen.picture(self._pictures / f"{self._taken:02}-{name}.png")

    def eventually(self, what: str, look: Callable[[], Found | None], seconds: float = 180) -> Found:
        """What `look` finds, once it finds something. Raises TrialFailed."""
        if found := within(seconds, look):
            return found
        self.picture("failed")
        raise TrialFailed(f"{what} did not come within {seconds:.0f} seconds")

    def _menu(self) -> Window | None:
        return next((each for each in self.windows() if each.kind == _MENU), None)

    def _click(self, place: tuple[str, str], button: str = "1") -> None:
        self.wine.screen.act("mousemove", *place, "click", button)


def within(seconds: float, look: Callable[[], Found | None]) -> Found | None:
    """What `look` finds, asked once a second; None if it finds nothing in that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(1)
    return None


def parse(listing: str) -> list[Window]:
    """What windows.exe prints."""
    found = []
    for line in listing.splitlines():
        fields = line.split("\t", 5)
        if len(fields) == 6:
            left, top, right, bottom = map(int, fields[:4])
            found.append(Window(left, top, right, bottom, fields[4], fields[5]))
    return found


def place_of_icon(windows: list[Window]) -> Window | None:
    """Wine draws icons on the taskbar itself, beginning at its right end; there is one."""
    bar = next((each for each in windows if each.kind == _TASKBAR), None)
    return bar and Window(bar.right - _ICON, bar.top, bar.right, bar.top + _ICON, "icon", "")
