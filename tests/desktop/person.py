"""The person in front of the screen: looks for what a window says, points, clicks and types."""

from __future__ import annotations

from collections.abc import Callable

from tests.desktop.screen_reader import Box, Gone, ScreenReader, Widget
from tests.desktop.session import Session


class Person:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._eyes = ScreenReader(session.environment["DBUS_SESSION_BUS_ADDRESS"])

    def close(self) -> None:
        self._eyes.close()

    def reads(self, *texts: str) -> None:
        """Waits until a window shows a text that has all of these in it."""
        self._until(lambda widget: all(text in widget.name for text in texts), f"text {texts}")

    def presses(self, name: str) -> None:
        self._click(name, ("button", "check box", "page tab"))

    def types(self, field: str, text: str) -> None:
        self._click(field, ("text",))
        line = self._until(lambda widget: widget.name == field and widget.is_focused, f"cursor in “{field}”")
        self.session.type(text)
        self.session.eventually(lambda: self._eyes.length(line) == len(text), f"“{field}” filled in")

    def _click(self, name: str, kinds: tuple[str, ...]) -> None:
        """As soon as it can be used, and lies still."""
        seen: list[tuple[Widget, Box]] = []

        def lies_still(widget: Widget) -> bool:
            if widget.name != name or not widget.is_enabled:
                return False
            if not any(kind in self._eyes.role(widget) for kind in kinds):
                return False
            before, seen[:] = seen[:], [(widget, self._eyes.place(widget))]
            return before == seen

        self._until(lies_still, f"“{name}” to click on")
        left, top, right, bottom = seen[0][1]
        self.session.click(((left + right) // 2, (top + bottom) // 2), button=1)

    def _until(self, is_wanted: Callable[[Widget], bool], what: str) -> Widget:
        return self.session.eventually(lambda: self._first(is_wanted), what)

    def _first(self, is_wanted: Callable[[Widget], bool]) -> Widget | None:
        try:
            return next((widget for widget in self._eyes.widgets() if is_wanted(widget)), None)
        except Gone:  # a whole window
            return None
