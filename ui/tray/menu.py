"""A tray menu as plain data; each tray builds its own widgets from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `checked` None: not a check box. `is_default`: what a click on the icon itself does."""

    key: str
    text: str
    enabled: bool = True
    visible: bool = True
    checked: bool | None = None
    is_default: bool = False
    children: tuple[Item, ...] = ()


SEPARATOR = Item("", "")

Menu = tuple[Item, ...]


def default_key(menu: Menu) -> str:
    return next((item.key for item in menu if item.is_default), "")
