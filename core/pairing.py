"""What the ledger knows the two calendars of a pair to be, for the persons who are mirrored. Asks nobody."""

from __future__ import annotations

from core.ledger import Ledger
from core.model import Side
from core.settings import PairSettings


def source_of(ledger: Ledger, pair: PairSettings) -> str | None:
    """The real id of its Feishu calendar; None: it was never read."""
    return ledger.source_id(_person(ledger, Side.FEISHU), pair.feishu_calendar)


def target_of(ledger: Ledger, pair: PairSettings) -> str | None:
    """The id of its Outlook calendar; None: it was never found or made."""
    known = ledger.target(_person(ledger, Side.OUTLOOK), pair.outlook_calendar)
    return known.calendar_id if known else None


def is_in_mailbox(ledger: Ledger, target_id: str) -> bool:
    """Whether this Outlook calendar is in the mailbox that is mirrored into, and not in one of before."""
    return ledger.belongs_to(_person(ledger, Side.OUTLOOK), target_id)


def _person(ledger: Ledger, side: Side) -> str:
    return (ledger.note(f"person {side.value}") or "").partition("\n")[0]
