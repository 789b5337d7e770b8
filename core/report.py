"""What a run says of itself: to the window, the history, `--json`. Plain values; texts/ has sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Result(Enum):
    OK = "ok"
    PARTIAL = "partial"
    HELD = "held"
    SIGN_IN_NEEDED = "sign-in-needed"
    UNREACHABLE = "unreachable"
    NEEDS_PERSON = "needs-person"
    FAILED = "failed"


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
