"""A story: people act, a run is struck, now and then everything comes to rest. All from one number.

One step is: people act, then one run. Stories are short and many, and begin with a calendar that is in sync.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.errors import DeletionsHeld
from core.settings import LocalChanges
from tests.simulation import checks, people
from tests.simulation.checks import Broken
from tests.simulation.faults import HOWS, Fault
from tests.simulation.people import in_feishu
from tests.simulation.world import Outcome, World

STEPS = 10
MOST_RUNS = 7
"""Within which a calendar without faults comes to rest."""
_AT_FIRST = ("feishu find", "feishu pull", "outlook find", "outlook create", "outlook listing")
"""What a program does that knows nothing yet, and hardly ever afterwards."""
FIRST_FAULTS = tuple((call, how) for call, hows in HOWS.items() for how in hows if call in _AT_FIRST)
FAULTS = tuple((call, how) for call, hows in HOWS.items() for how in hows if call not in _AT_FIRST[2:])
LIKELY: dict[str, people.Act] = {
    "feishu pull": in_feishu.void_cursors,
    "feishu find": in_feishu.void_cursors,
    "feishu changes": in_feishu.create_single,
    "outlook ask": in_feishu.create_single,
    "item CreateCopy": in_feishu.create_single,
    "item UpdateCopy": in_feishu.retitle,
    "item DeleteCopy": in_feishu.cancel,
    "item ChangeInstance": in_feishu.move_occurrence,
    "item CancelInstance": in_feishu.cancel_occurrence,
    "item ReadBack": in_feishu.move_occurrence,
    "item LookBack": in_feishu.cancel_occurrence,
}
"""By call: what people do that makes it likely."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a story."""

    seed: int
    steps: int
    runs: int
    visited: Counter[str]
    digest: str
    """Of everything that happened: the same for the same seed."""


class Failed(AssertionError):
    """Says in our own words what happened, and how to see it again."""


def tell(seed: int, steps: int = STEPS) -> Told:
    with World(seed) as world:
        story = _Story(world)
        try:
            story.go(steps)
        except Exception as error:
            lines = "\n  ".join(world.story)
            raise Failed(f"seed {seed}, {type(error).__name__}: {error}\n\nThe story:\n  {lines}") from error
        digest = hashlib.sha256("\n".join(world.story).encode()).hexdigest()
        return Told(seed, steps, story.runs, world.visited, digest)


class _Story:
    def __init__(self, world: World) -> None:
        self.world = world
        self.runs = 0
        self._faults = self._aimed()
        self._is_in_doubt = False
        """The last run was killed: a second fault meets what it left."""

    def go(self, steps: int) -> None:
        world = self.world
        world.striker.people = lambda: people.act(world, _possible(world))
        world.change_pair(local_changes=world.random.choice(tuple(LocalChanges)))
        acts = (in_feishu.create_single, in_feishu.create_series, in_feishu.create_odd_series)
        for act in acts * world.random.choice((1, 2, 2, 2)):
            world.story.append(f"{act.__name__} {act(world)}")
        for number in (world.seed, world.seed * 7 + 3):
            call, how = FIRST_FAULTS[number % len(FIRST_FAULTS)]
            self._run(Fault(call, 0, how))
        self._rest()
        for number in range(steps):
            self._step(number)
            if world.random.random() < 0.35 or number == steps - 1:
                self._rest()

    def _aimed(self) -> Iterator[tuple[str, str]]:
        """Every fault in its turn, so that none is left out; each story begins elsewhere."""
        number = self.world.seed * 7
        while True:
            yield FAULTS[number % len(FAULTS)]
            number += 1

    def _step(self, number: int) -> None:
        world, random = self.world, self.world.random
        for _ in range(random.choice((1, 1, 2, 3))):
            people.act(world, people.FEISHU)
        if random.random() < 0.5:
            people.act(world, people.OUTLOOK)
        if random.random() < 0.45:
            people.act(world, people.OTHERWISE)
        world.clock.time += timedelta(minutes=5)
        if random.random() < 0.04:
            world.story.append("the ledger is lost")
            world.visited["act: lose_ledger"] += 1
            world.lose_ledger()
        call, how = next(self._faults)
        if call in LIKELY:
            people.do(world, LIKELY[call])
        fault = Fault(call, self._nth(call), how)
        if self._is_in_doubt and random.random() < 0.3:
            fault = Fault("outlook listing", 0, "empty")
        outcome = self._run(fault)
        self._is_in_doubt = outcome.crashed
        if outcome.held and random.random() < 0.4:
            world.story.append("held deletions are confirmed")
            world.visited["act: confirm"] += 1
            self._run(None, confirm_held=True)

    def _nth(self, call: str) -> int:
        """The first of a kind is met most often."""
        most = 25 if call.startswith("ledger") else 1 if call.endswith(("Instance", "Back")) else 3
        return int(self.world.random.random() ** 2 * most)

    def _run(self, fault: Fault | None, *, confirm_held: bool = False) -> Outcome:
        world = self.world
        self.runs += 1
        was = checks.before(world)
        outcome = world.run(fault, confirm_held=confirm_held)
        did = ", ".join(sorted(type(write).__name__ for write in world.outlook.writes))
        problems = " ".join(map(str, outcome.problems))
        struck = fault if world.was_struck else "no fault"
        world.story.append(f"  run: {struck}{' crashed' * outcome.crashed}; {did or 'no writes'}; {problems}")
        checks.after_run(world, was, is_confirmed=confirm_held)
        if world.was_struck and fault and _is_refusal(fault):
            checks.demand(any(report.failed for report in outcome.reports), "a refusal was not reported")
        return outcome

    def _rest(self) -> None:
        """Runs without faults until there is nothing to do."""
        world = self.world
        if world.lied:
            world.feishu.forget_cursors()
        if world.has_refusals:
            world.clock.time += timedelta(hours=51)  # a day, and as much as the clock may have been set back
        world.story.append("to rest")
        for number in range(MOST_RUNS):
            world.clock.time += timedelta(minutes=3)
            outcome = self._run(None)
            world.lied = world.lied_empty = False
            problems = [each for each in outcome.problems if not isinstance(each, DeletionsHeld)]
            checks.demand(not problems, "a run without faults has problems", *problems)
            failed = [note for report in outcome.reports for note in report.failed]
            checks.demand(number == 0 or not failed, "an event fails without a fault", *failed)
            if not world.outlook.writes and number:
                break
        else:
            raise Broken("it never comes to rest")
        world.has_refusals = False
        checks.at_rest(world)
        world.touched &= world.waiting()


def _is_refusal(fault: Fault) -> bool:
    """Of an event. Double copies and occurrences are looked at again in the same run."""
    return fault.how.startswith("refused") and fault.call in {"item CreateCopy", "item UpdateCopy"}


def _possible(world: World) -> dict[people.Act, int]:
    """What people can do in the middle of a run: of the first one there are no copies yet."""
    return people.FEISHU | people.OUTLOOK if world.events else people.FEISHU
