"""What is left of a deleted event: its JSON as last read. Pure. (docs/quirks.md, "Outlook events")"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import zones
from core.errors import ServiceFailing
from core.model import EventTime, RecurrencePattern, RecurrenceRange, Series, Span, WallClock
from core.outlook import events
from core.outlook.events import EventBody
from core.outlook.reading import malformed, read_span
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
    can_return: bool
    """False: too little of it is understood to make it once more."""


def described(raw: str) -> Backup:
    item = _object(json.loads(raw))
    try:
        restoration(raw, "")
    except ServiceFailing:
        can_return = False
    else:
        can_return = True
    return Backup(str(item.get("id") or ""), item.get("type") == "seriesMaster", can_return)


def restoration(raw: str, transaction_id: str) -> EventBody:
    """The same event for a second time, with the transaction id given and without hidden properties and
    attendees. The exceptions of a series are not part of its JSON. Raises ServiceFailing for what is none."""
    item = _object(json.loads(raw))
    series = _series(item)
    body = EventBody(
        **events.shape(_span(item, is_series=series is not None), series),
        subject=str(item.get("subject") or ""),
        body=_text(item.get("body")),
        location={"displayName": str(_object(item.get("location")).get("displayName") or "")},
        showAs=_one_of(_SHOW_AS, item.get("showAs"), "busy"),
        sensitivity=_one_of(_SENSITIVITIES, item.get("sensitivity"), "normal"),
        categories=_words(item.get("categories")),
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
    if str(pattern.get("type")) not in _USED:
        return None
    return Series(_pattern(pattern), _range(limits))


def _pattern(pattern: Json) -> RecurrencePattern:
    used = {name: pattern[name] for name in _USED[pattern["type"]] if pattern.get(name)}
    return RecurrencePattern(
        type=pattern["type"],
        interval=_number(pattern, "interval"),
        days_of_week=tuple(_words(used.get("daysOfWeek"))),
        first_day_of_week=str(used.get("firstDayOfWeek", "")),
        day_of_month=_number(used, "dayOfMonth") if "dayOfMonth" in used else 0,
        month=_number(used, "month") if "month" in used else 0,
        index=str(used.get("index", "")),
    )


def _range(limits: Json) -> RecurrenceRange:
    start = _day(limits, "startDate")
    match limits.get("type"):
        case "endDate":
            return RecurrenceRange(start, end=_day(limits, "endDate"))
        case "numbered":
            return RecurrenceRange(start, count=_number(limits, "numberOfOccurrences"))
        case _:
            return RecurrenceRange(start)


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _number(item: Json, name: str) -> int:
    found = item.get(name)
    if not isinstance(found, int):
        raise malformed(name)
    return found


def _day(item: Json, name: str) -> date:
    try:
        return date.fromisoformat(item[name])
    except (KeyError, TypeError, ValueError):
        raise malformed(name) from None
