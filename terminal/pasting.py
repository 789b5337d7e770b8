"""What a person pastes into the terminal, taken without waiting for it: the one who asks may stop asking."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TakeLine = Callable[[], str | None]
"""The next line that was entered; empty: none yet. None: there will be no more."""


@contextmanager
def lines_from_stdin() -> Iterator[TakeLine]:
    """Lines of any length: a terminal that collects them itself cuts them, on macOS at 1,024 characters."""
    entered: queue.Queue[str | None] = queue.Queue()

    def take() -> str | None:
        try:
            line = entered.get_nowait()
        except queue.Empty:
            return ""
        if line is None:
            entered.put(None)
        return line

    if (descriptor := _stdin()) is None:
        entered.put(None)
        yield take
        return
    with _unlimited(descriptor):
        # Left alone at the end: only a line ends a read, and this thread holds no lock of Python's own.
        threading.Thread(target=_read, args=(descriptor, entered), name="stdin", daemon=True).start()
        yield take


def _stdin() -> int | None:
    try:
        return sys.stdin.fileno() if sys.stdin is not None else None
    except (OSError, ValueError):  # closed, or no file at all
        return None


def _read(descriptor: int, entered: queue.Queue[str | None]) -> None:
    """In the thread of its own."""
    text = b""
    try:
        while piece := os.read(descriptor, 4096):
            *lines, text = (text + piece).replace(b"\r", b"\n").split(b"\n")
            for line in filter(None, lines):
                entered.put(line.decode(errors="replace"))
    except OSError:  # the terminal is gone
        pass
    if text:
        entered.put(text.decode(errors="replace"))
    entered.put(None)


@contextmanager
def _unlimited(descriptor: int) -> Iterator[None]:
    """The terminal hands over what is typed at once, not by the line."""
    if sys.platform == "win32" or not os.isatty(descriptor):
        yield
        return
    import termios

    before = termios.tcgetattr(descriptor)
    at_once = termios.tcgetattr(descriptor)
    at_once[3] &= ~termios.ICANON
    termios.tcsetattr(descriptor, termios.TCSANOW, at_once)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
