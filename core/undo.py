"""`undo`: out of Outlook with every copy of ours, pair after pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core import pair_switch, pairing
from core.errors import CalendarGone, SyncError
from core.ledger import Ledger, TargetState
from core.model import Side
from core.ports import Clock, SourceCalendars, Stop, TargetMailbox
from core.removal import Removal, remove_copies
from core.report import PairReport
from core.run import Progress, expected_person
from core.settings import PairSettings

PRIMARY = "primary"
"""The only word for a Feishu calendar that is not its id."""


@dataclass(slots=True)
class Undo:
    source: Callable[[], SourceCalendars]
    """Feishu, which is asked only for the real id of a calendar that the ledger does not know any more."""
    mailbox: TargetMailbox
    ledger: Ledger
    clock: Clock
    stop: Stop
    progress: Progress
    _reports: list[PairReport] = field(default_factory=list)
    _problems: list[SyncError] = field(default_factory=list)
    _done: set[tuple[str, str]] = field(default_factory=set)

    def carry_out(
        self, pairs: Sequence[PairSettings], *, removed_too: bool
    ) -> tuple[list[PairReport], list[SyncError]]:
        """Reports, and what kept pairs, or all of it, from finishing. `removed_too`: also the copies of pairs
        that are no longer in the settings, as far as the ledger knows them."""
        # First of all: no run may bring back what is about to go.
        pair_switch.switch_off(self.ledger, pairs)
        try:
            person = expected_person(self.ledger, Side.OUTLOOK, self.mailbox.identity()).id
            for pair in pairs:
                self._pair(pair, person)
            if removed_too:
                for source_id, target_id in self.ledger.pairings():
                    self._former_pair(source_id, target_id)
        except SyncError as error:
            self._problems.append(error)
        return self._reports, self._problems

    def _pair(self, pair: PairSettings, person: str) -> None:
        try:
            target_id = self._target_id(pair, person)
            if target_id is None:
                self._reports.append(PairReport(pair.id))
            else:
                self._remove(pair.id, self._source_id(pair), target_id)
        except CalendarGone as gone:
            self._problems.append(replace(gone, pair=pair.id))
            self._reports.append(PairReport(pair.id))

    def _former_pair(self, source_id: str, target_id: str) -> None:
        """No longer in the settings. Its Outlook calendar may be gone as well, and the copies with it, or be
        in a mailbox of before."""
        if (source_id, target_id) in self._done or not pairing.is_in_mailbox(self.ledger, target_id):
            return
        state = self.ledger.source_state(source_id)
        try:
            self._remove(state.calendar.name if state else source_id, source_id, target_id)
        except CalendarGone:
            return

    def _remove(self, name: str, source_id: str, target_id: str) -> None:
        self.progress(name, "reading", 0, 0)
        self._done.add((source_id, target_id))
        removal = Removal(
            pair=name,
            source_id=source_id,
            target=self.mailbox.open(target_id),
            ledger=self.ledger,
            clock=self.clock,
            stop=self.stop,
            progress=lambda done, total: self.progress(name, "writing", done, total),
        )
        self._reports.append(remove_copies(removal))

    def _target_id(self, pair: PairSettings, person: str) -> str | None:
        """None: there is no such calendar, and nothing is made."""
        known = self.ledger.target(person, pair.outlook_calendar)
        if known:
            return known.calendar_id
        info = self.mailbox.find(pair.outlook_calendar)
        if info is None:
            return None
        self.ledger.name_target(person, pair.outlook_calendar, TargetState(info.id, is_ours=False))
        return info.id

    def _source_id(self, pair: PairSettings) -> str:
        known = pairing.source_of(self.ledger, pair)
        if known or pair.feishu_calendar != PRIMARY:
            return known or pair.feishu_calendar
        source = self.source()
        expected_person(self.ledger, Side.FEISHU, source.identity())
        return source.find(pair.feishu_calendar).id
