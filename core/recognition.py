"""Whose event is it, and what does a fresh look at it tell? Pure; docs/sync-rules.md has the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from core import fingerprint, mirror
from core.links import Creating, Detached, Extent, Link, Live
from core.mirror import Desired
from core.model import Copy, MirrorEvent
from core.operations import Operation, Recognise, RemoveDouble
from core.planner import EDITED
from core.policy import Window, is_all_day
from core.reasons import Code, because
from core.report import EventNote, Reason
from core.settings import LocalChanges
from core.situation import Situation
from core.zones import date_of, instant_of, text

UNFINISHED = "unfinished"
"""Stands for the fingerprint of a copy that was about to be adopted or deleted."""


def is_genuine(copy: Copy) -> bool:
    """Made by us, and not a duplicate that a person made of our copy: Outlook copies the tag with the
    event, but the transaction id of its creation stays with the first. Adopted events have none of ours."""
    tag = copy.tag
    return tag is not None and (tag.is_adopted or tag.transaction_id == copy.transaction_id)


def recognise(
    listing: Iterable[Copy], links: Mapping[str, Link], desired: Desired, key_prefix: str
) -> list[Operation]:
    """Links for our copies that the ledger does not know."""
    operations: list[Operation] = []
    for key, copies in sorted(_unknown(listing, links, key_prefix).items()):
        link, event = links.get(key), desired.events.get(key)
        if isinstance(link, Live | Detached) or (event is None and link is None):
            continue
        first, *others = sorted(copies, key=lambda copy: _age(copy, link))
        operations.append(Recognise(found_again(first, event)))
        # Nothing tells a duplicate that a person made of an adopted event from that event but its age.
        doubles = [other for other in others if other.tag and not other.tag.is_adopted]
        operations += [RemoveDouble(double, because(Code.DOUBLED)) for double in doubles]
    return operations


def ours(event: MirrorEvent, copies: Iterable[Copy]) -> Copy | None:
    """The copy of an event among others."""
    genuine = [copy for copy in copies if copy.tag and copy.tag.key == event.key and is_genuine(copy)]
    return min(genuine, key=lambda copy: _age(copy, None), default=None)


def left_over(
    listing: Iterable[Copy], links: Mapping[str, Link], key_prefix: str, window: Window
) -> list[Copy]:
    """Our copies that neither the ledger nor Feishu knows. What is over is history, and nothing to tell."""
    unknown = _unknown(listing, links, key_prefix)
    copies = [copy for key in sorted(unknown) if key not in links for copy in unknown[key]]
    return [copy for copy in copies if not extent_of(copy).is_over(window)]


def _unknown(listing: Iterable[Copy], links: Mapping[str, Link], key_prefix: str) -> Mapping[str, list[Copy]]:
    """Genuine copies of this Feishu calendar, by key, that the ledger does not know by their id."""
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
    return by_key


def _age(copy: Copy, link: Link | None) -> tuple[bool, str, str]:
    """The copy of an unfinished creation first, then the one created earliest."""
    is_other = not (isinstance(link, Creating) and copy.transaction_id == link.transaction_id)
    return is_other, copy.created, copy.event_id


def found_again(copy: Copy, event: MirrorEvent | None) -> Live | Detached:
    """The link to a copy of ours that the ledger did not know: let go at once if it has attendees, since
    only the ledger knew that it was. It lies where it was written, which is not where its event is now."""
    link = recognised(copy, _found_at(copy, event))
    return let_go(link, because(Code.ATTENDEES_ADDED)) if copy.has_attendees else link


def _found_at(copy: Copy, event: MirrorEvent | None) -> Extent:
    if event is None:
        return extent_of(copy)
    written = copy.tag.fingerprint if copy.tag else ""
    if fingerprint.difference(written, fingerprint.of_event(event)).shape:
        return replace(extent_of(copy), series=event.part_of)
    return mirror.extent(event)


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
        is_found_again=copy.is_series,
    )


def after_reading(
    link: Live, copy: Copy | None, situation: Situation, in_calendar: Iterable[Copy] | None = None
) -> Link | None:
    """What is known of a doubtful copy once it was read; None: it is gone, and so is the link.

    `in_calendar`: the copies of its key that its own calendar has, of one that is out of sight."""
    keeps = situation.local_changes is LocalChanges.KEEP
    if copy is None:
        is_theirs = keeps and link.fingerprint != UNFINISHED
        return let_go(link, because(Code.DELETED_IN_OUTLOOK)) if is_theirs else None
    if link.is_adopted and link.fingerprint == UNFINISHED and copy.tag is None:
        return (
            None  # its adoption never happened: it is its owner's, and looked at anew if it is still wanted
        )
    if copy.has_attendees:
        return let_go(link, because(Code.ATTENDEES_ADDED))
    if in_calendar is not None and all(each.event_id != copy.event_id for each in in_calendar):
        return let_go(link, because(Code.MOVED_TO_OTHER_CALENDAR))
    written = _as_written(link, copy)
    if keeps and EDITED in written and EDITED not in link.fingerprint:
        return let_go(link, because(Code.CHANGED_IN_OUTLOOK))
    return replace(
        link,
        etag=copy.etag,
        is_verified=True,
        is_series=copy.is_series,
        stored_print=copy.print,
        fingerprint=written,
        # Whoever was at it may have been at its occurrences.
        occurrences=None if copy.is_series and copy.etag != link.etag else link.occurrences,
        extent=_extent_now(link, copy, written),
        replaced_at=_replaced_at(link, copy, situation),
    )


def _extent_now(link: Live, copy: Copy, written: str) -> Extent:
    """A writing that is newer than the link knows may have moved the copy."""
    is_news = copy.tag is not None and written == copy.tag.fingerprint != link.fingerprint
    return replace(extent_of(copy), series=link.extent.series) if is_news else link.extent


def _replaced_at(link: Live, copy: Copy, situation: Situation) -> int:
    """Since when what we wrote is replaced by what another installation writes (docs/sync-rules.md)."""
    if copy.tag is None or copy.tag.installation == situation.installation:
        return 0
    is_ours_no_more = _is_writing(link.fingerprint) and copy.tag.fingerprint != link.fingerprint
    return link.replaced_at or (situation.now if is_ours_no_more else 0)


def _is_writing(written: str) -> bool:
    """False where it stands for what a person edited, or for what was about to be deleted or adopted."""
    return written != UNFINISHED and EDITED not in written


def _as_written(link: Live, copy: Copy) -> str:
    """The fingerprint of what the copy says, as far as it is ours."""
    if copy.tag is None or copy.tag.key != link.key:
        return UNFINISHED if link.fingerprint == UNFINISHED else EDITED
    if EDITED in link.fingerprint:
        # Was to be put back, and the answer never came: the tag is the same before and after.
        return link.fingerprint
    if copy.tag.fingerprint != link.fingerprint:
        # Our own write landed though its answer was lost.
        return copy.tag.fingerprint
    if link.stored_print in {"", copy.print}:
        return link.fingerprint
    *_, extras = link.fingerprint.split(".")
    return f"{EDITED}.{EDITED}.{extras}"


def let_go(link: Live, reason: Reason) -> Detached:
    """The copy stays as it is and is not followed any more."""
    return Detached(link.key, link.event_id, reason, link.extent)


def twin(event: MirrorEvent, copies: Iterable[Copy]) -> Copy | None:
    """An event without our tag that says the same at the same start: the person has it already."""
    for copy in copies:
        if copy.tag is None and copy.subject == event.content.subject and _starts_alike(event, copy):
            return copy
    return None


def adopted(event: MirrorEvent, copy: Copy, where: Extent, transaction_id: str) -> Live:
    """The link to a person's own event that is about to become ours."""
    return Live(
        key=event.key,
        transaction_id=transaction_id,
        event_id=copy.event_id,
        etag=copy.etag,
        is_verified=False,
        fingerprint=UNFINISHED,
        stored_print=copy.print,
        is_series=copy.is_series,
        occurrences=None if copy.is_series else {},
        extent=where,
        is_adopted=True,
    )


def _starts_alike(event: MirrorEvent, copy: Copy) -> bool:
    same_kind = type(event.span.start) is type(copy.span.start)
    return same_kind and instant_of(event.span.start) == instant_of(copy.span.start)


def extent_of(copy: Copy) -> Extent:
    """Of a copy that no Feishu event describes any more."""
    start = copy.span.start
    return Extent(copy.subject, text(start), instant_of(start), _ends_at(copy), is_all_day(start))


def _ends_at(copy: Copy) -> int | None:
    first_end = instant_of(copy.span.end)
    if not copy.is_series:
        return first_end
    if copy.last_day is None:
        return None
    # The days of a range are the series' own, the copy's times are in UTC: a day more.
    later = copy.last_day - date_of(copy.span.start) + timedelta(days=1)
    return first_end + int(later.total_seconds())


def note(copy: Copy) -> EventNote:
    """Of one that is left over."""
    return EventNote(copy.subject, text(copy.span.start), because(Code.LEFT_OVER))
