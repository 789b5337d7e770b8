"""What the ledger remembers of copies, and what of Feishu is known. Plain values.

A link is one of three things, and each is legal in just one way: `Creating` has a transaction id and
no event id, `Live` has both, `Detached` has a reason and is not followed any more ("let go").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import MalformedRow
from core.model import Row, SourceCalendarInfo
from core.policy import Window
from core.report import Reason


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a copy lies in time, for the window and for people. Instants in Unix seconds; dates count
    as their UTC midnight. `ends_at` None: a series without end."""

    title: str
    start: str
    """ISO 8601, for people."""
    starts_at: int
    ends_at: int | None
    all_day: bool
    series: str = ""
    """Key of the series that an occurrence standing alone belongs to: the brake counts those as one."""

    def is_over(self, window: Window) -> bool:
        return window.is_over(self.ends_at, all_day=self.all_day)

    def is_in(self, window: Window) -> bool:
        return window.holds(self.starts_at, self.ends_at, all_day=self.all_day)


OUT_OF_SIGHT = "out of sight"


@dataclass(frozen=True, slots=True)
class Creating:
    """A creation that was, or is about to be, sent and whose answer is not known."""

    key: str
    transaction_id: str
    attempted_at: int
    extent: Extent


@dataclass(frozen=True, slots=True)
class Live:
    key: str
    transaction_id: str
    event_id: str
    etag: str
    """OUT_OF_SIGHT: the watch told that the copy left its calendar, or the time that is watched."""
    is_verified: bool
    """False from just before a write until its answer: look before anything else."""
    fingerprint: str
    """core/fingerprint.py of what was written last, as far as is known."""
    stored_print: str
    """Of what the service said that it stored; differs from a later reading when a person edited the copy."""
    is_series: bool
    occurrences: Mapping[str, str] | None
    """Changed and cancelled occurrences as applied; None: not known."""
    extent: Extent
    held: Reason | None = None
    """Why the deletion of this copy waits for a person."""
    is_adopted: bool = False
    is_found_again: bool = False
    """Known by its tag alone: what people did to its occurrences before that, and which were let go, is not
    known."""
    replaced_at: int = 0
    """Unix seconds of the run that found another installation's writing in place of ours; 0: ours stands."""


@dataclass(frozen=True, slots=True)
class Detached:
    key: str
    event_id: str
    reason: Reason
    extent: Extent


Link = Creating | Live | Detached


@dataclass(frozen=True, slots=True)
class SourceView:
    """All that is known of one Feishu calendar: its rows as of the last answer."""

    calendar: SourceCalendarInfo
    rows: tuple[Row, ...]
    malformed: tuple[MalformedRow, ...]
    anchor: int | None
    """What the last complete pull was asked for: everything that ends after this. None: never pulled."""
    is_empty: bool
    """A complete pull found nothing at all, which is more often a fault than the truth."""

    def proves_absent(self, extent: Extent) -> bool:
        """True when an event that is not among the rows is certainly not in Feishu. The only place
        that says so: a complete pull covers its time, and everything since has been applied to it."""
        return self.anchor is not None and (extent.ends_at is None or extent.ends_at > self.anchor)
