"""What is the same for all operations of a run. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.model import Copy
from core.policy import Window
from core.settings import Existing, LocalChanges


@dataclass(frozen=True, slots=True)
class Situation:
    window: Window
    installation: str
    now: int
    """When the run began, in Unix seconds."""
    listing: Sequence[Copy] | None
    """The whole Outlook calendar as read in this run; None: look before each creation."""
    new_transaction_id: Callable[[], str]
    existing: Existing = Existing.SKIP
    local_changes: LocalChanges = LocalChanges.RESTORE
    watched: tuple[int, int] | None = None
    """From when and up to when Outlook tells what people do, in Unix seconds: further than the window. None:
    the window."""
    left_over: frozenset[str] = frozenset()
    """Keys of which the calendar may have a copy that is not followed: Feishu did not have its event when it
    was found again, or its creation was refused and has happened all the same. It is that event's."""
    followed: frozenset[str] = frozenset()
    """Keys of which there is a copy that is followed: occurrences that stand alone are told by theirs."""
