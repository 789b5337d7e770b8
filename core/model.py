"""Plain values that pass between the rooms. No I/O, no clock, nothing beyond the standard library.

Words: a *pair* is a Feishu calendar and the Outlook calendar that mirrors it; a *row* is what Feishu
sent; a *copy* is our event in Outlook; a *link* is what the ledger remembers of a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class Side(Enum):
    FEISHU = "feishu"
    OUTLOOK = "outlook"


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
