"""Which occurrences of a series have to be changed or cancelled, seen what Outlook has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core import expressible, fingerprint, tag
from core.fingerprint import CANCELLED, LET_GO
from core.links import Live
from core.model import ChangedOccurrence, EventTime, Instance, MirrorEvent, Tag, WallClock
from core.planner import as_the_rule_has_it, changes_by_name, due_differences, is_due, wanted_occurrences
from core.policy import Window
from core.recurrence import Recurrence
from core.settings import LocalChanges
from core.situation import Situation
from core.writes import CancelInstance, ChangeInstance, InstancesOf
from core.zones import date_of, instant_of, moved_to, nearest_date, wall_clock

_DAY = timedelta(days=1)
_LONGEST_LOOK = timedelta(days=1700)
"""Graph lists the instances of five years at most, and is asked for some weeks around these days."""
_STRAY = "stray"
"""Stands in what is known for an occurrence that somebody changed in Outlook and Feishu has not."""


@dataclass(frozen=True, slots=True)
class Settlement:
    writes: tuple[ChangeInstance | CancelInstance, ...]
    applied: Mapping[str, str]
    """What the link may say of its occurrences once all writes succeeded."""


def question(link: Live, event: MirrorEvent, situation: Situation) -> InstancesOf:
    """What has to be seen of the series: the days that differ; if nothing is known, all that is in sight."""
    window = situation.window
    days = [fingerprint.date_in(name) for name in due_differences(link.occurrences or {}, event, window)]
    if link.occurrences is None:
        days += _days_in_sight(link, situation)
    first, last = min(days), max(days)
    rule = _rule(event)
    # One may have been moved: as far as its neighbours. And Outlook tells original starts in UTC, while their
    # dates are the series' own: a day more.
    before, after = expressible.neighbours(rule, first)[0], expressible.neighbours(rule, last)[1]
    return InstancesOf(link.event_id, min(before or first, first) - _DAY, max(after or last, last) + _DAY)


def in_sight(link: Live, situation: Situation) -> InstancesOf:
    """All occurrences of which it matters what a person did to them: one with attendees that is over, or lies
    behind a window that was made shorter, lets its series go as well."""
    first, last = _days_in_sight(link, situation)
    return InstancesOf(link.event_id, first - _DAY, last + _DAY)


def _days_in_sight(link: Live, situation: Situation) -> tuple[date, date]:
    window = situation.window
    first, last = situation.watched or (window.first_day, window.last_day)
    first_day, last_day = min(_date(first), _date(window.first_day)), max(_date(last), _date(window.last_day))
    if link.is_found_again:
        # That it had been let go was known to the lost ledger alone.
        first_day = min(first_day, _date(link.extent.starts_at))
    return max(first_day, last_day - _LONGEST_LOOK), last_day


def settlement(
    link: Live,
    event: MirrorEvent,
    instances: Sequence[Instance],
    situation: Situation,
) -> Settlement:
    """What to write so that the occurrences that are due become what Feishu has. Others stay as they are:
    what Feishu says of them is noted, so that they are not looked at again. One that is missing in Outlook
    is noted as cancelled: Exchange brings none back, and it will stand alone (core/lost_occurrences.py)."""
    window = situation.window
    present = {date_of(_on_clock_of(event.span.start, instance.original)): instance for instance in instances}
    changes = changes_by_name(event)
    if link.occurrences is not None:
        known = dict(link.occurrences)
    else:
        strays = _strays(event, instances)
        missing = _missing(event, present, window)
        known = dict.fromkeys(strays, _STRAY)
        known |= {name: _why_missing(name, link, event, situation) for name in missing}
    wanted = wanted_occurrences(known, event)
    applied = {name: state for name, state in known.items() if state in {CANCELLED, LET_GO}}
    applied |= link.occurrences or {}
    writes: list[tuple[Instance, ChangeInstance | CancelInstance]] = []
    for name in sorted(due_differences(known, event, window)):
        instance = present.get(fingerprint.date_in(name))
        if known.get(name) == _STRAY and _is_kept(link, situation) and not _is_ours(name, instance, event):
            applied[name] = LET_GO
            continue
        is_ahead = instance is not None and window.holds_span(instance.span)
        if name in wanted:
            applied[name] = wanted[name]
        else:
            applied.pop(name, None)
        if not is_ahead and not is_due(name, changes.get(name), event, window):
            continue
        if instance is None:
            is_ours = wanted.get(name) == CANCELLED
            applied[name] = CANCELLED if is_ours else _why_missing(name, link, event, situation)
        elif wanted.get(name) == CANCELLED:
            writes.append((instance, CancelInstance(instance.event_id)))
        else:
            change = changes.get(name) or as_the_rule_has_it(name, event)
            if not _is_written(instance, change):
                writes.append((instance, _told(instance, change, link, situation.installation)))
    return Settlement(tuple(_in_order(writes)), applied)


def _in_order(
    writes: Iterable[tuple[Instance, ChangeInstance | CancelInstance]],
) -> list[ChangeInstance | CancelInstance]:
    """So that none meets a neighbour on its way, which Exchange would refuse: first those that go, then those
    that move ahead, the last one first, then those that move back, the first one first."""
    going = [write for _, write in writes if isinstance(write, CancelInstance)]
    ahead: list[tuple[int, ChangeInstance]] = []
    back: list[tuple[int, ChangeInstance]] = []
    for instance, write in writes:
        if isinstance(write, ChangeInstance):
            before, now = instant_of(instance.span.start), instant_of(write.occurrence.span.start)
            (ahead if now > before else back).append((now, write))
    ahead.sort(key=lambda each: each[0], reverse=True)
    back.sort(key=lambda each: each[0])
    return [*going, *(write for _, write in ahead), *(write for _, write in back)]


def _told(instance: Instance, change: ChangedOccurrence, link: Live, installation: str) -> ChangeInstance:
    tag = Tag(change.key, link.transaction_id, installation, fingerprint.of_occurrence(change))
    return ChangeInstance(instance.event_id, change, tag)


def _is_written(instance: Instance, change: ChangedOccurrence) -> bool:
    is_last_written = instance.tag is not None and instance.tag.fingerprint == fingerprint.of_occurrence(
        change
    )
    return is_last_written and _says(instance, change)


def _says(instance: Instance, change: ChangedOccurrence) -> bool:
    """True as far as a list of occurrences shows it: a person's edit leaves our tag as it is."""
    is_there = instant_of(instance.span.start) == instant_of(change.span.start)
    is_as_long = instant_of(instance.span.end) == instant_of(change.span.end)
    return is_there and is_as_long and instance.subject.split() == change.content.subject.split()


