"""Copies that were let go are followed again, where a person wants that. The next run puts them right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from core import recognition
from core.errors import Stopped
from core.executor import BATCH
from core.ledger import Ledger
from core.links import OUT_OF_SIGHT, Detached, Live
from core.model import Copy, Side
from core.planner import EDITED
from core.ports import Stop, TargetCalendar, TargetMailbox
from core.run import expected_person
from core.settings import PairSettings
from core.status import links_of
from core.writes import Answer, ReadCopy


def take_back(
    ledger: Ledger,
    mailbox: TargetMailbox,
    pairs: Iterable[PairSettings],
    chosen: Collection[tuple[str, str]],
    stop: Stop,
) -> None:
    """`chosen`: by the pair's id and the link's key.

    Of a copy that is there, the next run decides as of one that was just edited, or moved: what was let go
    for its attendees, or for its place, is let go again unless that has changed. One that is not there, or is
    not ours any more, is forgotten: its event is one that has no copy. Raises SyncError; what was done until
    then is recorded, and doing it again finishes it."""
    expected_person(ledger, Side.OUTLOOK, mailbox.identity())
    for pair in pairs:
        target_id, links = links_of(ledger, pair)
        wanted = [link for key, link in links.items() if (pair.id, key) in chosen]
        let_go = [link for link in wanted if isinstance(link, Detached)]
        if let_go:
            _take_back(ledger, mailbox.open(target_id), let_go, stop)


def _take_back(ledger: Ledger, target: TargetCalendar, links: Sequence[Detached], stop: Stop) -> None:
    for position in range(0, len(links), BATCH):
        if stop():
            raise Stopped
        part = links[position : position + BATCH]
        answers = target.ask([ReadCopy(link.event_id) for link in part])
        with ledger.together():
            for link, answer in zip(part, answers, strict=True):
                if live := _followed(link, answer):
                    ledger.put_links(target.id, [live])
                else:
                    ledger.drop_links(target.id, [link.key])


def _followed(link: Detached, answer: Answer) -> Live | None:
    if not (isinstance(answer, Copy) and answer.tag and answer.tag.key == link.key):
        return None
    *_, extras = answer.tag.fingerprint.split(".")
    return replace(
        recognition.recognised(answer, link.extent),
        fingerprint=f"{EDITED}.{EDITED}.{extras}",
        is_verified=False,
        etag=OUT_OF_SIGHT,
    )
