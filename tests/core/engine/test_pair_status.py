"""What is told of pairs that are off, of copies that are held, and of those that were let go."""

from __future__ import annotations

from core import pair_switch
from core.model import Side
from core.reasons import Code
from core.status import UNTIL_RESUMED, Status, copies_let_go, held_copies, status_of
from tests.core.engine.memory import at, row
from tests.core.engine.several import FIRST, SECOND, TWO, Pairs, add_all_kinds


def status(pairs: Pairs) -> Status:
    people = {Side.FEISHU: pairs.feishu.identity(), Side.OUTLOOK: pairs.outlook.identity()}
    return status_of(pairs.ledger, pairs.settings, people, pairs.clock.now())


def test_all_is_paused_until_somebody_resumes_while_every_pair_is_off(pairs: Pairs) -> None:
    add_all_kinds(pairs.feishu)
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    pairs.undo(SECOND)
    told = status(pairs)
    assert ([pair.is_off for pair in told.pairs], told.paused_until) == ([False, True], None)
    pairs.undo(FIRST)
    told = status(pairs)
    assert ([pair.is_off for pair in told.pairs], told.paused_until) == ([True, True], UNTIL_RESUMED)
    pair_switch.switch_on(pairs.ledger, pairs.settings.pairs)
    told = status(pairs)
    assert ([pair.is_off for pair in told.pairs], told.paused_until) == ([False, False], None)


def test_without_a_pair_nothing_is_paused(pairs: Pairs) -> None:
    pairs.use()
    assert status(pairs).paused_until is None


def test_held_copies_and_those_that_were_let_go_are_told_one_by_one(pairs: Pairs) -> None:
    for day in (3, 2, 4):
        pairs.feishu.put(row(f"e{day}", at(f"2026-12-0{day}", "10:00"), f"Event {day}"))
    pairs.use(FIRST, SECOND)
    pairs.settle_all()
    pairs.outlook.invite(pairs.outlook.calendar(TWO), pairs.copy_in(TWO, "Event 2").event_id)
    pairs.settle_all()
    for day in (3, 2, 4):
        pairs.feishu.cancel(f"e{day}_0")
    pairs.until_through(pairs.runs)
    held = [
        (note.pair, note.title, note.start[:10], note.reason.code)
        for note in held_copies(pairs.ledger, FIRST)
    ]
    assert held == [
        ("first", "Event 2", "2026-12-02", Code.NONE_WOULD_BE_LEFT),
        ("first", "Event 3", "2026-12-03", Code.NONE_WOULD_BE_LEFT),
        ("first", "Event 4", "2026-12-04", Code.NONE_WOULD_BE_LEFT),
    ]
    (let_go,) = copies_let_go(pairs.ledger, SECOND)
    assert (let_go.pair, let_go.title, let_go.reason.code) == ("second", "Event 2", Code.ATTENDEES_ADDED)
    assert copies_let_go(pairs.ledger, FIRST) == []
