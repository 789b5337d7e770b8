"""Filling the pictures: what Feishu has, where the copies go, what moved in Outlook. Reads only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.errors import NAMELESS, CalendarGone, CursorExpired, MalformedRow
from core.ledger import Ledger, SourceState, TargetState
from core.links import OUT_OF_SIGHT, Link, Live, SourceView
from core.model import AllDayEnd, RawRow, Row, RowStatus, Side
from core.policy import Window
from core.ports import SourceCalendars, TargetCalendar, TargetMailbox
from core.writes import TargetChanges
from core.zones import instant_of

DAY = 86_400
FULL_PULL_EVERY = 7 * DAY
"""The safety net under incremental reading: events can leave our sight without a word."""
EARLIEST = 1
"""Feishu knows no time before 1970."""
LONGEST_WATCH = 1825 * DAY
"""What Graph takes for a calendar view. (docs/quirks.md, "calendarView/delta")"""
ANCHOR_DAYS = 31
"""How far back a pull begins, so that the window can slide inside it without reading again."""
WATCH_AHEAD = 62 * DAY
_LOOKS_LIKE_ID = re.compile(r"A[AQ]Mk[\w-]{50,}=*")


def observe_source(
    source: SourceCalendars, ledger: Ledger, person: str, configured: str, *, now: int, past_days: int
) -> SourceView:
    """Brings the rows of a Feishu calendar up to date and reads them. One request if nothing changed.

    What changed is asked for also when a full pull is due: that does not list an occurrence that was moved
    ahead, and would never tell that it was cancelled.

    Raises what the port raises; the rows stay those of the last answer then.
    """
    calendar_id = ledger.source_id(person, configured)
    state = ledger.source_state(calendar_id) if calendar_id else None
    is_continued = state is not None and _continue(source, ledger, state)
    if state is None or not is_continued or _is_pull_due(state, now, past_days):
        anchor = max(EARLIEST, now - max(ANCHOR_DAYS, past_days + 1) * DAY)
        _pull(source, ledger, person, configured, anchor, now)
    return _view(source, ledger, person, configured)


def _is_pull_due(state: SourceState, now: int, past_days: int) -> bool:
    is_fresh = 0 <= now - state.pulled_at < FULL_PULL_EVERY
    return not is_fresh or state.anchor > max(EARLIEST, now - (past_days + 1) * DAY)


def _continue(source: SourceCalendars, ledger: Ledger, state: SourceState) -> bool:
    """Applies what changed since the cursor; False when it has expired."""
    try:
        changes = source.changes(state.calendar.id, state.anchor, state.cursor)
    except CursorExpired:
        return False
    calendar_id, found = state.calendar.id, state.all_day_end
    if changes.rows:
        found = source.all_day_end(calendar_id, found, changes.rows, ledger.rows(calendar_id))
    with ledger.together():
        ledger.apply_rows(calendar_id, changes.rows, changes.cursor)
        ledger.set_all_day_end(calendar_id, found)
    return True


def _pull(
    source: SourceCalendars, ledger: Ledger, person: str, configured: str, anchor: int, now: int
) -> None:
    calendar = source.find(configured)
    before = ledger.source_state(calendar.id)
    changes = source.pull(calendar.id, anchor)
    found = source.all_day_end(
        calendar.id, before.all_day_end if before else AllDayEnd.UNKNOWN, changes.rows, ()
    )
    rows, malformed = _parsed(source, changes.rows, AllDayEnd.UNKNOWN)
    is_empty = not any(row.status is not RowStatus.CANCELLED for row in rows)
    is_nameless = any(bad.field in NAMELESS for bad in malformed)
    pulled_at = now - FULL_PULL_EVERY + DAY if is_nameless else now
    state = SourceState(calendar, changes.cursor, anchor, pulled_at, is_empty, found)
    listed = {row.event_id for row in changes.rows}
    left = [row for row in ledger.rows(calendar.id) if row.event_id not in listed]
    kept = _nameable(source, left) if is_nameless else _not_covered(source, left, state)
    ledger.replace_rows(person, configured, state, (*changes.rows, *kept))


def _nameable(source: SourceCalendars, left: Sequence[RawRow]) -> list[RawRow]:
    """Of known rows that a pull does not list. Where it lists one that nobody can name, that may be any of
    them: what really went is told by the next changes, or by the next pull, a day later."""
    _, malformed = _parsed(source, left, AllDayEnd.UNKNOWN)
    nameless = {bad.event_id for bad in malformed if bad.field in NAMELESS}
    return [row for row in left if row.event_id not in nameless]


def _not_covered(source: SourceCalendars, left: Sequence[RawRow], state: SourceState) -> list[RawRow]:
    """Of known rows that a pull does not list: occurrences that were moved ahead, past the anchor. A pull
    lists an exception by its original start too: that it leaves these out proves nothing. (docs/quirks.md,
    "Feishu rows")"""
    rows, _ = _parsed(source, left, state.all_day_end)
    moved = {
        row.event_id
        for row in rows
        if row.status is not RowStatus.CANCELLED
        and row.span
        and row.original_start is not None
        and row.original_start < state.anchor <= instant_of(row.span.end)
    }
    return [row for row in left if row.event_id in moved]


def _view(source: SourceCalendars, ledger: Ledger, person: str, configured: str) -> SourceView:
    calendar_id = ledger.source_id(person, configured)
    state = ledger.source_state(calendar_id) if calendar_id else None
    if state is None:
        raise CalendarGone(Side.FEISHU, configured, "not found")
    rows, malformed = _parsed(source, ledger.rows(state.calendar.id), state.all_day_end)
    has_live = any(row.status is not RowStatus.CANCELLED for row in rows)
    return SourceView(
        state.calendar, tuple(rows), tuple(malformed), state.anchor, state.is_empty and not has_live
    )


def _parsed(
    source: SourceCalendars, raws: Sequence[RawRow], all_day_end: AllDayEnd
) -> tuple[list[Row], list[MalformedRow]]:
    rows: list[Row] = []
    malformed: list[MalformedRow] = []
    for raw in raws:
        try:
            rows.append(source.parse(raw.raw, all_day_end))
        except MalformedRow as bad:
            # Whatever else can't be read of it, it is known which one it is.
            malformed.append(bad if bad.event_id else replace(bad, event_id=raw.event_id))
    return rows, malformed


def find_target(
    mailbox: TargetMailbox, ledger: Ledger, person: str, configured: str
) -> tuple[TargetState, bool]:
    """The Outlook calendar that a setting names, and whether it was made just now.

    Found or made once; then known by its id. Raises CalendarGone.
    """
    known = ledger.target(person, configured)
    if known:
        return known, False
    info = mailbox.find(configured)
    is_new = info is None
    if info is None:
        if _LOOKS_LIKE_ID.fullmatch(configured):
            raise CalendarGone(Side.OUTLOOK, configured, "not found")
        info = mailbox.create(configured)
    if not info.can_edit:
        raise CalendarGone(Side.OUTLOOK, info.name, "read only")
    state = TargetState(info.id, is_ours=is_new)
    ledger.name_target(person, configured, state)
    return state, is_new


def watch_target(
    target: TargetCalendar, ledger: Ledger, person: str, configured: str, window: Window
) -> tuple[int, int]:
    """Marks the links whose copies moved in Outlook since the last look as unverified. Returns from when and
    up to when it has looked, in Unix seconds."""
    state = ledger.target(person, configured)
    if state is None:
        return window.first, window.last
    link = state.watch_link if state.watch_until >= window.last else ""
    until = state.watch_until if link else window.last + WATCH_AHEAD
    first, last = max(window.first - ANCHOR_DAYS * DAY, until - LONGEST_WATCH), until
    try:
        changes = target.changes(_time(first), _time(last), link)
    except CursorExpired:
        changes = target.changes(_time(first), _time(last), "")
    with ledger.together():
        links = ledger.links(target.id, "")
        if changes.is_complete:
            changes = replace(changes, removed=changes.removed | _unlisted(changes, links, first, last))
        ledger.put_links(target.id, _moved(changes, links))
        ledger.put_watch(target.id, changes.link, until)
    return first, until


def _unlisted(changes: TargetChanges, links: Mapping[str, Link], first: int, last: int) -> set[str]:
    """Copies that a complete listing of [first, last) should show, and does not."""
    return {
        link.event_id
        for link in links.values()
        if isinstance(link, Live)
        and link.event_id not in changes.changed
        and link.extent.starts_at < last
        and (link.extent.ends_at is None or link.extent.ends_at > first)
    }


def _moved(changes: TargetChanges, links: Mapping[str, Link]) -> list[Link]:
    moved: list[Link] = []
    for link in links.values():
        if not isinstance(link, Live):
            continue
        is_listed = link.event_id in changes.changed
        is_out_of_sight = link.event_id in changes.removed and not is_listed
        is_touched = link.event_id in changes.touched_series and not is_listed
        if is_out_of_sight or is_touched or changes.changed.get(link.event_id, link.etag) != link.etag:
            etag = OUT_OF_SIGHT if is_out_of_sight else "" if link.etag == OUT_OF_SIGHT else link.etag
            occurrences = None if link.is_series else link.occurrences
            moved.append(replace(link, is_verified=False, occurrences=occurrences, etag=etag))
    return moved


def _time(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
