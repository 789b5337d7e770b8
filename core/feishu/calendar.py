"""The person's Feishu calendars: the port SourceCalendars, over the API's event list (docs/quirks.md)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import CalendarGone, CursorExpired, ServiceFailing, WrongPerson
from core.feishu.all_day_evidence import Evidence, Probe
from core.feishu.api import FeishuApi
from core.feishu.errors import RESTRICTED_WITH_CURSOR, malformed
from core.feishu.reply import Json, Reply
from core.feishu.rows import event_id_of, parse_row
from core.feishu.sdk import build_request
from core.model import AllDayEnd, Identity, RawRow, Role, Row, Side, SourceCalendarInfo, SourceChanges

log = logging.getLogger(__name__)

PRIMARY = "primary"

PAGE_SIZE = 500
"""Rows of a page; a page may be shorter, even empty."""

MOST_PAGES = 400
"""200,000 rows: a list that is longer than that is a loop."""

_SUPPORTED = frozenset({"primary", "shared"})
_READING = frozenset({Role.OWNER, Role.WRITER, Role.READER})


class FeishuCalendars:
    """See core/ports.py, SourceCalendars."""

    def __init__(self, api: FeishuApi) -> None:
        self._api = api
        self._is_anchor_repeated = True

    @property
    def clock_error(self) -> int | None:
        """Seconds that this computer's clock was ahead at the last answer; None if it is right."""
        return self._api.clock_error

    def identity(self) -> Identity:
        return self._api.session.identity()

    def stay_signed_in(self) -> None:
        """One request, and none that counts as a call of the month. Raises SignInNeeded, Unreachable, …"""
        self._api.session.stay_signed_in()

    def calendars(self) -> tuple[SourceCalendarInfo, ...]:
        found: list[SourceCalendarInfo] = []
        for page in self._pages("ListCalendarRequest", {}, ""):
            entries = page.reply.data.get("calendar_list")
            for entry in entries if isinstance(entries, list) else []:
                if (
                    isinstance(entry, dict)
                    and entry.get("is_deleted") is not True
                    and _text(entry, "calendar_id")
                ):
                    found.append(_calendar_info(entry))  # noqa: PERF401  # the condition is the point
        return tuple(sorted(found, key=lambda calendar: not calendar.is_primary))

    def find(self, calendar: str) -> SourceCalendarInfo:
        primary = self._primary()
        is_primary = calendar in {PRIMARY, _text(primary, "calendar_id")}
        if not (is_primary and primary.get("type") and primary.get("role")):
            wanted = _text(primary, "calendar_id") if is_primary else calendar
            reply = self._api.ask(lambda: build_request("GetCalendarRequest", calendar_id=wanted), wanted)
            primary = reply.data
            if _text(primary, "calendar_id") != wanted:
                raise malformed(reply)
        info = _calendar_info(primary)
        if primary.get("is_deleted") is True:
            raise CalendarGone(Side.FEISHU, info.id, "deleted")
        if info.kind not in _SUPPORTED:
            raise CalendarGone(Side.FEISHU, info.id, "unsupported")
        if info.role not in _READING:
            raise CalendarGone(Side.FEISHU, info.id, "no access")
        return info

    def pull(self, calendar_id: str, anchor: int) -> SourceChanges:
        rows: dict[str, RawRow] = {}
        cursor = ""
        for page in self._pages(
            "ListCalendarEventRequest", {"calendar_id": calendar_id, "anchor_time": str(anchor)}, calendar_id
        ):
            rows.update(_rows(page.reply))
            cursor = page.sync_token
            if page.is_last and not cursor:  # then it can't be known to be the end
                raise malformed(page.reply)
        return SourceChanges(tuple(rows.values()), cursor, is_complete=True)

    def changes(self, calendar_id: str, anchor: int, cursor: str) -> SourceChanges:
        members = {"calendar_id": calendar_id, "sync_token": cursor}
        if not self._is_anchor_repeated:
            return self._changes(members, calendar_id, cursor)
        try:
            return self._changes({**members, "anchor_time": str(anchor)}, calendar_id, cursor)
        except ServiceFailing as error:
            # Whether the two go together is not documented. Remembered, so that it costs one call, once.
            if error.code not in map(str, RESTRICTED_WITH_CURSOR):
                raise
            self._is_anchor_repeated = False
            return self._changes(members, calendar_id, cursor)

    def all_day_end(
        self, calendar_id: str, known: AllDayEnd, new: Sequence[RawRow], old: Sequence[RawRow]
    ) -> AllDayEnd:
        if known is AllDayEnd.INCLUSIVE or not Evidence.of(new):
            return known
        evidence = Evidence.of({row.event_id: row for row in (*old, *new)}.values())
        if known is AllDayEnd.UNKNOWN and evidence.has_equal_dates:
            return AllDayEnd.INCLUSIVE
        if known is AllDayEnd.EXCLUSIVE and not evidence.has_equal_dates:
            return known
        probe = evidence.probe()
        is_shown = self._is_shown(calendar_id, probe) if probe else None
        match is_shown:
            case None:
                return known
            case True:
                return AllDayEnd.INCLUSIVE
            case False:
                return AllDayEnd.CONTRADICTORY if evidence.has_equal_dates else AllDayEnd.EXCLUSIVE

    def parse(self, raw: str, all_day_end: AllDayEnd) -> Row:
        return parse_row(raw, all_day_end)

    def _is_shown(self, calendar_id: str, probe: Probe) -> bool | None:
        """None where the service has no answer to just this question: nothing else depends on it."""
        first, last = (str(seconds) for seconds in probe.hour)
        try:
            reply = self._api.ask(
                lambda: build_request(
                    "InstanceViewCalendarEventRequest",
                    calendar_id=calendar_id,
                    start_time=first,
                    end_time=last,
                ),
                calendar_id,
            )
            return probe.is_shown(_items(reply))
        except (ServiceFailing, CursorExpired, CalendarGone) as refused:
            log.warning("Feishu does not tell how all-day events end: %s", type(refused).__name__)
            return None

    def _changes(self, members: dict[str, str], calendar_id: str, cursor: str) -> SourceChanges:
        rows: dict[str, RawRow] = {}
        for page in self._pages("ListCalendarEventRequest", members, calendar_id):
            rows.update(_rows(page.reply))
            cursor = page.sync_token or cursor
        return SourceChanges(tuple(rows.values()), cursor, is_complete=False)

    def _primary(self) -> Json:
        """The primary calendar of whom the service sees. Raises WrongPerson."""
        reply = self._api.ask(
            lambda: build_request("PrimaryCalendarRequest", user_id_type="open_id"), PRIMARY
        )
        entries = reply.data.get("calendars")
        entry = entries[0] if isinstance(entries, list) and entries else None
        calendar = entry.get("calendar") if isinstance(entry, dict) else None
        if (
            not isinstance(entry, dict)
            or not isinstance(calendar, dict)
            or not _text(calendar, "calendar_id")
        ):
            raise malformed(reply)
        expected, found = self.identity().id, _text(entry, "user_id")
        if found != expected:
            raise WrongPerson(Side.FEISHU, expected, found)
        return calendar

    def _pages(self, request: str, members: dict[str, str], calendar_id: str) -> Iterator[_Page]:
        """All pages, or an error. Continues by page token or, where an incremental answer has none, by the
        newest sync token; a token that was there before would lead round in a circle."""
        seen: set[tuple[str, str]] = set()
        members = {"page_size": str(PAGE_SIZE), **members}
        for _ in range(MOST_PAGES):
            asked = dict(members)
            page = _page(self._api.ask(lambda: build_request(request, **asked), calendar_id))  # noqa: B023  # called at once
            yield page
            if page.is_last:
                return
            if page.page_token:
                members["page_token"] = page.page_token
            elif page.sync_token and "sync_token" in members:
                members.pop("page_token", None)
                members["sync_token"] = page.sync_token
            position = (members.get("page_token", ""), members.get("sync_token", ""))
            if position in seen or members == asked:
                raise malformed(page.reply)
            seen.add(position)
        raise ServiceFailing(Side.FEISHU, 200, "endless list")


