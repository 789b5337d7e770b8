"""One run of one pair, start to end. Whoever reads this page has seen all its steps.

observe Feishu, observe Outlook, compute what should be there, plan, carry out, look again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core import fingerprint, lost_occurrences, mirror, observation, planner, recognition, tag
from core.brake import BrakeState
from core.errors import AnotherInstallation
from core.executor import Executor
from core.ledger import BACKUP_DAYS, Ledger
from core.links import Creating, Link, Live, SourceView
from core.mirror import Desired
from core.model import Copy
from core.observation import DAY
from core.operations import (
    Create,
    Hold,
    Inspect,
    Operation,
    RemoveDouble,
    SettleOccurrences,
    StandBack,
    Update,
)
from core.planner import Plan
from core.policy import CopyWords, Window
from core.ports import Clock, Stop, TargetCalendar
from core.reasons import Code, because
from core.report import PairReport, Reason
from core.settings import PairSettings
from core.situation import Situation
from core.tally import Tally

MOST_ROUNDS = 5
"""Planning ends when nothing is left to do; three rounds are the most that a healthy run takes."""
SECOND_LOOK = 3.0
"""Seconds after which a calendar in which nothing of ours was found is listed once more: Graph's
listings lag behind writes, and a copy that is overlooked now would be made twice."""
_MANY_WRITES = 50


@dataclass(frozen=True, slots=True)
class PairRun:
    """What one run of one pair is given. `person`: who is signed in to Outlook; `now`: when the run began, in
    Unix seconds."""

    pair: PairSettings
    source: SourceView
    target: TargetCalendar
    is_new_target: bool
    person: str
    ledger: Ledger
    window: Window
    words: CopyWords
    clock: Clock
    now: int
    installation: str
    new_transaction_id: Callable[[], str]
    largest_share: float
    confirmed: frozenset[str]
    """Keys whose held deletion a person has confirmed."""
    only_look: bool
    """A preview: writes are pretended, and one round says it all."""
    stop: Stop
    progress: Callable[[str, int, int], None]

    @property
    def prefix(self) -> str:
        return tag.calendar_part(self.source.calendar.id)


def run_pair(run: PairRun, tally: Tally) -> PairReport:
    """Raises SyncError for what concerns more than one event; what was done until then is recorded, and in
    the tally."""
    run.progress("planning", 0, 0)
    links = run.ledger.links(run.target.id, run.prefix)
    reach = mirror.reach(run.window, links.values())
    desired = mirror.desired(run.source, run.pair, run.words, reach)
    executor = _executor(run, tally)
    listing = _recognise(run, desired, executor)
    watched = observation.watch_target(
        run.target, run.ledger, run.person, run.pair.outlook_calendar, run.window
    )
    executor.situation = replace(executor.situation, watched=watched)
    brake = _brake_at_start(run)
    writes = 0
    for number in range(MOST_ROUNDS):
        plan = _planned(run, desired, executor, brake)
        if number == 0:
            tally.unchanged = plan.unchanged
        executor.carry_out(plan.operations)
        writes += len(plan.operations)
        looks_again = not run.only_look or any(isinstance(each, Inspect) for each in plan.operations)
        if not plan.waits and (not looks_again or all(map(_is_standing, plan.operations))):
            break
    if writes > _MANY_WRITES and not run.only_look:
        # Our own writes come back through the watch: read them now, not at the next, quiet run.
        observation.watch_target(run.target, run.ledger, run.person, run.pair.outlook_calendar, run.window)
    for key, where in executor.not_yet_seen.items():
        tally.failed(key, where, because(Code.NOT_TRIED))
    links = run.ledger.links(run.target.id, run.prefix)
    for position, copy in enumerate(recognition.left_over(listing, links, run.prefix, run.window)):
        tally.skipped(f"left over {position}", recognition.note(copy))
    for key, skip in desired.skips.items():
        if skip.is_reported and (skip.extent is None or skip.extent.is_in(run.window)):
            tally.skipped(key, skip.note)
    return tally.report(run.pair.id)


def _executor(run: PairRun, tally: Tally) -> Executor:
    situation = Situation(
        run.window,
        run.installation,
        run.now,
        None,
        run.new_transaction_id,
        run.pair.existing,
        run.pair.local_changes,
        left_over=_possible_copies(run),
    )
    return Executor(
        run.target,
        run.ledger,
        situation,
        tally,
        run.stop,
        lambda done, total: run.progress("writing", done, total),
    )


def _possible_copies(run: PairRun) -> frozenset[str]:
    """Keys of which Outlook may have a copy that is not followed: what it refused may have happened."""
    refused = run.ledger.refusals(run.target.id, run.now - BACKUP_DAYS * DAY)
    return run.ledger.left_over(run.target.id, run.prefix) | refused.keys()


def _recognise(run: PairRun, desired: Desired, executor: Executor) -> Sequence[Copy]:
    """Looks for our copies by their tags where the ledger may not know them all: at the first run, after
    it was lost, after a creation whose answer never came. Returns what it saw of Outlook."""
    links = run.ledger.links(run.target.id, run.prefix)
    recognised_at = run.ledger.recognised_at(run.source.calendar.id, run.target.id)
    is_unfinished = any(isinstance(link, Creating) for link in links.values())
    if recognised_at is not None and not is_unfinished:
        return ()
    run.progress("reading", 0, 0)
    listing = run.target.listing()
    is_strange = recognised_at is None and not run.is_new_target and desired.events
    if is_strange and not any(copy.tag for copy in listing):
        run.clock.sleep(SECOND_LOOK)
        listing = run.target.listing()
    executor.situation = replace(executor.situation, listing=listing)
    recognised = recognition.recognise(listing, links, desired, run.prefix)
    # Which of two copies is a double is not asked any more once the other one has its link.
    executor.carry_out([each for each in recognised if isinstance(each, RemoveDouble)])
    executor.carry_out([each for each in recognised if not isinstance(each, RemoveDouble)])
    links = run.ledger.links(run.target.id, run.prefix)
    left_over = recognition.left_over(listing, links, run.prefix, run.window)
    with run.ledger.together():
        run.ledger.set_left_over(run.target.id, run.prefix, {copy.tag.key for copy in left_over if copy.tag})
        run.ledger.set_recognised(run.source.calendar.id, run.target.id, run.now)
    return listing


def _planned(run: PairRun, desired: Desired, executor: Executor, brake: BrakeState) -> Plan:
    """Raises AnotherInstallation."""
    links = run.ledger.links(run.target.id, run.prefix)
    executor.situation = replace(executor.situation, followed=_followed(links, executor.situation.listing))
    desired = lost_occurrences.apart(desired, links)
    refused = _refused_today(run, desired)
    plan = planner.plan(
        desired,
        links,
        run.source,
        run.window,
        _brake_now(run, links, brake),
        now=executor.situation.now,
        confirmed=run.confirmed,
        barred=frozenset(executor.declined | refused.keys()),
    )
    if plan.is_replaced:
        raise AnotherInstallation(run.pair.id)
    for operation in plan.barred:
        if isinstance(operation, Create | Update | SettleOccurrences) and operation.event.key in refused:
            event = operation.event
            executor.tally.failed(event.key, mirror.extent(event), refused[event.key])
    return replace(plan, operations=tuple(_explained(each, executor) for each in plan.operations))


def _followed(links: Mapping[str, Link], listing: Sequence[Copy] | None) -> frozenset[str]:
    live = (key for key, link in links.items() if isinstance(link, Live))
    listed = (copy.tag.key for copy in listing or () if copy.tag and recognition.is_genuine(copy))
    return frozenset((*live, *listed))


def _refused_today(run: PairRun, desired: Desired) -> Mapping[str, Reason]:
    """What Outlook would not take, exactly as it is now; it is not tried again for a day."""
    refusals = run.ledger.refusals(run.target.id, run.now - DAY)
    return {
        key: reason
        for key, (wanted, reason) in refusals.items()
        if key in desired.events and wanted == fingerprint.of_everything(desired.events[key])
    }


def _explained(operation: Operation, executor: Executor) -> Operation:
    """A copy that was looked for and was gone is not new when it is made again."""
    if isinstance(operation, Create) and operation.event.key in executor.vanished:
        return replace(operation, reason=because(Code.DELETED_IN_OUTLOOK))
    return operation


def _brake_at_start(run: PairRun) -> BrakeState:
    copies = _copies_in_window(run, run.ledger.links(run.target.id, run.prefix))
    return BrakeState(
        copies=copies,
        left=copies,
        deleted_before=_counted_deletions(run),
        deleted=0,
        largest_share=run.largest_share,
        source_is_empty=run.source.is_empty,
    )


def _brake_now(run: PairRun, links: Mapping[str, Link], start: BrakeState) -> BrakeState:
    deleted = _counted_deletions(run) - start.deleted_before
    return replace(start, left=_copies_in_window(run, links), deleted=deleted)


def _copies_in_window(run: PairRun, links: Mapping[str, Link]) -> int:
    copies = [link for link in links.values() if isinstance(link, Live) and link.extent.is_in(run.window)]
    return len(set(map(planner.series_of, copies)))


def _counted_deletions(run: PairRun) -> int:
    return run.ledger.counted_deletions(run.target.id, run.prefix, run.now - DAY)


def _is_standing(operation: Operation) -> bool:
    """Nothing to carry out: a deletion that was held before, what another installation wrote."""
    return isinstance(operation, StandBack) or (
        isinstance(operation, Hold) and operation.link.held is not None
    )
