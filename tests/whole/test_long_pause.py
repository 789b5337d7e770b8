"""A pause of weeks, as over a long holiday: nothing runs, and yet nobody has to sign in again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.model import Side
from core.report import Result
from sandbox import Fault, Reply, Sandbox, Service
from tests.whole.conftest import Calendar
from tests.whole.installed import Installed, add_singles, install

DAY = 86_400
TOKEN = "/open-apis/authen/v2/oauth/token"
"""All that keeping a sign-in needs: no call of the month's quota is spent on it."""


@pytest.fixture
def paused(tmp_path: Path, port: int, calendar: Calendar) -> Iterator[Installed]:
    with Sandbox(clock=calendar.now) as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        add_singles(made, 3)
        made.run()
        made.installation.pause(datetime.max.replace(tzinfo=UTC))
        made.sandbox.journal.clear()
        yield made
        made.installation.close()


def keep_signed_in(paused: Installed) -> None:
    paused.installation.keep_signed_in(lambda: False)


def test_sign_ins_that_nobody_uses_end(paused: Installed, calendar: Calendar) -> None:
    calendar.ahead += 10 * DAY
    assert paused.run().result is Result.SIGN_IN_NEEDED


def test_sign_ins_are_used_once_a_day_and_last(paused: Installed, calendar: Calendar) -> None:
    for _ in range(40):
        calendar.ahead += DAY / 2
        for _ in range(3):
            keep_signed_in(paused)
    journal = paused.sandbox.journal
    assert {request.path for request in journal.requests(Service.FEISHU)} == {TOKEN}
    assert journal.count(Service.FEISHU) <= 20 + 1
    assert journal.count(Service.MICROSOFT) <= 2 * 20 + 1
    assert journal.writes() == []
    assert paused.event_requests() == []
    assert paused.run().result is Result.OK


def test_a_run_counts_as_use(paused: Installed, calendar: Calendar) -> None:
    keep_signed_in(paused)
    assert paused.sandbox.journal.requests() == []


@pytest.mark.parametrize(
    ("answer", "asked_again"),
    [(Reply(503, "out of order"), True), (Reply(400, {"code": 20064, "msg": "revoked"}), False)],
    ids=["away", "revoked"],
)
def test_one_side_in_trouble_stops_neither_the_other_nor_the_program(
    paused: Installed,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
    answer: Reply,
    asked_again: bool,
) -> None:
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, _seconds: None)
    journal = paused.sandbox.journal
    journal.add(Fault(Service.FEISHU, ".*/oauth/token", answer, which=None))
    calendar.ahead += DAY
    keep_signed_in(paused)
    assert journal.count(Service.MICROSOFT) > 0
    journal.clear()
    calendar.ahead += timedelta(minutes=11).total_seconds()
    keep_signed_in(paused)
    assert (journal.count(Service.FEISHU) > 0) is asked_again


def test_a_side_that_is_signed_out_is_left_alone(paused: Installed, calendar: Calendar) -> None:
    paused.installation.sign_out(Side.FEISHU)
    paused.sandbox.journal.clear()
    calendar.ahead += DAY
    keep_signed_in(paused)
    assert paused.sandbox.journal.count(Service.FEISHU) == 0
    assert paused.sandbox.journal.count(Service.MICROSOFT) > 0
