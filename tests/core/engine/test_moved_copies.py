"""Copies that a person duplicated, moved to another calendar, or invited others to, in both settings of
`local_changes`, and with one Feishu calendar in two Outlook calendars."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from core.links import Detached
from core.model import RowStatus
from core.reasons import Code
from core.settings import Existing, LocalChanges
from tests.core.engine.memory import HeldEvent, at, exception
from tests.core.engine.several import FIRST, ONE, SECOND, TWO, Pairs, add_all_kinds, all_kinds

KINDS = {"Review": "single_0", "Holiday": "day_0", "Weekly": "series_0", "Odd": "apart_0"}
"""A copy of each kind by its title, and the row of its event."""
MINE = "Mine"
"""A calendar that no pair knows."""


HOW = [
    (LocalChanges.RESTORE, "in one go"),
    (LocalChanges.RESTORE, "killed again and again"),
    (LocalChanges.KEEP, "killed again and again"),
]


@pytest.fixture(params=HOW, ids=lambda how: f"{how[0].value}, {how[1]}")
def pairs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pairs]:
    """All kinds of events in two Outlook calendars, and a calendar of the person's own."""
    local_changes, how = request.param
    made = Pairs(tmp_path / "ledger.sqlite3", is_killed=False)
    add_all_kinds(made.feishu)
    made.use(*(replace(pair, local_changes=local_changes) for pair in (FIRST, SECOND)))
    made.settle_all()
    made.outlook.add_calendar(MINE)
    made.is_killed = how != "in one go"
    yield made
    made.ledger.close()


def is_kept(pairs: Pairs) -> bool:
    return pairs.settings.pairs[0].local_changes is LocalChanges.KEEP


def one_of_each(pairs: Pairs, name: str = ONE) -> list[HeldEvent]:
    """A copy of each kind that the program made."""
    ours = [event for event in pairs.outlook.held(name).values() if event.transaction_id]
    return [next(event for event in ours if event.subject == title) for title in KINDS]


def change_all(pairs: Pairs) -> None:
    for title, event in KINDS.items():
        pairs.feishu.change(event, title=f"{title} 2")
    pairs.settle_all()


def cancel_all(pairs: Pairs) -> None:
    """As a person wants it who confirms what the brake holds."""
    for event in KINDS.values():
        pairs.feishu.cancel(event)
    for original in ("2026-12-08", "2026-12-15"):
        gone = exception("series", at(original, "14:00"), None, status=RowStatus.CANCELLED)
        pairs.feishu.put(gone)
    for _ in range(2):
        pairs.until_through(lambda: pairs.runs(confirm_held=True))
    pairs.demand_quiet()


def tagged(pairs: Pairs, name: str) -> dict[str, HeldEvent]:
    return {event_id: event for event_id, event in pairs.outlook.held(name).items() if event.tag}


def by_id(*events: HeldEvent) -> dict[str, HeldEvent]:
    """As they are now, to be compared later."""
    return {event.event_id: deepcopy(event) for event in events}


def titles(pairs: Pairs, name: str) -> list[str]:
    return sorted(title for _, title in pairs.copies_in(name))


CHANGED = sorted(title if title == "Moved" else f"{title} 2" for _, title in all_kinds())
"""What a calendar shows when `change_all` was done."""


# --- duplicated -------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize("name", [ONE, TWO, MINE])
def test_what_a_person_makes_by_copy_and_paste_is_theirs(pairs: Pairs, name: str, *, is_lost: bool) -> None:
    """Outlook copies the tag with the event."""
    pasted = [pairs.outlook.paste(event, name) for event in one_of_each(pairs)]
    before = by_id(*pasted)
    if is_lost:
        pairs.lose_ledger()
    pairs.demand_quiet()
    change_all(pairs)
    cancel_all(pairs)
    assert by_id(*pasted) == before
    left = {calendar: tagged(pairs, calendar) for calendar in (ONE, TWO, MINE)}
    assert left == {ONE: {}, TWO: {}, MINE: {}} | {name: before}


