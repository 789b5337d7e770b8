"""Carries a plan out, at most twenty writes at a time, and tells the ledger before and after each batch.

Doubt before effect: the rows of a batch are committed as doubtful (a creation: its transaction id; all
else: unverified) before it is sent, and as known when its answer is read. A crash in between costs
questions at the next run, never a second copy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core import conclusions, recognition, tasks
from core.errors import Stopped
from core.ledger import Deletion, Ledger
from core.links import Detached, Extent
from core.model import Copy
from core.operations import Delete, Forget, Hold, Inspect, Operation, Recognise, Release
from core.ports import Stop, TargetCalendar
from core.report import Action
from core.situation import Situation
from core.tally import Tally
from core.tasks import Conclusion, Task
from core.writes import Answer, Outcome, Question, Write

log = logging.getLogger(__name__)

BATCH = 20
"""Graph's limit for one $batch."""


@dataclass(slots=True)
class Executor:
    """For one pair and one run."""

    target: TargetCalendar
    ledger: Ledger
    situation: Situation
    tally: Tally
    stop: Stop
    progress: Callable[[int, int], None]
    declined: set[str] = field(default_factory=set)
    """Keys that must not be written in this run: the person has such an event already, or Outlook would not
    take it just now."""
    vanished: set[str] = field(default_factory=set)
    """Keys of copies that were looked for in this run and are not there any more."""
    made: set[str] = field(default_factory=set)
    """Keys of copies that this run made."""
    not_yet_seen: dict[str, Extent] = field(default_factory=dict)
    """Those of them that the service does not know when asked: it is behind, and the next run looks again."""

    def carry_out(self, operations: Sequence[Operation]) -> None:
        """Raises Stopped between batches; errors of the target that concern more than one event."""
        with self.ledger.together():
            for operation in operations:
                self._note_down(operation)
        pending = self._looked_up(operations)
        writes = [(task, write) for task in pending for write in task.writes]
        outcomes: dict[int, list[Outcome]] = {id(task): [] for task in pending}
        for position in range(0, len(writes), BATCH):
            self.progress(position, len(writes))
            self._batch(writes[position : position + BATCH], outcomes)

    def _note_down(self, operation: Operation) -> None:
        """What needs no request."""
        match operation:
            case Hold(link=link, reason=reason):
                self.tally.held(link.key, link.extent, reason)
                if link.held != reason:
                    self.ledger.put_links(self.target.id, [replace(link, held=reason)])
            case Release(link=link, extent=extent):
                in_order = replace(link, held=None, replaced_at=0, extent=extent)
                self.ledger.put_links(self.target.id, [in_order])
            case Recognise(link=link):
                self.ledger.put_links(self.target.id, [link])
                if isinstance(link, Detached):
                    self.tally.changed(link.key, Action.LET_GO, link.extent, link.reason)
            case Forget(link=link):
                self.ledger.drop_links(self.target.id, [link.key])
            case _:
                pass

    def _looked_up(self, operations: Sequence[Operation]) -> list[Task]:
        """Asks what has to be seen first; what is settled by the answer alone is settled here."""
        questions = [tasks.questions(operation, self.situation) for operation in operations]
        answers = self._answers(list(dict.fromkeys(each for asked in questions for each in asked)))
        pending = []
        with self.ledger.together():
            for operation, asked in zip(operations, questions, strict=True):
                match tasks.task(operation, [answers[each] for each in asked], self.situation):
                    case Task() as task:
                        pending.append(task)
                    case Conclusion() as conclusion if isinstance(operation, Inspect):
                        self._inspected(conclusion, is_there=answers[asked[0]] is not None)
                    case Conclusion() as conclusion:
                        self._settle(conclusion)
        return pending

    def _answers(self, questions: list[Question]) -> dict[Question, Answer]:
        answers: dict[Question, Answer] = {}
        for position in range(0, len(questions), BATCH):
            self._heed_stop()
            part = questions[position : position + BATCH]
            answers.update(zip(part, self.target.ask(part), strict=True))
        return answers

    def _batch(self, writes: list[tuple[Task, Write]], outcomes: dict[int, list[Outcome]]) -> None:
        self._heed_stop()
        with self.ledger.together():
            for task, _ in writes:
                if not outcomes[id(task)]:
                    self._doubt(task)
        answered = self.target.write([write for _, write in writes])
        with self.ledger.together():
            for (task, _), outcome in zip(writes, answered, strict=True):
                outcomes[id(task)].append(outcome)
                if len(outcomes[id(task)]) == len(task.writes):
                    conclusion = conclusions.conclude(task, outcomes[id(task)])
                    if conclusion:
                        self._settle(conclusion)

    def _doubt(self, task: Task) -> None:
        if task.doubt:
            self.ledger.put_links(self.target.id, [task.doubt])
        if task.backup:
            self.ledger.put_deletion(self.target.id, _deletion(task, task.backup, self.situation.now))

    def _settle(self, conclusion: Conclusion) -> None:
        key = conclusion.key
        reason = conclusion.failed or conclusion.reason
        if reason:
            outcome = "failed" if conclusion.failed else conclusion.action
            log.debug("event %s: %s, %s", key, outcome, reason.code)
        if conclusion.link:
            self.ledger.put_links(self.target.id, [conclusion.link])
        elif conclusion.forget:
            self.ledger.drop_links(self.target.id, [key])
            self._forget_sight_of(key)
        if conclusion.undone:
            self.ledger.drop_deletion(self.target.id, key, self.situation.now)
        if conclusion.refused == tasks.PASSING:
            self.declined.add(key)
        if conclusion.refused and conclusion.failed:
            self.ledger.put_refusal(
                self.target.id, key, conclusion.refused, self.situation.now, conclusion.failed
            )
        if conclusion.skipped:
            self.declined.add(key)
            self.tally.skipped(key, conclusion.skipped)
        if conclusion.failed:
            self.tally.failed(key, conclusion.extent, conclusion.failed)
        elif conclusion.action and conclusion.reason:
            if conclusion.action is Action.CREATE:
                self.made.add(key)
            self.tally.succeeded(key)
            self.tally.changed(key, conclusion.action, conclusion.extent, conclusion.reason)

    def _inspected(self, conclusion: Conclusion, *, is_there: bool) -> None:
        key = conclusion.key
        if not is_there and key in self.made:
            self.not_yet_seen[key] = conclusion.extent
            return
        self.not_yet_seen.pop(key, None)
        if conclusion.forget:
            self._note_vanished(key)
        self._settle(conclusion)

    def _note_vanished(self, key: str) -> None:
        """Another copy of it is not made before it was looked for by its tag too."""
        self.vanished.add(key)
        self.situation = replace(self.situation, left_over=self.situation.left_over | {key})

    def _forget_sight_of(self, key: str) -> None:
        """A listing that was read before its copy went would show it still."""
        if self.situation.listing is not None:
            left = [copy for copy in self.situation.listing if not (copy.tag and copy.tag.key == key)]
            self.situation = replace(self.situation, listing=left)

    def _heed_stop(self) -> None:
        if self.stop():
            raise Stopped


def _deletion(task: Task, backup: Copy, now: int) -> Deletion:
    match task.operation:
        case Delete(link=link, is_counted=is_counted):
            where, is_new = link.extent, is_counted and link.held is None
        case _:
            where, is_new = recognition.extent_of(backup), False
    return Deletion(
        key=task.key,
        deleted_at=now,
        is_counted=is_new,
        title=where.title,
        start=where.start,
        raw=backup.raw,
        series=where.series,
    )