@dataclass(frozen=True, slots=True)
class _Page:
    reply: Reply
    is_last: bool
    page_token: str
    sync_token: str


def _page(reply: Reply) -> _Page:
    """Without its `has_more` an answer proves nothing: it is then not what it pretends to be."""
    has_more = reply.data.get("has_more")
    if not isinstance(has_more, bool):
        raise malformed(reply)
    return _Page(reply, not has_more, _text(reply.data, "page_token"), _text(reply.data, "sync_token"))


def _rows(reply: Reply) -> dict[str, RawRow]:
    """By id, the last one of an id counts. A row without an id is kept under one of ours, to be reported."""
    rows: dict[str, RawRow] = {}
    for item in _items(reply):
        raw = json.dumps(item, sort_keys=True, separators=(",", ":"))
        event_id = event_id_of(item) or "unidentified-" + hashlib.sha256(raw.encode()).hexdigest()[:32]
        rows[event_id] = RawRow(event_id, raw)
    return rows


def _items(reply: Reply) -> list[object]:
    """An empty list may be left out, but not what it would stand in."""
    items = reply.data.get("items")
    if not isinstance(reply.body.get("data"), dict) or not (items is None or isinstance(items, list)):
        raise malformed(reply)
    return items or []


def _calendar_info(members: Json) -> SourceCalendarInfo:
    kind = _text(members, "type") or "unknown"
    try:
        role = Role(_text(members, "role"))
    except ValueError:
        role = Role.UNKNOWN
    name = _text(members, "summary_alias") or _text(members, "summary")
    is_own = kind == PRIMARY and role is Role.OWNER  # a colleague's primary calendar is of that type as well
    return SourceCalendarInfo(_text(members, "calendar_id"), name, kind, role, is_primary=is_own)


def _text(members: Json, name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""
