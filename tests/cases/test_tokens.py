"""AUTH-1 and AUTH-2: tokens that got lost with the process, or are good only by a clock that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.clock import SystemClock
from core.errors import SignInNeeded, VaultUnavailable
from core.model import Side
from core.report import Result
from sandbox.journal import Fault, Reply, Request, Service
from tests.cases.calendars import Calendars, StandingClock
from tests.whole.installed import browse
from tests.whole.program import FileVault


class Killed(BaseException):
    """The process ends here: nothing of ours can catch it."""


def token_requests(calendars: Calendars, side: Side) -> list[Request]:
    wanted = Service.FEISHU if side is Side.FEISHU else Service.MICROSOFT
    return [each for each in calendars.installed.sandbox.journal.requests(wanted) if "/token" in each.path]


@pytest.fixture
def mirrored(calendars: Calendars) -> Calendars:
    """Some events and their copies; tokens are at the end of their life."""
    for hour in range(10, 15):
        calendars.add(f"Review {hour}", f"2027-01-14 {hour}:00", 30)
    calendars.settle()
    calendars.clock.advance(hours=3)
    return calendars


# AUTH-1, second: killed after the service has rotated, before we have stored


def test_a_token_that_was_lost_with_the_process_costs_one_attempt_and_one_sign_in(
    mirrored: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = mirrored.installed

    def killed(self: FileVault, side: Side, text: str | None) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(FileVault, "store_tokens", killed)
        with pytest.raises(Killed):
            installed.run()
    assert len(token_requests(mirrored, Side.FEISHU)) == 1
    installed.restart()

    copies = mirrored.copies()
    lost = mirrored.run()
    assert lost.report.result is Result.SIGN_IN_NEEDED
    assert [type(problem) for problem in lost.report.problems] == [SignInNeeded]
    assert len(token_requests(mirrored, Side.FEISHU)) == 1
    again = mirrored.run()
    assert again.report.result is Result.SIGN_IN_NEEDED
    assert token_requests(mirrored, Side.FEISHU) == []
    assert mirrored.copies() == copies
    assert installed.installation.signed_in(Side.OUTLOOK)

    sign_in(mirrored, Side.FEISHU)
    mirrored.demand_quiet()


def sign_in(calendars: Calendars, side: Side) -> None:
    installed = calendars.installed
    installed.installation.sign_in(side, browse(installed.sandbox), lambda: False, lambda _address: None)


# AUTH-1, third: the store can't be written when the refresh is due


@pytest.mark.parametrize("due", [(Side.OUTLOOK,), (Side.FEISHU, Side.OUTLOOK)])
def test_no_token_is_asked_for_that_could_not_be_kept(
    calendars: Calendars, monkeypatch: pytest.MonkeyPatch, due: tuple[Side, ...]
) -> None:
    calendars.settle()
    calendars.clock.advance(minutes=180 if Side.FEISHU in due else 70)

    def refuse(self: FileVault) -> None:
        raise VaultUnavailable("unwritable")

    with monkeypatch.context() as patch:
        patch.setattr(FileVault, "prove_writable", refuse)
        for _ in range(3):
            step = calendars.run()
            assert step.report.result is Result.NEEDS_PERSON
            assert {type(problem) for problem in step.report.problems} == {VaultUnavailable}
            assert token_requests(calendars, Side.FEISHU) == token_requests(calendars, Side.OUTLOOK) == []
    calendars.demand_quiet()
    assert [side for side in Side if token_requests(calendars, side)] == list(due)


# AUTH-2: the clock was wrong when the token was stored


@dataclass
class WrongClock:
    """What this computer's clock is off by; the services' is right."""

    hours: int = 0


@pytest.fixture
def wrong(clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> WrongClock:
    wrong = WrongClock()
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.moment + timedelta(hours=wrong.hours))
    return wrong


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_was_wrong_when_tokens_were_stored_costs_one_refresh_on_each_side(
    wrong: WrongClock, calendars: Calendars, hours: int
) -> None:
    calendars.add("Review", "2027-01-14 10:00", 30)
    calendars.settle()
    calendars.clock.advance(hours=4)
    wrong.hours = hours
    calendars.run()  # both sides renew their tokens by a wrong clock
    calendars.installed.restart()
    wrong.hours = 0
    calendars.clock.advance(minutes=90)
    calendars.installed.sandbox.feishu.sessions.expire_access()

    step = calendars.run()
    assert step.report.result is Result.OK, step.report
    assert step.report.problems == ()
    for side in Side:
        assert len(token_requests(calendars, side)) == 1
    rejected = [each for each in step.requests if each.status == 401]
    assert len(rejected) == (
        2 if hours > 0 else 0
    )  # a slow clock made the tokens look old: no refusal at all
    for _ in range(3):
        calendars.clock.advance(minutes=5)
        quiet = calendars.demand_quiet()
        assert not [each for each in quiet.requests if "/token" in each.path or each.status == 401]


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_jumps_while_the_program_runs_needs_nobody(
    wrong: WrongClock, calendars: Calendars, hours: int
) -> None:
    calendars.add("Review", "2027-01-14 10:00", 30)
    calendars.settle()
    refreshes = 0
    for jump in (hours, 0, hours, 0):
        wrong.hours = jump
        for _ in range(3):
            calendars.clock.advance(minutes=5)
            assert calendars.demand_quiet().report.problems == ()
            refreshes += sum(len(token_requests(calendars, side)) for side in Side)
    assert refreshes <= 8  # one a side for each jump, and never one a run


@pytest.mark.parametrize("side", Side)
def test_a_service_that_takes_no_token_at_all_is_not_asked_for_ever(calendars: Calendars, side: Side) -> None:
    """Where even a fresh token is refused, the person has to sign in; each run tries one refresh at most."""
    calendars.settle()
    for _ in range(3):
        calendars.installed.sandbox.journal.clear()
        refuse_all(calendars, side)
        step = calendars.run()
        assert step.report.result is Result.SIGN_IN_NEEDED
        assert len(token_requests(calendars, side)) <= 1
        assert len([each for each in step.requests if each.status == 401]) <= 2
    calendars.installed.sandbox.journal.clear_faults()
    sign_in(calendars, side)
    calendars.demand_quiet()


def refuse_all(calendars: Calendars, side: Side) -> None:
    journal = calendars.installed.sandbox.journal
    if side is Side.FEISHU:
        refusal = Reply(401, {"code": 99991677, "msg": "Authentication token expired"})
        journal.add(Fault(Service.FEISHU, r".*/calendar/v4/.*", refusal, which=None))
    else:
        refusal = Reply(401, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}})
        journal.add(Fault(Service.MICROSOFT, r"/v1\.0/.*", refusal, which=None))
