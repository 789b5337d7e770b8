"""What planning alone takes: the pure rooms in this process, no service, no database.

The events are a tenth series, a tenth whole days, the rest single events, in three zones, with texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from core import fingerprint, mirror, planner
from core.brake import BrakeState
from core.links import Link, Live, SourceView
from core.mirror import Desired
from core.model import MirrorEvent, Row
from core.operations import Create, Update
from core.planner import Plan
from core.policy import Window
from core.settings import PairSettings
from tests.core.pure.rows import WORDS, at, row, utc, view

ROUNDS = 3
"""The quickest is reported: what disturbs can only slow down."""
EDITS = 100
FIRST_DAY = date(2027, 2, 2)
NOW = utc("2027-02-01T12:00:00")
DAYS = 180
DAY = 86_400
WINDOW = Window(NOW, NOW + DAYS * DAY, utc("2027-02-01T00:00:00"), utc("2027-02-01T00:00:00") + DAYS * DAY)
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London")
RULES = ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12", "FREQ=DAILY;COUNT=10", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=6")


_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Planning:
    """Seconds. `desired`: what Outlook should show, from Feishu's rows; the others: what is to be done."""

    events: int
    desired: float
    first: float
    unchanged: float
    edited: float


def measured(events: int) -> Planning:
    source = view(*rows(events))
    reach = mirror.reach(WINDOW, ())
    desired, took_desired = _quickest(lambda: mirror.desired(source, PairSettings("work"), WORDS, reach))
    links = mirrored(desired)
    edited = _edited(desired)
    first, took_first = _quickest(lambda: _plan(desired, {}, source))
    unchanged, took_unchanged = _quickest(lambda: _plan(desired, links, source))
    changes, took_edited = _quickest(lambda: _plan(edited, links, source))
    assert sum(isinstance(each, Create) for each in first.operations) == len(desired.events) >= events
    assert not unchanged.operations
    assert len(changes.operations) == sum(isinstance(each, Update) for each in changes.operations) == EDITS
    return Planning(events, took_desired, took_first, took_unchanged, took_edited)


def rows(count: int) -> list[Row]:
    made = []
    for number in range(count):
        day = (FIRST_DAY + timedelta(days=number % (DAYS - 10))).isoformat()
        is_whole_day = number % 10 == 1
        span = at(day) if is_whole_day else at(day, f"{8 + number % 11:02}:30", zone=ZONES[number % 3])
        rule = RULES[number // 10 % 3] if number % 10 == 0 else ""
        text = f"Agenda {number}\nhttps://example.com/{number}"
        made.append(row(f"uid-{number}", span, rule, title=f"Event {number}", description=text, location="A"))
    return made


def mirrored(desired: Desired) -> dict[str, Link]:
    """The links of a calendar in which everything is as it should be."""
    return {key: _link(event) for key, event in desired.events.items()}


def _link(event: MirrorEvent) -> Live:
    return Live(
        key=event.key,
        transaction_id="transaction",
        event_id=event.key,
        etag="etag",
        is_verified=True,
        fingerprint=fingerprint.of_event(event),
        stored_print="print",
        is_series=event.series is not None,
        occurrences=fingerprint.of_occurrences(event),
        extent=mirror.extent(event),
    )


def _edited(desired: Desired) -> Desired:
    changed = {
        key: replace(event, content=replace(event.content, location="B"))
        for key, event in list(desired.events.items())[:EDITS]
    }
    return replace(desired, events={**desired.events, **changed})


def _plan(desired: Desired, links: Mapping[str, Link], source: SourceView) -> Plan:
    copies = len(links)
    state = BrakeState(copies, copies, 0, 0, largest_share=0.2, source_is_empty=False)
    return planner.plan(desired, links, source, WINDOW, state, now=NOW)


def _quickest(work: Callable[[], _Result]) -> tuple[_Result, float]:
    return min((_timed(work) for _ in range(ROUNDS)), key=lambda each: each[1])


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun
