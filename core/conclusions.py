"""From the outcomes of a task's writes to what is now known. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core import fingerprint, mirror, recognition
from core.fingerprint import CANCELLED, LET_GO, UNSURE
from core.links import Creating, Live
from core.model import MirrorEvent
from core.operations import Create, Delete, RemoveDouble, SettleOccurrences, Update
from core.reasons import Code, because
from core.report import Action, Reason
from core.tasks import PASSING, Conclusion, Task
from core.writes import (
    AlreadyGone,
    Conflict,
    NotTried,
    Outcome,
    Refused,
    Seen,
    Stored,
    TransactionTaken,
)


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
            live = replace(
                link,
                etag=etag,
                fingerprint=fingerprint.of_event(event),
                stored_print=stored_print,
                is_series=event.series is not None,
                occurrences=_after_update(link) if event.series and not difference.shape else _wiped(link),
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


def _after_update(link: Live) -> Mapping[str, str] | None:
    """Those that were changed are looked at: their titles and times."""
    if link.occurrences is None:
        return None
    told = {name: UNSURE for name, state in link.occurrences.items() if state not in {CANCELLED, LET_GO}}
    return {**link.occurrences, **told}


def _wiped(link: Live) -> Mapping[str, str] | None:
    """Exchange drops all exceptions of a series that gets another shape; if there were any, that is looked
    at."""
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
