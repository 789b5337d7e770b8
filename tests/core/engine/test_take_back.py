"""What was let go is followed again where a person takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import keep
from core.model import RowStatus
from core.settings import Existing, LocalChanges
from core.status import copies_let_go, links_of
from core.take_back import take_back
from tests.core.engine.memory import at, exception, row
from tests.core.engine.several import FIRST, ONE, SECOND, TWO, Pairs, add_all_kinds, all_kinds

TITLES = {"Review", "Weekly", "Holiday"}
EVENTS = ("single_0", "series_0", "day_0", "apart_0")


def take_back_all(pairs: Pairs) -> None:
    """Killed or not: doing it twice is doing it once."""
    for _ in range(2):
        notes = copies_let_go(pairs.ledger, pairs.settings.pairs[0])
        chosen = {(note.pair, note.key) for note in notes}
        take_back(pairs.ledger, pairs.outlook, pairs.settings.pairs, chosen, lambda: False)


@pytest.fixture
def kept(pairs: Pairs) -> Pairs:
    """All kinds of events in two calendars; what a person does in the first is theirs."""
    add_all_kinds(pairs.feishu)
    pairs.use(replace(FIRST, local_changes=LocalChanges.KEEP), SECOND)
    pairs.settle_all()
    return pairs


def act(pairs: Pairs, *, deletes: bool) -> None:
    calendar = pairs.outlook.calendar(ONE)
    for title in TITLES:
        event = pairs.copy_in(ONE, title)
        if deletes:
            pairs.outlook.delete(calendar, event.event_id)
        else:
            pairs.outlook.edit(calendar, event.event_id, subject="Mine")
    pairs.settle_all()
    assert len(copies_let_go(pairs.ledger, pairs.settings.pairs[0])) == len(TITLES)


@pytest.mark.parametrize("deletes", [False, True])
def test_what_a_person_changed_or_deleted_is_put_right_once_it_is_taken_back(
    kept: Pairs, *, deletes: bool
) -> None:
    act(kept, deletes=deletes)
    assert kept.copies_in(ONE) != all_kinds()
    take_back_all(kept)
    kept.settle_all()
    assert kept.copies_in(ONE) == all_kinds()
    assert copies_let_go(kept.ledger, kept.settings.pairs[0]) == []
    kept.feishu.change("single_0", title="Review 2")
    kept.settle_all()
    assert kept.copies_in(ONE) == kept.copies_in(TWO)
    kept.lose_ledger()
    kept.demand_quiet()


def test_what_is_edited_once_more_is_let_go_once_more(kept: Pairs) -> None:
    act(kept, deletes=False)
    take_back_all(kept)
    kept.settle_all()
    act(kept, deletes=False)
    assert [title for _, title in kept.copies_in(ONE)].count("Mine") > 0


def test_what_changed_in_feishu_meanwhile_is_shown(kept: Pairs) -> None:
    act(kept, deletes=False)
    kept.feishu.cancel("day_0")
    kept.feishu.change("single_0", span=at("2026-12-07", "10:00"))
    kept.feishu.put(exception("series", at("2026-12-22", "14:00"), at("2026-12-22", "17:00"), "Late"))
    kept.settle_all()
    take_back_all(kept)
    kept.settle_all()
    assert kept.copies_in(ONE) == kept.copies_in(TWO)


@pytest.mark.parametrize("is_moved", [False, True])
def test_what_was_let_go_for_its_attendees_or_its_place_is_let_go_again(
    kept: Pairs, *, is_moved: bool
) -> None:
    for title in TITLES:
        event = kept.copy_in(ONE, title)
        if is_moved:
            kept.outlook.move(event.event_id, kept.outlook.calendar(TWO))
        else:
            kept.outlook.invite(kept.outlook.calendar(ONE), event.event_id)
    kept.settle_all()
    before = kept.copies_in(ONE)
    take_back_all(kept)
    kept.feishu.change("single_0", title="Review 2")
    kept.settle_all()
    assert kept.copies_in(ONE) == before
    assert len(copies_let_go(kept.ledger, kept.settings.pairs[0])) == len(TITLES)


def test_what_was_moved_and_came_back_is_followed(kept: Pairs) -> None:
    for there, back in ((ONE, TWO), (TWO, ONE)):
        for title in TITLES:
            events = kept.outlook.held(there).values()
            first = min((each for each in events if each.subject == title), key=lambda each: each.created)
            kept.outlook.move(first.event_id, kept.outlook.calendar(back))
        kept.settle_all()
    take_back_all(kept)
    kept.feishu.change("single_0", title="Review 2")
    kept.settle_all()
    assert kept.copies_in(ONE) == kept.copies_in(TWO)


def test_held_copies_that_were_kept_are_held_again_while_their_events_are_gone(kept: Pairs) -> None:
    for event in EVENTS:
        kept.feishu.cancel(event)
    for original in ("2026-12-08", "2026-12-15"):
        gone = exception("series", at(original, "14:00"), None, status=RowStatus.CANCELLED)
        kept.feishu.put(gone)
    (first, _), _ = kept.until_through(kept.runs)
    keep.keep_held(kept.ledger, kept.settings.pairs[0])
    kept.until_through(kept.runs)
    assert kept.copies_in(ONE) == all_kinds()
    take_back_all(kept)
    (again, _), _ = kept.until_through(kept.runs)
    assert (again.held, again.deleted) == (first.held, 0)
    assert first.held > 0
    assert kept.copies_in(ONE) == all_kinds()


def test_an_event_that_was_taken_over_and_let_go_by_undo_is_not_taken_again(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    own = pairs.outlook.own_event(pairs.outlook.calendar(ONE), "Review", at("2026-12-01", "10:00"))
    pairs.use(replace(FIRST, existing=Existing.ADOPT))
    pairs.settle_all()
    pairs.undo(*pairs.settings.pairs)
    take_back_all(pairs)
    pairs.demand_quiet()
    assert own.tag is None


def test_an_event_that_another_pair_has_taken_over_since_is_that_ones(pairs: Pairs) -> None:
    team = pairs.feishu.add_calendar("Team")
    for calendar in (pairs.feishu, team):
        calendar.put(row("both", at("2026-12-01", "10:00"), "Review"))
    own = pairs.outlook.own_event(pairs.outlook.calendar(ONE), "Review", at("2026-12-01", "10:00"))
    first = replace(FIRST, existing=Existing.ADOPT)
    pairs.use(first)
    pairs.settle_all()
    pairs.undo(first)
    pairs.use(replace(first, id="team", feishu_calendar=team.info.id))
    pairs.settle_all()
    tag = own.tag
    assert tag
    pairs.use(first)
    take_back_all(pairs)
    assert links_of(pairs.ledger, first)[1] == {}
    pairs.demand_quiet()
    assert own.tag == tag
