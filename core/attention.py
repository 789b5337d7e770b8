"""What is in the way now, from what the last run reported and what has happened since. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from core.errors import SignInFailed, SignInNeeded, Stopped, SyncError, WrongPerson
from core.model import Side


def attention(
    reported: Iterable[Exception], *, signed_out: Collection[Side], renewed: Collection[Side]
) -> tuple[SyncError, ...]:
    """`signed_out`: sides where nobody is signed in now; what only follows from that is told once, and
    first. `renewed`: sides that were signed in to since the run, which still tells that they were not."""
    told = tuple(
        problem
        for problem in reported
        if isinstance(problem, SyncError)
        and not isinstance(problem, Stopped)
        and not (isinstance(problem, SignInNeeded | SignInFailed | WrongPerson) and problem.side in renewed)
    )
    known = {problem.side for problem in told if isinstance(problem, SignInNeeded)}
    return (*(SignInNeeded(side) for side in Side if side in signed_out and side not in known), *told)
