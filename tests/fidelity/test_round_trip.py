"""What Feishu shows is what Outlook shows, occurrence by occurrence: the real program between both services.

The default mode gets the whole number of events and edits, every other one a small share. More seeds, and the
whole number in every mode:

FIDELITY_SEEDS=2,3,4 FIDELITY_FULL=1 pytest tests/fidelity --timeout=0
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from sandbox.feishu import FeishuWorld
from tests.fidelity import mixed_calendar
from tests.fidelity.comparison import Period, differences
from tests.fidelity.modes import MODES, Mode
from tests.fidelity.random_edits import EDITS, Editor
from tests.fidelity.repeatable import NOW, StandingClock
from tests.fidelity.round_trip import Size, go_through
from tests.whole.installed import Installed

SEEDS = [int(seed) for seed in os.environ.get("FIDELITY_SEEDS", "1").split(",")]
FULL = Size(events=2000, edits=500)
PART = FULL if os.environ.get("FIDELITY_FULL") else Size(events=80, edits=60)

InstalledIn = Callable[[Mode, int], Installed]


@pytest.mark.timeout(600)  # a busy computer takes its time
@pytest.mark.parametrize("seed", SEEDS)
def test_two_thousand_events_are_mirrored_exactly_before_and_after_five_hundred_edits(
    installed_in: InstalledIn, clock: StandingClock, seed: int
) -> None:
    go_through(installed_in(MODES["default"], seed), clock, FULL, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "default"])
def test_they_are_mirrored_exactly_in_every_mode(
    installed_in: InstalledIn, clock: StandingClock, mode: str, seed: int
) -> None:
    go_through(installed_in(MODES[mode], seed), clock, PART, seed)


def test_a_difference_is_told_with_its_event_and_what_was_done_to_it(
    installed_in: InstalledIn, clock: StandingClock
) -> None:
    installed = installed_in(MODES["default"], 1)
    world, period = installed.sandbox.feishu, Period.of(clock.now())
    event_id = mixed_calendar.add_event(world, installed.calendar, 7, seed=1, kinds=["single"])
    installed.run()
    assert differences(installed, period) == ""
    world.change_event(installed.calendar, event_id, summary="Renamed #7")
    told = differences(installed, period, ["retitle: #7", "retitle: #70"])
    assert told.startswith("1 of 1 are missing in Outlook, 1 too many:")
    assert "only in Feishu : " in told
    assert "only in Outlook: " in told
    assert "0. retitle: #7" in told
    assert "#70" not in told


def test_the_same_seed_makes_the_same_calendar_with_every_kind_of_event_and_edit() -> None:
    calendar, edits = _edited_calendar()
    assert (calendar, edits) == _edited_calendar()
    assert {mixed_calendar.kind_of(number, seed=1) for number in range(_EVENTS)} == set(mixed_calendar.KINDS)
    assert {edit.partition(":")[0] for edit in edits} == set(EDITS)


_EVENTS = 800


def _edited_calendar() -> tuple[list[str], list[str]]:
    """What its rows say, and the edits in words."""
    world = FeishuWorld(NOW.timestamp)
    mixed_calendar.fill(world, world.calendar_id, _EVENTS, seed=1)
    editor = Editor(world, world.calendar_id, seed=1, added=_EVENTS)
    editor.edit(300)
    rows = world.calendars[world.calendar_id].rows.values()
    return [f"{row.start} {row.end} {row.recurrence} {row.status} {row.details}" for row in rows], editor.log
