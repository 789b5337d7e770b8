"""calendarView/delta: what changed in a window since the last round.

A token stands for a state that the world keeps; tokens that it doesn't know have expired.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sandbox.microsoft import occurrences, rendering, window_calls
from sandbox.microsoft.calls import Answer, Call
from sandbox.microsoft.errors import GraphError
from sandbox.microsoft.ids import EventId
from sandbox.microsoft.mailbox import Calendar, Event, Json
from sandbox.microsoft.occurrences import Occurrence
from sandbox.microsoft.rendering import Item

_DEFAULT_PAGE = 50
_RESOURCE = "not supported with change tracking over the 'CalendarView' resource"


@dataclass(frozen=True, slots=True)
class Gone:
    """An event that was deleted or left the window, or changed outside of it: rows don't tell these apart."""

    number: int
    moves: int


Row = Item | Gone


@dataclass(frozen=True, slots=True)
class SyncState:
    calendar: Calendar
    start: datetime
    end: datetime
    since: int
    """The generation up to which everything was told once `pending` is told too."""
    pending: tuple[Row, ...] = ()


def calendar_view_delta(call: Call) -> Answer:
    """First round, next page or next round. Raises GraphError (410 for an expired token)."""
    if not call.world.switches.offers_delta:
        raise GraphError(
            400, "ErrorInvalidRequest", "Change tracking is not supported against this calendar."
        )
    _refuse_parameters(call)
    calendar, mailbox = call.calendar, call.world.mailbox
    query = {name.lower(): value for name, value in call.query.items()}
    token = query.get("$skiptoken") or query.get("$deltatoken")
    if token is None:
        start, end = window_calls.window(call)
        state = SyncState(calendar, start, end, mailbox.generation, tuple(_everything(calendar, start, end)))
    else:
        state = _known(call, calendar, token)
        if "$deltatoken" in query:
            rows = tuple(_changes(state))
            state = SyncState(calendar, state.start, state.end, mailbox.generation, rows)
    return _page(call, state)


def _everything(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Row]:
    for event in calendar.events.values():
        yield from _rows(event, start, end)


def _changes(state: SyncState) -> Iterator[Row]:
    for event in state.calendar.events.values():
        if event.reported > state.since:
            rows = _rows(event, state.start, state.end)
            yield from rows or [Gone(event.number, event.moves)]
    for number, removal in state.calendar.removed.items():
        if removal.generation > state.since:
            yield Gone(number, removal.moves)


def _rows(event: Event, start: datetime, end: datetime) -> list[Row]:
    """A single event, or a series with all its occurrences in the window; nothing if it is outside."""
    if event.rule is None:
        return [event] if event.span.overlaps(start, end) else []
    inside = occurrences.between(event, start, end)
    return [event, *inside] if inside else []


def _known(call: Call, calendar: Calendar, token: str) -> SyncState:
    state = call.world.sync_states.get(token)
    if not isinstance(state, SyncState) or state.calendar is not calendar:
        message = "The sync state generation is not found; generation=0."
        raise GraphError(410, "SyncStateNotFound", message, headers={"Location": f"{call.link}?$deltatoken="})
    return state


def _page(call: Call, state: SyncState) -> Answer:
    size = call.preferences.page_size or _DEFAULT_PAGE
    rest = state.pending[size:]
    token = secrets.token_urlsafe(48)
    call.world.sync_states[token] = SyncState(state.calendar, state.start, state.end, state.since, rest)
    name, kind = ("nextLink", "$skiptoken") if rest else ("deltaLink", "$deltatoken")
    body = {
        "@odata.context": f"{call.root}/$metadata#Collection(event)",
        "value": [_represented(call, row) for row in state.pending[:size]],
        f"@odata.{name}": f"{call.link}?{kind}={token}",
    }
    return Answer(200, body, {"Preference-Applied": "odata.track-changes"})


def _represented(call: Call, row: Row) -> Json:
    if isinstance(row, Gone):
        gone_id = EventId(row.number, None, None if call.preferences.immutable_ids else row.moves)
        return {"id": str(gone_id), "@removed": {"reason": "deleted"}}
    if isinstance(row, Occurrence) and row.exceptional is None:
        return rendering.skeleton(row, call.preferences)
    whole = rendering.event(row, call.preferences, call.owner)
    whole.pop("originalStart", None)
    return {"@odata.type": "#microsoft.graph.event", **whole}


def _refuse_parameters(call: Call) -> None:
    for name in call.query:
        if name.lower() == "$top":
            message = (
                f"The '$top' parameter is {_RESOURCE} as page size cannot be guaranteed. "
                "Express page size preferences using the Prefer: odata.maxpagesize= header instead."
            )
            raise GraphError(400, "ErrorInvalidUrlQuery", message)
        if name.lower() not in ("startdatetime", "enddatetime", "$skiptoken", "$deltatoken"):
            message = (
                f"The following parameters are {_RESOURCE}: '$orderby, $filter, $select, $expand, $search'."
            )
            raise GraphError(400, "ErrorInvalidUrlQuery", message)