def test_a_duplicate_does_not_stand_for_the_copy_that_a_person_deleted(pairs: Pairs) -> None:
    originals = one_of_each(pairs)
    pasted = [pairs.outlook.paste(event, ONE) for event in originals]
    before = by_id(*pasted)
    for event in originals:
        pairs.outlook.delete(pairs.outlook.calendar(ONE), event.event_id)
    pairs.settle_all()
    theirs = sum(len(list(event.shown())) for event in pasted)
    assert len(titles(pairs, ONE)) == len(all_kinds()) + (0 if is_kept(pairs) else theirs)
    pairs.lose_ledger()
    pairs.settle_all()
    assert len(titles(pairs, ONE)) == len(all_kinds()) + theirs
    assert by_id(*pasted) == before


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_changed_occurrence_that_a_person_copied_out_of_its_series_is_theirs(
    pairs: Pairs, *, is_lost: bool
) -> None:
    """It carries the tag of its occurrence, under whose key a copy of ours could stand alone."""
    series = next(event for event in one_of_each(pairs) if event.series)
    ((original, (span, subject, tag)),) = series.exceptions.items()
    pasted = pairs.outlook.paste(series, ONE)
    pasted.series, pasted.span, pasted.subject, pasted.tag = None, span, subject, tag
    pasted.exceptions, pasted.said, pasted.cancelled = {}, {}, set()
    before = by_id(pasted)
    if is_lost:
        pairs.lose_ledger()
    pairs.demand_quiet()
    pairs.outlook.delete_occurrence(pairs.outlook.calendar(ONE), series.event_id, original)
    pairs.settle_all()
    assert titles(pairs, ONE).count("Moved") == (1 if is_kept(pairs) else 2)
    cancel_all(pairs)
    assert tagged(pairs, ONE) == before


def test_a_duplicate_with_attendees_touches_nothing_of_the_copy(pairs: Pairs) -> None:
    pasted = [pairs.outlook.paste(event, ONE) for event in one_of_each(pairs)]
    for event in pasted:
        pairs.outlook.invite(pairs.outlook.calendar(ONE), event.event_id)
    before = by_id(*pasted)
    change_all(pairs)
    assert by_id(*pasted) == before
    assert [title for title in titles(pairs, ONE) if title in CHANGED and title != "Moved"] == [
        title for title in CHANGED if title != "Moved"
    ]


# --- moved ------------------------------------------------------------------------------------------


def moved_away(pairs: Pairs, name: str) -> list[HeldEvent]:
    events = one_of_each(pairs)
    for event in events:
        pairs.outlook.move(event.event_id, pairs.outlook.calendar(name))
    pairs.settle_all()
    return events


@pytest.mark.parametrize("name", [TWO, MINE])
def test_copies_that_are_moved_are_let_go_and_are_not_made_again(pairs: Pairs, name: str) -> None:
    """Also where the other calendar is one that the same Feishu calendar is mirrored into."""
    events = moved_away(pairs, name)
    before = by_id(*events)
    assert titles(pairs, ONE) == ["Odd", "Odd"]
    change_all(pairs)
    assert titles(pairs, ONE) == ["Odd 2", "Odd 2"]
    assert set(CHANGED) <= set(titles(pairs, TWO))
    cancel_all(pairs)
    assert tagged(pairs, ONE) == {}
    assert tagged(pairs, name) == before


def test_copies_that_came_back_after_they_were_let_go_stay_a_persons(pairs: Pairs) -> None:
    events = moved_away(pairs, MINE)
    for event in events:
        pairs.outlook.move(event.event_id, pairs.outlook.calendar(ONE))
    pairs.demand_quiet()
    before = by_id(*events)
    change_all(pairs)
    cancel_all(pairs)
    assert tagged(pairs, ONE) == before


def test_without_the_ledger_moved_copies_are_made_again_and_nothing_is_lost(pairs: Pairs) -> None:
    """Only the ledger knew that they had been let go."""
    events = moved_away(pairs, MINE)
    before = by_id(*events)
    pairs.lose_ledger()
    pairs.settle_all()
    assert pairs.copies_in(ONE) == all_kinds()
    change_all(pairs)
    assert titles(pairs, ONE) == CHANGED
    assert by_id(*events) == before