def _strays(event: MirrorEvent, instances: Sequence[Instance]) -> list[str]:
    """Occurrences that are changed in Outlook, and not in Feishu: they are put back."""
    wanted = fingerprint.of_occurrences(event)
    exceptions = [instance for instance in instances if instance.is_exception]
    names = [_name(event, date_of(_on_clock_of(event.span.start, each.original))) for each in exceptions]
    return [name for name in names if name not in wanted]


def _missing(event: MirrorEvent, present: Mapping[date, Instance], window: Window) -> list[str]:
    """Occurrences of the window that Outlook does not have. If it has none at all, it is more likely that the
    answer is not what it seems."""
    days = expressible.dates_between(_rule(event), _date(window.first_day), _date(window.last_day))
    gone = [day for day in days if day not in present]
    if not present:
        return []
    return [_name(event, day) for day in gone]


def _is_kept(link: Live, situation: Situation) -> bool:
    """Whether what is strange at an occurrence is a person's. After the ledger was lost nobody can tell, and
    what had been let go is followed again."""
    return situation.local_changes is LocalChanges.KEEP and not link.is_found_again


def _is_ours(name: str, instance: Instance | None, event: MirrorEvent) -> bool:
    """True for one that stands out because Feishu had changed it once: it has a tag of its own, or is as its
    series is."""
    if instance is None or instance.tag is None:
        return False
    return instance.tag.key != event.key or _is_written(instance, as_the_rule_has_it(name, event))


def _why_missing(name: str, link: Live, event: MirrorEvent, situation: Situation) -> str:
    """LET_GO where a person's deletion is kept. One that stands alone was taken out of the series by us."""
    if event.series is None or not _is_kept(link, situation):
        return CANCELLED
    start = expressible.exact(event.span, fingerprint.date_in(name)).start
    key = tag.occurrence_key(event.key, event.series.uid, start)
    return CANCELLED if key in situation.followed else LET_GO


def _name(event: MirrorEvent, day: date) -> str:
    """Of the occurrence of that day, by the series' own time: the clock may have skipped it."""
    return fingerprint.original_text(moved_to(event.span, day).start)


def _rule(event: MirrorEvent) -> Recurrence:
    if event.series is None:
        raise ValueError("only a series has occurrences")
    return Recurrence(event.series.pattern, event.series.range)


def _on_clock_of(start: EventTime, original: EventTime) -> EventTime:
    if isinstance(start, WallClock):
        return wall_clock(instant_of(original), start.zone)
    return nearest_date(instant_of(original))


def _date(midnight: int) -> date:
    return datetime.fromtimestamp(midnight, UTC).date()
