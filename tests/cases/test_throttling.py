"""A mailbox that is throttled in the middle of a first run, in each of the ways in which Graph says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clock import SystemClock
from core.outlook.errors import LONG_PENALTY
from core.report import Result, RunReport
from core.settings import PairSettings
from sandbox.journal import Fault, Moment, Reply, Request, Service
from tests.cases.calendars import Calendars, StandingClock

EVENTS = 150
"""In each of two calendars."""
THROTTLED = {"error": {"code": "ApplicationThrottled", "message": "over its MailboxConcurrency limit"}}
CREATION = r"/v1\.0/me/calendars/[^/]+/events"


@pytest.fixture(autouse=True)
def even_clock(clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: clock.seconds())


@pytest.fixture
def two_pairs(calendars: Calendars) -> Calendars:
    team = calendars.feishu.add_calendar("Team")
    settings = calendars.installed.installation.settings
    pairs = (*settings.pairs, PairSettings("team", feishu_calendar=team, outlook_calendar="Team"))
    calendars.installed.installation.save_settings(replace(settings, pairs=pairs))
    for number in range(EVENTS):
        start = calendars.clock.moment + timedelta(days=1, hours=number)
        for calendar in (calendars.calendar, team):
            calendars.feishu.add_event(calendar, f"Event {number}", start, start + timedelta(minutes=20))
    return calendars


def run(calendars: Calendars, asked: list[Request]) -> RunReport:
    report = calendars.installed.run()
    asked += calendars.installed.sandbox.journal.requests(Service.MICROSOFT)
    return report


def copies(calendars: Calendars) -> Counter[str]:
    """By title, of both calendars."""
    world = calendars.outlook
    ours = [each for each in world.calendars() if each["name"] in {"Feishu", "Team"}]
    events = [event for calendar in ours for event in world.events(calendar["id"])]
    return Counter(event["subject"] for event in events if event["subject"].startswith("Event"))


def sent_again_though_done(asked: list[Request]) -> set[str]:
    """Transactions that were sent once more after the service had said that they are done."""
    done, again = set[str](), set[str]()
    for request in asked:
        if request.batch_item and request.method == "POST":
            transaction = request.json["transactionId"]
            again |= {transaction} & done
            done |= {transaction} if request.status == 201 else set()
    return again


def test_a_penalty_that_every_request_renews_is_sat_out_by_all_pairs_and_clicks(two_pairs: Calendars) -> None:
    """Every early retry lengthened the block to half an hour.
    (microsoftgraph/msgraph-sdk-dotnet #250, microsoftgraph/microsoft-graph-docs-contrib #8883)"""
    journal, asked = two_pairs.installed.sandbox.journal, list[Request]()
    refusal = Reply(429, THROTTLED)
    journal.add(Fault(Service.MICROSOFT, CREATION, refusal, "POST", range(40, 10_000), batch_item=True))
    report = run(two_pairs, asked)
    assert report.result is Result.UNREACHABLE
    assert sum(copies(two_pairs).values()) == 39
    silent_since = two_pairs.clock.moment
    due = two_pairs.installed.installation.next_run()
    assert due >= silent_since + timedelta(seconds=LONG_PENALTY)

    for _ in range(4):  # "Sync now"
        two_pairs.clock.advance(seconds=50)
        assert run(two_pairs, []).result is Result.UNREACHABLE
        assert journal.requests(Service.MICROSOFT) == []
        assert two_pairs.installed.installation.next_run() == due
    two_pairs.installed.restart()
    assert run(two_pairs, []).result is Result.UNREACHABLE
    assert journal.requests(Service.MICROSOFT) == []

    two_pairs.clock.moment = two_pairs.installed.installation.next_run()
    assert (two_pairs.clock.moment - silent_since).total_seconds() >= LONG_PENALTY
    journal.clear_faults()
    assert run(two_pairs, asked).result is Result.OK
    assert copies(two_pairs) == Counter({f"Event {number}": 2 for number in range(EVENTS)})
    assert sent_again_though_done(asked) == set()
    run(two_pairs, asked)
    assert journal.writes() == []


@pytest.mark.parametrize("moment", Moment, ids=["not done", "done all the same"])
def test_a_batch_of_all_kinds_of_failure_is_finished_after_the_longest_wait(
    two_pairs: Calendars, moment: Moment
) -> None:
    """(microsoftgraph/msgraph-sdk-dotnet #250, microsoftgraph/microsoft-graph-docs-contrib #8883)"""
    journal, asked = two_pairs.installed.sandbox.journal, list[Request]()
    failures = (
        Reply(429, THROTTLED, {"Retry-After": "2.128"}),
        Reply(429, THROTTLED),
        Reply(503, ""),
        Reply(424, {"error": {"code": "FailedDependency"}}),
    )
    for place, reply in enumerate(failures, start=2):
        which = range(place, place + 1)
        journal.add(Fault(Service.MICROSOFT, CREATION, reply, "POST", which, moment, batch_item=True))
    assert run(two_pairs, asked).result is Result.OK
    assert copies(two_pairs) == Counter({f"Event {number}": 2 for number in range(EVENTS)})
    assert sent_again_though_done(asked) == set()
    batches = [each for each in asked if each.path.endswith("$batch")]
    struck = next(each for each in asked if each.status == 429)
    following = next(each for each in batches if each.time > struck.time)
    assert following.time - struck.time >= 2.128
    run(two_pairs, asked)
    assert journal.writes() == []
