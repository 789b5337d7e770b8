"""How things stand, as far as this computer knows: plain values, and what the ledger tells of the pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core import pair_switch, pairing, report_store, tag
from core.accounts import renewed
from core.attention import attention
from core.errors import DeletionsHeld, SyncError
from core.ledger import Ledger
from core.links import Detached, Link, Live
from core.model import Identity, Side
from core.report import Reason, RunReport
from core.settings import PairSettings, Settings
from core.waits import Waits

UNTIL_RESUMED = datetime.max.replace(tzinfo=UTC)


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
class CopyNote:
    """A copy that a person decides about. `key` is its link's; one event may have copies in several pairs."""

    pair: str
    key: str
    title: str
    start: str
    """ISO 8601, for people."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Status:
    feishu: Identity | None
    outlook: Identity | None
    pairs: tuple[PairStatus, ...]
    last_run: RunReport | None
    paused_until: datetime | None
    """datetime.max in UTC: until the person resumes, also where every pair is off. None: not paused."""
    attention: tuple[SyncError, ...]


def status_of(
    ledger: Ledger, settings: Settings, people: Mapping[Side, Identity | None], now: datetime
) -> Status:
    """`people`: who is signed in on both sides. `now`: aware."""
    last = ledger.last_run()
    report = report_store.from_json(last) if last else None
    pairs = tuple(pair_status(ledger, pair) for pair in settings.pairs)
    all_off = bool(pairs) and all(pair.is_off for pair in pairs)
    return Status(
        feishu=people[Side.FEISHU],
        outlook=people[Side.OUTLOOK],
        pairs=pairs,
        last_run=report,
        paused_until=UNTIL_RESUMED if all_off else Waits(ledger).paused_until(now),
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


def held_copies(ledger: Ledger, pair: PairSettings) -> list[CopyNote]:
    """Those that `confirm` would delete, in the order of time."""
    _, links = links_of(ledger, pair)
    found = [(link, link.held) for link in links.values() if isinstance(link, Live) and link.held]
    return _notes(pair, found)


def copies_let_go(ledger: Ledger, pair: PairSettings) -> list[CopyNote]:
    """Those that are a person's from now on, in the order of time."""
    _, links = links_of(ledger, pair)
    return _notes(pair, [(link, link.reason) for link in links.values() if isinstance(link, Detached)])


def _notes(pair: PairSettings, found: Iterable[tuple[Live | Detached, Reason]]) -> list[CopyNote]:
    in_order = sorted(found, key=lambda each: (each[0].extent.starts_at, each[0].extent.title))
    return [CopyNote(pair.id, link.key, link.extent.title, link.extent.start, why) for link, why in in_order]


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
