"""Which occurrences of a series have to be changed or cancelled, seen what Outlook has. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core import fingerprint, planner
from core.fingerprint import CANCELLED
from core.links import Live
from core.model import (
    CancelInstance,
    ChangedOccurrence,
    ChangeInstance,
    EventTime,
    Instance,
    InstancesOf,
    MirrorEvent,
    Tag,
    WallClock,
)
from core.policy import Window
from core.zones import date_of, instant_of, moved_to, wall_clock


@dataclass(frozen=True, slots=True)
class Settlement:
    writes: tuple[ChangeInstance | CancelInstance, ...]
    applied: Mapping[str, str]
    """What the link may say of its occurrences once all writes succeeded."""
    is_possible: bool
    """False: an occurrence is missing in Outlook, and Exchange brings none back."""


def question(link: Live, event: MirrorEvent, window: Window) -> InstancesOf:
    """What has to be seen of the series: the days that differ, or the whole window if nothing is known."""
    day = timedelta(days=1)
    if link.occurrences is None:
        first, last = _date(window.first_day), _date(window.last_day)
    else:
        days = [date.fromisoformat(name[:10]) for name in _different(link.occurrences, event, window)]
        first, last = min(days), max(days)
    # A day more on each side: Outlook tells original starts in UTC, their dates are the series' own.
    return InstancesOf(link.event_id, first - day, last + day)


def settlement(
    link: Live, event: MirrorEvent, instances: Sequence[Instance], window: Window, installation: str
) -> Settlement:
    """What to write so that the occurrences that are due become what Feishu has."""
    present = {instant_of(instance.original): instance for instance in instances}
    changes = {
        fingerprint.original_text(change.original): change
        for change in (event.series.changed if event.series else ())
    }
    wanted = fingerprint.of_occurrences(event)
    known = link.occurrences if link.occurrences is not None else _strays(event, instances, wanted)
    applied = dict(link.occurrences or {})
    writes: list[ChangeInstance | CancelInstance] = []
    for name in sorted(_different(known, event, window)):
        instance = present.get(instant_of(_original(name, event)))
        if wanted.get(name) == CANCELLED:
            if instance:
                writes.append(CancelInstance(instance.event_id))
            applied[name] = CANCELLED
            continue
        change = changes.get(name) or _as_the_rule_has_it(name, event)
        written = fingerprint.of_occurrence(change)
        if instance is None:
            return Settlement((), {}, is_possible=False)
        if instance.tag is None or instance.tag.fingerprint != written:
            tag = Tag(change.key, link.transaction_id, installation, written)
            writes.append(ChangeInstance(instance.event_id, change, tag))
        if name in wanted:
            applied[name] = wanted[name]
        else:
            applied.pop(name, None)
    return Settlement(tuple(writes), applied, is_possible=True)


def _different(known: Mapping[str, str], event: MirrorEvent, window: Window) -> set[str]:
    wanted = fingerprint.of_occurrences(event)
    return {
        name
        for name in wanted.keys() | known.keys()
        if wanted.get(name) != known.get(name) and planner.is_due(name, event, window)
    }


def _strays(
    event: MirrorEvent, instances: Sequence[Instance], wanted: Mapping[str, str]
) -> Mapping[str, str]:
    """Occurrences that somebody changed in Outlook and Feishu has not: they are put back."""
    zone = event.span.start
    names = (
        fingerprint.original_text(_on_clock_of(zone, instance.original))
        for instance in instances
        if instance.is_exception
    )
    return dict.fromkeys((name for name in names if name not in wanted), "stray")


def _on_clock_of(start: EventTime, original: EventTime) -> EventTime:
    if isinstance(start, WallClock) and isinstance(original, WallClock):
        return wall_clock(instant_of(original), start.zone)
    return date_of(original)


def _original(name: str, event: MirrorEvent) -> EventTime:
    if isinstance(event.span.start, WallClock) and "T" in name:
        return WallClock(datetime.fromisoformat(name), event.span.start.zone)
    return date.fromisoformat(name[:10])


def _as_the_rule_has_it(name: str, event: MirrorEvent) -> ChangedOccurrence:
    original = _original(name, event)
    return ChangedOccurrence(original, moved_to(event.span, date_of(original)), event.content, event.key)


def _date(midnight: int) -> date:
    return datetime.fromtimestamp(midnight, UTC).date()
