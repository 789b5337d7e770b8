"""Whose event is it, and what does a fresh look at it tell? Pure; PRODUCT.md, "The tag"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core import mirror
from core.links import Creating, Detached, Extent, Link, Live
from core.mirror import Desired
from core.model import Copy, EventNote, MirrorEvent, Reason
from core.operations import Operation, Recognise, RemoveDouble
from core.planner import EDITED
from core.policy import is_all_day
from core.reasons import Code, because
from core.zones import instant_of, text


def is_genuine(copy: Copy) -> bool:
    """Made by us, and not a duplicate that a person made of our copy: Outlook copies the tag with the
    event, but the transaction id of its creation stays with the first. Adopted events have none of ours."""
    tag = copy.tag
    return tag is not None and (tag.is_adopted or tag.transaction_id == copy.transaction_id)


def recognise(
    listing: Iterable[Copy], links: Mapping[str, Link], desired: Desired, key_prefix: str
) -> tuple[list[Operation], list[EventNote]]:
    """Links for our copies that the ledger does not know; and what is left over, for the report."""
    known = {link.event_id for link in links.values() if not isinstance(link, Creating)}
    by_key: dict[str, list[Copy]] = {}
    for copy in listing:
        if (
            copy.tag
            and copy.tag.key.startswith(key_prefix)
            and copy.event_id not in known
            and is_genuine(copy)
        ):
            by_key.setdefault(copy.tag.key, []).append(copy)
    operations: list[Operation] = []
    left_over: list[EventNote] = []
    for key, copies in sorted(by_key.items()):
        link = links.get(key)
        if isinstance(link, Live | Detached):
            continue
        event = desired.events.get(key)
        if event is None and link is None:
            left_over += [_note(copy) for copy in copies]
            continue
        first, *others = sorted(copies, key=lambda copy: _age(copy, link))
        where = mirror.extent(event) if event else extent_of(first)
        operations.append(Recognise(recognised(first, where)))
        operations += [RemoveDouble(other, because(Code.DOUBLED)) for other in others]
    return operations, left_over


def _age(copy: Copy, link: Link | None) -> tuple[bool, str, str]:
    """The copy of an unfinished creation first, then the one created earliest."""
    is_other = not (isinstance(link, Creating) and copy.transaction_id == link.transaction_id)
    return is_other, copy.created, copy.event_id


def recognised(copy: Copy, where: Extent) -> Live:
    """The link to a tagged copy: its tag says what was written into it last, but nothing of the
    occurrences of a series."""
    if copy.tag is None:
        raise ValueError("only a tagged copy can be recognised")
    return Live(
        key=copy.tag.key,
        transaction_id=copy.tag.transaction_id,
        event_id=copy.event_id,
        etag=copy.etag,
        is_verified=True,
        fingerprint=copy.tag.fingerprint,
        stored_print=copy.print,
        is_series=copy.is_series,
        occurrences=None if copy.is_series else {},
        extent=where,
        is_adopted=copy.tag.is_adopted,
    )


def after_reading(link: Live, copy: Copy | None) -> Link | None:
    """What is known of a doubtful copy once it was read; None: it is gone, and so is the link."""
    if copy is None:
        return None
    if copy.has_attendees:
        return let_go(link, because(Code.ATTENDEES_ADDED))
    seen = replace(link, etag=copy.etag, is_verified=True, is_series=copy.is_series, stored_print=copy.print)
    if copy.tag is None or copy.tag.key != link.key:
        return replace(seen, fingerprint=EDITED)
    if EDITED in link.fingerprint:
        # Was to be put back, and the answer never came: the tag is the same before and after.
        return seen
    if copy.tag.fingerprint != link.fingerprint:
        # Our own write landed though its answer was lost.
        return replace(seen, fingerprint=copy.tag.fingerprint)
    if link.stored_print in {"", copy.print}:
        return seen
    *_, extras = link.fingerprint.split(".")
    return replace(seen, fingerprint=f"{EDITED}.{EDITED}.{extras}")


def let_go(link: Live, reason: Reason) -> Detached:
    """The copy stays as it is and is not followed any more."""
    return Detached(link.key, link.event_id, reason, link.extent)


def twin(event: MirrorEvent, copies: Iterable[Copy]) -> Copy | None:
    """An event without our tag that says the same at the same start: the person has it already."""
    for copy in copies:
        if copy.tag is None and copy.subject == event.content.subject and _starts_alike(event, copy):
            return copy
    return None


def _starts_alike(event: MirrorEvent, copy: Copy) -> bool:
    same_kind = type(event.span.start) is type(copy.span.start)
    return same_kind and instant_of(event.span.start) == instant_of(copy.span.start)


def extent_of(copy: Copy) -> Extent:
    """Of a copy that no Feishu event describes any more."""
    start = copy.span.start
    ends_at = None if copy.is_series else instant_of(copy.span.end)
    return Extent(copy.subject, text(start), instant_of(start), ends_at, is_all_day(start))


def _note(copy: Copy) -> EventNote:
    return EventNote(copy.subject, text(copy.span.start), because(Code.LEFT_OVER))
