"""Events and calendars as Graph's JSON."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.microsoft import bodies
from sandbox.microsoft.ids import EventId, change_key
from sandbox.microsoft.mailbox import Calendar, Event, Json
from sandbox.microsoft.occurrences import Occurrence
from sandbox.microsoft.preferences import Preferences
from sandbox.microsoft.zones import WallTime, instant

Item = Event | Occurrence

ONLY_SELECTED = ("cancelledOccurrences", "exceptionOccurrences")
"""Properties of a series that are answered only to those who name them."""


@dataclass(frozen=True, slots=True)
class Owner:
    name: str
    address: str

    def json(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


def event_id(event: Event, preferences: Preferences, day: date | None = None) -> str:
    return str(EventId(event.number, day, None if preferences.immutable_ids else event.moves))


def item_id(item: Item, preferences: Preferences) -> str:
    if isinstance(item, Event):
        return event_id(item, preferences)
    return event_id(item.series, preferences, item.day)


def item_type(item: Item) -> str:
    if isinstance(item, Occurrence):
        return "exception" if item.exceptional else "occurrence"
    return "seriesMaster" if item.rule else "singleInstance"


def etag(item: Item) -> str:
    return f'W/"{change_key(item.generation)}"'


def event(item: Item, preferences: Preferences, owner: Owner) -> Json:
    """Everything but what ONLY_SELECTED names."""
    series = item.series if isinstance(item, Occurrence) else item
    content, span, own_id = item.content, item.span, item_id(item, preferences)
    answer: Json = {
        "@odata.etag": etag(item),
        "id": own_id,
        "createdDateTime": instant(series.created),
        "lastModifiedDateTime": instant(item.modified),
        "changeKey": change_key(item.generation),
        "originalStartTimeZone": span.start.zone,
        "originalEndTimeZone": span.end.zone,
        "iCalUId": f"040000008200E00074C5B7101A82E008{series.number:032X}",
        "hasAttachments": False,
        "isAllDay": span.is_all_day,
        "isCancelled": False,
        "isOrganizer": True,
        "isDraft": False,
        "type": item_type(item),
        "seriesMasterId": event_id(series, preferences) if isinstance(item, Occurrence) else None,
        "webLink": f"https://outlook.office365.com/owa/?itemid={own_id}&exvsurl=1&path=/calendar/item",
        "onlineMeetingUrl": None,
        "onlineMeeting": None,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "start": _time(span.start, preferences, is_floating=span.is_all_day),
        "end": _time(span.end, preferences, is_floating=span.is_all_day),
        "recurrence": item.rule.json() if isinstance(item, Event) and item.rule else None,
        "organizer": {"emailAddress": owner.json()},
        **content,
    }
    if preferences.text_bodies:
        answer["body"] = {"contentType": "text", "content": bodies.as_text(content["body"]["content"])}
    if series.transaction_id is not None and isinstance(item, Event):
        answer["transactionId"] = series.transaction_id
    if isinstance(item, Occurrence):
        answer["originalStart"] = original_start(item)
    return answer


def original_start(item: Occurrence) -> str:
    plain = Occurrence(item.series, item.day, None)
    return instant(plain.span.start.utc)


def cancelled(item: Item, preferences: Preferences) -> list[str]:
    """The dates are local, in the series' zone."""
    if isinstance(item, Occurrence):
        return []
    return [f"OID.{event_id(item, preferences)}.{day.isoformat()}" for day in sorted(item.cancelled)]


def exceptions(item: Item) -> list[Occurrence]:
    if isinstance(item, Occurrence):
        return []
    return [Occurrence(item, day, own) for day, own in sorted(item.exceptions.items())]


def skeleton(item: Occurrence, preferences: Preferences) -> Json:
    """All that delta says of an occurrence that is no exception."""
    return {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": etag(item),
        "id": item_id(item, preferences),
        "seriesMasterId": event_id(item.series, preferences),
        "type": "occurrence",
        "start": _time(item.span.start, preferences, is_floating=item.span.is_all_day),
        "end": _time(item.span.end, preferences, is_floating=item.span.is_all_day),
    }


def extended(properties: dict[str, str], wanted: frozenset[str] | None = None) -> list[dict[str, str]]:
    """Hidden properties; only the wanted ones, or all."""
    return [
        {"id": key, "value": value} for key, value in properties.items() if wanted is None or key in wanted
    ]


def calendar(item: Calendar, owner: Owner) -> Json:
    return {
        "id": item.id,
        "name": item.name,
        "color": item.color,
        "hexColor": "",
        "isDefaultCalendar": item.is_default,
        "changeKey": change_key(item.generation),
        "canShare": item.can_edit,
        "canViewPrivateItems": True,
        "canEdit": item.can_edit,
        "isTallyingResponses": item.is_default,
        "isRemovable": item.is_removable,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "owner": owner.json(),
    }


def _time(time: WallTime, preferences: Preferences, *, is_floating: bool) -> dict[str, Any]:
    """All-day dates are midnights whatever zone was preferred."""
    return time.json("UTC" if is_floating else preferences.zone)
