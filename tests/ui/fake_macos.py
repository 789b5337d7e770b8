"""AppKit and its relatives, in memory: so pystray's real macOS backend runs anywhere.

Every object takes every call and notes it. Off the main thread AppKit ends the program; so does this.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pystray
import pytest

MODULES = ("AppKit", "Foundation", "objc", "PyObjCTools", "PyObjCTools.MachSignals")


@dataclass
class Mac:
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    off_the_main_thread: list[str] = field(default_factory=list)

    def arguments_of(self, method: str) -> list[tuple[Any, ...]]:
        return [arguments for name, arguments in self.calls if name.endswith(f".{method}")]


class _Native:
    """Anything of AppKit: its attributes and what its methods give back are of the same kind."""

    def __init__(self, mac: Mac, name: str) -> None:
        self._mac, self._name = mac, name

    def __getattr__(self, name: str) -> _Native:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _Native(self._mac, f"{self._name}.{name}")
        setattr(self, name, found)
        return found

    def __call__(self, *arguments: Any) -> _Native:
        self._mac.calls.append((self._name, arguments))
        if threading.current_thread() is not threading.main_thread():
            self._mac.off_the_main_thread.append(self._name)
        return _Native(self._mac, f"{self._name}()")

    def __int__(self) -> int:
        return 22  # the height of the menu bar


class _Object:
    """Foundation.NSObject."""

    @classmethod
    def alloc(cls) -> _Object:
        return cls()

    def init(self) -> _Object:
        return self


@contextmanager
def pystray_on_macos() -> Iterator[tuple[Mac, Any]]:
    """A Mac, and pystray with its backend for it."""
    mac = Mac()
    with pytest.MonkeyPatch.context() as patch:
        for name in MODULES:
            patch.setitem(sys.modules, name, _Native(mac, name))  # type: ignore[arg-type]
        sys.modules["Foundation"].NSObject = _Object  # type: ignore[attr-defined]
        backend = importlib.import_module("pystray._darwin")
        try:
            yield mac, SimpleNamespace(Icon=backend.Icon, Menu=pystray.Menu, MenuItem=pystray.MenuItem)
        finally:
            del sys.modules["pystray._darwin"]
