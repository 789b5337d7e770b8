"""The two services, simulated in this process, which does nothing else while a program is measured:
calendars, latency, and what was asked, by kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from benchmarks.naive import copy_of
from sandbox import Delay, Fault, Request, Sandbox, Service
from sandbox.feishu import wire
from tests.ports import free_port
from tests.whole.installed import add_singles, install


class Kind(StrEnum):
    FEISHU_EVENTS = "Feishu's events"
    FEISHU_OTHER = "Feishu, other"
    READ = "Graph reads"
    WRITE = "Graph writes"
    BATCH = "Graph batches"
    ITEM = "items in batches"
    """No request of its own."""


class Services:
    """A context. One Feishu calendar of single events; the program is set up and signed in to mirror it.

    The limits on how much may be asked in a time are switched off: 10,000 events are more than Graph takes
    within ten minutes, and would only be waited for.
    """

    def __init__(self, events: int, latency: float) -> None:
        """`latency`: seconds that pass before the service begins to do what a request asks."""
        self._events = events
        self._latency = latency

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            self._sandbox = stack.enter_context(Sandbox())
            self._installed = install(self._sandbox, folder / "data", free_port())
            self._installed.installation.close()
            self.event_ids = add_singles(self._installed, self._events)
            limits = self._sandbox.feishu.limits
            limits.per_second = limits.per_minute = None
            self._sandbox.microsoft.throttle.budget = 10**9
            for service in Service:
                self._sandbox.journal.add(Fault(service, ".*", Delay(self._latency), which=None))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def data_dir(self) -> Path:
        return self._installed.data_dir

    def orders(self, mirror: str, pause: float) -> str:
        """What the obvious way needs to know; its tokens are as fresh as ours."""
        sandbox = self._sandbox
        return json.dumps(
            {
                "feishu_url": sandbox.feishu_url,
                "feishu_token": list(sandbox.feishu.sessions.access)[-1],
                "calendar": self._installed.calendar,
                "graph_url": sandbox.graph_url,
                "graph_token": sandbox.microsoft.issue_access_token(),
                "mirror": mirror,
                "ca_file": str(sandbox.ca_file),
                "pause": pause,
            }
        )

    def add_outlook_calendar(self, name: str) -> str:
        return self._sandbox.microsoft.add_calendar(name)

    def edit(self, count: int) -> None:
        """The first events get new titles."""
        for event_id in self.event_ids[:count]:
            title = f"Edited with {count - 1} others: {event_id}"
            self._sandbox.feishu.change_event(self._installed.calendar, event_id, summary=title)

    def put_copies(self, mirror: str) -> None:
        """Of all events, as the obvious way makes them, but without asking anybody."""
        for event in self._rows():
            self._sandbox.microsoft.add_event(mirror, copy_of(event))

    def demand_copies(self, mirror: str) -> None:
        """All events, exactly once, as they are now. Raises AssertionError."""
        there = sorted(event["subject"] for event in self._sandbox.microsoft.events(mirror))
        assert there == sorted(event["summary"] for event in self._rows())

    def copies(self) -> int:
        """How many there are by now."""
        made = [each["id"] for each in self._sandbox.microsoft.calendars() if each["name"] == "Feishu"]
        return sum(len(self._sandbox.microsoft.events(each)) for each in made)

    @property
    def mirror(self) -> str:
        """The Outlook calendar that the program fills."""
        return self._installed.mirror

    def forget_requests(self) -> None:
        self._sandbox.journal.clear()

    def requests(self) -> Mapping[Kind, int]:
        counts = dict.fromkeys(Kind, 0)
        for request in self._sandbox.journal.requests():
            counts[kind_of(request)] += 1
        return counts

    def _rows(self) -> list[dict[str, Any]]:
        world = self._sandbox.feishu
        kept = world.calendars[self._installed.calendar].rows.values()
        return [wire.event(row, "owner", world.quirks) for row in kept]


def kind_of(request: Request) -> Kind:
    if request.batch_item:
        return Kind.ITEM
    if request.service is Service.FEISHU:
        return Kind.FEISHU_EVENTS if request.path.endswith("/events") else Kind.FEISHU_OTHER
    if request.path.endswith("/$batch"):
        return Kind.BATCH
    return Kind.READ if request.method == "GET" else Kind.WRITE
