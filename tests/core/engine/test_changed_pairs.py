"""What becomes of copies when pairs are removed, added or changed, and when a calendar of theirs is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core import pair_switch
from core.errors import CalendarGone
from core.model import Side
from tests.core.engine.several import (
    EDITED,
    FIRST,
    ONE,
    SECOND,
    TWO,
    Pairs,
    add_all_kinds,
    add_team,
    all_kinds,
    edit_feishu,
)

# --- removed, added, changed ------------------------------------------------------------------------


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_removed_pair_leaves_its_copies_and_finds_them_when_it_is_added_again(
    pairs: Pairs, *, is_lost: bool
) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    pairs.use(FIRST)
    pairs.feishu.change("series_0", title="Monthly")
    pairs.settle_all()
    assert pairs.copies_in(TWO) == all_kinds()
    if is_lost:
        pairs.lose_ledger()
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    assert pairs.copies_in(TWO) == pairs.copies_in(ONE)
    assert len(pairs.copies_in(TWO)) == len(all_kinds())


def test_what_happened_while_a_pair_was_removed_is_caught_up_with(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.use(SECOND)
    edit_feishu(pairs.feishu)
    calendar = pairs.outlook.calendar(ONE)
    pairs.outlook.edit(calendar, pairs.copy_in(ONE, "Holiday").event_id, subject="Mine")
    pairs.settle_all()
    pairs.clock.time += timedelta(days=3)
    pairs.feishu.forget_cursors()
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == pairs.copies_in(TWO) == EDITED


def test_the_copies_of_a_removed_pair_go_where_that_is_wanted_and_come_back_with_it(pairs: Pairs) -> None:
    """The window asks; then the pair is off until somebody asks for a run."""
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    pairs.undo(SECOND)
    pairs.use(FIRST)
    pairs.demand_quiet()
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == (all_kinds(), [])
    pairs.use(FIRST, SECOND)
    pairs.demand_quiet()
    pair_switch.switch_on(pairs.ledger, pairs.settings.pairs)
    pairs.settle_all()
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == (all_kinds(), all_kinds())


def test_a_pair_that_is_removed_in_the_middle_of_its_first_run_is_finished_when_it_is_added_again(
    pairs: Pairs,
) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.use(FIRST, SECOND)
    pairs.die_at("after CreateCopy")
    pairs.use(FIRST)
    edit_feishu(pairs.feishu)
    pairs.settle_all()
    pairs.clock.time += timedelta(hours=1)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == pairs.copies_in(TWO) == EDITED


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_a_pair_with_another_outlook_calendar_leaves_its_copies_where_they_were(
    pairs: Pairs, *, is_interrupted: bool
) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    if is_interrupted:
        pairs.die_at("after CreateCopy")
    else:
        pairs.settle_all()
    before = pairs.copies_in(ONE)
    pairs.use(replace(FIRST, outlook_calendar=TWO))
    pairs.settle_all()
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == (before, all_kinds())
    pairs.use(FIRST)
    pairs.settle_all()
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == (all_kinds(), all_kinds())
    pairs.undo(FIRST, removed_too=True)
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == ([], [])


def test_a_pair_with_another_feishu_calendar_leaves_its_copies_where_they_were(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    team, _ = add_team(pairs)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.use(replace(FIRST, feishu_calendar=team.info.id))
    edit_feishu(pairs.feishu)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(all_kinds() + all_kinds(" of the team"))
    pairs.undo(*pairs.settings.pairs)
    assert pairs.copies_in(ONE) == all_kinds()
    pairs.use(FIRST)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == EDITED


def test_two_pairs_exchange_their_outlook_calendars_and_change_back(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    _, second = add_team(pairs)
    there, here = (
        (FIRST, replace(second, outlook_calendar=TWO)),
        (replace(FIRST, outlook_calendar=TWO), second),
    )
    expected = sorted(all_kinds() + all_kinds(" of the team"))
    pairs.use(*there)
    pairs.settle_all()
    pairs.use(*here)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == pairs.copies_in(TWO) == expected
    pairs.use(*there)
    pairs.demand_quiet()


# --- calendars that are gone, renamed, or shared no longer --------------------------------------------


def test_a_feishu_calendar_that_is_shared_no_longer_keeps_its_copies_and_stops_nobody_else(
    pairs: Pairs,
) -> None:
    add_all_kinds(pairs.feishu)
    team, second = add_team(pairs)
    pairs.use(second, FIRST)
    pairs.settle_all()
    team.why_gone = "no access"
    edit_feishu(pairs.feishu)
    for _ in range(2):
        pairs.clock.time += timedelta(days=8)  # a full pull is due
        _, problems = pairs.until_through(pairs.runs)
        assert problems == [CalendarGone(Side.FEISHU, team.info.id, "no access", "team")]
    assert pairs.outlook.writes == []
    left = [each for each in EDITED + all_kinds(" of the team") if each[0] >= "2026-12-11"]
    assert [each for each in pairs.copies_in(ONE) if each[0] >= "2026-12-11"] == sorted(left)
    team.why_gone = ""
    team.change("apart_0", title="Even")
    pairs.settle_all()
    titles = [title for start, title in pairs.copies_in(ONE) if start >= "2026-12-11"]
    assert titles.count("Even") == 2
    assert len(titles) == len(left)


def test_an_outlook_calendar_that_is_deleted_is_not_made_again_and_stops_nobody_else(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    two = pairs.outlook.calendar(TWO)
    gone = CalendarGone(Side.OUTLOOK, two, "deleted", "second")
    pairs.outlook.delete_calendar(two)
    edit_feishu(pairs.feishu)
    _, problems = pairs.until_through(pairs.runs)
    assert problems == [gone]
    assert pairs.copies_in(ONE) == EDITED
    pairs.outlook.add_calendar(TWO)
    _, problems = pairs.runs()
    assert (problems, pairs.outlook.writes, pairs.copies_in(TWO)) == ([gone], [], [])
    pairs.use(FIRST, replace(SECOND, outlook_calendar=pairs.outlook.calendar(TWO)))
    pairs.settle_all()
    assert pairs.copies_in(TWO) == EDITED
    pairs.undo(*pairs.settings.pairs, removed_too=True)
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == ([], [])


def test_renamed_calendars_are_the_same_calendars(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.outlook.names[pairs.outlook.calendar(ONE)] = "Renamed"
    pairs.feishu.info = replace(pairs.feishu.info, name="Renamed too")
    pairs.outlook.add_calendar(ONE)
    pairs.demand_quiet()
    edit_feishu(pairs.feishu)
    pairs.settle_all()
    assert (pairs.copies_in("Renamed"), pairs.copies_in(ONE)) == (EDITED, [])
    pairs.use(replace(FIRST, outlook_calendar="Renamed"))
    pairs.demand_quiet()
