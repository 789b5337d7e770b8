"""Graph's events and calendars as our values. Pure. Raises ServiceFailing for what is not understood:
a listing that leaves something out would prove an absence that is none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from core import tag as tags
from core.errors import ServiceFailing
from core.model import Copy, EventTime, Instance, Side, Span, TargetCalendarInfo, WallClock
from core.outlook.reply import Json
from core.outlook.visible_text import visible_text
from core.writes import Stored

_MIRRORED = ("subject", "body", "location", "showAs", "sensitivity", "isAllDay", "start", "end", "recurrence")

SELECT_COPY = "$select=id,type,transactionId,createdDateTime,attendees," + ",".join(_MIRRORED)
SELECT_INSTANCE = "$select=id,type,originalStart,subject,start,end,isAllDay,attendees"
EXPAND_TAG = "$expand=singleValueExtendedProperties($filter={})".format(
    " or ".join(f"id eq '{name}'" for name in (tags.KEY_PROPERTY, tags.STATE_PROPERTY))
)

_LONGEST_STEP = {
    "daily": 1,
    "weekly": 7,
    "absoluteMonthly": 31,
    "relativeMonthly": 38,
    "absoluteYearly": 366,
    "relativeYearly": 373,
}
"""Days between two occurrences, at most, for each unit of the interval."""


def query(*options: str) -> str:
    """Options of OData as the query of a path, percent-encoded."""
    parts = (option.partition("=") for option in options)
    return "&".join(f"{quote(name, safe='$')}={quote(value)}" for name, _, value in parts)


def read_copy(item: Json) -> Copy:
    """An event, its tag expanded."""
    transaction_id = item.get("transactionId")
    return Copy(
        event_id=_text(item, "id"),
        etag=_text(item, "@odata.etag"),
        subject=str(item.get("subject") or ""),
        span=read_span(item),
        is_series=item.get("type") == "seriesMaster",
        tag=tags.parse(_properties(item)),
        transaction_id=transaction_id if isinstance(transaction_id, str) else "",
        created=str(item.get("createdDateTime") or ""),
        has_attendees=_has_attendees(item),
        raw=json.dumps(item, ensure_ascii=False),
        print=_print(item),
        last_day=_last_day(item),
    )


def read_stored(item: Json) -> Stored:
    """An event as a write answers it."""
    return Stored(_text(item, "id"), _text(item, "@odata.etag"), _print(item))


def read_instances(items: Sequence[Json]) -> tuple[Instance, ...]:
    """Occurrences and exceptions of one series. Whether it is all-day, its plain occurrences know, and nobody
    else: an exception may differ."""
    plain = [item.get("isAllDay") is True for item in items if item.get("type") == "occurrence"]
    return tuple(
        Instance(
            event_id=_text(item, "id"),
            original=_original(item, is_all_day=any(plain)),
            span=read_span(item),
            is_exception=item.get("type") == "exception",
            tag=tags.parse(_properties(item)),
            has_attendees=_has_attendees(item),
            etag=_text(item, "@odata.etag"),
            subject=str(item.get("subject") or ""),
        )
        for item in items
    )


def read_calendar(item: Json) -> TargetCalendarInfo:
    return TargetCalendarInfo(
        id=_text(item, "id"),
        name=str(item.get("name") or ""),
        can_edit=item.get("canEdit") is True,
        is_default=item.get("isDefaultCalendar") is True,
    )


def items_of(page: Json) -> list[Json]:
    found = page.get("value")
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise malformed("value")
    return found


def property_of(item: Json, name: str) -> str:
    """An expanded extended property, or nothing. Ids are compared without regard to case."""
    values = {key.casefold(): value for key, value in _properties(item).items()}
    return values.get(name.casefold(), "")


def _properties(item: Json) -> Mapping[str, str]:
    found = item.get("singleValueExtendedProperties")
    pairs = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
    return {str(entry.get("id")): str(entry.get("value")) for entry in pairs}


def _print(item: Json) -> str:
    """A location comes with derived fields that come and go, and a body in whatever markup: a place is its
    name, and a text is what a reader sees."""
    place, body = item.get("location"), item.get("body")
    content = body.get("content") if isinstance(body, dict) else None
    shown = {name: item.get(name) for name in _MIRRORED}
    shown["location"] = place.get("displayName") if isinstance(place, dict) else None
    shown["body"] = visible_text(content) if isinstance(content, str) else None
    text = json.dumps(shown, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _last_day(item: Json) -> date | None:
    """By the range of a series; one that ends by number is taken at its longest."""
    recurrence = item.get("recurrence")
    if not isinstance(recurrence, dict):
        return None
    try:
        extent, pattern = recurrence["range"], recurrence["pattern"]
        if extent["type"] == "endDate":
            return date.fromisoformat(extent["endDate"])
        if extent["type"] != "numbered":
            return None
        days = _LONGEST_STEP[pattern["type"]] * pattern["interval"] * extent["numberOfOccurrences"]
        return date.fromisoformat(extent["startDate"]) + timedelta(days=days)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _has_attendees(item: Json) -> bool:
    return bool(item.get("attendees"))


def read_span(item: Json) -> Span:
    is_all_day = item.get("isAllDay") is True
    return Span(_time(item, "start", is_all_day=is_all_day), _time(item, "end", is_all_day=is_all_day))


def _time(item: Json, name: str, *, is_all_day: bool) -> EventTime:
    """Whole days come as midnights of whatever zone: they are dates. All else comes in UTC, as asked."""
    found = item.get(name)
    if not isinstance(found, dict) or (not is_all_day and found.get("timeZone") != "UTC"):
        raise malformed(name)
    moment = _moment(found.get("dateTime"), name)
    return moment.date() if is_all_day else WallClock(moment.replace(tzinfo=None), "UTC")


def _original(item: Json, *, is_all_day: bool) -> EventTime:
    """The service leaves it out where an occurrence was never moved."""
    if item.get("originalStart") is None and item.get("type") == "occurrence":
        return _time(item, "start", is_all_day=is_all_day)
    moment = _moment(item.get("originalStart"), "originalStart").astimezone(UTC)
    return moment.date() if is_all_day else WallClock(moment.replace(tzinfo=None), "UTC")


def _moment(value: Any, name: str) -> datetime:
    """2026-09-07T02:00:00.0000000, with or without Z at its end."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise malformed(name) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(item: Json, name: str) -> str:
    found = item.get(name)
    if not isinstance(found, str) or not found:
        raise malformed(name)
    return found


def malformed(field: str) -> ServiceFailing:
    return ServiceFailing(Side.OUTLOOK, 200, f"malformed {field}")
