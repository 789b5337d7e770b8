"""What to do, decided from the three pictures: desired, mirrored, and what was seen of Outlook. Pure.

docs/sync-rules.md holds the decisions as a table. One operation per copy and round; the engine carries
a round out and asks again until nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core import brake, fingerprint, mirror
from core.brake import BrakeState
from core.fingerprint import CANCELLED, LET_GO, Difference
from core.links import Creating, Detached, Extent, Link, Live, SourceView
from core.mirror import Desired
from core.model import ChangedOccurrence, MirrorEvent
from core.operations import (
    Create,
    Delete,
    Forget,
    Hold,
    Inspect,
    Operation,
    Release,
    SettleOccurrences,
    StandBack,
    Update,
)
from core.policy import Window
from core.reasons import Code, because
from core.report import Reason
from core.zones import moved_to

EDITED = "edited"
"""Stands in a fingerprint for a part that a person changed in Outlook."""
SETTLING = 120
"""Seconds within which a listing may not show a creation whose answer was lost."""


@dataclass(frozen=True, slots=True)
class Plan:
    operations: tuple[Operation, ...]
    unchanged: int
    """Copies in the window that are right as they are."""
    barred: tuple[Operation, ...] = ()
    """What would be to do, and must not be done in this run."""
    waits: bool = False
    """Something is left out that can be judged only when it is known what comes of these operations."""
    is_replaced: bool = False
    """Another installation replaces what is written here: nothing is to be done."""


def plan(
    desired: Desired,
    links: Mapping[str, Link],
    source: SourceView,
    window: Window,
    state: BrakeState,
    *,
    now: int,
    confirmed: frozenset[str] = frozenset(),
    barred: frozenset[str] = frozenset(),
) -> Plan:
    """`now`: when the run began, in Unix seconds; `confirmed`: keys whose held deletion a person has
    confirmed; `barred`: keys that must not be written in this run."""
    decisions: list[Operation] = []
    left_out: list[Operation] = []
    unchanged = 0
    places = {key: mirror.extent(event) for key, event in desired.events.items()}
    shown = {where.series or key for key, where in places.items() if where.is_in(window)}
    for key in sorted(desired.events.keys() | links.keys()):
        event, link = desired.events.get(key), links.get(key)
        if event is not None:
            decision = _with_event(event, places[key], link, window, now, _why_new(event, desired))
        else:
            if _is_of_doubtful_series(links[key], links, window):
                continue
            decision = _without_event(desired, links[key], source, window, now)
            if isinstance(decision, Delete) and series_of(links[key]) in shown:
                # The same series shows otherwise: what is replaced, or a part, is no loss.
                decision = replace(decision, is_counted=False)
        if key in barred and isinstance(decision, Create | Update | SettleOccurrences):
            left_out.append(decision)
        elif decision is not None:
            decisions.append(decision)
        elif isinstance(link, Live) and link.extent.is_in(window):
            unchanged += 1
    suspects = [each for each in decisions if _is_suspect(each, now)]
    if any(isinstance(each, StandBack) for each in suspects):
        return Plan((), unchanged, is_replaced=True)
    if suspects:
        return Plan(tuple(suspects), unchanged, waits=True)
    waits = _must_wait(decisions, desired, state, confirmed)
    if waits:
        decisions = [each for each in decisions if not _is_new_deletion(each, confirmed)]
    return Plan(tuple(_braked(decisions, state, confirmed)), unchanged, tuple(left_out), waits)


def series_of(link: Link) -> str:
    """What the brake counts as one: a series, whole or taken apart."""
    return link.extent.series or link.key


def _why_new(event: MirrorEvent, desired: Desired) -> Reason:
    if not event.part_of:
        return because(Code.NEW)
    return desired.taken_apart.get(event.part_of, because(Code.OCCURRENCE_ALONE))


def _with_event(
    event: MirrorEvent, where: Extent, link: Link | None, window: Window, now: int, why_new: Reason
) -> Operation | None:
    in_window = where.is_in(window)
    match link:
        case None:
            return Create(event, why_new) if in_window else None
        case Creating():
            if in_window:
                return Create(event, because(Code.UNFINISHED_CREATION), link)
            return Forget(link) if where.is_over(window) or _is_settled(link, now) else None
        case Detached():
            return None
        case Live():
            if link.extent.is_over(window) and not in_window:
                return None
            return _compared(event, where, link, window)


def _compared(event: MirrorEvent, where: Extent, link: Live, window: Window) -> Operation | None:
    if not link.is_verified:
        return Inspect(link)
    difference = fingerprint.difference(link.fingerprint, fingerprint.of_event(event))
    if difference:
        return StandBack(link) if link.replaced_at else _updated(link, event, difference)
    to_settle = _occurrences_compared(event, link, window) if event.series else None
    is_in_order = not link.held and not link.replaced_at and link.extent == where
    return to_settle or (None if is_in_order else Release(link, where))


def _updated(link: Live, event: MirrorEvent, difference: Difference) -> Operation:
    return Update(link, event, difference, _why_updated(link, event, difference))


def _occurrences_compared(event: MirrorEvent, link: Live, window: Window) -> Operation | None:
    if link.occurrences is None:
        return SettleOccurrences(link, event, because(Code.UNVERIFIED))
    different = due_differences(link.occurrences, event, window)
    if not different:
        return None
    wanted = fingerprint.of_occurrences(event)
    only_cancelled = all(wanted.get(name) == CANCELLED for name in different)
    code = Code.OCCURRENCE_CANCELLED if only_cancelled else Code.OCCURRENCE_CHANGED
    return SettleOccurrences(link, event, because(code))


def due_differences(known: Mapping[str, str], event: MirrorEvent, window: Window) -> set[str]:
    """Names of the occurrences that are not as `known` has them and are worth a look: those that are due,
    and those that were changed in the copy, which may have been moved into the window."""
    wanted = wanted_occurrences(known, event)
    changes = changes_by_name(event)
    return {
        name
        for name in wanted.keys() | known.keys()
        if wanted.get(name) != known.get(name)
        and known.get(name) != LET_GO
        and (known.get(name, CANCELLED) != CANCELLED or is_due(name, changes.get(name), event, window))
    }


def wanted_occurrences(known: Mapping[str, str], event: MirrorEvent) -> Mapping[str, str]:
    """Fingerprints by name of all occurrences of which Outlook is, or has to be, told apart. One that was
    changed once stays so at Exchange, and does not follow its series any more: it is told what that says."""
    told = [name for name, state in known.items() if state not in {CANCELLED, LET_GO}]
    as_series = {name: fingerprint.of_occurrence(as_the_rule_has_it(name, event)) for name in told}
    return as_series | fingerprint.of_occurrences(event)


def as_the_rule_has_it(name: str, event: MirrorEvent) -> ChangedOccurrence:
    span = moved_to(event.span, fingerprint.date_in(name))
    return ChangedOccurrence(span.start, span, event.content, event.key)


def is_due(name: str, change: ChangedOccurrence | None, event: MirrorEvent, window: Window) -> bool:
    """True for an occurrence that has its own day, or its new time, in the window. All others are history,
    or too far ahead: neither made nor undone."""
    own = moved_to(event.span, fingerprint.date_in(name))
    return window.holds_span(own) or (change is not None and window.holds_span(change.span))


def changes_by_name(event: MirrorEvent) -> dict[str, ChangedOccurrence]:
    changed = event.series.changed if event.series else ()
    return {fingerprint.original_text(change.original): change for change in changed}


def _why_updated(link: Live, event: MirrorEvent, difference: Difference) -> Reason:
    if EDITED in link.fingerprint:
        return because(Code.CHANGED_IN_OUTLOOK)
    if event.series:
        return because(Code.SERIES_CHANGED)
    return because(Code.MOVED if difference.shape else Code.CHANGED)


def _without_event(
    desired: Desired, link: Link, source: SourceView, window: Window, now: int
) -> Operation | None:
    skip = desired.skips.get(link.key)
    is_gone = skip.is_gone if skip else source.proves_absent(link.extent)
    match link:
        case Creating():
            return Forget(link) if _is_settled(link, now) else None
        case Detached():
            # Also while Feishu does not have the event: it may return, and the copy is a person's still.
            return Forget(link) if link.extent.is_over(window) else None
        case Live():
            if link.extent.is_over(window):
                return Forget(link)
            if not is_gone:
                return None
            if not link.is_verified:
                return Inspect(link)
            reason = skip.note.reason if skip else because(Code.GONE_FROM_FEISHU)
            return Delete(link, _as_removal(reason), is_counted=link.extent.is_in(window))


def _is_settled(link: Creating, now: int) -> bool:
    """True when the run has looked for the copy in a listing that would show it, had it been made."""
    return now - link.attempted_at > SETTLING


def _as_removal(reason: Reason) -> Reason:
    """A filter says why an event is left out; of a copy that is there it says why it goes."""
    if reason.code in {
        Code.CANCELLED_IN_FEISHU,
        Code.OCCURRENCE_CANCELLED,
        Code.OCCURRENCE_CHANGED,
        Code.DECLINED,
        Code.GONE_FROM_FEISHU,
        Code.RULE_NOT_EXPRESSIBLE,
        Code.ZONE_UNKNOWN,
        Code.OCCURRENCES_OVERLAP,
        Code.RULE_EMPTY,
        Code.TOO_MANY_OCCURRENCES,
    }:
        return reason
    return because(Code.FILTERED_OUT)


def _is_of_doubtful_series(link: Link, links: Mapping[str, Link], window: Window) -> bool:
    """An occurrence stands alone when its series has lost it: here it is not known whether it has. Of a
    series that is over nothing more is found out."""
    series = links.get(link.extent.series)
    if not isinstance(series, Live) or series.extent.is_over(window):
        return False
    return not series.is_verified or series.occurrences is None


def _is_suspect(operation: Operation, now: int) -> bool:
    """Of a copy that an earlier run found replaced by another installation; both sides were read since."""
    return isinstance(operation, Inspect | StandBack) and operation.link.replaced_at not in {0, now}


def _must_wait(
    decisions: list[Operation], desired: Desired, state: BrakeState, confirmed: frozenset[str]
) -> bool:
    """The brake judges all deletions of a run at once: not before every copy that would go was looked at, and
    not before it is known whether new copies really take the place of the last old ones."""
    if not any(_is_new_deletion(each, confirmed) for each in decisions):
        return False
    if any(isinstance(each, Inspect) and each.link.key not in desired.events for each in decisions):
        return True
    leaving = {series_of(each.link) for each in decisions if isinstance(each, Delete) and each.is_counted}
    return brake.leaves_none(state, len(leaving)) and any(isinstance(each, Create) for each in decisions)


def _is_new_deletion(decision: Operation, confirmed: frozenset[str]) -> bool:
    """One that the brake has yet to judge."""
    if not (isinstance(decision, Delete) and decision.is_counted):
        return False
    return not decision.link.held and decision.link.key not in confirmed


def _braked(decisions: list[Operation], state: BrakeState, confirmed: frozenset[str]) -> Iterable[Operation]:
    counted = [decision for decision in decisions if isinstance(decision, Delete) and decision.is_counted]
    verdict = brake.verdict(
        state,
        deletions=len({series_of(each.link) for each in counted if _is_new_deletion(each, confirmed)}),
        leaving=len({series_of(each.link) for each in counted}),
    )
    for decision in decisions:
        if isinstance(decision, Delete) and decision.is_counted and decision.link.key not in confirmed:
            reason = decision.link.held or verdict
            yield Hold(decision.link, reason) if reason else decision
        else:
            yield decision
