"""Errors as they may stand in a log or a bug report: facts of ours, nothing that a person wrote. Pure."""

from __future__ import annotations

import sqlite3
import traceback
from dataclasses import fields, is_dataclass

from core.errors import SettingProblem, SyncError

PRIVATE = {"title", "start", "calendar", "expected", "found", "value", "suggestion"}
"""Fields of core/errors.py that hold what an event or a calendar says, a person's name, a setting's value."""

TELLING = (
    *(OSError, sqlite3.Error, ImportError, AttributeError, NameError, TypeError),
    *(ArithmeticError, MemoryError, RecursionError),
)
"""Python's own errors whose message names files, types and attributes only. A ValueError or a KeyError quotes
the value; an error of a library may quote anything."""


def facts_of(problem: SyncError | SettingProblem) -> dict[str, object]:
    """Its fields by name, without the private ones."""
    if not is_dataclass(problem):
        return {}
    values = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return {name: _plain(value) for name, value in values.items() if name not in PRIVATE}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, SettingProblem):
        return facts_of(value)
    return getattr(value, "value", value)  # enums by value


def told(error: BaseException) -> str:
    """One line: the class, and what of its message cannot be private."""
    name = type(error).__name__
    if isinstance(error, SyncError):
        facts = ", ".join(f"{key}={value!r}" for key, value in facts_of(error).items() if value != "")
        return f"{name}({facts})"
    if isinstance(error, TELLING) and type(error).__module__ in ("builtins", "sqlite3"):
        return f"{name}: {error}"
    return name


def traceback_of(error: BaseException) -> str:
    """Frames and lines of source as Python shows them, with `told` in place of each message; the first error
    of a chain first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        context = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or context
    return "\nwhereupon: ".join(
        f"Traceback (most recent call last):\n{''.join(traceback.format_tb(each.__traceback__))}{told(each)}"
        for each in reversed(chain)
    )
