"""The program with one thing broken, each in a way that somebody might break it: the stories must notice.

A machine that finds nothing wrong is believed only if it finds these.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import core.brake
import core.conclusions
import core.engine
import core.executor
import core.fingerprint
import core.lost_occurrences
import core.mirror
import core.observation
import core.occurrences
import core.planner
import core.recognition
import core.tasks
from core.executor import Executor
from core.fingerprint import Difference
from core.ledger import Ledger
from core.links import Extent, Live, SourceView
from core.model import Copy, Instance
from core.operations import Create
from core.settings import Existing, Privacy
from core.situation import Situation
from core.tasks import Conclusion, Task
from core.writes import Refused
from tests.core.engine.memory import MemoryCalendar

Break = Callable[[], contextlib.AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    """What is broken, for people."""
    broken: Break
    first_seed: int = 0
    """Where the search for a story that notices begins; near the one that did when this was written."""

    def __str__(self) -> str:
        return self.name


def _instead(owner: object, name: str, other: object) -> Break:
    return lambda: mock.patch.object(owner, name, other)


def _answering(owner: object, name: str, answer: object) -> Break:
    return _instead(owner, name, lambda *_, **__: answer)


def _around(owner: object, name: str, changed: Callable[[Any], object]) -> Break:
    """The answer of a function, changed."""
    original = getattr(owner, name)
    return _instead(owner, name, lambda *given, **named: changed(original(*given, **named)))


# --- what is broken ---------------------------------------------------------------------------------


def _blind_for_attendees(found: object) -> object:
    """An answer in which nobody was invited."""
    if isinstance(found, Copy | Instance):
        return replace(found, has_attendees=False)
    return tuple(map(_blind_for_attendees, found)) if isinstance(found, tuple) else found


def _new_number_each_time(operation: Create, *more: object) -> object:
    return _CREATION(replace(operation, unfinished=None), *more)  # type: ignore[arg-type]


_CREATION = core.tasks._creation


def _without_times(found: Difference) -> Difference:
    return replace(found, shape=False)


def _show_everything(copies: object, *more: object) -> object:
    return _DESIRED(copies, replace(more[0], privacy=Privacy.FULL), *more[1:])  # type: ignore[arg-type, type-var]


_DESIRED = core.mirror.desired


def _forget_what_was_refused(task: Task, outcomes: Sequence[object]) -> Conclusion | None:
    """A refusal is taken for a success."""
    if any(isinstance(each, Refused) for each in outcomes):
        return None
    return _CONCLUDE(task, outcomes)  # type: ignore[arg-type]


_CONCLUDE = core.conclusions.conclude


def _keep_exceptions(link: Live) -> Mapping[str, str] | None:
    return link.occurrences


def _take_any_twin(operation: Create, twin: Copy, situation: Situation) -> object:
    return _WITH_TWIN(
        operation, replace(twin, has_attendees=False), replace(situation, existing=Existing.ADOPT)
    )


_WITH_TWIN = core.tasks._with_twin


def _follow_anywhere(
    link: Live, copy: Copy | None, situation: Situation, _in_calendar: object = None
) -> object:
    return _AFTER_READING(link, copy, situation)


_AFTER_READING = core.recognition.after_reading


def _never_over(_extent: Extent, _window: object) -> bool:
    return False


def _edits_are_fine(link: Live, copy: Copy) -> str:
    return link.fingerprint


@contextlib.contextmanager
def _blind() -> Iterator[None]:
    answer, listing = MemoryCalendar._answer, MemoryCalendar.listing
    with (
        mock.patch.object(MemoryCalendar, "_answer", lambda *given: _blind_for_attendees(answer(*given))),
        mock.patch.object(
            MemoryCalendar, "listing", lambda calendar: _blind_for_attendees(listing(calendar))
        ),
    ):
        yield


MUTANTS = (
    Mutant("nothing is written down before it is sent", _answering(Executor, "_doubt", None)),
    Mutant("the brake is loose", _answering(core.brake, "verdict", None)),
    Mutant("attendees are overlooked", _blind),
    Mutant(
        "a person's duplicate of a copy is taken for ours",
        _answering(core.recognition, "is_genuine", True),
        first_seed=32,
    ),
    Mutant("deletions are not kept for restore", _answering(Ledger, "put_deletion", None)),
    Mutant("history is written", _instead(Extent, "is_over", _never_over)),
    Mutant("what moves in Outlook is not noticed", _answering(core.observation, "_moved", [])),
    Mutant("what is gone is never taken for gone", _answering(SourceView, "proves_absent", False)),
    Mutant(
        "an unfinished creation gets a new number",
        _instead(core.tasks, "_creation", _new_number_each_time),
        first_seed=61,
    ),
    Mutant(
        "copies are not looked for by their tags", _answering(core.engine, "_recognise", ()), first_seed=17
    ),
    Mutant(
        "a moved event is written without its times", _around(core.fingerprint, "difference", _without_times)
    ),
    Mutant("privacy is ignored", _instead(core.mirror, "desired", _show_everything), first_seed=17),
    Mutant(
        "exceptions are taken to survive a new rule",
        _instead(core.conclusions, "_wiped", _keep_exceptions),
    ),
    Mutant("any event of the same title is adopted", _instead(core.tasks, "_with_twin", _take_any_twin)),
    Mutant("edits in Outlook are taken for ours", _instead(core.recognition, "_as_written", _edits_are_fine)),
    Mutant(
        "a refused write is never concluded", _instead(core.conclusions, "conclude", _forget_what_was_refused)
    ),
    Mutant(
        "lost occurrences stay in their series",
        _instead(core.lost_occurrences, "apart", lambda wanted, _: wanted),
    ),
    Mutant(
        "deletions in Outlook are missed when the watch begins anew",
        _answering(core.observation, "_unlisted", set()),
    ),
    Mutant(
        "the last copies of a pair may go",
        _instead(core.brake, "leaves_none", lambda *_: False),
        first_seed=42,
    ),
    Mutant(
        "a copy in another calendar is still followed",
        _instead(core.recognition, "after_reading", _follow_anywhere),
        first_seed=22,
    ),
)
