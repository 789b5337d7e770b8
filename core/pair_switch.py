"""Whether a pair is synced at all: `undo` switches it off, another installation that overwrites its copies
makes it stand still, and only what a person asks for sets it going again.

A pair is known here by its two calendars: its id is a label, and settings may name a calendar by its name
today and by its id tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core import pairing
from core.ledger import Ledger
from core.links import Live
from core.settings import PairSettings


def is_off(ledger: Ledger, pair: PairSettings) -> bool:
    return any(ledger.note(name) is not None for name in _notes(ledger, pair))


def switch_off(ledger: Ledger, pairs: Iterable[PairSettings]) -> None:
    with ledger.together():
        for pair in pairs:
            ledger.set_note(_notes(ledger, pair)[0], "yes")


def switch_on(ledger: Ledger, pairs: Iterable[PairSettings]) -> None:
    with ledger.together():
        for pair in pairs:
            for name in _notes(ledger, pair):
                ledger.set_note(name, None)


def take_over(ledger: Ledger) -> None:
    """Copies that another installation wrote are written here again."""
    with ledger.together():
        for _, target_id in ledger.pairings():
            links = ledger.links(target_id, "").values()
            replaced = [link for link in links if isinstance(link, Live) and link.replaced_at]
            ledger.put_links(target_id, [replace(link, replaced_at=0) for link in replaced])


def _notes(ledger: Ledger, pair: PairSettings) -> list[str]:
    """Where it is marked now, and where it was when less was known of its calendars than their names."""
    sources = pairing.source_of(ledger, pair), pair.feishu_calendar
    targets = pairing.target_of(ledger, pair), pair.outlook_calendar
    return [f"off {source}\n{target}" for source in sources if source for target in targets if target]
