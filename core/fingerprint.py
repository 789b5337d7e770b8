"""What a copy was written as, in a few hexadecimal digits. Pure.

A fingerprint has three parts, `shape.content.extras`, so that a comparison tells what has to be sent:
times and recurrence; what the copy says; reminder and category, which belong to the person once the copy
is made and are sent again only when Feishu's value or the pair's setting changes.
Two events with equal fingerprints look the same in Outlook. Whoever changes the canonical form below
raises _VERSION and makes the planner accept both, or every copy of every person is rewritten.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from core.model import ChangedOccurrence, Content, EventTime, MirrorEvent, Span, WallClock

_VERSION = 1
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)
"""Made once: json.dumps makes one for every call, which is half of what planning takes."""
_SAYS = ("subject", "body_html", "location", "show_as", "is_private")
CANCELLED = "cancelled"
"""Stands for the fingerprint of an occurrence that must not be there."""
UNSURE = "unsure"
"""Stands for the fingerprint of an occurrence that may have followed its series: nobody documents whether
Exchange keeps a value of its own that was equal to the series' when it was written."""
LET_GO = "let go"
"""Stands for the fingerprint of an occurrence that a person changed or deleted, and that is theirs."""


@dataclass(frozen=True, slots=True)
class Difference:
    shape: bool
    content: bool
    extras: bool

    def __bool__(self) -> bool:
        return self.shape or self.content or self.extras


def of_event(event: MirrorEvent) -> str:
    """Of a single event, or of a series without its changed and cancelled occurrences."""
    recurrence = (asdict(event.series.pattern), asdict(event.series.range)) if event.series else None
    return _joined((_span(event.span), recurrence), event.content)


def of_occurrence(occurrence: ChangedOccurrence) -> str:
    return _joined(_span(occurrence.span), occurrence.content)


def difference(written: str, wanted: str) -> Difference:
    """What separates two fingerprints; everything, if one of them is not of this form."""
    old, new = written.split("."), wanted.split(".")
    if len(old) != len(new):
        return Difference(shape=True, content=True, extras=True)
    shape, content, extras = (before != after for before, after in zip(old, new, strict=True))
    return Difference(shape=shape, content=content, extras=extras)


def original_text(original: EventTime) -> str:
    """The name of an occurrence inside its series: the start it would have had, which begins with its
    date. There is one a day at most, so that both passes of a repeated hour have one name."""
    return original.local.isoformat() if isinstance(original, WallClock) else original.isoformat()


def date_in(name: str) -> date:
    """The day of an occurrence, from its name."""
    return date.fromisoformat(name[:10])


def of_occurrences(event: MirrorEvent) -> dict[str, str]:
    """Fingerprints of a series' changed and cancelled occurrences, by the name of their original."""
    if not event.series:
        return {}
    prints = {original_text(change.original): of_occurrence(change) for change in event.series.changed}
    return prints | {original_text(original): CANCELLED for original in event.series.cancelled}


def of_everything(event: MirrorEvent) -> str:
    """Of an event with all its occurrences: what a refusal is remembered by."""
    return _digest((of_event(event), sorted(of_occurrences(event).items())), 32)


def _joined(shape: object, content: Content) -> str:
    says = {name: getattr(content, name) for name in _SAYS}
    extras = (content.reminder_minutes, content.category)
    return ".".join((_digest(shape, 16), _digest(says, 16), _digest(extras, 8)))


def _span(span: Span) -> tuple[str, str]:
    return _time(span.start), _time(span.end)


def _time(time: EventTime) -> str:
    if isinstance(time, WallClock):
        return f"{time.local.isoformat()} {time.local.fold} {time.zone}"
    return time.isoformat()


def _digest(value: object, digits: int) -> str:
    text = _CANONICAL.encode((_VERSION, value))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
