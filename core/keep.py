"""`confirm --keep`: what is held is not deleted but let go. Needs no service."""

from __future__ import annotations

from core import recognition
from core.ledger import Ledger
from core.links import Live
from core.reasons import Code, because
from core.report import Action, Change, PairReport
from core.settings import PairSettings
from core.status import links_of


def keep_held(ledger: Ledger, pair: PairSettings) -> PairReport:
    """The copies stay in Outlook and are not followed any more; they carry their tag still."""
    target_id, links = links_of(ledger, pair)
    reason = because(Code.KEPT)
    held = [link for link in links.values() if isinstance(link, Live) and link.held]
    ledger.put_links(target_id, [recognition.let_go(link, reason) for link in held])
    changes = [Change(Action.LET_GO, link.extent.title, link.extent.start, reason) for link in held]
    return PairReport(pair.id, changes=tuple(sorted(changes, key=lambda change: change.start)))
