"""One run of one pair, start to end. Whoever reads this page has seen all its steps.

observe Feishu, observe Outlook, compute what should be there, plan, carry out, look again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core import fingerprint, lost_occurrences, mirror, observation, planner, recognition, tag
from core.brake import BrakeState
from core.executor import Executor
from core.ledger import Ledger
from core.links import Creating, Live, SourceView
from core.mirror import Desired
from core.model import Copy, PairReport
from core.observation import DAY
from core.operations import Create, Hold, Inspect, Operation, SettleOccurrences, Update
from core.policy import CopyWords, Window
from core.ports import Clock, Stop, TargetCalendar
from core.reasons import Code, because
from core.settings import PairSettings
from core.tally import Tally
from core.tasks import Situation

MOST_ROUNDS = 5
"""Planning ends when nothing is left to do; three rounds are the most that a healthy run takes."""
SECOND_LOOK = 3.0
"""Seconds after which a calendar in which nothing of ours was found is listed once more: Graph's
listings lag behind writes, and a copy that is overlooked now would be made twice."""
_MANY_WRITES = 50


@dataclass(frozen=True, slots=True)
class PairRun:
    """What one run of one pair is given. `person`: who is signed in to Outlook."""

    pair: PairSettings
    source: SourceView
    target: TargetCalendar
    is_new_target: bool
    person: str
    ledger: Ledger
    window: Window
    words: CopyWords
    clock: Clock
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

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())


def run_pair(run: PairRun) -> PairReport:
    """Raises SyncError for what concerns more than one event; what was done until then is recorded."""
    tally = Tally()
    run.progress("planning", 0, 0)
    links = run.ledger.links(run.target.id, run.prefix)
    reach = mirror.reach(run.window, links.values())
    desired = mirror.desired(run.source, run.pair, run.words, reach)
    executor = _executor(run, tally)
    listing = _recognise(run, desired, executor)
    observation.watch_target(run.target, run.ledger, run.person, run.pair.outlook_calendar, run.window)
    writes = 0
    for number in range(MOST_ROUNDS):
        operations = _planned(run, desired, executor, first=number == 0)
        executor.carry_out(operations)
        writes += len(operations)
        looks_again = not run.only_look or any(isinstance(operation, Inspect) for operation in operations)
        if not looks_again or all(_is_standing(operation) for operation in operations):
            break
    if writes > _MANY_WRITES and not run.only_look:
        # Our own writes come back through the watch: read them now, not at the next, quiet run.
        observation.watch_target(run.target, run.ledger, run.person, run.pair.outlook_calendar, run.window)
    links = run.ledger.links(run.target.id, run.prefix)
    for position, note in enumerate(recognition.left_over(listing, links, run.prefix, run.window)):
        tally.skipped(f"left over {position}", note)
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
    )
    return Executor(
        run.target,
        run.ledger,
        situation,
        tally,
        run.stop,
        lambda done, total: run.progress("writing", done, total),
    )


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
    executor.carry_out(recognition.recognise(listing, links, desired, run.prefix))
    run.ledger.set_recognised(run.source.calendar.id, run.target.id, run.now)
    return listing


def _planned(run: PairRun, desired: Desired, executor: Executor, *, first: bool) -> list[Operation]:
    links = run.ledger.links(run.target.id, run.prefix)
    desired = lost_occurrences.apart(desired, links)
    in_window = [link for link in links.values() if isinstance(link, Live) and link.extent.is_in(run.window)]
    state = BrakeState(
        copies=len(set(map(planner.series_of, in_window))),
        deleted_today=run.ledger.counted_deletions(run.target.id, run.prefix, run.now - DAY),
        largest_share=run.largest_share,
        source_is_empty=run.source.is_empty,
    )
    plan = planner.plan(desired, links, run.source, run.window, state, now=run.now, confirmed=run.confirmed)
    if first:
        executor.tally.unchanged = plan.unchanged
    refusals = run.ledger.refusals(run.target.id, run.now - DAY)
    operations: list[Operation] = []
    for operation in plan.operations:
        if isinstance(operation, Create | Update | SettleOccurrences):
            key = operation.event.key
            wanted, reason = refusals.get(key, ("", None))
            if reason and wanted == fingerprint.of_everything(operation.event):
                executor.tally.failed(key, mirror.extent(operation.event), reason)
                continue
            if key in executor.declined:
                continue
            if isinstance(operation, Create) and key in executor.vanished:
                operations.append(replace(operation, reason=because(Code.DELETED_IN_OUTLOOK)))
                continue
        operations.append(operation)
    return operations


def _is_standing(operation: Operation) -> bool:
    """A deletion that was held before and still is: nothing to carry out."""
    return isinstance(operation, Hold) and operation.link.held is not None
