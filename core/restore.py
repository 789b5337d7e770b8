"""`restore`: what the program deleted in the last 30 days, and how it comes back as the person's own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from core import pairing, tag
from core.errors import CalendarGone, Stopped, SyncError
from core.executor import BATCH
from core.ledger import Deletion, Ledger
from core.links import Live
from core.model import Side
from core.outlook.backup import Backup, described
from core.ports import Clock, Stop, TargetMailbox
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Reason
from core.run import expected_person
from core.settings import PairSettings
from core.writes import Outcome, Refused, RestoreEvent, Stored, TransactionTaken


@dataclass(frozen=True, slots=True)
class DeletedEvent:
    """`backups`: the newest first. A deletion that was interrupted was announced more than once."""

    backups: tuple[Deletion, ...]
    is_series: bool
    """It comes back without its changed and cancelled occurrences."""
    can_return: bool = True
    """False: what was kept of it can't be read."""

    @property
    def last(self) -> Deletion:
        return self.backups[0]


def deleted_events(ledger: Ledger, now: int) -> list[DeletedEvent]:
    """Of the mailbox that is mirrored into, the newest first. A deletion that was announced and did not
    happen is none: its copy is linked."""
    found: dict[tuple[str, str], tuple[Backup, list[Deletion]]] = {}
    for deletion in ledger.deletions(now):
        if not pairing.is_in_mailbox(ledger, deletion.target_id):
            continue
        backup = described(deletion.raw)
        link = ledger.links(deletion.target_id, deletion.key).get(deletion.key)
        if isinstance(link, Live) and link.event_id == backup.event_id:
            continue
        _, deletions = found.setdefault((deletion.target_id, backup.event_id), (backup, []))
        deletions.append(deletion)
    return [
        DeletedEvent(tuple(deletions), backup.is_series, backup.can_return)
        for backup, deletions in found.values()
    ]


@dataclass(slots=True)
class Restore:
    mailbox: TargetMailbox
    ledger: Ledger
    pairs: Sequence[PairSettings]
    clock: Clock
    stop: Stop

    def carry_out(self, chosen: Sequence[DeletedEvent]) -> tuple[list[PairReport], list[SyncError]]:
        """Reports, by pair, and what kept events, or all, from coming back. Stopped anywhere, doing it again
        makes no event twice."""
        reports: list[PairReport] = []
        problems: list[SyncError] = []
        try:
            expected_person(self.ledger, Side.OUTLOOK, self.mailbox.identity())
            for (target_id, prefix), events in _by_calendar(chosen).items():
                pair = next((each for each in self.pairs if self._prefix(each) == prefix), None)
                try:
                    calendar_id = self._calendar_id(target_id, pair)
                    reports.append(self._put_back(pair.id if pair else "", calendar_id, events))
                except CalendarGone as gone:
                    problems.append(gone)
        except SyncError as error:
            problems.append(error)
        return reports, problems

    def _calendar_id(self, target_id: str, pair: PairSettings | None) -> str:
        """Where the events were; where that is gone, what the pair's setting names now."""
        try:
            return self.mailbox.check(target_id).id
        except CalendarGone:
            found = self.mailbox.find(pair.outlook_calendar) if pair else None
            if found is None:
                raise
            return found.id

    def _put_back(self, pair: str, calendar_id: str, events: Sequence[DeletedEvent]) -> PairReport:
        target = self.mailbox.open(calendar_id)
        changes: list[Change] = []
        failed = [_failed(event, because(Code.BACKUP_UNREADABLE)) for event in events if not event.can_return]
        readable = [event for event in events if event.can_return]
        for position in range(0, len(readable), BATCH):
            if self.stop():
                raise Stopped
            part = readable[position : position + BATCH]
            outcomes = target.write([self._announced(event) for event in part])
            with self.ledger.together():
                for event, outcome in zip(part, outcomes, strict=True):
                    if isinstance(outcome, Stored | TransactionTaken):
                        self._leave_the_list(event)
                        last = event.last
                        changes.append(Change(Action.CREATE, last.title, last.start, because(Code.RESTORED)))
                    else:
                        failed.append(_failed(event, _why_not(outcome)))
        return PairReport(pair, created=len(changes), changes=tuple(changes), failed=tuple(failed))

    def _announced(self, event: DeletedEvent) -> RestoreEvent:
        """Under the number of an earlier attempt whose answer never came, if there was one."""
        known = next((each for each in event.backups if each.transaction_id), None)
        if known:
            return RestoreEvent(known.raw, known.transaction_id)
        transaction_id = str(uuid.uuid4())
        self.ledger.begin_restoring(event.last.number, transaction_id)
        return RestoreEvent(event.last.raw, transaction_id)

    def _leave_the_list(self, event: DeletedEvent) -> None:
        for backup in event.backups:
            self.ledger.set_restored(backup.number, int(self.clock.now().timestamp()))

    def _prefix(self, pair: PairSettings) -> str:
        return tag.calendar_part(pairing.source_of(self.ledger, pair) or pair.feishu_calendar)


def _by_calendar(events: Sequence[DeletedEvent]) -> dict[tuple[str, str], list[DeletedEvent]]:
    """By the Outlook calendar that they were in, and the half of the key that names the Feishu calendar."""
    found: dict[tuple[str, str], list[DeletedEvent]] = {}
    for event in events:
        prefix = event.last.key.partition(".")[0]
        found.setdefault((event.last.target_id, prefix), []).append(event)
    return found


def _failed(event: DeletedEvent, why: Reason) -> EventNote:
    return EventNote(event.last.title, event.last.start, why)


def _why_not(outcome: Outcome) -> Reason:
    if isinstance(outcome, Refused):
        return because(Code.REFUSED_BY_OUTLOOK, code=outcome.code, request_id=outcome.detail)
    return because(Code.NOT_RESTORED)
