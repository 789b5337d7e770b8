"""Several pairs, and what becomes of copies when pairs are removed, added, changed, switched off and on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core import pair_switch
from core.errors import CalendarGone, DeletionsHeld, SettingsInvalid
from core.model import Side
from core.settings import Existing, LocalChanges, PairSettings, Privacy
from tests.core.engine.memory import MemoryFeishu, at, row
from tests.core.engine.several import FIRST, ONE, SECOND, TWO, Pairs, add_all_kinds, all_kinds

MEETING = ("2026-12-02T11:00", "Together")


def add_team(pairs: Pairs, of: str = " of the team") -> tuple[MemoryFeishu, PairSettings]:
    """A second Feishu calendar, and a pair that brings it into the Outlook calendar of the first pair."""
    team = pairs.feishu.add_calendar("Team")
    add_all_kinds(team, of)
    return team, PairSettings("team", feishu_calendar=team.info.id, outlook_calendar=ONE)


def edit_feishu(calendar: MemoryFeishu) -> None:
    calendar.cancel("single_0")
    calendar.change("series_0", title="Fortnightly", recurrence="FREQ=WEEKLY;INTERVAL=2;COUNT=2")
    calendar.change("day_0", span=at("2026-12-04"))
    calendar.put(row("new", at("2026-12-02", "09:00"), "New"))


EDITED = [
    ("2026-12-01T08:00", "Odd"),
    ("2026-12-01T14:00", "Fortnightly"),
    ("2026-12-02T09:00", "New"),
    ("2026-12-04", "Holiday"),
    ("2026-12-09T16:00", "Moved"),
    ("2026-12-13T08:00", "Odd"),
    ("2027-01-01T08:00", "Odd"),
]


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
