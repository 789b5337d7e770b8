"""What a request body says of an event: each property checked for type and value, and put into stored form.

Loose where the service is: other case in enumerations, read-only properties (ignored), a Boolean as text in
`isOnlineMeeting`. Unknown properties are refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from sandbox.microsoft import bodies, recurrence
from sandbox.microsoft.errors import GraphError, invalid_property, invalid_request, unreadable_body
from sandbox.microsoft.mailbox import Json
from sandbox.microsoft.zones import WallTime, parse_wall_time

MAX_TEXT = 255  # UTF-16 units, of a subject or a location
_MAX_ATTENDEES = 500
_READ_ONLY = frozenset({
    "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "bodyPreview", "cancelledOccurrences",
    "exceptionOccurrences", "hasAttachments", "iCalUId", "isCancelled", "isDraft", "isOrganizer",
    "onlineMeeting", "onlineMeetingUrl", "organizer", "originalEndTimeZone", "originalStart",
    "originalStartTimeZone", "responseStatus", "seriesMasterId", "type", "webLink",
})  # fmt: skip
_NOT_SIMULATED = frozenset({"extensions", "multiValueExtendedProperties", "attachments"})
_TYPES = (
    "Boolean", "Binary", "ApplicationTime", "Currency", "CLSID", "Double", "Float", "Integer", "Short",
    "String", "SystemTime",
)  # fmt: skip
_PROPERTY = re.compile(
    rf"({'|'.join(_TYPES)})\s+"
    r"(?:\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\s+(?:(Name)\s+(\S.*)|(Id)\s+(0x[0-9a-f]+))|(0x[0-9a-f]+))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A body, understood. Only what it mentions is there; `says_recurrence` tells null from silence."""

    content: Json = field(default_factory=dict)
    start: WallTime | None = None
    end: WallTime | None = None
    is_all_day: bool | None = None
    rule: recurrence.Rule | None = None
    says_recurrence: bool = False
    properties: dict[str, str] = field(default_factory=dict)
    transaction_id: str | None = None

    @property
    def says_time(self) -> bool:
        return self.start is not None or self.end is not None or self.is_all_day is not None

    @property
    def is_hidden(self) -> bool:
        """Nothing but hidden properties."""
        return not (self.content or self.says_time or self.says_recurrence)


def parse(body: Any) -> Sent:
    """Raises GraphError for what the service refuses before it looks at the event."""
    if not isinstance(body, dict):
        raise unreadable_body("The request body must be an object.")
    content: Json = {}
    for name, value in body.items():
        if name in _CHECKS:
            content |= _CHECKS[name](value)
        elif name in _NOT_SIMULATED:
            raise GraphError(501, "NotImplemented", f"'{name}' is not simulated.")
        elif name not in PROPERTIES and name != "singleValueExtendedProperties" and not name.startswith("@"):
            raise unreadable_body(f"The property '{name}' does not exist on type 'microsoft.graph.event'.")
    transaction = body.get("transactionId")
    if transaction is not None and (not isinstance(transaction, str) or not transaction):
        raise unreadable_body("transactionId must be a string.")
    return Sent(
        content,
        parse_wall_time(body["start"]) if "start" in body else None,
        parse_wall_time(body["end"]) if "end" in body else None,
        _flag(body["isAllDay"]) if "isAllDay" in body else None,
        recurrence.parse(body["recurrence"]) if body.get("recurrence") is not None else None,
        "recurrence" in body,
        parse_properties(body.get("singleValueExtendedProperties", [])),
        transaction,
    )


def parse_properties(sent: Any) -> dict[str, str]:
    """Extended properties of a body: canonical id to value."""
    if not isinstance(sent, list):
        raise unreadable_body("singleValueExtendedProperties must be a collection.")
    properties = {}
    for item in sent:
        if (
            not isinstance(item, dict)
            or not isinstance(item.get("id"), str)
            or not isinstance(item.get("value"), str)
        ):
            raise unreadable_body("An extended property has an id and a value, both strings.")
        properties[property_id(item["id"])] = item["value"]
    return properties


