"""What is asked and written, one item of a batch each, and what Outlook answers. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.model import ChangedOccurrence, Copy, EventTime, Instance, MirrorEvent, Tag


@dataclass(frozen=True, slots=True)
class ReadCopy:
    """Read one event afresh. Answer: Copy, or None when it is gone (404)."""

    event_id: str


@dataclass(frozen=True, slots=True)
class EventsStartingAt:
    """Every event and series of the calendar whose first start is this. Answer: tuple of Copy."""

    start: EventTime


@dataclass(frozen=True, slots=True)
class InstancesOf:
    """The occurrences of a series whose *original* start lies in [first, last]. Answer: tuple of Instance."""

    event_id: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CopiesOf:
    """Every event and series of the calendar whose tag has this key. Answer: tuple of Copy."""

    key: str


Question = ReadCopy | EventsStartingAt | InstancesOf | CopiesOf
Answer = Copy | tuple[Copy, ...] | tuple[Instance, ...] | None


@dataclass(frozen=True, slots=True)
class CreateCopy:
    event: MirrorEvent
    tag: Tag


@dataclass(frozen=True, slots=True)
class UpdateCopy:
    """Bring a copy to `event`. Times and recurrence are sent only when `reshape` is true: sending a
    changed shape to a series erases its exceptions."""

    event_id: str
    etag: str
    event: MirrorEvent
    tag: Tag
    reshape: bool
    resend_extras: bool = False
    """Reminder and category too: Feishu's value or the pair's setting changed."""


@dataclass(frozen=True, slots=True)
class DeleteCopy:
    event_id: str


@dataclass(frozen=True, slots=True)
class Untag:
    """Make both hidden properties mean nothing: an adopted event is its owner's alone again."""

    event_id: str
    etag: str


@dataclass(frozen=True, slots=True)
class RestoreEvent:
    """Make a deleted event once more from its JSON as last read: the person's own, with neither our tag nor
    attendees. Under one `transaction_id` it is made once, however often it is sent."""

    raw: str
    transaction_id: str


@dataclass(frozen=True, slots=True)
class ChangeInstance:
    event_id: str
    occurrence: ChangedOccurrence
    tag: Tag


@dataclass(frozen=True, slots=True)
class CancelInstance:
    event_id: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """No write: reads a series after writes to its occurrences, which change its etag too, at the end
    of the same batch. Outcome: Stored with its etag and print, or AlreadyGone."""

    event_id: str


@dataclass(frozen=True, slots=True)
class LookBack:
    """No write: looks at occurrences again after ReadBack, whose etag hides what a person did to one of them
    while we wrote. Outcome: Seen."""

    question: InstancesOf


Write = (
    CreateCopy
    | UpdateCopy
    | DeleteCopy
    | Untag
    | RestoreEvent
    | ChangeInstance
    | CancelInstance
    | ReadBack
    | LookBack
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The service did it and says what it stored. Deletions: empty id and etag."""

    event_id: str
    etag: str
    print: str = ""
    """As Copy.print."""


@dataclass(frozen=True, slots=True)
class AlreadyGone:
    """404 on a write: what it was aimed at is not there."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The copy changed since it was read (412 or 409 ErrorIrresolvableConflict): look, plan again."""


@dataclass(frozen=True, slots=True)
class TransactionTaken:
    """A creation with this transaction id exists with other content; `event_id` may be empty."""

    event_id: str


@dataclass(frozen=True, slots=True)
class NotTried:
    """The service did not attempt it (424, or a throttled item that was given up for this run)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The service will not do it for this event. `code` is its word, `detail` its request id."""

    code: str
    detail: str
    is_passing: bool = False
    """It says more of the service at this moment than of the event: worth another attempt at the next run."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The answer to LookBack."""

    instances: tuple[Instance, ...]


Outcome = Stored | AlreadyGone | Conflict | TransactionTaken | NotTried | Refused | Seen


@dataclass(frozen=True, slots=True)
class TargetChanges:
    """What an Outlook calendar's watch noticed. Replays are possible, and so is silence about a hidden
    property."""

    changed: Mapping[str, str]
    """Id to etag of every single event, series and changed occurrence that is listed."""
    touched_series: frozenset[str]
    """Series of which anything changed. Deleted occurrences are not told: look at the instances."""
    removed: frozenset[str]
    """Deleted, or no longer in the window, or never in it: to be looked at before anything follows."""
    link: str
    """Where the next round begins."""
    is_complete: bool
    """All of the window is listed, not only what changed: of what is missing nothing else is told."""
