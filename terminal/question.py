"""A question to the person at the terminal."""

from __future__ import annotations

import sys

from terminal.printing import Terminal

_YES = {"y", "yes", "是"}


def is_somebody_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def agrees(terminal: Terminal, question: str) -> bool:
    """Whatever is not a yes is a no."""
    terminal.tell(question)
    try:
        return sys.stdin.readline().strip().casefold() in _YES
    except UnicodeDecodeError:
        return False
