"""Plain values that pass between the rooms. No I/O, no clock, nothing beyond the standard library.

Words: a *pair* is a Feishu calendar and the Outlook calendar that mirrors it; a *row* is what Feishu
sent; a *copy* is our event in Outlook; a *link* is what the ledger remembers of a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

# --- time -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WallClock:
    """A time as people read it on the clock of `zone` (an IANA name).

    `local` is naive; its `fold` tells the two passes of a repeated hour apart (PEP 495).
    """

    local: datetime
    zone: str


EventTime = date | WallClock
"""All-day events have a date, all others a wall-clock time. An instant (Unix seconds, `int`)
exists only for comparison; core/zones.py converts."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`; both dates or both wall-clock times."""

    start: EventTime
    end: EventTime


# --- Feishu -----------------------------------------------------------------------------------


class RowStatus(Enum):
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Visibility(Enum):
    DEFAULT = "default"
    PUBLIC = "public"
    PRIVATE = "private"


class Role(Enum):
    """What the signed-in person may do with a Feishu calendar."""

    OWNER = "owner"
    WRITER = "writer"
    READER = "reader"
    FREE_BUSY_READER = "free_busy_reader"
    UNKNOWN = "unknown"


class AllDayEnd(Enum):
    """Whether the end date of an all-day row is its last day (inclusive) or the day after. Feishu's
    documentation does not say; it is found out, once per calendar."""

    UNKNOWN = "unknown"
    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"
    CONTRADICTORY = "contradictory"
    """Found to be both: nothing can be said of whole days that cover more than one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a Feishu event list, understood. Wire contract: docs/quirks.md, "Feishu rows"."""

    event_id: str
    uid: str
    original_start: int | None
    """Unix seconds of the start that an occurrence would have had; None for a single event or the
    row that carries the rule."""
    status: RowStatus
    span: Span | None
    """None only on a cancelled row, which need not tell its times."""
    recurrence: str = ""
    """The RRULE value without its prefix; empty for single events and exceptions."""
    is_exception: bool = False
    title: str = ""
    description: str = ""
    location: str = ""
    meeting_url: str = ""
    organiser: str = ""
    app_link: str = ""
    visibility: Visibility = Visibility.DEFAULT
    is_free: bool = False
    is_declined: bool = False
    reminders: tuple[int, ...] = ()
    """Minutes before the start; negative: after it."""


@dataclass(frozen=True, slots=True)
class SourceCalendarInfo:
    """A Feishu calendar. `id` is the real id, never the word "primary"."""

    id: str
    name: str
    kind: str
    role: Role
    is_primary: bool


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row exactly as read, for the ledger: `raw` is its JSON text."""

    event_id: str
    raw: str


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """What Feishu answered to one question for changes, all pages together."""

    rows: tuple[RawRow, ...]
    cursor: str
    is_complete: bool
    """True for a full pull that reached its last page: what it does not list is proven absent (of
    what ends after the anchor). False: only what changed since the cursor."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in. `id` is stable (Feishu open_id; Microsoft tid.oid); the rest is for people."""

    id: str
    name: str
    address: str = ""


# --- what Outlook should show -----------------------------------------------------------------


class ShowAs(Enum):
    """Graph's words for free/busy; we write the first three."""

    FREE = "free"
    BUSY = "busy"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class Content:
    """What a copy says, apart from its times. Everything is already cut to Outlook's limits."""

    subject: str
    body_html: str
    location: str
    show_as: ShowAs
    is_private: bool
    reminder_minutes: int | None
    category: str


@dataclass(frozen=True, slots=True)
class RecurrencePattern:
    """Graph's recurrencePattern: only the fields that its `type` uses are set.

    `type`: daily, weekly, absoluteMonthly, relativeMonthly, absoluteYearly, relativeYearly.
    Days are Graph's English lower-case names. Wire contract: docs/quirks.md, "Recurrence".
    """

    type: str
    interval: int
    days_of_week: tuple[str, ...] = ()
    first_day_of_week: str = ""
    day_of_month: int = 0
    month: int = 0
    index: str = ""


