"""Imports every module of the program and runs the demo, with the modules named on standard input missing.

python -m tests.packaging.without < NAMES
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

FOR_DEVELOPERS = {"sandbox.__main__", "texts.compile"}


class NotThere:
    """The first to be asked for any module."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(self, name: str, *_: object) -> None:
        parts = name.split(".")
        if not self._names.isdisjoint(".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            raise ModuleNotFoundError(f"{name} is left out", name=name)


def main() -> int:
    names = set(sys.stdin.read().split())
    for loaded in [name for name in sys.modules if name.partition(".")[0] in names]:
        del sys.modules[loaded]
    sys.meta_path.insert(0, NotThere(names))

    for room in ("core", "sandbox", "terminal", "texts", "ui"):
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if module.name not in FOR_DEVELOPERS:
                importlib.import_module(module.name)

    import tray_app
    from core.keyring_access import TRUSTED
    from texts.report import State
    from ui.icons import Panel, icon

    for backend in TRUSTED[sys.platform]:
        importlib.import_module(f"keyring.backends.{backend.partition('.')[0]}")
    icon(State.SYNCING, 64, Panel.DARK)
    return tray_app.main(["demo", "--once"])


if __name__ == "__main__":
    sys.exit(main())
