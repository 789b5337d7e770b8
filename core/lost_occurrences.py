"""Occurrences that a series in Outlook has lost for good. Pure.

Exchange brings no occurrence back that was cancelled, by us or by a person. Where Feishu shows it again,
it stands alone, until a new time or rule of the series makes Exchange forget all its cancellations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core import expressible, fingerprint, tag
from core.links import Link, Live
from core.mirror import Desired
from core.model import ChangedOccurrence, MirrorEvent, Series
from core.recurrence import Recurrence


def apart(wanted: Desired, links: Mapping[str, Link]) -> Desired:
    """`wanted` with every lost occurrence out of its series, and alone."""
    events, skips = dict(wanted.events), dict(wanted.skips)
    for key, link in links.items():
        event = events.get(key)
        if not (isinstance(link, Live) and link.occurrences and event and event.series):
            continue
        lost = _lost(event, event.series, link.occurrences)
        if not lost:
            continue
        events[key] = replace(event, series=_without(event.series, lost))
        for each in lost:
            span = expressible.standing_alone(each.span)
            events[each.key] = MirrorEvent(each.key, span, each.content, part_of=key)
            skips.pop(each.key, None)
    return replace(wanted, events=events, skips=skips)


def _lost(event: MirrorEvent, series: Series, known: Mapping[str, str]) -> list[ChangedOccurrence]:
    changed = {fingerprint.original_text(change.original): change for change in series.changed}
    cancelled = {fingerprint.original_text(original) for original in series.cancelled}
    names = {name for name, state in known.items() if state == fingerprint.CANCELLED} - cancelled
    rule = Recurrence(series.pattern, series.range)
    lost: list[ChangedOccurrence] = []
    for name in sorted(names):
        day = fingerprint.date_in(name)
        if expressible.has_date(rule, day):
            span = expressible.exact(event.span, day)
            key = tag.occurrence_key(event.key, series.uid, span.start)
            lost.append(changed.get(name) or ChangedOccurrence(span.start, span, event.content, key))
    return lost


def _without(series: Series, lost: list[ChangedOccurrence]) -> Series:
    changed = tuple(change for change in series.changed if change not in lost)
    return replace(series, changed=changed, cancelled=(*series.cancelled, *(each.original for each in lost)))
