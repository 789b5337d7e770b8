"""How all-day events end is asked for once, and what becomes of the question when Feishu has no answer."""

from datetime import UTC, date, datetime

import pytest

from core.errors import (
    ConsentNeeded,
    QuotaExhausted,
    SignInNeeded,
    SyncError,
    Throttled,
    Unreachable,
    WrongPerson,
)
from core.model import AllDayEnd
from sandbox.journal import Fault, Reply, Reset, Service
from tests.wire.feishu_fixtures import Desk, desk, signed_in

__all__ = ["desk", "signed_in"]

VIEW = r".*/events/instance_view"
FIRST, AFTER = date(2026, 12, 24), date(2026, 12, 27)
UNKNOWN, EXCLUSIVE, INCLUSIVE, CONTRADICTORY = AllDayEnd


def add(desk: Desk, first: date = FIRST, after: date = AFTER) -> str:
    return desk.feishu.add_event(desk.calendar_id, "Holiday", first, after)


def found(desk: Desk, known: AllDayEnd = UNKNOWN) -> AllDayEnd:
    """By a full pull; the journal and the meter know only of what it took beside that."""
    calendars = desk.calendars()
    rows = calendars.pull(desk.calendar_id, 1).rows
    desk.journal.clear()
    desk.meter.count = 0
    return calendars.all_day_end(desk.calendar_id, known, rows, ())


def test_the_hour_at_noon_of_the_end_date_is_asked_for_once(signed_in: Desk) -> None:
    add(signed_in)
    add(signed_in, date(2026, 12, 1), date(2026, 12, 2))
    add(signed_in, date(2027, 1, 1), date(2027, 2, 15))
    assert found(signed_in) is EXCLUSIVE
    (request,) = signed_in.journal.requests()
    assert request.path.endswith(f"/calendars/{signed_in.calendar_id}/events/instance_view")
    first, last = (
        datetime.fromtimestamp(int(request.query[name]), UTC) for name in ("start_time", "end_time")
    )
    assert first.isoformat()[10:] == "T12:00:00+00:00"
    assert first.date() in {date(2026, 12, 27), date(2026, 12, 2), date(2027, 2, 15)}
    assert (last - first).total_seconds() == 3600
    assert signed_in.meter.count == 1


def test_a_one_day_row_with_equal_dates_costs_no_question(signed_in: Desk) -> None:
    signed_in.feishu.quirks.all_day_end = "inclusive"
    add(signed_in)
    add(signed_in, FIRST, date(2026, 12, 25))
    assert found(signed_in) is INCLUSIVE
    assert signed_in.meter.count == 0


@pytest.mark.parametrize("known", [EXCLUSIVE, INCLUSIVE])
def test_what_is_known_is_not_asked_for_again(signed_in: Desk, known: AllDayEnd) -> None:
    add(signed_in)
    assert found(signed_in, known) is known
    assert signed_in.meter.count == 0


def test_a_contradiction_is_one_more_question(signed_in: Desk) -> None:
    odd = add(signed_in, FIRST, date(2026, 12, 25))
    signed_in.feishu.distort(signed_in.calendar_id, odd, end_time={"date": FIRST.isoformat()})
    assert found(signed_in, EXCLUSIVE) is EXCLUSIVE, "with nothing to ask about, nothing contradicts"
    assert signed_in.meter.count == 0
    add(signed_in)
    assert found(signed_in, EXCLUSIVE) is CONTRADICTORY
    assert signed_in.meter.count == 1


@pytest.mark.parametrize("data", [{}, {"items": None}, {"items": []}, {"items": [None, 7, {}]}])
def test_a_view_that_does_not_list_the_event_says_that_it_is_over(signed_in: Desk, data: object) -> None:
    add(signed_in)
    signed_in.journal.add(Fault(Service.FEISHU, VIEW, Reply(200, {"code": 0, "data": data})))
    assert found(signed_in) is EXCLUSIVE


REFUSALS = [
    Reply(400, {"code": 193103}),
    Reply(400, {"code": 193104}),
    Reply(400, {"code": 190002}),
    Reply(400, {"code": 190008}),
    Reply(403, {"code": 191002}),
    Reply(403, {"code": 191004}),
    Reply(404, "404 page not found"),
    Reply(500, {"code": 190003}),
    Reply(200, "<html>Hotel: please sign in</html>"),
    Reply(200, {"code": 0}),
    Reply(200, {"code": 0, "data": []}),
    Reply(200, {"code": 0, "data": {"items": {}}}),
]


@pytest.mark.parametrize("known", [UNKNOWN, CONTRADICTORY])
@pytest.mark.parametrize("refusal", REFUSALS)
def test_where_just_this_question_is_refused_nothing_is_concluded(
    signed_in: Desk, refusal: Reply, known: AllDayEnd
) -> None:
    add(signed_in)
    signed_in.journal.add(Fault(Service.FEISHU, VIEW, refusal, which=None))
    assert found(signed_in, known) is known
    assert signed_in.meter.count == (5 if refusal.status == 500 else 1)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Reply(401, {"code": 99991641}), SignInNeeded),
        (Reply(403, {"code": 99991679}), ConsentNeeded),
        (Reply(403, {"code": 99991403}), QuotaExhausted),
        (Reply(429, {"code": 190004}), Throttled),
        (Reply(404, {"code": 190007}), WrongPerson),
        (Reset(), Unreachable),
    ],
)
def test_what_concerns_the_whole_run_ends_it(
    signed_in: Desk, refusal: Reply | Reset, error: type[SyncError]
) -> None:
    add(signed_in)
    signed_in.journal.add(Fault(Service.FEISHU, VIEW, refusal, which=None))
    with pytest.raises(error):
        found(signed_in)


def test_a_short_throttle_is_waited_out(signed_in: Desk) -> None:
    add(signed_in)
    signed_in.answers(VIEW, 429, 99991400, {"x-ogw-ratelimit-reset": "3"})
    assert found(signed_in) is EXCLUSIVE
    assert signed_in.time.waits == [3]
