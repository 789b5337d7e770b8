"""What a plan consists of: a closed union, each with its reason. Plain values."""

from __future__ import annotations

from dataclasses import dataclass

from core.fingerprint import Difference
from core.links import Creating, Detached, Extent, Link, Live
from core.model import Copy, MirrorEvent
from core.report import Reason


@dataclass(frozen=True, slots=True)
class Create:
    """Make a copy. `unfinished`: an attempt whose answer never came; its transaction id is used again."""

    event: MirrorEvent
    reason: Reason
    unfinished: Creating | None = None


@dataclass(frozen=True, slots=True)
class Update:
    link: Live
    event: MirrorEvent
    difference: Difference
    reason: Reason


@dataclass(frozen=True, slots=True)
class SettleOccurrences:
    """Bring a series' changed and cancelled occurrences in line; the series itself is right."""

    link: Live
    event: MirrorEvent
    reason: Reason


@dataclass(frozen=True, slots=True)
class Delete:
    """`is_counted`: by the brake; what is replaced or tidied is not."""

    link: Live
    reason: Reason
    is_counted: bool


@dataclass(frozen=True, slots=True)
class RemoveDouble:
    """A genuine second copy, made by another installation at the same time."""

    copy: Copy
    reason: Reason


@dataclass(frozen=True, slots=True)
class Inspect:
    """Read the copy: what Outlook holds is in doubt."""

    link: Live


@dataclass(frozen=True, slots=True)
class Hold:
    """Mark the copy: its deletion waits for a person."""

    link: Live
    reason: Reason


@dataclass(frozen=True, slots=True)
class Release:
    """The copy is right as it is: marks are dropped, and it lies where its event does."""

    link: Live
    extent: Extent


@dataclass(frozen=True, slots=True)
class StandBack:
    """Leave the copy as another installation wrote it."""

    link: Live


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop the link; Outlook is not touched."""

    link: Link


@dataclass(frozen=True, slots=True)
class Recognise:
    """Put a link to a copy of ours that the ledger did not know; let go at once if it has attendees."""

    link: Live | Detached


Operation = (
    Create
    | Update
    | SettleOccurrences
    | Delete
    | RemoveDouble
    | Inspect
    | Hold
    | Release
    | StandBack
    | Forget
    | Recognise
)