@dataclass(frozen=True, slots=True)
class RecurrenceRange:
    """Graph's recurrenceRange. `start` is the date of the first occurrence in the series' zone.

    At most one of `end` (inclusive) and `count` is set; neither: no end.
    """

    start: date
    end: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ChangedOccurrence:
    """An occurrence that differs from its series. `original` is the start it would have had."""

    original: EventTime
    span: Span
    content: Content
    key: str
    """Its own tag key (core/tag.py)."""


@dataclass(frozen=True, slots=True)
class Series:
    pattern: RecurrencePattern
    range: RecurrenceRange
    changed: tuple[ChangedOccurrence, ...] = ()
    cancelled: tuple[EventTime, ...] = ()
    """Original starts."""
    uid: str = ""
    """Feishu's, for the keys of single occurrences."""


@dataclass(frozen=True, slots=True)
class MirrorEvent:
    """One event as Outlook should show it: a single event, or a series with its first occurrence."""

    key: str
    span: Span
    content: Content
    series: Series | None = None
    part_of: str = ""
    """Key of the series that an occurrence standing alone belongs to; empty for all else."""


# --- the tag ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tag:
    """The two hidden properties of a copy, parsed (core/tag.py writes and reads them)."""

    key: str
    transaction_id: str
    installation: str
    fingerprint: str
    is_adopted: bool = False


# --- what Outlook shows -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Copy:
    """An event that was read in Outlook, ours or not (`tag` None: not ours, or a broken tag)."""

    event_id: str
    etag: str
    subject: str
    span: Span
    """Timed: wall clock in UTC, as Graph answers; all-day: dates."""
    is_series: bool
    tag: Tag | None
    transaction_id: str
    """The real one that the service keeps; empty if it has none."""
    created: str
    has_attendees: bool
    raw: str
    """The event's JSON text, for the backup before a deletion."""
    print: str = ""
    """Digest of what is mirrored (time, title, text, place, show-as, sensitivity, recurrence) exactly as
    the service gives it back: two readings of an event that nobody touched have the same."""
    last_day: date | None = None
    """Of a series: no occurrence has its own start later. None: it goes on, or nobody can tell."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One occurrence of a series in Outlook. `original`: UTC, or a date where the series is known to be
    all-day."""

    event_id: str
    original: EventTime
    span: Span
    is_exception: bool
    tag: Tag | None
    has_attendees: bool
    etag: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class TargetCalendarInfo:
    id: str
    name: str
    can_edit: bool
    is_default: bool


# --- questions and writes: one item of a batch each ---------------------------------------------


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


# --- reports ----------------------------------------------------------------------------------


class Result(Enum):
    OK = "ok"
    PARTIAL = "partial"
    HELD = "held"
    SIGN_IN_NEEDED = "sign-in-needed"
    UNREACHABLE = "unreachable"
    NEEDS_PERSON = "needs-person"
    FAILED = "failed"


class Side(Enum):
    FEISHU = "feishu"
    OUTLOOK = "outlook"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is so: a code that texts/ turns into a sentence, and the facts to put into it."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EventNote:
    """One event in a report: skipped or failed, and why. `start` is ISO 8601, a date if all-day."""

    title: str
    start: str
    reason: Reason


class Action(Enum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    HOLD = "hold"
    ADOPT = "adopt"
    LET_GO = "let go"


@dataclass(frozen=True, slots=True)
class Change:
    """One event that a run changed, or would change."""

    action: Action
    title: str
    start: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PairReport:
    pair: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    held: int = 0
    skipped: tuple[EventNote, ...] = ()
    failed: tuple[EventNote, ...] = ()
    changes: tuple[Change, ...] = ()
    is_off: bool = False
    """Left out: `undo` switched its syncing off."""


@dataclass(frozen=True, slots=True)
class RequestCounts:
    feishu: int = 0
    graph: int = 0
    graph_batch_items: int = 0


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run did. `started` and `finished` are aware, in UTC."""

    result: Result
    started: datetime
    finished: datetime
    pairs: tuple[PairReport, ...] = ()
    requests: RequestCounts = RequestCounts()
    problems: tuple[Exception, ...] = field(default=())
    """What kept the run, or a pair, from finishing: SyncError of core/errors.py."""
