"""The story that every mode goes through: mirror, compare, edit, mirror, compare; and nothing to do twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.report import Result
from tests.fidelity import mixed_calendar
from tests.fidelity.comparison import Period, differences
from tests.fidelity.random_edits import Editor
from tests.fidelity.repeatable import StandingClock
from tests.whole.installed import Installed

PAUSES = (
    timedelta(hours=17),
    timedelta(days=3, hours=1),
    timedelta(hours=1),
    timedelta(days=6),
)
"""Between portions of edits: over a midnight, into the night in which Europe's clocks are moved, on in that
night, and over America's."""


@dataclass(frozen=True, slots=True)
class Size:
    events: int
    edits: int


def go_through(installed: Installed, clock: StandingClock, size: Size, seed: int) -> None:
    """Raises AssertionError with what differs."""
    world = installed.sandbox.feishu
    mixed_calendar.fill(world, installed.calendar, size.events, seed)
    _mirror(installed)
    _compare(installed, clock, "before the edits")
    editor = Editor(world, installed.calendar, seed, size.events)
    for pause in PAUSES:
        editor.edit(size.edits // len(PAUSES))
        if editor.needs_full_pull:
            world.void_sync_tokens()
            editor.needs_full_pull = False
        clock.advance(pause)
        _mirror(installed)
    _compare(installed, clock, f"after {len(editor.log)} edits", editor.log)
    assert installed.sandbox.microsoft.forbidden == []


def _mirror(installed: Installed) -> None:
    """Until nothing is left to do, which is the second run."""
    report = installed.run()
    assert report.result is Result.OK, (report.problems, report.pairs[0].failed[:5], report.pairs[0].held)
    report = installed.run()
    assert report.result is Result.OK, report.problems
    writes = [(each.method, each.path, each.body) for each in installed.sandbox.journal.writes()]
    assert not writes, writes[:3]


def _compare(installed: Installed, clock: StandingClock, when: str, edits: list[str] | None = None) -> None:
    found = differences(installed, Period.of(clock.now()), edits or [])
    assert not found, f"{when}: {found}"
