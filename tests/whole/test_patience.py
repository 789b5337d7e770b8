"""What a service asks to wait is kept to the second: in a run, by the next one, after a restart, by all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import formatdate

import pytest

from core.backoff import LONGEST_ASKED_WAIT
from core.errors import Throttled
from core.installation import Installation
from core.model import Side
from core.report import Result
from core.schedule import FIRST_RETRY
from sandbox import Fault, Reply, Service
from tests.whole.faults import FEISHU_EVENTS, Struck, prepare, struck

WATCH = r".*/calendarView/delta"
BATCH = r"/v1\.0/\$batch"
ITEM = r"/v1\.0/me/.*"
TOKEN = r".*/token"
PLACES = {
    "a list of Feishu": (Service.FEISHU, FEISHU_EVENTS, "x-ogw-ratelimit-reset", False),
    "a list of Feishu, the standard's way": (Service.FEISHU, FEISHU_EVENTS, "Retry-After", False),
    "Graph's watch": (Service.MICROSOFT, WATCH, "Retry-After", False),
    "a whole batch": (Service.MICROSOFT, BATCH, "Retry-After", False),
    "an item of a batch": (Service.MICROSOFT, ITEM, "Retry-After", True),
}
SIDES = {Service.FEISHU: Side.FEISHU, Service.MICROSOFT: Side.OUTLOOK}
LATER = 0.501
"""Seconds: what is added, so that not all who failed together come back together."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Struck]:
    with struck(tmp_path_factory.mktemp("patience") / "data") as made:
        yield made


def throttle(world: Struck, place: str, status: int, asked: str) -> Service:
    service, path, header, is_item = PLACES[place]
    world.installed.sandbox.journal.clear_faults()
    prepare(world, "update", seed=3)
    reply = Reply(status, "" if is_item else "<html>busy</html>", {header: asked})
    world.installed.sandbox.journal.add(Fault(service, path, reply, batch_item=is_item))
    return service


def times(world: Struck, service: Service, status: int) -> tuple[float, float]:
    """Of the request that was throttled, and of the one that followed it."""
    asked = world.installed.sandbox.journal.requests(service)
    struck = next(index for index, each in enumerate(asked) if each.status == status)
    return asked[struck].time, next(each.time for each in asked[struck:] if each.time > asked[struck].time)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("text", ["7", "2.128"])
@pytest.mark.parametrize("place", PLACES)
def test_a_short_wait_is_kept_within_the_run(world: Struck, place: str, text: str, status: int) -> None:
    service = throttle(world, place, status, text)
    assert world.installed.run().result is Result.OK
    first, second = times(world, service, status)
    assert float(text) <= second - first <= float(text) + LATER


@pytest.mark.parametrize("place", PLACES)
def test_a_moment_is_waited_for(world: Struck, place: str) -> None:
    """By the service's clock, which shows whole seconds."""
    moment = int(world.passing.now()) + 30
    service = throttle(world, place, 503, formatdate(moment, usegmt=True))
    assert world.installed.run().result is Result.OK
    _, second = times(world, service, 503)
    assert moment <= second <= moment + 1 + LATER


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("text", "seconds"), [("200", 200.0), ("99999999999", LONGEST_ASKED_WAIT)])
@pytest.mark.parametrize("place", PLACES)
def test_a_long_wait_is_kept_by_whoever_asks_next(
    world: Struck, place: str, text: str, seconds: float, status: int
) -> None:
    service = throttle(world, place, status, text)
    began = world.passing.now()
    assert world.installed.run().result is Result.UNREACHABLE
    world.installed.restart()
    demand_rest(world, service)
    world.passing.advance(seconds - 10 - (world.passing.now() - began))
    demand_rest(world, service)
    due = world.installed.installation.next_run().timestamp()
    assert began + seconds <= due <= world.passing.now() + FIRST_RETRY.total_seconds() + LATER
    world.recover()


def demand_rest(world: Struck, service: Service) -> None:
    """Nobody asks: no run, no preview, no list of calendars, nothing that keeps a sign-in."""
    journal, installation = world.installed.sandbox.journal, world.installed.installation
    assert world.installed.run().result is Result.UNREACHABLE
    assert installation.preview(lambda: False).result is Result.UNREACHABLE
    with pytest.raises(Throttled):
        listed(installation, SIDES[service])()
    installation.keep_signed_in(lambda: False)
    assert journal.requests(service) == []


def listed(installation: Installation, side: Side) -> Callable[[], object]:
    return installation.source_calendars if side is Side.FEISHU else installation.target_calendars


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("how", ["preview", "calendars"])
def test_a_wait_that_is_asked_for_outside_of_a_run_is_kept_by_runs(
    world: Struck, how: str, side: Side
) -> None:
    journal, installation = world.installed.sandbox.journal, world.installed.installation
    service = next(each for each, of in SIDES.items() if of is side)
    header = "x-ogw-ratelimit-reset" if side is Side.FEISHU else "Retry-After"
    path = r"/v1\.0/.*" if side is Side.OUTLOOK else r"/open-apis/calendar/.*"
    journal.add(Fault(service, path, Reply(429, "", {header: "300"})))
    if how == "preview":
        assert installation.preview(lambda: False).result is Result.UNREACHABLE
    else:
        with pytest.raises(Throttled):
            listed(installation, side)()
    world.installed.restart()
    assert world.installed.run().result is Result.UNREACHABLE
    assert journal.requests(service) == []
    world.recover()


@pytest.mark.parametrize("service", Service)
def test_the_token_service_is_left_alone_too(world: Struck, service: Service) -> None:
    journal = world.installed.sandbox.journal
    prepare(world, "expired", seed=5)
    journal.add(Fault(service, TOKEN, Reply(503, "", {"Retry-After": "300"})))
    assert world.installed.run().result is Result.UNREACHABLE
    world.installed.restart()
    assert world.installed.run().result is Result.UNREACHABLE
    assert journal.requests(service) == []
    world.recover()
