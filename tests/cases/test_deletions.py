"""What is not listed is not always gone, and what is said to be deleted was sometimes only moved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.errors import CalendarGone, DeletionsHeld, ServiceFailing, Throttled
from core.report import Action, Result
from core.settings import LocalChanges
from sandbox import Fault, Reply, Request, Service
from tests.cases.calendars import Calendars, Step, at


@pytest.mark.parametrize("local_changes", LocalChanges)
def test_a_tombstone_is_looked_into_before_it_is_believed(
    calendars: Calendars, local_changes: LocalChanges
) -> None:
    """A feed that has a window reports as deleted what has only left it.
    (microsoftgraph/microsoft-graph-docs #6599)"""
    calendars.change_pair(local_changes=local_changes)
    moved = calendars.add("Moved", "2027-03-01 10:00", 30)
    calendars.add("Deleted by hand", "2027-03-02 10:00", 30)
    calendars.add("Left alone", "2027-03-03 10:00", 30)
    calendars.settle()
    calendars.change(moved, start=at("2028-06-01 10:00"), end=at("2028-06-01 10:30"))
    calendars.outlook.delete_event(calendars.add_own("thought", datetime(2027, 3, 1, 2, tzinfo=UTC)))
    step = calendars.settle()
    assert [(each.action, each.title) for each in step.pair.changes] == [(Action.UPDATE, "Moved")]
    calendars.clock.advance(days=1)
    calendars.change(moved, start=at("2027-03-08 10:00"), end=at("2027-03-08 10:30"))
    by_hand = next(copy["id"] for copy in calendars.copies() if copy["subject"] == "Deleted by hand")
    calendars.outlook.delete_event(by_hand)
    step = calendars.settle()
    is_restored = local_changes is LocalChanges.RESTORE
    action = Action.CREATE if is_restored else Action.LET_GO
    assert {each.title: each.action for each in step.pair.changes} == {
        "Moved": Action.UPDATE,
        "Deleted by hand": action,
    }
    assert calendars.shown("2027-02-20", "2028-06-30") == [
        *(["2027-03-02 10:00-10:30 Deleted by hand"] if is_restored else []),
        "2027-03-03 10:00-10:30 Left alone",
        "2027-03-08 10:00-10:30 Moved",
    ]
    assert len(calendars.copies()) == 2 + is_restored


@pytest.fixture
def many(calendars: Calendars) -> Calendars:
    """241 events, which a full pull tells in five pages."""
    calendars.feishu.quirks.longest_page = 50
    for number in range(241):
        calendars.add(f"Event {number}", f"2027-02-{number % 28 + 1:02} {number // 28 + 8:02}:00", 30)
    assert calendars.settle().counts == (241, 0, 0)
    return calendars


def next_pull_breaks_off(many: Calendars, answer: Reply) -> None:
    """The next run has to pull everything; its first page is good, and then there is only `answer`."""
    many.feishu.void_sync_tokens()
    path = f"/open-apis/calendar/v4/calendars/{many.calendar}/events"
    many.installed.sandbox.journal.add(Fault(Service.FEISHU, path, answer, which=range(3, 1_000_000)))


def first_listing(step: Step) -> Request:
    return next(each for each in step.requests if each.path.endswith("/events"))


PORTAL = "<html><title>Welcome to our hotel</title><form>Room number</form></html>"


CUT_OFF = {"items": [], "has_more": False, "page_token": "", "sync_token": "ListSyncToken_bmV3"}
BREAKS = (
    (Reply(403, {"code": 191002, "msg": "no calendar access_role"}), Result.NEEDS_PERSON, CalendarGone),
    (Reply(200, PORTAL), Result.UNREACHABLE, ServiceFailing),
    (Reply(200, {"code": 0, "msg": "success", "data": CUT_OFF}), Result.HELD, DeletionsHeld),
    (Reply(200, {"code": 190005, "msg": "rate limited"}), Result.UNREACHABLE, Throttled),
)


def test_half_a_listing_deletes_nothing(many: Calendars) -> None:
    """Access denied, a hotel's page, an answer that claims to be complete and a rate limit: one failed read
    removed 241 of 241 events. (derekantrican/GAS-ICS-Sync #118, phw198/OutlookGoogleCalendarSync #2215)"""
    for answer, result, problem in BREAKS:
        next_pull_breaks_off(many, answer)
        step = many.run()
        assert (step.report.result, [type(each) for each in step.report.problems]) == (result, [problem])
        assert (step.writes, sum(pair.held for pair in step.report.pairs)) == (
            [],
            191 if result is Result.HELD else 0,
        )
        many.installed.sandbox.journal.clear_faults()
        many.clock.advance(minutes=20)
        after = many.demand_quiet()
        asked, asked_again = (first_listing(each).query["sync_token"] for each in (step, after))
        assert asked_again == (CUT_OFF["sync_token"] if result is Result.HELD else asked)
    assert many.demand_quiet().pair.unchanged == len(many.copies()) == 241