@lru_cache(maxsize=256)
def property_id(text: str) -> str:
    """The canonical form of an extended property's id: only the case of a name matters."""
    match = _PROPERTY.fullmatch(text.strip())
    if match is None:
        message = f"The extended property id '{text}' is not valid."
        raise GraphError(400, "ErrorInvalidExtendedProperty", message)
    kind, guid, _, name, _, number, tag = match.groups()
    kind = next(name for name in _TYPES if name.lower() == kind.lower())
    if tag:
        return f"{kind} {tag.lower()}"
    return f"{kind} {{{guid.lower()}}} " + (f"Name {name}" if name else f"Id {number.lower()}")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise unreadable_body(f"Cannot convert the literal '{value}' to the expected type 'Edm.Boolean'.")
    return value


def _named_flag(name: str, value: Any) -> Json:
    return {name: _flag(value)}


def _choice(name: str, members: str, value: Any) -> Json:
    for member in members.split():
        if isinstance(value, str) and value.lower() == member.lower():
            return {name: member}
    raise unreadable_body(f"Requested value '{value}' was not found.")


def _limited(value: Any) -> str:
    if not isinstance(value, str):
        raise unreadable_body(f"Cannot convert the literal '{value}' to the expected type 'Edm.String'.")
    if len(value.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise invalid_property()
    return value


def _subject(value: Any) -> Json:
    return {"subject": "" if value is None else _limited(value)}


def _location(value: Any) -> Json:
    if value is not None and not isinstance(value, dict):
        raise unreadable_body("A location must be an object.")
    name = _limited((value or {}).get("displayName") or "")
    if not name:
        empty = {
            "displayName": "",
            "locationType": "default",
            "uniqueIdType": "unknown",
            "address": {},
            "coordinates": {},
        }
        return {"location": empty, "locations": []}
    location = {"displayName": name, "locationType": "default", "uniqueId": name, "uniqueIdType": "private"}
    return {"location": location, "locations": [location]}


def _locations(value: Any) -> Json:
    if not isinstance(value, list):
        raise unreadable_body("locations must be a collection.")
    return _location(value[0] if value else None)


def _categories(value: Any) -> Json:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise unreadable_body("categories must be a collection of strings.")
    return {"categories": list(value)}


def _minutes(value: Any) -> Json:
    if not isinstance(value, int) or isinstance(value, bool):
        raise unreadable_body(f"Cannot convert the literal '{value}' to the expected type 'Edm.Int32'.")
    if not 0 <= value < 2**31:
        raise invalid_property()
    return {"reminderMinutesBeforeStart": value}


def _attendees(value: Any) -> Json:
    if not isinstance(value, list) or not all(isinstance(attendee, dict) for attendee in value):
        raise unreadable_body("attendees must be a collection of objects.")
    if len(value) > _MAX_ATTENDEES:
        raise invalid_request("An event can have at most 500 attendees.")
    return {"attendees": list(value)}


def _online(value: Any) -> Json:
    is_online = value == "true" if value in ("true", "false") else _flag(value)
    return {"isOnlineMeeting": is_online}


def _provider(value: Any) -> Json:
    members = "unknown skypeForBusiness skypeForConsumer teamsForBusiness"
    return _choice("onlineMeetingProvider", members, "unknown" if value is None else value)


_CHECKS: dict[str, Callable[[Any], Json]] = {
    "subject": _subject,
    "body": bodies.stored,
    "location": _location,
    "locations": _locations,
    "categories": _categories,
    "showAs": partial(_choice, "showAs", "unknown free tentative busy oof workingElsewhere"),
    "sensitivity": partial(_choice, "sensitivity", "normal personal private confidential"),
    "importance": partial(_choice, "importance", "low normal high"),
    "isReminderOn": partial(_named_flag, "isReminderOn"),
    "reminderMinutesBeforeStart": _minutes,
    "attendees": _attendees,
    "responseRequested": partial(_named_flag, "responseRequested"),
    "allowNewTimeProposals": partial(_named_flag, "allowNewTimeProposals"),
    "hideAttendees": partial(_named_flag, "hideAttendees"),
    "isOnlineMeeting": _online,
    "onlineMeetingProvider": _provider,
}
_TIMES_AND_IDS = frozenset({"start", "end", "isAllDay", "recurrence", "transactionId"})
PROPERTIES = frozenset(_CHECKS) | _READ_ONLY | _TIMES_AND_IDS
"""What `$select` may name."""

DEFAULTS: Json = {
    **_subject(None),
    **bodies.stored(None),
    **_location(None),
    "categories": [],
    "showAs": "busy",
    "sensitivity": "normal",
    "importance": "normal",
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "attendees": [],
    "responseRequested": True,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
}
