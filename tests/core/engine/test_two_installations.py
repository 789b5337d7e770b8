"""Two computers of one person, each with a ledger of its own, on one mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from core import pair_switch
from core.errors import AnotherInstallation
from core.report import Result
from core.run import result_of
from core.writes import DeleteCopy, UpdateCopy
from tests.core.engine.memory import at, exception, row
from tests.core.engine.test_runs import CALENDAR, World


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[tuple[World, World]]:
    with ExitStack() as stack:
        here, there = (World(tmp_path / f"{name}.sqlite3") for name in ("here", "there"))
        for world in (here, there):
            stack.enter_context(closing(world.ledger))
        there.feishu, there.outlook, there.clock = here.feishu, here.outlook, here.clock
        here.feishu.put(row("a", at("2026-12-01", "10:00"), "Review"))
        here.feishu.put(row("s", at("2026-12-02", "10:00"), "Weekly", "FREQ=WEEKLY;COUNT=4"))
        here.feishu.put(exception("s", at("2026-12-09", "10:00"), at("2026-12-09", "12:00"), "Later"))
        here.settle()
        yield here, there


def later(world: World) -> None:
    world.clock.time += timedelta(minutes=5)


def problems(world: World) -> list[object]:
    return list(world.runs()[1])


def turns(*worlds: World, rounds: int = 4) -> int:
    """Run after run of each in turn. Returns how often a copy was written."""
    writes = 0
    for _ in range(rounds):
        for world in worlds:
            later(world)
            world.runs()
            writes += sum(isinstance(write, UpdateCopy | DeleteCopy) for write in world.outlook.writes)
    return writes


def test_with_the_same_settings_they_agree(worlds: tuple[World, World]) -> None:
    here, there = worlds
    assert turns(there, here) == 0
    here.feishu.change("a_0", title="Review 2")
    assert turns(here, there) == 1
    here.feishu.change("a_0", title="Review 3")
    assert turns(there, here) == 1
    here.feishu.cancel("a_0")
    assert turns(there, here) == 1
    assert here.copies == ["Weekly"]


def test_with_other_settings_the_one_that_is_overwritten_stands_still_and_says_so(
    worlds: tuple[World, World],
) -> None:
    here, there = worlds
    there.change_pair(title_prefix="Work: ")
    assert turns(there, here) == 2
    assert here.copies == ["Work: Review", "Work: Weekly"]
    assert problems(here) == [AnotherInstallation("work")]
    assert problems(there) == []
    here.feishu.put(row("b", at("2026-12-03", "10:00"), "New"))
    here.feishu.change("a_0", title="Review 2")
    assert problems(here) == [AnotherInstallation("work")]
    assert here.outlook.writes == []


def test_a_pair_that_stands_still_needs_a_person(worlds: tuple[World, World]) -> None:
    assert result_of([], [AnotherInstallation("work")]) is Result.NEEDS_PERSON


def test_the_preview_says_the_same(worlds: tuple[World, World]) -> None:
    here, there = worlds
    there.change_pair(title_prefix="Work: ")
    turns(there, here)
    assert here.runs(only_look=True)[1] == [AnotherInstallation("work")]


def test_nothing_is_written_before_both_sides_were_read_afresh(worlds: tuple[World, World]) -> None:
    here, there = worlds
    there.change_pair(title_prefix="Work: ")
    there.run()
    later(here)
    assert problems(here) == []
    assert here.outlook.writes == []


def test_the_other_may_just_have_been_ahead(worlds: tuple[World, World]) -> None:
    """It read a change of Feishu before we did: what it wrote is what we would write now."""
    here, there = worlds
    there.change_pair(title_prefix="Work: ")
    there.run()
    later(here)
    here.run()
    here.change_pair(title_prefix="Work: ")
    later(here)
    here.settle()
    here.feishu.change("a_0", title="Review 2")
    later(here)
    here.settle()
    assert here.copies == ["Work: Review 2", "Work: Weekly"]


def test_a_person_can_let_it_write_again_and_then_the_other_stands_still(
    worlds: tuple[World, World],
) -> None:
    here, there = worlds
    there.change_pair(title_prefix="Work: ")
    turns(there, here)
    pair_switch.take_over(here.ledger)
    later(here)
    here.settle()
    assert here.copies == ["Review", "Weekly"]
    turns(there, here)
    assert here.copies == ["Review", "Weekly"]
    assert problems(there) == [AnotherInstallation("work")]
    assert problems(here) == []


def test_what_a_person_edits_is_no_other_installation(worlds: tuple[World, World]) -> None:
    here, _ = worlds
    for event in list(here.outlook.calendars_[CALENDAR].values()):
        here.outlook.edit(CALENDAR, event.event_id, subject="Mine")
    here.settle()
    assert here.copies == ["Review", "Weekly"]


def test_a_second_computer_that_finds_the_copies_of_the_first_may_write_them_its_way(
    worlds: tuple[World, World],
) -> None:
    _, there = worlds
    there.change_pair(title_prefix="Work: ")
    there.settle()
    assert there.copies == ["Work: Review", "Work: Weekly"]


def test_while_it_stands_still_it_writes_nothing_though_the_other_writes_on(
    worlds: tuple[World, World],
) -> None:
    here, there = worlds
    there.change_pair(title_prefix="Work: ")
    turns(there, here)
    for event_id in ("a_0", "s_0"):
        here.feishu.change(event_id, title="Other")
    turns(there, rounds=1)
    here.feishu.put(row("b", at("2026-12-03", "10:00"), "New"))
    later(here)
    assert problems(here) == [AnotherInstallation("work")]
    assert here.outlook.writes == []


def test_what_the_other_has_put_back_before_us_is_no_quarrel(worlds: tuple[World, World]) -> None:
    here, there = worlds
    there.run()
    event = next(event for event in here.outlook.calendars_[CALENDAR].values() if not event.series)
    here.outlook.edit(CALENDAR, event.event_id, subject="Mine")

    here.die_at("before UpdateCopy")
    turns(there, here)
    assert problems(here) == problems(there) == []
    assert here.copies == ["Review", "Weekly"]
