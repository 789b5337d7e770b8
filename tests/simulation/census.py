"""What stories visited, and what they have to visit between them: stories that go nowhere prove nothing."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import core.planner
import core.recognition
from core.operations import Create, Delete, Operation, Update
from core.planner import Plan
from tests.simulation.faults import HOWS

RULES = Path(__file__).parents[2] / "docs" / "sync-rules.md"


@contextlib.contextmanager
def counting(visited: Counter[str]) -> Iterator[None]:
    """Counts every operation that is planned, with its reason."""
    planned, recognised = core.planner.plan, core.recognition.recognise

    def plan(*args: object, **named: object) -> Plan:
        made = planned(*args, **named)  # type: ignore[arg-type]
        visited.update(map(in_words, made.operations))
        return made

    def recognise(*args: object) -> list[Operation]:
        operations = recognised(*args)  # type: ignore[arg-type]
        visited.update(map(in_words, operations))
        return operations

    with (
        mock.patch.object(core.planner, "plan", plan),
        mock.patch.object(core.recognition, "recognise", recognise),
    ):
        yield


def in_words(operation: Operation) -> str:
    """As docs/sync-rules.md says it: the operation and its reason."""
    match operation:
        case Update(difference=difference):
            name = "Update with times" if difference.shape else "Update"
        case Delete(is_counted=is_counted):
            name = "Delete, counted" if is_counted else "Delete, not counted"
        case Create(unfinished=unfinished, event=event):
            name = "Create again" if unfinished else "Create"
            if not unfinished and event.part_of and operation.reason.code == "occurrence alone":
                name = "Create, beside the series"
        case _:
            name = type(operation).__name__
    reason = getattr(operation, "reason", None)
    return f"{name}: {reason.code}" if reason else name


UNREACHED = {"Delete, not counted: zone unknown", "Delete, not counted: occurrence changed"}
"""The people of the stories know only time zones that Outlook has; the other one takes more than ten steps,
and is met in one of some hundred stories."""


def everything() -> set[str]:
    return faults() | acts() | operations() - UNREACHED


def acts() -> set[str]:
    from tests.simulation import people  # which need the world, which is counted here

    return people.names() | {"act: lose_ledger", "act: confirm"}


def faults() -> set[str]:
    return {f"{call}: {how}" for call, hows in HOWS.items() for how in hows}


def operations() -> set[str]:
    """Every operation with every reason that docs/sync-rules.md has."""
    found: set[str] = set()
    for section in RULES.read_text(encoding="utf-8").split("\n## "):
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in section.splitlines()
            if line.startswith("|")
        ]
        if rows and {"Operation", "Reason"} <= set(rows[0]):
            named = [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]
            found |= {_words(row["Operation"], row["Reason"]) for row in named}
    return {words for words in found if not words.startswith("nothing")}


def _words(operation: str, reason: str) -> str:
    return f"{operation}: {reason}" if reason else operation
