"""What is left of a deleted event: its JSON as last read. Pure. (docs/quirks.md, "Outlook events")"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import zones
from core.model import EventTime, RecurrencePattern, RecurrenceRange, Series, Span, WallClock
from core.outlook import events
from core.outlook.events import EventBody
from core.outlook.reading import read_span
from core.outlook.reply import Json

_SHOW_AS = ("free", "tentative", "busy", "oof", "workingElsewhere")
_SENSITIVITIES = ("normal", "personal", "private", "confidential")
_USED = {
    "daily": (),
    "weekly": ("daysOfWeek", "firstDayOfWeek"),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek", "index"),
    "absoluteYearly": ("dayOfMonth", "month"),
    "relativeYearly": ("daysOfWeek", "index", "month"),
}
"""The fields that a pattern of each type uses; the service fills in the others with what means nothing."""


@dataclass(frozen=True, slots=True)
class Backup:
    event_id: str
    is_series: bool


def described(raw: str) -> Backup:
    item = json.loads(raw)
    return Backup(str(item.get("id") or ""), item.get("type") == "seriesMaster")


def restoration(raw: str, transaction_id: str) -> EventBody:
    """The same event for a second time, with the transaction id given and without hidden properties and
    attendees. The exceptions of a series are not part of its JSON. Raises ServiceFailing for what is none."""
    item = json.loads(raw)
    series = _series(item)
    body = EventBody(
        **events.shape(_span(item, is_series=series is not None), series),
        subject=str(item.get("subject") or ""),
        body=_text(item.get("body")),
        location={"displayName": str(_object(item.get("location")).get("displayName") or "")},
        showAs=_one_of(_SHOW_AS, item.get("showAs"), "busy"),
        sensitivity=_one_of(_SENSITIVITIES, item.get("sensitivity"), "normal"),
        categories=[name for name in item.get("categories") or () if isinstance(name, str)],
        isReminderOn=item.get("isReminderOn") is True,
        transactionId=transaction_id,
    )
    minutes = item.get("reminderMinutesBeforeStart")
    if body["isReminderOn"] and isinstance(minutes, int):
        body["reminderMinutesBeforeStart"] = minutes
    if series is None:
        del body["recurrence"]
    return body


def _text(body: Any) -> events.ItemBody:
    kind, content = _object(body).get("contentType"), _object(body).get("content")
    return {"contentType": "text" if kind == "text" else "html", "content": str(content or "")}


def _one_of(allowed: tuple[str, ...], value: Any, otherwise: str) -> str:
    return value if value in allowed else otherwise


def _span(item: Json, *, is_series: bool) -> Span:
    """Times come in UTC, beside the names of the zones that they were written in: a series repeats by its own
    clock. A zone that Outlook can't be told again is UTC."""
    span = read_span(item)
    limits = _object(_object(item.get("recurrence")).get("range"))
    first = limits.get("recurrenceTimeZone") if is_series else item.get("originalStartTimeZone")
    last = first if is_series else item.get("originalEndTimeZone")
    return Span(_on_its_clock(span.start, first), _on_its_clock(span.end, last))


def _on_its_clock(time: EventTime, zone: Any) -> EventTime:
    if not isinstance(time, WallClock):
        return time
    try:
        name = zones.iana_name(str(zone))
        zones.graph_zone(name)
    except zones.UnknownZone:
        return time
    return zones.wall_clock(zones.instant(time), name)


def _series(item: Json) -> Series | None:
    recurrence = _object(item.get("recurrence"))
    pattern, limits = _object(recurrence.get("pattern")), _object(recurrence.get("range"))
    if pattern.get("type") not in _USED:
        return None
    return Series(_pattern(pattern), _range(limits))


def _pattern(pattern: Json) -> RecurrencePattern:
    used = {name: pattern[name] for name in _USED[pattern["type"]] if pattern.get(name)}
    return RecurrencePattern(
        type=pattern["type"],
        interval=int(pattern.get("interval") or 1),
        days_of_week=tuple(used.get("daysOfWeek", ())),
        first_day_of_week=used.get("firstDayOfWeek", ""),
        day_of_month=used.get("dayOfMonth", 0),
        month=used.get("month", 0),
        index=used.get("index", ""),
    )


def _range(limits: Json) -> RecurrenceRange:
    start = date.fromisoformat(limits["startDate"])
    match limits.get("type"):
        case "endDate":
            return RecurrenceRange(start, end=date.fromisoformat(limits["endDate"]))
        case "numbered":
            return RecurrenceRange(start, count=limits["numberOfOccurrences"])
        case _:
            return RecurrenceRange(start)


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
