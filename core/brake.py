"""Mass deletions stop and ask. Pure; docs/sync-rules.md has the rule."""

from __future__ import annotations

from dataclasses import dataclass

from core.reasons import Code, because
from core.report import Reason

ALWAYS_ALLOWED = 10
"""Deletions within a day that are never held for being many."""
SMALLEST_WHOLE = 3
"""A pair with fewer copies may lose all of them without a question."""


@dataclass(frozen=True, slots=True)
class BrakeState:
    copies: int
    """Copies of the pair in the window when the run started."""
    left: int
    """The same, now."""
    deleted_before: int
    """Counted deletions of the 24 hours before the run that no person confirmed."""
    deleted: int
    """Counted deletions of the run until now."""
    largest_share: float
    """`max_deletions` as a fraction."""
    source_is_empty: bool


def verdict(state: BrakeState, *, deletions: int, leaving: int) -> Reason | None:
    """Why a run's counted deletions must all be held; None when they may go ahead.

    `deletions` are new; `leaving` counts those that are held or confirmed as well.
    """
    if not deletions:
        return None
    if state.source_is_empty:
        return because(Code.EMPTY_LISTING)
    count = deletions + state.deleted + state.deleted_before
    total = state.copies + state.deleted_before
    if count > ALWAYS_ALLOWED and count > state.largest_share * total:
        return because(Code.TOO_MANY_DELETIONS, count=str(count), total=str(total))
    if leaves_none(state, leaving):
        return because(Code.NONE_WOULD_BE_LEFT, count=str(deletions))
    return None


def leaves_none(state: BrakeState, leaving: int) -> bool:
    return state.copies >= SMALLEST_WHOLE and leaving >= state.left
