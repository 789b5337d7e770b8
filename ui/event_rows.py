"""What happened, or would happen, to each event of a run, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from core.report import Action, RunReport
from texts import reasons
from texts.language import _, mark
from ui.dates import event_start


class Kind(Enum):
    """What can be looked for."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    HOLD = "hold"
    ADOPT = "adopt"
    LET_GO = "let go"
    SKIPPED = "skipped"
    FAILED = "failed"


# Translators: what happened to one event
_WORDS = {
    Kind.SKIPPED: mark("skipped"),
    Kind.FAILED: mark("failed"),
}


@dataclass(frozen=True, slots=True)
class EventRow:
    pair: str
    kind: Kind
    title: str
    start: str
    """As people write it, on the event's own clock."""
    why: str

    def texts(self) -> tuple[str, str, str, str]:
        return kind_word(self.kind), self.title or _("(No title)"), self.start, self.why


def kind_word(kind: Kind) -> str:
    return _(_WORDS[kind]) if kind in _WORDS else reasons.action(Action(kind.value))


def event_rows(report: RunReport) -> tuple[EventRow, ...]:
    """Failures first: they are what a person looks for."""
    return tuple(sorted(_rows(report), key=lambda row: row.kind is not Kind.FAILED))


def _rows(report: RunReport) -> Iterator[EventRow]:
    for pair in report.pairs:
        for change in pair.changes:
            why = reasons.sentence(change.reason)
            yield EventRow(pair.pair, Kind(change.action.value), change.title, event_start(change.start), why)
        for kind, notes in ((Kind.SKIPPED, pair.skipped), (Kind.FAILED, pair.failed)):
            for note in notes:
                yield EventRow(
                    pair.pair, kind, note.title, event_start(note.start), reasons.sentence(note.reason)
                )
