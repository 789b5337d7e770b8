"""An Outlook that only pretends to write, so that a preview runs the very steps of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from core.model import Copy, Identity, TargetCalendarInfo
from core.ports import TargetCalendar, TargetMailbox
from core.writes import (
    Answer,
    CreateCopy,
    InstancesOf,
    LookBack,
    Outcome,
    Question,
    ReadCopy,
    Seen,
    Stored,
    TargetChanges,
    Write,
)

_NOWHERE = "preview"


class PretendCalendar:
    """Port TargetCalendar over a real calendar, or over none that exists yet."""

    def __init__(self, real: TargetCalendar | None) -> None:
        self._real = real
        self._numbers = count(1)

    @property
    def id(self) -> str:
        return self._real.id if self._real else _NOWHERE

    def listing(self) -> tuple[Copy, ...]:
        return self._real.listing() if self._real else ()

    def ask(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        real = [question for question in questions if self._real and not _is_of_pretended(question)]
        answers = dict(zip(real, self._real.ask(real) if self._real and real else (), strict=True))
        nothing = {question: None if isinstance(question, ReadCopy) else () for question in questions}
        return tuple(answers.get(question, nothing[question]) for question in questions)

    def changes(self, first: datetime, last: datetime, link: str) -> TargetChanges:
        if self._real:
            return self._real.changes(first, last, link)
        return TargetChanges({}, frozenset(), frozenset(), "", is_complete=False)

    def write(self, writes: Sequence[Write]) -> tuple[Outcome, ...]:
        return tuple(map(self._pretended, writes))

    def _pretended(self, write: Write) -> Outcome:
        if isinstance(write, LookBack):
            return Seen(())
        return Stored(f"{_NOWHERE} {next(self._numbers)}" if isinstance(write, CreateCopy) else "", "")


def _is_of_pretended(question: Question) -> bool:
    return isinstance(question, ReadCopy | InstancesOf) and question.event_id.startswith(_NOWHERE)


class PretendMailbox:
    """Port TargetMailbox that makes no calendar."""

    def __init__(self, real: TargetMailbox) -> None:
        self._real = real

    def identity(self) -> Identity:
        return self._real.identity()

    def calendars(self) -> tuple[TargetCalendarInfo, ...]:
        return self._real.calendars()

    def find(self, calendar: str) -> TargetCalendarInfo | None:
        return self._real.find(calendar)

    def create(self, name: str) -> TargetCalendarInfo:
        return TargetCalendarInfo(_NOWHERE, name, can_edit=True, is_default=False)

    def open(self, calendar_id: str) -> TargetCalendar:
        return PretendCalendar(None if calendar_id == _NOWHERE else self._real.open(calendar_id))

    def check(self, calendar_id: str) -> TargetCalendarInfo:
        return self._real.check(calendar_id)
