"""What a run did to one pair, collected while it happens and read out as a PairReport."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.links import Extent
from core.report import Action, Change, EventNote, PairReport, Reason

_COUNTED_AS_UPDATE = {Action.UPDATE, Action.ADOPT}


@dataclass(slots=True)
class Tally:
    """One entry per key: a copy that is made and then given its exceptions counts as made."""

    _changes: dict[str, Change] = field(default_factory=dict)
    _held: dict[str, Change] = field(default_factory=dict)
    _failed: dict[str, EventNote] = field(default_factory=dict)
    _skipped: dict[str, EventNote] = field(default_factory=dict)
    unchanged: int = 0

    def changed(self, key: str, action: Action, extent: Extent, reason: Reason) -> None:
        before = self._changes.get(key)
        if before is None:
            self._changes[key] = Change(action, extent.title, extent.start, reason)
        elif before.action is Action.DELETE and action is Action.CREATE:
            self._changes[key] = Change(Action.UPDATE, extent.title, extent.start, before.reason)

    def held(self, key: str, extent: Extent, reason: Reason) -> None:
        self._held[key] = Change(Action.HOLD, extent.title, extent.start, reason)

    def failed(self, key: str, extent: Extent, reason: Reason) -> None:
        self._failed[key] = EventNote(extent.title, extent.start, reason)

    def succeeded(self, key: str) -> None:
        self._failed.pop(key, None)

    def skipped(self, key: str, note: EventNote) -> None:
        self._skipped[key] = note

    @property
    def is_empty(self) -> bool:
        return not (self._changes or self._held or self._failed or self._skipped)

    def report(self, pair: str) -> PairReport:
        actions = [change.action for change in self._changes.values()]
        return PairReport(
            pair=pair,
            created=actions.count(Action.CREATE),
            updated=sum(action in _COUNTED_AS_UPDATE for action in actions),
            deleted=actions.count(Action.DELETE),
            unchanged=self.unchanged,
            held=len(self._held),
            skipped=tuple(sorted(self._skipped.values(), key=lambda note: (note.start, note.title))),
            failed=tuple(sorted(self._failed.values(), key=lambda note: (note.start, note.title))),
            changes=tuple(
                sorted(
                    (*self._changes.values(), *self._held.values()),
                    key=lambda change: (change.start, change.title),
                )
            ),
        )