def test_without_the_ledger_each_of_two_calendars_shows_every_event_once(pairs: Pairs) -> None:
    """Which of two copies in the second calendar was moved there nobody knows: the older one is kept."""
    moved_away(pairs, TWO)
    pairs.lose_ledger()
    pairs.settle_all()
    assert (pairs.copies_in(ONE), pairs.copies_in(TWO)) == (all_kinds(), all_kinds())


def test_copies_that_were_moved_are_found_by_a_pair_that_is_made_for_their_new_calendar(pairs: Pairs) -> None:
    events = moved_away(pairs, MINE)
    pairs.use(*pairs.settings.pairs, replace(FIRST, id="mine", outlook_calendar=MINE))
    pairs.settle_all()
    assert pairs.copies_in(MINE) == all_kinds()
    change_all(pairs)
    assert titles(pairs, MINE) == CHANGED
    assert {event.event_id for event in events} <= pairs.outlook.held(MINE).keys()


# --- attendees --------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_lost", [False, True])
def test_copies_with_attendees_are_let_go_in_their_calendar_and_followed_in_the_other(
    pairs: Pairs, *, is_lost: bool
) -> None:
    events, calendar = one_of_each(pairs), pairs.outlook.calendar(ONE)
    for event in events:
        pairs.outlook.invite(calendar, event.event_id)
    before = by_id(*events)
    if is_lost:
        pairs.lose_ledger()
    pairs.settle_all()
    links = pairs.ledger.links(calendar, "").values()
    reasons = [link.reason.code for link in links if isinstance(link, Detached)]
    assert reasons == [Code.ATTENDEES_ADDED] * len(KINDS)
    change_all(pairs)
    assert titles(pairs, TWO) == CHANGED
    cancel_all(pairs)
    assert tagged(pairs, ONE) == before
    assert tagged(pairs, TWO) == {}


def test_of_two_copies_none_is_removed_as_a_double_that_has_attendees(pairs: Pairs) -> None:
    moved_away(pairs, TWO)
    for event_id in tagged(pairs, TWO):
        pairs.outlook.invite(pairs.outlook.calendar(TWO), event_id)
    before = deepcopy(tagged(pairs, TWO))
    pairs.lose_ledger()
    pairs.settle_all()
    change_all(pairs)
    cancel_all(pairs)
    assert tagged(pairs, TWO) == before


# --- taken over, then duplicated ----------------------------------------------------------------------


def taken_over(pairs: Pairs) -> tuple[HeldEvent, HeldEvent]:
    """An event of the person's own that became ours, and what they made of it with copy and paste."""
    own = pairs.outlook.own_event(pairs.outlook.calendar(MINE), "Review", at("2026-12-01", "10:00"))
    pairs.use(replace(FIRST, id="mine", outlook_calendar=MINE, existing=Existing.ADOPT))
    pairs.settle_all()
    assert own.tag
    pasted = pairs.outlook.paste(own, MINE)
    pairs.demand_quiet()
    return own, pasted


def test_the_duplicate_of_an_event_that_was_taken_over_keeps_its_tag_when_that_one_is_undone(
    pairs: Pairs,
) -> None:
    own, pasted = taken_over(pairs)
    before = by_id(pasted)
    pairs.undo(*pairs.settings.pairs)
    assert own.tag is None
    assert by_id(pasted) == before
    assert set(pairs.outlook.held(MINE)) == {own.event_id, pasted.event_id}


def test_the_duplicate_of_an_event_that_was_taken_over_is_no_double_when_the_ledger_is_lost(
    pairs: Pairs,
) -> None:
    """Nothing proves which of the two it was, but that the other one is younger."""
    own, pasted = taken_over(pairs)
    before = by_id(pasted)
    pairs.lose_ledger()
    pairs.demand_quiet()
    pairs.feishu.change("single_0", title="Review 2")
    pairs.settle_all()
    pairs.feishu.cancel("single_0")
    pairs.settle_all()
    assert own.event_id not in pairs.outlook.held(MINE)
    assert by_id(pairs.outlook.held(MINE)[pasted.event_id]) == before
