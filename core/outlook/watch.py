"""What changed in an Outlook calendar: calendarView/delta, or a listing where the service offers none.
(docs/quirks.md, "calendarView/delta")
"""

from __future__ import annotations

import logging
from datetime import datetime

from core.errors import CalendarGone, CursorExpired, ServiceFailing
from core.model import Side
from core.outlook.errors import is_expired_cursor, is_gone
from core.outlook.graph import MAX_PAGES, Graph, accepted
from core.outlook.paths import calendar_path
from core.outlook.reading import items_of, query
from core.outlook.reply import Json, Request
from core.writes import TargetChanges

log = logging.getLogger(__name__)

LISTED = "listed"
"""The link of a calendar of which the service does not tell what changed."""
_NOT_OFFERED = frozenset({400, 405, 501})
_LISTING = "$top=500", "$select=id,type"
_PREFER = "odata.maxpagesize=500"
"""Headers are not part of the link: the same one on every page and in every round."""


class OutlookWatch:
    def __init__(self, graph: Graph, calendar_id: str) -> None:
        self._graph = graph
        self._calendar_id = calendar_id

    def changes(self, window_start: datetime, window_end: datetime, link: str) -> TargetChanges:
        """All pages of a round: everything in the window where `link` is empty, else what changed since.

        The window (aware) is part of the link; another one needs a new round. Raises CursorExpired,
        CalendarGone("deleted") and what Graph raises.
        """
        if link == LISTED:
            return self._listed()
        if link:
            return self._round(self._graph.path_of(link), is_complete=False)
        try:
            return self._round(self._first(window_start, window_end), is_complete=True)
        except (CursorExpired, CalendarGone):
            log.info("Outlook does not tell what changed in this calendar: it is listed each time")
            return self._listed()

    def _listed(self) -> TargetChanges:
        """Every event and series with its etag, which changes with each of its occurrences."""
        request = Request("GET", f"{calendar_path(self._calendar_id)}/events?{query(*_LISTING)}")
        missing = CalendarGone(Side.OUTLOOK, self._calendar_id, "deleted")
        changed: dict[str, str] = {}
        for page in self._graph.pages(request, missing=missing):
            for row in items_of(page):
                _note(row, changed, set(), set())
        return TargetChanges(changed, frozenset(), frozenset(), LISTED, is_complete=True)

    def _round(self, path: str, *, is_complete: bool) -> TargetChanges:
        changed: dict[str, str] = {}
        touched: set[str] = set()
        removed: set[str] = set()
        seen: set[str] = set()
        while path not in seen and len(seen) < MAX_PAGES:
            seen.add(path)
            page = self._page(path)
            for row in items_of(page):
                _note(row, changed, touched, removed)
            if "@odata.deltaLink" in page:
                next_round = str(page["@odata.deltaLink"])
                self._graph.path_of(next_round)
                return TargetChanges(changed, frozenset(touched), frozenset(removed), next_round, is_complete)
            path = self._graph.path_of(page.get("@odata.nextLink"))
        raise ServiceFailing(Side.OUTLOOK, 200, "endless paging")

    def _page(self, path: str) -> Json:
        reply = self._graph.send(Request("GET", path, prefer=_PREFER))
        if is_expired_cursor(reply) or reply.status in _NOT_OFFERED:
            raise CursorExpired(Side.OUTLOOK)
        if is_gone(reply):
            raise CalendarGone(Side.OUTLOOK, self._calendar_id, "deleted")
        return accepted(reply)

    def _first(self, start: datetime, end: datetime) -> str:
        window = (f"startDateTime={start.isoformat()}", f"endDateTime={end.isoformat()}")
        return f"{calendar_path(self._calendar_id)}/calendarView/delta?{query(*window)}"


def _note(row: Json, changed: dict[str, str], touched: set[str], removed: set[str]) -> None:
    """The last word on an id counts."""
    event_id, kind = row.get("id"), row.get("type")
    if not isinstance(event_id, str):
        raise ServiceFailing(Side.OUTLOOK, 200, "malformed id")
    if "@removed" in row:
        changed.pop(event_id, None)
        removed.add(event_id)
        return
    removed.discard(event_id)
    if kind == "seriesMaster":
        touched.add(event_id)
    elif kind in ("occurrence", "exception"):
        touched.add(str(row.get("seriesMasterId")))
    if kind != "occurrence":
        changed[event_id] = str(row.get("@odata.etag", ""))
