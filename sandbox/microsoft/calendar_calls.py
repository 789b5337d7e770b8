"""/me and /me/calendars."""

from typing import Any

from sandbox.microsoft import fields, ids, queries, rendering, zones
from sandbox.microsoft.calls import Answer, Call
from sandbox.microsoft.errors import access_denied, invalid_request, unreadable_body
from sandbox.microsoft.mailbox import Calendar, Json

_COLORS = frozenset({
    "auto", "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow", "lightTeal",
    "lightPink", "lightBrown", "lightRed", "maxColor",
})  # fmt: skip
_PROPERTIES = frozenset({
    "id", "name", "color", "hexColor", "changeKey", "canEdit", "canShare", "canViewPrivateItems",
    "isDefaultCalendar", "isRemovable", "isTallyingResponses", "allowedOnlineMeetingProviders",
    "defaultOnlineMeetingProvider", "owner",
})  # fmt: skip
_READERS = {"name": lambda calendar: str(calendar.name), "id": lambda calendar: str(calendar.id)}


def me(call: Call) -> Answer:
    person = call.world.person
    body = {
        "@odata.context": f"{call.root}/$metadata#users/$entity",
        "id": person.object_id,
        "displayName": person.name,
        "userPrincipalName": person.address,
        "mail": person.address,
    }
    return Answer(200, body)


def mailbox_settings(call: Call) -> Answer:
    return Answer(200, {"@odata.context": call.context("mailboxSettings"), "timeZone": "China Standard Time"})


def supported_time_zones(call: Call) -> Answer:
    """With the argument Iana: IANA names; else those of Windows."""
    names = sorted(zones.iana_zones() if call.arguments.get("standard") == "Iana" else zones.WINDOWS_ZONES)
    return Answer(200, {"value": [{"alias": name, "displayName": name} for name in names]})


def list_calendars(call: Call) -> Answer:
    query = queries.parse(call.query, _READERS, _PROPERTIES)
    body = queries.page(
        call.world.mailbox.calendars.values(),
        query,
        lambda calendar: _represented(call, calendar, query),
        link=call.link,
        parameters=call.query,
        preferred_size=call.preferences.page_size,
    )
    return Answer(200, {"@odata.context": call.context("calendars"), **body})


def get_calendar(call: Call) -> Answer:
    query = queries.parse(call.query, _READERS, _PROPERTIES)
    body = _represented(call, call.calendar, query)
    return Answer(200, {"@odata.context": call.context("calendars/$entity"), **body})


def create_calendar(call: Call) -> Answer:
    name, color, properties = _sent(call.body)
    if name is None:
        raise invalid_request("A calendar must have a name.")
    calendar = call.world.mailbox.add_calendar(name, color=color or "auto", properties=properties)
    body = {"@odata.context": call.context("calendars/$entity"), **rendering.calendar(calendar, call.owner)}
    if not call.world.switches.keeps_calendar_id:
        body["id"] = ids.calendar_id(0)
    return Answer(201, body, {"Location": f"{call.link}/{body['id']}"})


def change_calendar(call: Call) -> Answer:
    calendar = call.calendar
    name, color, properties = _sent(call.body)
    if not calendar.can_edit:
        raise access_denied()
    if name is not None and not calendar.properties:
        call.forbid("renames a person's calendar")
    call.world.mailbox.rename_calendar(calendar, calendar.name if name is None else name)
    calendar.color = color or calendar.color
    calendar.properties |= properties
    body = rendering.calendar(calendar, call.owner)
    return Answer(200, {"@odata.context": call.context("calendars/$entity"), **body})


def delete_calendar(call: Call) -> Answer:
    calendar = call.calendar
    if not calendar.properties:
        call.forbid("deletes a person's calendar")
    call.world.mailbox.delete_calendar(calendar)
    return Answer(204)


def _represented(call: Call, calendar: Calendar, query: queries.Query) -> Json:
    answer = query.pick(rendering.calendar(calendar, call.owner))
    if query.hidden is not None and (found := rendering.extended(calendar.properties, query.hidden)):
        answer["singleValueExtendedProperties"] = found
    return answer


def _sent(body: Any) -> tuple[str | None, str | None, dict[str, str]]:
    """Name, colour and hidden properties of a body; None for what it doesn't mention."""
    if not isinstance(body, dict):
        raise unreadable_body("The request body must be an object.")
    for name in body:
        if name not in _PROPERTIES and name != "singleValueExtendedProperties" and not name.startswith("@"):
            raise unreadable_body(f"The property '{name}' does not exist on type 'microsoft.graph.calendar'.")
    name, color = body.get("name"), body.get("color")
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise invalid_request("The name of a calendar can't be empty.")
    if color is not None and color not in _COLORS:
        raise unreadable_body(f"Requested value '{color}' was not found.")
    return name, color, fields.parse_properties(body.get("singleValueExtendedProperties", []))
