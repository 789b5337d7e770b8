"""Whether a pair is synced at all: `undo` switches it off, and only what a person asks for switches it on.

A pair is known here by its two calendars as the settings name them: its id is a label.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.ledger import Ledger
from core.settings import PairSettings


def is_off(ledger: Ledger, pair: PairSettings) -> bool:
    return ledger.note(_note(pair)) is not None


def switch_off(ledger: Ledger, pairs: Iterable[PairSettings]) -> None:
    with ledger.together():
        for pair in pairs:
            ledger.set_note(_note(pair), "yes")


def switch_on(ledger: Ledger, pairs: Iterable[PairSettings]) -> None:
    with ledger.together():
        for pair in pairs:
            ledger.set_note(_note(pair), None)


def _note(pair: PairSettings) -> str:
    return f"off {pair.feishu_calendar}\n{pair.outlook_calendar}"
