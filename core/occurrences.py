"""Which occurrences of a series have to be changed or cancelled, seen what Outlook has. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core import fingerprint
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
from core.planner import changes_by_name, due_differences, is_due
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
    """What has to be seen of the series: the days that differ; if nothing is known, the window as well."""
    day = timedelta(days=1)
    days = [fingerprint.date_in(name) for name in due_differences(link.occurrences or {}, event, window)]
    if link.occurrences is None:
        days += [_date(window.first_day), _date(window.last_day)]
    first, last = min(days), max(days)
    # A day more on each side: Outlook tells original starts in UTC, their dates are the series' own.
    return InstancesOf(link.event_id, first - day, last + day)


def settlement(
    link: Live, event: MirrorEvent, instances: Sequence[Instance], window: Window, installation: str
) -> Settlement:
    """What to write so that the occurrences that are due become what Feishu has. Others stay as they are:
    what Feishu says of them is noted, so that they are not looked at again."""
    present = {date_of(_on_clock_of(event.span.start, instance.original)): instance for instance in instances}
    changes = changes_by_name(event)
    wanted = fingerprint.of_occurrences(event)
    known = link.occurrences if link.occurrences is not None else _strays(event, instances, wanted)
    applied = dict(link.occurrences or {})
    writes: list[ChangeInstance | CancelInstance] = []
    for name in sorted(due_differences(known, event, window)):
        instance = present.get(fingerprint.date_in(name))
        is_ahead = instance is not None and window.holds_span(instance.span)
        if is_ahead or is_due(name, changes.get(name), event, window):
            if instance and wanted.get(name) == CANCELLED:
                writes.append(CancelInstance(instance.event_id))
            elif instance:
                change = changes.get(name) or _as_the_rule_has_it(name, event)
                writes += _changing(instance, change, link, installation)
            elif wanted.get(name) != CANCELLED:
                return Settlement((), {}, is_possible=False)
        if name in wanted:
            applied[name] = wanted[name]
        else:
            applied.pop(name, None)
    return Settlement(tuple(writes), applied, is_possible=True)


def _changing(
    instance: Instance, change: ChangedOccurrence, link: Live, installation: str
) -> list[ChangeInstance | CancelInstance]:
    written = fingerprint.of_occurrence(change)
    if instance.tag is not None and instance.tag.fingerprint == written:
        return []
    tag = Tag(change.key, link.transaction_id, installation, written)
    return [ChangeInstance(instance.event_id, change, tag)]


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
