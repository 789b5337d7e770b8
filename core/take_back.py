"""Copies that were let go are followed again, where a person wants that. The next run puts them right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import recognition
from core.errors import Stopped
from core.executor import BATCH
from core.ledger import Ledger
from core.links import OUT_OF_SIGHT, Detached, Live
from core.model import Answer, Copy, ReadCopy
from core.planner import EDITED
from core.ports import Stop, TargetCalendar


def take_back(ledger: Ledger, target: TargetCalendar, links: Sequence[Detached], stop: Stop) -> None:
    """Of a copy that is there, the next run decides as of one that was just edited, or moved: what was let go
    for its attendees, or for its place, is let go again unless that has changed. One that is not there, or is
    not ours any more, is forgotten: its event is one that has no copy. Raises SyncError; what was done until
    then is recorded, and doing it again finishes it."""
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
