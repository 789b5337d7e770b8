"""Whether a pair is synced at all: `undo` switches it off, another installation that overwrites its copies
makes it stand still, and only what a person asks for sets it going again.

A pair is known here by its two calendars as the settings name them: its id is a label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.ledger import Ledger
from core.links import Live
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


def take_over(ledger: Ledger) -> None:
    """Copies that another installation wrote are written here again."""
    with ledger.together():
        for _, target_id in ledger.pairings():
            links = ledger.links(target_id, "").values()
            replaced = [link for link in links if isinstance(link, Live) and link.replaced_at]
            ledger.put_links(target_id, [replace(link, replaced_at=0) for link in replaced])


def _note(pair: PairSettings) -> str:
    return f"off {pair.feishu_calendar}\n{pair.outlook_calendar}"
