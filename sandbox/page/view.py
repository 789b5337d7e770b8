"""Both calendars as the page shows them: plain dictionaries, day by day, in one zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sandbox.feishu import FeishuWorld
    from sandbox.microsoft.world import MicrosoftWorld

ZONE = ZoneInfo("Asia/Shanghai")
Item = dict[str, Any]


def days(feishu: FeishuWorld, microsoft: MicrosoftWorld, first: date, number: int) -> list[dict[str, Any]]:
    """`number` days from `first`: each with its date and the items of both sides."""
    start = datetime(first.year, first.month, first.day, tzinfo=ZONE)
    # Whole days count from midnight UTC: one day more on either side, and each day takes what is its own.
    window = start - timedelta(days=1), start + timedelta(days=number + 1)
    ours, theirs = list(_feishu(feishu, *window)), list(_outlook(microsoft, *window))
    return [
        {"date": day.isoformat(), "feishu": _on(day, ours), "outlook": _on(day, theirs)}
        for day in (first + timedelta(days=n) for n in range(number))
    ]


def _feishu(world: FeishuWorld, start: datetime, end: datetime) -> Iterator[Item]:
    with world.lock:
        calendars = [c for c in world.calendars.values() if c.role_of(world.person) and not c.is_deleted]
        for calendar in calendars:
            for event in world.occurrences(calendar.calendar_id, start, end):
                yield {
                    **_item(event["event_id"], event["summary"], event["start"], event["end"]),
                    "place": event["location"].get("name", ""),
                    "calendar": "" if calendar.type == "primary" else calendar.summary,
                    "marks": _feishu_marks(event),
                    "can_edit": calendar.role_of(world.person) in ("owner", "writer"),
                    "calendar_id": calendar.calendar_id,
                    "event_id": event["event_id"],
                    "series_id": event["series_id"],
                    "original_start": event["original_start"],
                }


def _outlook(world: MicrosoftWorld, start: datetime, end: datetime) -> Iterator[Item]:
    for calendar in world.calendars():
        for event in world.occurrences(calendar["id"], start, end):
            is_all_day = event["isAllDay"]
            yield {
                **_item(
                    event["id"],
                    event["subject"] or "",
                    _graph_time(event["start"], is_all_day=is_all_day),
                    _graph_time(event["end"], is_all_day=is_all_day),
                ),
                "place": event["location"]["displayName"],
                "calendar": "" if calendar["isDefaultCalendar"] else calendar["name"],
                "marks": _outlook_marks(event),
            }


def _item(key: str, title: str, start: datetime | date, end: datetime | date) -> Item:
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return {"key": key, "title": title, "all_day": True, "start": str(start), "end": str(end)}
    local = [moment.astimezone(ZONE).isoformat(timespec="minutes")[:16] for moment in (start, end)]
    return {"key": key, "title": title, "all_day": False, "start": local[0], "end": local[1]}


def _feishu_marks(event: Mapping[str, Any]) -> list[str]:
    marks = {
        "repeats": bool(event["series_id"]),
        "private": event["visibility"] == "private",
        "free": event["free_busy_status"] == "free",
        "tentative": event["status"] == "tentative",
        "video": bool(event["vchat"].get("meeting_url")),
    }
    return [name for name, holds in marks.items() if holds]


def _outlook_marks(event: Mapping[str, Any]) -> list[str]:
    marks = {
        "repeats": event["type"] in ("occurrence", "exception"),
        "private": event["sensitivity"] != "normal",
        event["showAs"]: event["showAs"] != "busy",
    }
    return [name for name, holds in marks.items() if holds]


def _graph_time(time: Mapping[str, str], *, is_all_day: bool) -> datetime | date:
    moment = datetime.fromisoformat(time["dateTime"][:19]).replace(tzinfo=UTC)
    return moment.date() if is_all_day else moment


def _on(day: date, items: list[Item]) -> list[Item]:
    """What takes place on a day, whole days first. An event that ends at midnight is not on the next day."""
    here = [item for item in items if _touches(item, day)]
    return sorted(here, key=lambda item: (not item["all_day"], item["start"], item["title"]))


def _touches(item: Item, day: date) -> bool:
    today, tomorrow = day.isoformat(), (day + timedelta(days=1)).isoformat()
    return bool(item["start"] < tomorrow and (item["end"] > today + ("" if item["all_day"] else "T00:00")))
