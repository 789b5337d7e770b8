"""The events of a calendar: list, get, instance view, instances. All read only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from sandbox.feishu import cursors, wire
from sandbox.feishu.calendars import find_readable
from sandbox.feishu.gateway import READ_EVENTS, admit, seconds, success, user_id_type, whole_number
from sandbox.feishu.occurrences import Occurrence, expand, generated, touches, within
from sandbox.feishu.refusals import Refusal
from sandbox.feishu.rows import Calendar, EventRow, instant

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

_EVENTS = "/open-apis/calendar/v4/calendars/<calendar_id>/events"
_DAY = 86400


def blueprint(world: FeishuWorld) -> Blueprint:
    routes = Blueprint("events", __name__)

    def readable(calendar_id: str) -> tuple[Calendar, str, str]:
        """The calendar, the caller's role in it and open_id."""
        caller = admit(world, READ_EVENTS)
        calendar = find_readable(world, caller, calendar_id)
        return calendar, calendar.role_of(caller.person) or "", caller.person.open_id

    @routes.get(_EVENTS)
    def events(calendar_id: str) -> Response:
        calendar, role, open_id = readable(calendar_id)
        kind = user_id_type()
        if "start_time" in request.args or "end_time" in request.args:
            rows, says = _in_window(world, calendar), {"has_more": False, "page_token": ""}
        else:
            rows, says = _since(world, calendar, open_id)
        return success({**says, "items": [wire.event(row, role, world.quirks, kind) for row in rows]})

    @routes.get(_EVENTS + "/instance_view")
    def instance_view(calendar_id: str) -> Response:
        calendar, role, _ = readable(calendar_id)
        kind = user_id_type()
        lower, upper = _window()
        if upper - lower >= 40 * _DAY:
            raise Refusal(193103)
        shown = within(calendar, lower, upper)
        if len(shown) > 1000:
            raise Refusal(193104)
        return success({"items": [wire.viewed(each, role, world.quirks, kind) for each in shown]})

    @routes.get(_EVENTS + "/<event_id>")
    def event(calendar_id: str, event_id: str) -> Response:
        calendar, role, _ = readable(calendar_id)
        kind = user_id_type()
        most = whole_number("max_attendee_num", 10, 1, 100)
        shown = _find(world, calendar, event_id)
        found = (
            wire.virtual_instance(shown, role, world.quirks, kind)
            if shown.event_id != shown.row.event_id
            else (wire.event(shown.row, role, world.quirks, kind))
        )
        if request.args.get("need_attendee") == "true":
            found |= _attendees(calendar, shown.row, most)
        return success({"event": found})

    @routes.get(_EVENTS + "/<event_id>/instances")
    def instances(calendar_id: str, event_id: str) -> Response:
        calendar, role, _ = readable(calendar_id)
        size = whole_number("page_size", 50, 10, 500)
        first = whole_number("page_token", 0, 0, 10**9)
        lower, upper = _window()
        if upper - lower > 731 * _DAY:
            raise Refusal(193103)
        master = _find(world, calendar, event_id).row
        if not master.recurrence or master.event_id != event_id:
            raise Refusal(190002, "the event is not recurring")
        shown = _instances(calendar, master, lower, upper)
        has_more = len(shown) > first + size
        return success({
            "items": [wire.instance(each, role, world.quirks) for each in shown[first : first + size]],
            "has_more": has_more,
            "page_token": str(first + size) if has_more else "",
        })  # fmt: skip

    return routes


def _since(world: FeishuWorld, calendar: Calendar, open_id: str) -> tuple[list[EventRow], dict[str, Any]]:
    """A full pull, or what has changed since a sync token."""
    anchor = seconds("anchor_time")
    here = cursors.asked(world, calendar.calendar_id, open_id, anchor)
    rows = {
        row.version: row for row in calendar.rows.values() if here.is_increment or _is_after(row, here.anchor)
    }
    return cursors.page(
        world, here, rows, calendar.version, has_pages=here.is_increment or here.anchor is not None
    )


def _is_after(row: EventRow, anchor: int | None) -> bool:
    """Whether a full pull from `anchor` tells of the row: all masters, however long ago they ended."""
    if anchor is None or row.recurrence:
        return True
    return instant(row.end) >= anchor and (not row.is_exception or row.original >= anchor)


def _in_window(world: FeishuWorld, calendar: Calendar) -> list[EventRow]:
    """Cut at the page size, without a word."""
    if request.args.get("sync_token"):
        raise Refusal(190009)
    if request.args.get("page_token") or "anchor_time" in request.args:
        raise Refusal(190002, "start_time and end_time cannot be combined with page_token or anchor_time")
    size = min(whole_number("page_size", 500, 50, 1000), world.quirks.longest_page)
    lower, upper = _window()
    return [row for row in calendar.rows.values() if _is_within(row, lower, upper)][:size]


def _is_within(row: EventRow, lower: int, upper: int) -> bool:
    if row.recurrence:
        return any(True for _ in expand(row, lower, upper))
    return touches(row.start, row.end, lower, upper)


def _window() -> tuple[int, int]:
    lower, upper = seconds("start_time"), seconds("end_time")
    if lower is None or upper is None:
        raise Refusal(190002, "start_time and end_time are both needed")
    if upper <= lower:
        raise Refusal(190002, "end_time should be later than start_time")
    return lower, upper


def _find(world: FeishuWorld, calendar: Calendar, event_id: str) -> Occurrence:
    if not re.fullmatch(r".+_\d{1,11}", event_id):
        raise Refusal(193000)
    row = calendar.rows.get(event_id)
    if row and not row.is_live and not world.quirks.deleted_events_readable:
        raise Refusal(193003)
    if row:
        return Occurrence(event_id, row.start, row.end, row)
    uid, _, original = event_id.rpartition("_")
    master = calendar.rows.get(f"{uid}_0")
    if master and master.is_live and master.recurrence and world.quirks.virtual_instances:
        for shown in generated(calendar, master, int(original), int(original) + 1):
            if shown.event_id == event_id:
                return shown
    raise Refusal(193001)


def _instances(calendar: Calendar, master: EventRow, lower: int, upper: int) -> list[Occurrence]:
    return [shown for shown in within(calendar, lower, upper) if shown.row.uid == master.uid]


def _attendees(calendar: Calendar, row: EventRow, most: int) -> dict[str, Any]:
    is_organizer = row.organizer_calendar_id == calendar.calendar_id
    if not is_organizer and row.details.get("attendee_ability") == "none":
        raise Refusal(194001)
    return {"attendees": row.attendees[:most], "has_more_attendee": len(row.attendees) > most}
