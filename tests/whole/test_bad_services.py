"""What services, networks and clocks do wrong: told in words and by the exit code, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import SystemClock
from sandbox import Fault, Reply, Service
from tests.whole.terminal_program import Program

SetClock = Callable[[timedelta], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Puts this computer's clock forward; the services keep the right time."""
    return lambda ahead: monkeypatch.setattr(SystemClock, "now", lambda _self: datetime.now(UTC) + ahead)


PORTAL = Reply(200, "<html><title>Welcome to our hotel</title></html>")


@pytest.mark.parametrize(
    ("service", "path"),
    [
        (Service.FEISHU, ".*/events"),
        (Service.MICROSOFT, ".*/calendarView/delta"),
        (Service.MICROSOFT, r".*/\$batch"),
    ],
)
def test_an_answer_in_another_language_than_the_services_proves_nothing(
    program: Program, service: Service, path: str
) -> None:
    journal = program.installed.sandbox.journal
    events = list(program.installed.sandbox.feishu.calendars[program.installed.calendar].rows)
    program.installed.sandbox.feishu.delete_event(program.installed.calendar, events[0])
    journal.add(Fault(service, path, PORTAL, which=None))
    program.demand_refusal("sync", code=4, words=("failure of its own",))
    journal.clear_faults()
    program.demand_recovery()


@pytest.mark.parametrize("service", Service)
def test_a_token_service_that_answers_with_a_page_is_away_and_no_sign_in_is_lost(
    program: Program, service: Service
) -> None:
    sandbox = program.installed.sandbox
    sandbox.feishu.sessions.expire_access()
    sandbox.microsoft.revoke_access_tokens()
    sandbox.journal.add(Fault(service, ".*/token", PORTAL, which=None))
    program.demand_refusal("sync", code=4, words=("failure of its own",))
    sandbox.journal.clear_faults()
    program.demand_recovery()


def test_a_quota_that_is_used_up_is_named_and_costs_one_call_a_run(program: Program) -> None:
    sandbox = program.installed.sandbox
    sandbox.feishu.limits.per_month = sandbox.feishu.limits.spent_this_month
    program.demand_refusal("sync", code=7, words=("quota", "administrator"))
    assert sandbox.journal.count(Service.FEISHU) == 1
    sandbox.feishu.limits.per_month = None
    program.demand_recovery()


@pytest.mark.parametrize(
    ("service", "header"), [(Service.FEISHU, "x-ogw-ratelimit-reset"), (Service.MICROSOFT, "Retry-After")]
)
def test_a_service_that_wants_a_longer_rest_than_a_minute_gets_it(
    program: Program, set_clock: SetClock, service: Service, header: str
) -> None:
    journal = program.installed.sandbox.journal
    body = {"code": 99991400, "msg": "request trigger frequency limit", "error": {"code": "TooManyRequests"}}
    reply = Reply(429, body if service is Service.FEISHU else {"error": body["error"]}, {header: "150"})
    path = ".*/events" if service is Service.FEISHU else ".*/calendarView/delta"
    journal.add(Fault(service, path, reply))
    program.demand_refusal("sync", code=4, words=("asks to wait", "minutes"))
    program.demand_refusal("sync", code=4, words=("asks to wait",))
    assert journal.requests() == []
    set_clock(timedelta(minutes=3))
    program.demand_recovery()


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(hours=-3)], ids=str)
def test_a_wrong_clock_that_nobody_minds_loses_and_doubles_nothing(
    program: Program, set_clock: SetClock, ahead: timedelta
) -> None:
    set_clock(ahead)
    assert program("sync").code == 0
    assert [request.method for request in program.installed.sandbox.journal.writes()] == []
    set_clock(timedelta())
    program.demand_recovery()


@pytest.mark.parametrize(("days", "word"), [(90, "fast"), (-2, "slow")])
def test_a_clock_that_is_days_off_stops_the_run_before_anything_is_taken_for_history(
    program: Program, set_clock: SetClock, days: int, word: str
) -> None:
    set_clock(timedelta(days=days))
    program.demand_refusal("sync", code=7, words=("clock", word))
    set_clock(timedelta())
    program.demand_recovery()


@pytest.mark.parametrize(("ahead", "word"), [(3, "fast"), (-3, "slow")])
def test_a_refusal_is_put_down_to_the_clock_when_it_is_wrong(
    program: Program, set_clock: SetClock, ahead: int, word: str
) -> None:
    refusal = Reply(401, {"error": {"code": "InvalidAuthenticationToken", "message": "not yet valid"}})
    sandbox = program.installed.sandbox
    sandbox.journal.add(Fault(Service.MICROSOFT, "/v1.0/.*", refusal, which=None))
    set_clock(timedelta(hours=ahead))
    program.demand_refusal("sync", code=7, words=("clock", word, "3 hours"))
    sandbox.journal.clear_faults()
    set_clock(timedelta())
    program.demand_recovery()


def test_feishus_refusal_too(program: Program, set_clock: SetClock) -> None:
    refusal = Reply(401, {"code": 99991677, "msg": "Authentication token expired"})
    sandbox = program.installed.sandbox
    sandbox.journal.add(Fault(Service.FEISHU, "/open-apis/calendar/.*", refusal, which=None))
    set_clock(timedelta(hours=3))
    program.demand_refusal("sync", code=7, words=("clock", "fast", "3 hours"))
    sandbox.journal.clear_faults()
    set_clock(timedelta())
    program.demand_recovery()
