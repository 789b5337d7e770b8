"""Another person signs in on one side, and the first one comes back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from core import pair_switch
from core.errors import WrongPerson
from core.model import Identity, Side
from core.restore import DeletedEvent, deleted_events
from tests.core.engine.memory import at, row
from tests.core.engine.several import FIRST, ONE, SECOND, TWO, Mailbox, Pairs, add_all_kinds, all_kinds

LI_LEI = Identity("ou_1", "Li Lei")
HAN = Identity("ou_2", "Han Meimei")
HAN_AT_MICROSOFT = Identity("tid.han", "Han Meimei")
EDITED = [("2026-12-02T09:00", "New"), *(each for each in all_kinds() if each[1] != "Review")]


def edit_feishu(pairs: Pairs) -> None:
    pairs.feishu.cancel("single_0")
    pairs.feishu.put(row("new", at("2026-12-02", "09:00"), "New"))


def demand_still(pairs: Pairs, side: Side) -> None:
    """Until it is confirmed that this other person is meant, nothing is written, and nothing read."""
    _, problems = pairs.runs()
    assert [type(problem) for problem in problems] == [WrongPerson]
    assert isinstance(problems[0], WrongPerson)
    assert problems[0].side is side
    assert (pairs.outlook.requests, pairs.feishu.requests) == ([], [])


# --- Outlook ----------------------------------------------------------------------------------------


def test_another_mailbox_gets_copies_of_its_own_and_those_in_the_first_stay(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    first, other = pairs.outlook, Mailbox(HAN_AT_MICROSOFT)
    before = deepcopy(first.calendars_)
    pairs.open_mailbox(other)
    demand_still(pairs, Side.OUTLOOK)
    pairs.accept(Side.OUTLOOK)
    edit_feishu(pairs)
    pairs.settle_all()
    assert sorted(pairs.copies_in(ONE)) == sorted(pairs.copies_in(TWO)) == sorted(EDITED)
    assert first.calendars_ == before


def test_who_returns_to_the_first_mailbox_finds_the_copies_there_and_nothing_is_doubled(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    first, other = pairs.outlook, Mailbox(HAN_AT_MICROSOFT)
    pairs.open_mailbox(other)
    pairs.accept(Side.OUTLOOK)
    pairs.settle_all()
    pairs.open_mailbox(first)
    demand_still(pairs, Side.OUTLOOK)
    pairs.accept(Side.OUTLOOK)
    pairs.demand_quiet()
    edit_feishu(pairs)
    pairs.outlook.edit(first.calendar(ONE), pairs.copy_in(ONE, "Holiday").event_id, subject="Mine")
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(EDITED)
    assert pairs.copies_in(ONE, other) == all_kinds()
    pairs.open_mailbox(other)
    pairs.accept(Side.OUTLOOK)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(EDITED)


def test_a_first_run_that_was_killed_is_finished_when_its_mailbox_is_back(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.die_at("after CreateCopy")
    first, other = pairs.outlook, Mailbox(HAN_AT_MICROSOFT)
    pairs.open_mailbox(other)
    pairs.accept(Side.OUTLOOK)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == all_kinds()
    pairs.open_mailbox(first)
    pairs.accept(Side.OUTLOOK)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == all_kinds()


@pytest.mark.parametrize("removed_too", [False, True])
def test_what_is_undone_in_one_mailbox_stays_in_the_other(pairs: Pairs, *, removed_too: bool) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    first, other = pairs.outlook, Mailbox(HAN_AT_MICROSOFT)
    pairs.open_mailbox(other)
    pairs.accept(Side.OUTLOOK)
    pairs.settle_all()
    pairs.undo(FIRST, removed_too=removed_too)
    pairs.demand_quiet()
    assert (pairs.copies_in(ONE), pairs.copies_in(ONE, first)) == ([], all_kinds())
    pairs.open_mailbox(first)
    pairs.accept(Side.OUTLOOK)
    pairs.undo(FIRST)
    assert pairs.copies_in(ONE) == []


def test_what_was_deleted_in_one_mailbox_is_not_put_into_another(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    pairs.undo(FIRST)
    assert (
        len(deleted(pairs)) == len({title for _, title in all_kinds()} - {"Moved"}) + 2
    )  # three dates of one
    first, other = pairs.outlook, Mailbox(HAN_AT_MICROSOFT)
    pairs.open_mailbox(other)
    pairs.accept(Side.OUTLOOK)
    assert deleted(pairs) == []
    pair_switch.switch_on(pairs.ledger, pairs.settings.pairs)
    pairs.settle_all()
    pairs.feishu.cancel("day_0")
    pairs.settle_all()
    assert [event.last.title for event in deleted(pairs)] == ["Holiday"]
    pairs.open_mailbox(first)
    pairs.accept(Side.OUTLOOK)
    assert len(deleted(pairs)) > 1


def deleted(pairs: Pairs) -> list[DeletedEvent]:
    return deleted_events(pairs.ledger, int(pairs.clock.now().timestamp()))


# --- Feishu -----------------------------------------------------------------------------------------


def test_another_primary_calendar_is_mirrored_beside_the_first_ones_copies(pairs: Pairs) -> None:
    """The copies of the first stay, like those of a pair that is removed."""
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    add_all_kinds(pairs.feishu.sign_in(HAN), " of Han")
    demand_still(pairs, Side.FEISHU)
    pairs.accept(Side.FEISHU)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(all_kinds() + all_kinds(" of Han"))
    pairs.undo(FIRST)
    assert pairs.copies_in(ONE) == all_kinds()


def test_who_returns_to_the_first_feishu_account_finds_the_copies_there(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    add_all_kinds(pairs.feishu.sign_in(HAN), " of Han")
    pairs.accept(Side.FEISHU)
    pairs.settle_all()
    pairs.feishu.sign_in(LI_LEI)
    pairs.accept(Side.FEISHU)
    pairs.demand_quiet()
    edit_feishu(pairs)
    pairs.settle_all()
    assert pairs.copies_in(ONE) == sorted(EDITED + all_kinds(" of Han"))


def test_a_calendar_that_the_other_person_sees_too_is_the_same_calendar(pairs: Pairs) -> None:
    team = pairs.feishu.add_calendar("Team")
    add_all_kinds(team)
    pairs.use(replace(FIRST, feishu_calendar=team.info.id))
    pairs.settle_all()
    pairs.feishu.sign_in(HAN)
    pairs.accept(Side.FEISHU)
    pairs.demand_quiet()
    assert pairs.copies_in(ONE) == all_kinds()


def test_what_the_other_person_may_not_read_is_read_again_when_the_first_one_returns(pairs: Pairs) -> None:
    """Han sees of the team's calendar only when it is busy. Li Lei does not go on reading where Han was."""
    team = pairs.feishu.add_calendar("Team")
    add_all_kinds(team)
    pairs.use(replace(FIRST, feishu_calendar=team.info.id))
    pairs.settle_all()
    pairs.feishu.sign_in(HAN)
    pairs.accept(Side.FEISHU)
    seen_by_li_lei = dict(team.rows)
    for event in seen_by_li_lei:
        team.change(event, title="Busy")
    pairs.settle_all()
    assert {title for _, title in pairs.copies_in(ONE)} == {"Busy"}
    pairs.feishu.sign_in(LI_LEI)
    pairs.accept(Side.FEISHU)
    team.rows = seen_by_li_lei
    pairs.settle_all()
    assert pairs.copies_in(ONE) == all_kinds()


def test_another_feishu_app_gives_the_same_person_another_id_and_changes_nothing(pairs: Pairs) -> None:
    """An open_id is one app's."""
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST)
    pairs.settle_all()
    again = Identity("ou_of_another_app", "Li Lei")
    pairs.feishu.primaries[again.id] = pairs.feishu
    pairs.feishu.sign_in(again)
    demand_still(pairs, Side.FEISHU)
    pairs.accept(Side.FEISHU)
    pairs.demand_quiet()
    pairs.undo(FIRST)
    assert pairs.copies_in(ONE) == []
