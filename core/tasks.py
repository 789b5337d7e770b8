"""From operations to the writes they take. Pure. (core/conclusions.py: what came of them.)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core import fingerprint, mirror, occurrences, recognition
from core.links import OUT_OF_SIGHT, Creating, Detached, Extent, Link, Live
from core.model import Copy, Instance, Tag
from core.operations import Create, Delete, Inspect, Operation, RemoveDouble, SettleOccurrences, Update
from core.reasons import Code, because
from core.report import Action, EventNote, Reason
from core.settings import Existing
from core.situation import Situation
from core.writes import (
    Answer,
    CopiesOf,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    LookBack,
    Question,
    ReadBack,
    ReadCopy,
    UpdateCopy,
    Write,
)

PASSING = "passing"
"""Stands for what was refused for no fault of its own: the same may be taken the next time."""


@dataclass(frozen=True, slots=True)
class Task:
    """Writes that belong together. `doubt` is the link as it stands until their outcomes are known."""

    operation: Create | Update | SettleOccurrences | Delete | RemoveDouble
    writes: tuple[Write, ...]
    doubt: Link | None = None
    applied: Mapping[str, str] = field(default_factory=dict)
    backup: Copy | None = None
    """What is about to be deleted, as just read: kept for `restore`."""

    @property
    def key(self) -> str:
        match self.operation:
            case Create(event=event):
                return event.key
            case RemoveDouble(copy=copy):
                return copy.tag.key if copy.tag else ""
            case Update(link=link) | SettleOccurrences(link=link) | Delete(link=link):
                return link.key


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is now known, and what the report says. `link`: the row to keep; `forget`: none; neither:
    the row stays as it is."""

    key: str
    extent: Extent
    link: Link | None = None
    forget: bool = False
    action: Action | None = None
    reason: Reason | None = None
    failed: Reason | None = None
    refused: str = ""
    """Fingerprint of what Outlook would not take, not tried again for a day; or PASSING: not in this run."""
    skipped: EventNote | None = None
    undone: bool = False
    """A deletion that did not happen: its backup is no deletion."""


def questions(operation: Operation, situation: Situation) -> tuple[Question, ...]:
    """What has to be seen before the operation can go ahead."""
    match operation:
        case Inspect(link=link) if link.etag == OUT_OF_SIGHT:
            return (ReadCopy(link.event_id), CopiesOf(link.key))
        case Inspect(link=link):
            return (ReadCopy(link.event_id),)
        case Delete(link=link):
            return (ReadCopy(link.event_id), *_strange_occurrences(link, situation))
        case Update(link=link):
            return _strange_occurrences(link, situation)
        case RemoveDouble(copy=copy):
            return (ReadCopy(copy.event_id),)
        case SettleOccurrences(link=link, event=event):
            return (occurrences.question(link, event, situation),)
        case Create(event=event, unfinished=None) if situation.listing is None:
            at_its_start = EventsStartingAt(event.span.start)
            is_left_over = event.key in situation.left_over
            return (at_its_start, CopiesOf(event.key)) if is_left_over else (at_its_start,)
        case _:
            return ()


def _strange_occurrences(link: Live, situation: Situation) -> tuple[Question, ...]:
    """Of a series that somebody was at: attendees of a single occurrence would be mailed too."""
    if not link.is_series or link.occurrences is not None:
        return ()
    return (occurrences.in_sight(link, situation),)


def _copies(answer: Answer) -> list[Copy]:
    return [each for each in answer if isinstance(each, Copy)] if isinstance(answer, tuple) else []


def _instances(answers: Sequence[Answer]) -> list[Instance]:
    found = [answer for answer in answers if isinstance(answer, tuple)]
    return [item for answer in found for item in answer if isinstance(item, Instance)]


def task(operation: Operation, answers: Sequence[Answer], situation: Situation) -> Task | Conclusion | None:
    """What to send, or what is known already without sending anything. `answers` to `questions`."""
    answer = answers[0] if answers else None
    match operation:
        case Update(link=link) | SettleOccurrences(link=link) | Delete(link=link) if any(
            instance.has_attendees for instance in _instances(answers)
        ):
            gone = recognition.let_go(link, because(Code.ATTENDEES_ADDED))
            return Conclusion(link.key, link.extent, gone, action=Action.LET_GO, reason=gone.reason)
        case Create():
            return _creation(operation, answers, situation)
        case Update():
            return _update(operation, situation)
        case SettleOccurrences():
            return _settlement(operation, _instances(answers), situation)
        case Inspect(link=link):
            copy = answer if isinstance(answer, Copy) else None
            in_calendar = _copies(answers[1]) if len(answers) > 1 else None
            seen = recognition.after_reading(link, copy, situation, in_calendar)
            if isinstance(seen, Detached):
                return Conclusion(link.key, link.extent, seen, action=Action.LET_GO, reason=seen.reason)
            return Conclusion(link.key, link.extent, seen, forget=seen is None)
        case Delete(link=link):
            return _deletion(operation, link, answer if isinstance(answer, Copy) else None)
        case RemoveDouble(copy=copy):
            if isinstance(answer, Copy) and not answer.has_attendees:
                return Task(operation, (DeleteCopy(copy.event_id),), backup=answer)
            return None
        case _:
            return None


