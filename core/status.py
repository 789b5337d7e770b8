"""How things stand, as far as this computer knows: plain values, and what the ledger tells of the pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core import pair_switch, pairing, report_store, tag
from core.accounts import renewed
from core.attention import attention
from core.errors import DeletionsHeld, SyncError
from core.ledger import Ledger
from core.links import Link, Live
from core.model import Identity, RunReport, Side
from core.settings import PairSettings, Settings
from core.waits import Waits


@dataclass(frozen=True, slots=True)
class PairStatus:
    id: str
    feishu_calendar: str
    outlook_calendar: str
    copies: int
    held: tuple[str, ...]
    """Titles of the copies whose deletion is held."""
    is_off: bool = False
    """`undo` switched its syncing off."""


@dataclass(frozen=True, slots=True)
class Status:
    feishu: Identity | None
    outlook: Identity | None
    pairs: tuple[PairStatus, ...]
    last_run: RunReport | None
    paused_until: datetime | None
    """datetime.max in UTC: until the person resumes. None: not paused."""
    attention: tuple[SyncError, ...]


def status_of(
    ledger: Ledger, settings: Settings, people: Mapping[Side, Identity | None], now: datetime
) -> Status:
    """`people`: who is signed in on both sides. `now`: aware."""
    last = ledger.last_run()
    report = report_store.from_json(last) if last else None
    pairs = tuple(pair_status(ledger, pair) for pair in settings.pairs)
    return Status(
        feishu=people[Side.FEISHU],
        outlook=people[Side.OUTLOOK],
        pairs=pairs,
        last_run=report,
        paused_until=Waits(ledger).paused_until(now),
        attention=attention(
            still_held(report.problems if report else (), pairs),
            signed_out=[side for side in Side if _is_begun(settings) and not people[side]],
            renewed=renewed(ledger),
        ),
    )


def _is_begun(settings: Settings) -> bool:
    """Before anything is set up, nobody misses a sign-in."""
    return bool(settings.pairs or settings.feishu.app_id or settings.outlook.client_id)


def pair_status(ledger: Ledger, pair: PairSettings) -> PairStatus:
    _, links = links_of(ledger, pair)
    live = [link for link in links.values() if isinstance(link, Live)]
    return PairStatus(
        pair.id,
        pair.feishu_calendar,
        pair.outlook_calendar,
        len(live),
        tuple(link.extent.title for link in live if link.held),
        is_off=pair_switch.is_off(ledger, pair),
    )


def links_of(ledger: Ledger, pair: PairSettings) -> tuple[str, Mapping[str, Link]]:
    """The pair's Outlook calendar and its links; nothing where one of its calendars was never read."""
    target_id, source_id = pairing.target_of(ledger, pair), pairing.source_of(ledger, pair)
    if target_id is None or source_id is None:
        return "", {}
    return target_id, ledger.links(target_id, tag.calendar_part(source_id))


def still_held(reported: Iterable[Exception], pairs: Iterable[PairStatus]) -> list[Exception]:
    """What the last run reported, with the deletions that are held now instead of those that were then."""
    others = [problem for problem in reported if not isinstance(problem, DeletionsHeld)]
    return [*others, *(DeletionsHeld(pair.id, len(pair.held)) for pair in pairs if pair.held)]
