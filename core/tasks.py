"""From operations to the writes they take, from outcomes to what is now known. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core import fingerprint, mirror, occurrences, recognition
from core.links import OUT_OF_SIGHT, Creating, Detached, Extent, Link, Live
from core.model import Copy, Instance, MirrorEvent, Tag
from core.operations import Create, Delete, Inspect, Operation, RemoveDouble, SettleOccurrences, Update
from core.reasons import Code, because
from core.report import Action, EventNote, Reason
from core.settings import Existing
from core.situation import Situation
from core.writes import (
    AlreadyGone,
    Answer,
    Conflict,
    CopiesOf,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    LookBack,
    NotTried,
    Outcome,
    Question,
    ReadBack,
    ReadCopy,
    Refused,
    Seen,
    Stored,
    TransactionTaken,
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


def conclude(finished: Task, outcomes: Sequence[Outcome]) -> Conclusion | None:
    """What the outcomes of all writes of a task mean."""
    match finished.operation:
        case Create(event=event) if isinstance(finished.doubt, Live):
            return _adopted(event, finished.doubt, outcomes[0])
        case Create(event=event, reason=reason):
            return _created(event, reason, finished, outcomes[0])
        case Update():
            return _updated(finished.operation, outcomes[0])
        case SettleOccurrences():
            return _settled(finished.operation, finished, outcomes)
        case Delete(link=link, reason=reason):
            return _deleted(link, reason, finished, outcomes[0])
        case RemoveDouble(copy=copy):
            where = recognition.extent_of(copy)
            return Conclusion(finished.key, where, undone=True) if isinstance(outcomes[0], NotTried) else None


def _created(event: MirrorEvent, reason: Reason, finished: Task, outcome: Outcome) -> Conclusion:
    creating = finished.doubt
    if not isinstance(creating, Creating):
        raise TypeError("a creation is doubtful as Creating")
    live = Live(
        key=event.key,
        transaction_id=creating.transaction_id,
        event_id="",
        etag="",
        is_verified=False,
        fingerprint="",
        stored_print="",
        is_series=event.series is not None,
        occurrences={},
        extent=creating.extent,
    )
    match outcome:
        case Stored(event_id, etag, stored_print):
            live = replace(
                live,
                event_id=event_id,
                etag=etag,
                is_verified=True,
                fingerprint=fingerprint.of_event(event),
                stored_print=stored_print,
            )
            return Conclusion(event.key, creating.extent, live, action=Action.CREATE, reason=reason)
        case TransactionTaken(event_id) if event_id:
            # Made by an attempt of ours with other content: read it, then bring it up to date.
            return Conclusion(
                event.key,
                creating.extent,
                replace(live, event_id=event_id),
                action=Action.CREATE,
                reason=reason,
            )
        case Refused() | AlreadyGone() | Conflict():
            return Conclusion(
                event.key,
                creating.extent,
                forget=True,
                failed=_refusal(outcome),
                refused=_refused(outcome, event),
            )
        case _:
            return Conclusion(event.key, creating.extent, failed=because(Code.NOT_TRIED))


def _adopted(event: MirrorEvent, link: Live, outcome: Outcome) -> Conclusion:
    match outcome:
        case Stored(_, etag, stored_print):
            live = replace(
                link,
                etag=etag,
                is_verified=True,
                fingerprint=fingerprint.of_event(event),
                stored_print=stored_print,
            )
            reason = because(Code.ADOPTED)
            return Conclusion(event.key, link.extent, live, action=Action.ADOPT, reason=reason)
        case NotTried():
            return Conclusion(event.key, link.extent, forget=True, failed=because(Code.NOT_TRIED))
        case Refused():
            refused, reason = _refused(outcome, event), _refusal(outcome)
            return Conclusion(event.key, link.extent, forget=True, failed=reason, refused=refused)
        case _:
            # The person was at it meanwhile: looked at again, when it is theirs once more.
            return Conclusion(event.key, link.extent, forget=True)


def _updated(operation: Update, outcome: Outcome) -> Conclusion:
    link, event, difference = operation.link, operation.event, operation.difference
    where = mirror.extent(event)
    match outcome:
        case Stored(_, etag, stored_print):
            wiped = difference.shape or event.series is None
            live = replace(
                link,
                etag=etag,
                fingerprint=fingerprint.of_event(event),
                stored_print=stored_print,
                is_series=event.series is not None,
                occurrences=_after_update(link, wiped=wiped),
                extent=where,
                held=None,
            )
            return Conclusion(link.key, where, live, action=Action.UPDATE, reason=operation.reason)
        case AlreadyGone():
            # The doubt stays: that it is gone is believed when it can't be read either.
            return Conclusion(link.key, where)
        case Refused():
            # After a failure of the service's own it may have happened all the same: the doubt stays.
            return Conclusion(link.key, where, failed=_refusal(outcome), refused=_refused(outcome, event))
        case NotTried():
            return Conclusion(link.key, where, link, failed=because(Code.NOT_TRIED))
        case _:
            return Conclusion(link.key, where, failed=because(Code.CHANGED_MEANWHILE))


def _after_update(link: Live, *, wiped: bool) -> Mapping[str, str] | None:
    """Exchange drops all exceptions of a series that gets another shape; if there were any, that is looked
    at."""
    if not wiped:
        return link.occurrences
    return None if link.is_series and link.occurrences != {} else {}


def _settled(operation: SettleOccurrences, finished: Task, outcomes: Sequence[Outcome]) -> Conclusion:
    link, where = operation.link, operation.link.extent
    *written, read_back, looked_back = outcomes
    for outcome in written:
        if isinstance(outcome, Refused):
            refused = _refused(outcome, operation.event)
            return Conclusion(link.key, where, failed=_refusal(outcome), refused=refused)
    if not all(isinstance(outcome, Stored | AlreadyGone) for outcome in written):
        return Conclusion(link.key, where, failed=because(Code.NOT_TRIED))
    where = mirror.extent(operation.event)
    live = replace(link, occurrences=None, is_verified=False, extent=where)
    if isinstance(read_back, Stored) and isinstance(looked_back, Seen):
        if any(instance.has_attendees for instance in looked_back.instances):
            gone = recognition.let_go(live, because(Code.ATTENDEES_ADDED))
            return Conclusion(link.key, where, gone, action=Action.LET_GO, reason=gone.reason)
        live = replace(
            live,
            occurrences=finished.applied,
            etag=read_back.etag,
            stored_print=read_back.print,
            is_verified=True,
            is_found_again=False,
        )
    return Conclusion(link.key, where, live, action=Action.UPDATE, reason=operation.reason)


def _deleted(link: Live, reason: Reason, finished: Task, outcome: Outcome) -> Conclusion:
    match outcome:
        case Stored():
            return Conclusion(link.key, link.extent, forget=True, action=Action.DELETE, reason=reason)
        case AlreadyGone():
            # By an attempt whose answer was lost; believed when it can't be read either.
            return Conclusion(link.key, link.extent, finished.doubt, action=Action.DELETE, reason=reason)
        case Refused():
            return Conclusion(link.key, link.extent, failed=_refusal(outcome))
        case _:
            return Conclusion(link.key, link.extent, link, failed=because(Code.NOT_TRIED), undone=True)


def _refused(outcome: Outcome, event: MirrorEvent) -> str:
    is_verdict = isinstance(outcome, Refused) and not outcome.is_passing
    return fingerprint.of_everything(event) if is_verdict else PASSING


def _refusal(outcome: Outcome) -> Reason:
    if isinstance(outcome, Refused):
        return because(Code.REFUSED_BY_OUTLOOK, code=outcome.code, request_id=outcome.detail)
    return because(Code.REFUSED_BY_OUTLOOK, code=type(outcome).__name__, request_id="")