def _creation(operation: Create, answers: Sequence[Answer], situation: Situation) -> Task | Conclusion:
    event = operation.event
    where = mirror.extent(event)
    unfinished = operation.unfinished
    if unfinished is None:
        seen = [copy for answer in answers for copy in _copies(answer)]
        copies = seen if situation.listing is None else situation.listing
        copy = recognition.ours(event, copies)
        if copy:
            link = recognition.found_again(copy, event)
            if isinstance(link, Detached):
                return Conclusion(event.key, where, link, action=Action.LET_GO, reason=link.reason)
            return Conclusion(event.key, where, link)
        found = recognition.twin(event, copies)
        if found:
            return _with_twin(operation, found, situation)
    transaction_id = unfinished.transaction_id if unfinished else situation.new_transaction_id()
    tag = Tag(event.key, transaction_id, situation.installation, fingerprint.of_event(event))
    doubt = Creating(event.key, transaction_id, situation.now, where)
    return Task(operation, (CreateCopy(event, tag),), doubt)


def _with_twin(operation: Create, twin: Copy, situation: Situation) -> Task | Conclusion:
    """The person has such an event already: it is left as it is, or it becomes ours."""
    event, where = operation.event, mirror.extent(operation.event)
    is_same_kind = twin.is_series == (event.series is not None)
    if situation.existing is Existing.SKIP or not is_same_kind or twin.has_attendees:
        is_unwanted = situation.existing is Existing.ADOPT and twin.has_attendees
        code = Code.ADOPT_HAS_ATTENDEES if is_unwanted else Code.EXISTS_ALREADY
        return Conclusion(event.key, where, skipped=EventNote(where.title, where.start, because(code)))
    doubt = recognition.adopted(event, twin, where, situation.new_transaction_id())
    written = fingerprint.of_event(event)
    tag = Tag(event.key, doubt.transaction_id, situation.installation, written, is_adopted=True)
    write = UpdateCopy(twin.event_id, twin.etag, event, tag, reshape=True)
    return Task(operation, (write,), doubt)


def _update(operation: Update, situation: Situation) -> Task:
    link, event, difference = operation.link, operation.event, operation.difference
    tag = Tag(
        link.key, link.transaction_id, situation.installation, fingerprint.of_event(event), link.is_adopted
    )
    write = UpdateCopy(
        link.event_id, link.etag, event, tag, reshape=difference.shape, resend_extras=difference.extras
    )
    # A change of shape wipes the exceptions of a series: what was applied to it is not known any more.
    applied = None if difference.shape and link.is_series else link.occurrences
    return Task(operation, (write,), replace(link, is_verified=False, occurrences=applied))


def _settlement(
    operation: SettleOccurrences, instances: Sequence[Instance], situation: Situation
) -> Task | Conclusion:
    link, event = operation.link, operation.event
    settled = occurrences.settlement(link, event, instances, situation)
    if not settled.writes:
        known = replace(link, occurrences=settled.applied, is_found_again=False)
        return Conclusion(link.key, link.extent, known)
    look_back = LookBack(occurrences.in_sight(link, situation))
    writes = (*settled.writes, ReadBack(link.event_id), look_back)
    return Task(operation, writes, replace(link, occurrences=None), settled.applied)


def _deletion(operation: Delete, link: Live, copy: Copy | None) -> Task | Conclusion:
    doubt = replace(link, is_verified=False, fingerprint=recognition.UNFINISHED)
    if copy is None:
        # That it is gone already is believed when it can't be read a second time.
        return Conclusion(link.key, link.extent, doubt, action=Action.DELETE, reason=operation.reason)
    if copy.has_attendees:
        gone = recognition.let_go(link, because(Code.ATTENDEES_ADDED))
        return Conclusion(link.key, link.extent, gone, action=Action.LET_GO, reason=gone.reason)
    return Task(operation, (DeleteCopy(link.event_id),), doubt, backup=copy)
