"""A first run, an unchanged one and some after edits: by this program, and beside it the obvious way
(naive.py), which is also measured with the pause between requests that the O365 library makes.

All start from the same calendar on the same services, each in a process of its own.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from O365.connection import Connection

from benchmarks.services import Kind, Services

PAUSE = inspect.signature(Connection).parameters["requests_delay"].default / 1000
"""Seconds from the beginning of a request to that of the next, for who uses the library's own model."""
FIRST, UNCHANGED = "first", "unchanged"


class Way(StrEnum):
    THIS = "this program"
    NAIVE = "the obvious way"
    PAUSING = "the obvious way, pausing"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run of one way. Wall and processor in seconds, memory in MB (None where it was computed)."""

    requests: Mapping[Kind, int]
    wall: float
    processor: float
    memory: float | None
    computed_from: int | None = None
    """So many events were measured, and the rest is proportion."""

    @property
    def sent(self) -> int:
        """HTTP requests: a batch is one."""
        return sum(count for kind, count in self.requests.items() if kind is not Kind.ITEM)


@dataclass(frozen=True, slots=True)
class Row:
    latency_ms: int
    events: int
    run: str
    ways: Mapping[Way, Cost]


def compared(
    sizes: Iterable[int], latencies_ms: Iterable[int], edits: Iterable[int], most_naive: int
) -> Iterator[Row]:
    """The obvious way's first run of more than `most_naive` events is computed from the largest that was
    measured at the same latency."""
    for latency_ms in latencies_ms:
        largest: Row | None = None
        for events in sorted(sizes):
            measured = largest if events > most_naive else None
            for row in _of_one_size(events, latency_ms, edits, measured):
                yield row
                if row.run == FIRST and measured is None:
                    largest = row


def _of_one_size(events: int, latency_ms: int, edits: Iterable[int], measured: Row | None) -> Iterator[Row]:
    with Services(events, latency_ms / 1000) as services:
        naive = {way: services.add_outlook_calendar(way) for way in (Way.NAIVE, Way.PAUSING)}
        yield Row(latency_ms, events, FIRST, _first_runs(services, events, naive, measured))
        yield Row(latency_ms, events, UNCHANGED, _all_ways(services, naive))
        for count in edits:
            if count <= events:
                services.edit(count)
                yield Row(latency_ms, events, edited(count), _all_ways(services, naive))
        for mirror in (services.mirror, *naive.values()):
            services.demand_copies(mirror)  # all have done the same work


def edited(count: int) -> str:
    return f"{count} edit{'s' * (count > 1)}"


def _first_runs(
    services: Services, events: int, naive: Mapping[Way, str], measured: Row | None
) -> dict[Way, Cost]:
    if measured is None:
        return _all_ways(services, naive)
    for mirror in naive.values():
        services.put_copies(mirror)
    computed = {way: _in_proportion(measured, way, events) for way in naive}
    return {Way.THIS: _cost_of_this(services), **computed}


def _in_proportion(measured: Row, way: Way, events: int) -> Cost:
    cost, factor = measured.ways[way], events / measured.events
    return replace(
        cost,
        requests={kind: round(count * factor) for kind, count in cost.requests.items()},
        wall=cost.wall * factor,
        processor=cost.processor * factor,
        memory=None,
        computed_from=measured.events,
    )


def _all_ways(services: Services, naive: Mapping[Way, str]) -> dict[Way, Cost]:
    pauses = {Way.NAIVE: 0.0, Way.PAUSING: PAUSE}
    command = [sys.executable, "-m", "benchmarks.naive"]
    costs = {
        way: _cost(services, command, services.orders(mirror, pauses[way])) for way, mirror in naive.items()
    }
    return {Way.THIS: _cost_of_this(services), **costs}


def _cost_of_this(services: Services) -> Cost:
    return _cost(services, [sys.executable, "-m", "benchmarks.one_run", str(services.data_dir)])


def _cost(services: Services, command: list[str], said: str = "") -> Cost:
    services.forget_requests()
    ended = subprocess.run(command, input=said, stdout=subprocess.PIPE, text=True, check=True)
    took = json.loads(ended.stdout)
    return Cost(services.requests(), took["wall"], took["processor"], took["memory"])
