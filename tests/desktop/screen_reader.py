"""What programs show, as a screen reader is told it (AT-SPI 2 over D-Bus): roles, names, states, places.

https://gnome.pages.gitlab.gnome.org/at-spi2-core/devel-docs/ describes the interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

Reference = tuple[str, str]
"""Of an object: the name of its program on the bus, and its path there."""
Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels of the screen."""

_ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_ENABLED, _FOCUSED, _SHOWING = 8, 12, 25
_OF_SCREEN = 0
_PATIENCE = 20.0


class Gone(Exception):
    """The object is not there any more."""


@dataclass(frozen=True, slots=True)
class Widget:
    reference: Reference
    name: str
    states: int
    around: tuple[Reference, ...]
    """What it lies in, from the window inwards."""

    @property
    def is_enabled(self) -> bool:
        return bool(self.states >> _ENABLED & 1)

    @property
    def is_focused(self) -> bool:
        return bool(self.states >> _FOCUSED & 1)


class ScreenReader:
    def __init__(self, session_bus: str) -> None:
        """`session_bus`: its address. The accessibility bus starts when it is asked for."""
        self._bus: DBusConnection | None = None
        with open_dbus_connection(bus=session_bus) as bus:
            self._bus = bus
            [address] = self._ask(("org.a11y.Bus", "/org/a11y/bus"), "org.a11y.Bus", "GetAddress")
        self._bus = open_dbus_connection(bus=address)

    def close(self) -> None:
        if self._bus:
            self._bus.close()

    def widgets(self) -> Iterator[Widget]:
        """Everything that is on the screen, each after what it lies in."""
        for program in self._children(_ROOT):
            for window in self._children(program):
                yield from self._look(window, ())

    def role(self, widget: Widget) -> str:
        [role] = self._say(widget.reference, "Accessible", "GetRoleName")
        return str(role)

    def length(self, widget: Widget) -> int:
        """Of the text in it, in characters; of a secret too."""
        return int(self._property(widget.reference, "Text", "CharacterCount"))

    def place(self, widget: Widget) -> Box:
        """Where it is seen: parts of it may be scrolled away."""
        boxes = [self._box(reference) for reference in (*widget.around, widget.reference)]
        left, top, right, bottom = zip(*boxes, strict=True)
        return max(left), max(top), min(right), min(bottom)

    def _box(self, reference: Reference) -> Box:
        [(left, top, width, height)] = self._say(reference, "Component", "GetExtents", "u", (_OF_SCREEN,))
        return left, top, left + width, top + height

    def _look(self, reference: Reference, around: tuple[Reference, ...]) -> Iterator[Widget]:
        try:
            [(low, high)] = self._say(reference, "Accessible", "GetState")
            states = low | high << 32
            if not states >> _SHOWING & 1:
                return
            name = self._property(reference, "Accessible", "Name")
            children = self._children(reference)
        except Gone:
            return
        yield Widget(reference, name, states, around)
        for child in children:
            yield from self._look(child, (*around, reference))

    def _children(self, reference: Reference) -> list[Reference]:
        [children] = self._say(reference, "Accessible", "GetChildren")
        return list(children)

    def _property(self, reference: Reference, interface: str, name: str) -> Any:
        asked = (f"org.a11y.atspi.{interface}", name)
        [(_signature, value)] = self._ask(reference, "org.freedesktop.DBus.Properties", "Get", "ss", asked)
        return value

    def _say(
        self,
        reference: Reference,
        interface: str,
        method: str,
        signature: str | None = None,
        said: tuple[Any, ...] = (),
    ) -> Any:
        return self._ask(reference, f"org.a11y.atspi.{interface}", method, signature, said)

    def _ask(
        self,
        reference: Reference,
        interface: str,
        method: str,
        signature: str | None = None,
        said: tuple[Any, ...] = (),
    ) -> Any:
        """The body of the answer. Raises Gone where there is none."""
        assert self._bus
        address = DBusAddress(reference[1], reference[0], interface)
        call = new_method_call(address, method, signature, said)
        answer = self._bus.send_and_get_reply(call, timeout=_PATIENCE)
        if answer.header.message_type is MessageType.error:
            raise Gone(f"{method} of {reference}: {answer.body}")
        return answer.body
