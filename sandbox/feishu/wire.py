"""Rows and calendars as the service sends them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.feishu.accounts import Person
from sandbox.feishu.occurrences import Occurrence
from sandbox.feishu.quirks import Quirks
from sandbox.feishu.rows import DETAILS, Calendar, EventRow, instant

_HIDDEN = ("summary", "description", "location", "vchat")
_DETAIL_READERS = {
    "public": ("free_busy_reader", "reader", "writer", "owner"),
    "default": ("reader", "writer", "owner"),
    "private": ("writer", "owner"),
}
_NOT_IN_VIEW = ("recurrence", "reminders", "create_time")
_IN_INSTANCES = ("event_id", "summary", "description", "start_time", "end_time", "status", "is_exception",
                 "app_link", "location")  # fmt: skip


def calendar(kept: Calendar, viewer: Person) -> dict[str, Any]:
    role = kept.role_of(viewer)
    return {
        "calendar_id": kept.calendar_id,
        "summary": kept.summary,
        "description": kept.description,
        "permissions": kept.permissions,
        "color": kept.color,
        "type": kept.type,
        "summary_alias": "",
        "is_deleted": kept.is_deleted or role is None,
        "is_third_party": kept.is_third_party,
        "role": role or "unknown",
    }


def event(row: EventRow, role: str, quirks: Quirks, id_type: str = "open_id") -> dict[str, Any]:
    """A row of the event list."""
    if not row.is_live and quirks.minimal_cancelled_rows:
        return {"event_id": row.event_id, "status": "cancelled", **row.distortion}
    details = {**DETAILS, **row.details}
    if role not in _DETAIL_READERS[details["visibility"]]:
        details = {name: value for name, value in details.items() if name not in _HIDDEN}
    return {
        "event_id": row.event_id,
        "organizer_calendar_id": row.organizer_calendar_id,
        **details,
        **_times(row.start, row.end, row.zone, quirks),
        "recurrence": quirks.rule_prefix + row.recurrence if row.recurrence else "",
        "status": row.status,
        "is_exception": row.is_exception,
        "recurring_event_id": row.master_id if row.is_exception else "",
        "create_time": str(int(row.created)),
        "event_organizer": {"user_id": row.organizer.id_of_type(id_type), "display_name": row.organizer.name},
        "app_link": _app_link(row.event_id, row.start),
        **({"member_of_the_future": {"since": "2027"}} if quirks.unknown_members else {}),
        **row.distortion,
    }


def viewed(shown: Occurrence, role: str, quirks: Quirks, id_type: str = "open_id") -> dict[str, Any]:
    """An item of the instance view."""
    item = virtual_instance(shown, role, quirks, id_type)
    return {name: value for name, value in item.items() if name not in _NOT_IN_VIEW}


def instance(shown: Occurrence, role: str, quirks: Quirks) -> dict[str, Any]:
    """An item of a series' list of instances."""
    item = virtual_instance(shown, role, quirks)
    return {name: item[name] for name in _IN_INSTANCES if name in item}


def virtual_instance(
    shown: Occurrence, role: str, quirks: Quirks, id_type: str = "open_id"
) -> dict[str, Any]:
    """An occurrence as if it were a row."""
    item = event(shown.row, role, quirks, id_type)
    if shown.row.recurrence:
        item |= {
            "event_id": shown.event_id,
            **_times(shown.start, shown.end, shown.row.zone, quirks),
            "recurrence": "",
            "recurring_event_id": shown.row.master_id,
            "app_link": _app_link(shown.event_id, shown.start),
        }
    return item


def _times(start: datetime | date, end: datetime | date, zone: str, quirks: Quirks) -> dict[str, Any]:
    if isinstance(start, datetime):
        return {
            "start_time": {"timestamp": str(instant(start)), "timezone": zone},
            "end_time": {"timestamp": str(instant(end)), "timezone": zone},
        }
    if quirks.all_day_end == "inclusive":
        end -= timedelta(days=1)
    return {
        "start_time": {"date": start.isoformat(), "timezone": "UTC"},
        "end_time": {"date": end.isoformat(), "timezone": "UTC"},
    }


def _app_link(event_id: str, start: datetime | date) -> str:
    uid, _, original = event_id.rpartition("_")
    return (
        "https://applink.feishu.cn/client/calendar/event/detail?calendarId=7000000000000000001"
        f"&key={uid}&originalTime={original}&startTime={instant(start)}"
    )


def log_id(now: float, number: int) -> str:
    return f"{datetime.fromtimestamp(now, UTC):%Y%m%d%H%M%S}{number:020X}"
