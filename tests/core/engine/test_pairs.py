"""Several pairs, the same pair twice, pairs that are off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import pair_switch
from core.errors import DeletionsHeld, SettingsInvalid
from core.settings import Existing, LocalChanges, Privacy
from tests.core.engine.memory import at, row
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

MEETING = ("2026-12-02T11:00", "Together")


# --- one into several, several into one -------------------------------------------------------------


def test_one_feishu_calendar_is_shown_in_two_outlook_calendars(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, replace(SECOND, privacy=Privacy.BUSY))
    pairs.settle_all()
    assert pairs.copies_in(ONE) == all_kinds()
    assert pairs.copies_in(TWO) == sorted((start, "Busy") for start, _ in all_kinds())
    edit_feishu(pairs.feishu)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == EDITED
    assert pairs.copies_in(TWO) == sorted((start, "Busy") for start, _ in EDITED)
    pairs.lose_ledger()
    pairs.demand_quiet()


def test_two_feishu_calendars_are_shown_in_one_outlook_calendar(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    _, second = add_team(pairs)
    pairs.use(FIRST, second)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(all_kinds() + all_kinds(" of the team"))
    edit_feishu(pairs.feishu)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(EDITED + all_kinds(" of the team"))
    pairs.lose_ledger()
    pairs.demand_quiet()
    assert len(pairs.copies_in(ONE)) == len(EDITED + all_kinds())


def test_each_of_two_calendars_goes_into_each_of_two(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    _, of_team = add_team(pairs)
    pairs.use(FIRST, SECOND, of_team, replace(of_team, id="team too", outlook_calendar=TWO))
    pairs.settle_all()
    expected = sorted(all_kinds() + all_kinds(" of the team"))
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == (expected, expected)
    pairs.use(*reversed(pairs.settings.pairs))
    pairs.demand_quiet()
    pairs.lose_ledger()
    pairs.demand_quiet()


def test_a_meeting_on_two_feishu_calendars_has_a_copy_for_each(pairs: Pairs) -> None:
    """A person and their team are invited: one event, with one uid, on both calendars."""
    team, second = add_team(pairs)
    pairs.use(FIRST, second)
    for calendar in (pairs.feishu, team):
        calendar.put(row("both", at("2026-12-02", "11:00"), "Together"))
    pairs.settle_all()
    assert pairs.copies_in(ONE).count(MEETING) == 2
    team.cancel("both_0")
    pairs.settle_all()
    assert pairs.copies_in(ONE).count(MEETING) == 1
    pairs.lose_ledger()
    pairs.demand_quiet()
    pairs.undo(second)
    pairs.demand_quiet()
    assert pairs.copies_in(ONE) == [MEETING]


def test_only_one_of_two_pairs_takes_over_an_event_that_was_there(pairs: Pairs) -> None:
    team, second = add_team(pairs)
    for calendar in (pairs.feishu, team):
        calendar.put(row("both", at("2026-12-02", "11:00"), "Together"))
    own = pairs.outlook.own_event(pairs.outlook.calendar(ONE), "Together", at("2026-12-02", "11:00"))
    first = replace(FIRST, existing=Existing.ADOPT)
    pairs.use(first, replace(second, existing=Existing.ADOPT))
    pairs.settle_all()
    assert pairs.copies_in(ONE).count(MEETING) == 2
    pairs.lose_ledger()
    pairs.demand_quiet()
    pairs.undo(first)
    pairs.demand_quiet()
    assert pairs.copies_in(ONE).count(MEETING) == 2
    assert own.tag is None


def test_what_a_person_does_in_one_of_two_outlook_calendars_concerns_that_one(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(replace(FIRST, local_changes=LocalChanges.KEEP), SECOND)
    pairs.settle_all()
    for name in (ONE, TWO):
        calendar = pairs.outlook.calendar(name)
        pairs.outlook.edit(calendar, pairs.copy_in(name, "Review").event_id, subject="Mine")
        pairs.outlook.delete(calendar, pairs.copy_in(name, "Holiday").event_id)
    pairs.settle_all()
    assert pairs.copies_in(TWO) == all_kinds()
    kept = [each for each in all_kinds() if each[1] not in {"Review", "Holiday"}]
    assert pairs.copies_in(ONE) == sorted([*kept, ("2026-12-01T10:00", "Mine")])


def test_the_brake_holds_for_each_pair_by_itself(pairs: Pairs) -> None:
    for number in range(40):
        pairs.feishu.put(row(f"e{number}", at("2026-12-02", "10:00"), f"Event {number}"))
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    for number in range(12):
        pairs.feishu.cancel(f"e{number}_0")
    reports, problems = pairs.until_through(pairs.runs)
    assert problems == [DeletionsHeld("first", 12), DeletionsHeld("second", 12)]
    pairs.use(FIRST)
    pairs.until_through(lambda: pairs.runs(confirm_held=True))
    pairs.use(FIRST, SECOND)
    reports, problems = pairs.runs()
    assert [report.held for report in reports] == [0, 12]
    assert problems == [DeletionsHeld("second", 12)]
    assert (len(pairs.copies_in(ONE)), len(pairs.copies_in(TWO))) == (28, 40)


# --- the same pair twice ----------------------------------------------------------------------------


def respelled(pairs: Pairs) -> list[dict[str, str]]:
    """Other words of the settings for the same two calendars."""
    source = {"feishu_calendar": pairs.feishu.info.id}
    target = {"outlook_calendar": pairs.outlook.calendar(ONE)}
    return [{"outlook_calendar": ONE.lower()}, source, target, source | target]


@pytest.mark.parametrize("spelling", range(4))
def test_the_same_pair_twice_is_refused_however_it_is_spelled(pairs: Pairs, spelling: int) -> None:
    add_all_kinds(pairs.feishu)
    again = replace(FIRST, id="again", title_prefix="Other: ", **respelled(pairs)[spelling])  # type: ignore[arg-type]
    pairs.use(FIRST, again)
    _, problems = pairs.until_through(pairs.runs)
    assert [type(problem) for problem in problems] == [SettingsInvalid]
    assert pairs.copies_in(ONE) == all_kinds()
    _, problems = pairs.runs()
    assert [type(problem) for problem in problems] == [SettingsInvalid]
    assert (pairs.outlook.requests, pairs.feishu.requests) == ([], [])


@pytest.mark.parametrize("spelling", range(4))
def test_other_words_for_the_same_calendars_change_nothing(pairs: Pairs, spelling: int) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.use(replace(FIRST, **respelled(pairs)[spelling]))  # type: ignore[arg-type]
    pairs.demand_quiet()
    pairs.use(FIRST)
    pairs.demand_quiet()


# --- off and on -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", range(1, 4))
def test_a_pair_stays_off_however_its_calendars_are_spelled_until_it_is_switched_on(
    pairs: Pairs, spelling: int
) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.undo(FIRST)
    pairs.use(replace(FIRST, **respelled(pairs)[spelling]))  # type: ignore[arg-type]
    pairs.demand_quiet()
    assert pairs.copies_in(ONE) == []
    pair_switch.switch_on(pairs.ledger, pairs.settings.pairs)
    pairs.use(FIRST)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == all_kinds()


def test_a_pair_that_was_undone_without_a_ledger_stays_off_when_its_calendars_become_known(
    pairs: Pairs,
) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.lose_ledger()
    pairs.undo(FIRST)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    pairs.demand_quiet()
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == ([], all_kinds())


def test_while_a_pair_is_off_nothing_of_it_is_in_the_way(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    pairs.undo(SECOND)
    pairs.outlook.delete_calendar(pairs.outlook.calendar(TWO))
    edit_feishu(pairs.feishu)
    reports = pairs.settle_all()
    assert {report.pair: report.is_off for report in reports} == {"first": False, "second": True}
    assert pairs.copies_in(ONE) == EDITED


def test_what_happened_while_a_pair_was_off_is_shown_when_it_is_switched_on(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.undo(FIRST)
    edit_feishu(pairs.feishu)
    pairs.demand_quiet()
    pair_switch.switch_on(pairs.ledger, pairs.settings.pairs)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == EDITED
    pairs.undo(FIRST)
    pair_switch.switch_on(pairs.ledger, pairs.settings.pairs)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == EDITED


def test_the_undoing_of_an_unfinished_first_run_leaves_nothing(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.die_at("after CreateCopy")
    pairs.undo(FIRST)
    pairs.demand_quiet()
    assert pairs.copies_in(ONE) == []
