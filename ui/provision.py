"""A company's provision.toml beside the program: taken over once, where there are no settings yet."""

from __future__ import annotations

import sys
from pathlib import Path

NAME = "provision.toml"


def beside_the_program() -> Path:
    """Beside the executable, or at the top of the source tree. On macOS beside the .app bundle: nothing
    may lie inside it."""
    if not getattr(sys, "frozen", False):
        return Path(__file__).parent.parent / NAME
    executable = Path(sys.executable).resolve()
    bundle = next((parent for parent in executable.parents if parent.suffix == ".app"), None)
    return (bundle or executable).parent / NAME


def wanted(settings_file: Path, provision: Path) -> bool:
    return provision.is_file() and not settings_file.exists()
