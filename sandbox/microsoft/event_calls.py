"""Events: create, read, list, change, delete."""

from collections.abc import Iterable

from sandbox.microsoft import events, fields, queries, rendering
from sandbox.microsoft.calls import Answer, Call
from sandbox.microsoft.errors import GraphError, access_denied, invalid_request, not_found
from sandbox.microsoft.mailbox import Event, Json
from sandbox.microsoft.occurrences import Occurrence
from sandbox.microsoft.rendering import Item

READERS = {
    "subject": lambda item: item.content["subject"],
    "start/dateTime": lambda item: item.span.start.utc,
    "end/dateTime": lambda item: item.span.end.utc,
    "lastModifiedDateTime": lambda item: item.modified,
}


def create_event(call: Call) -> Answer:
    world, calendar = call.world, call.calendar
    if not calendar.can_edit:
        raise access_denied()
    sent = fields.parse(call.body)
    _forbid_content(call, sent)
    status = world.switches.duplicate_transaction_status
    event = events.create_once(world.mailbox, calendar, call.body, sent, world.clock(), status)
    answer = _entity(call, event)
    return Answer(
        201, answer, {"Location": f"{call.root}/me/events/{answer['id']}", "ETag": rendering.etag(event)}
    )


def get_event(call: Call) -> Answer:
    item = found(call)
    query = queries.parse(call.query, READERS, fields.PROPERTIES)
    answer = {"@odata.context": call.context("events/$entity"), **represented(call, item, query)}
    return Answer(200, answer, {"ETag": rendering.etag(item)})


def list_events(call: Call) -> Answer:
    """Single events and series; neither occurrences nor exceptions."""
    query = queries.parse(call.query, READERS, fields.PROPERTIES)
    calendar = call.calendar
    items: Iterable[Event] = calendar.events.values()
    if query.filter is not None and query.filter.lookup is not None:
        indexed = call.world.mailbox.with_property(*query.filter.lookup)
        items = (event for event in indexed if event.calendar is calendar)
    return paged(call, items, query)


def change_event(call: Call) -> Answer:
    item = found(call)
    _refuse_read_only(item)
    _refuse_stale(call, item)
    sent = fields.parse(call.body)
    if sent.transaction_id is not None:
        raise invalid_request("The transactionId can only be set when the event is created.")
    _forbid_content(call, sent)
    _forbid_foreign(call, item, adopts=bool(sent.properties))
    item = call.world.change(item, sent)
    return Answer(200, _entity(call, item), {"ETag": rendering.etag(item)})


def delete_event(call: Call) -> Answer:
    item = found(call)
    _refuse_read_only(item)
    _forbid_foreign(call, item, adopts=False)
    call.world.delete(item)
    return Answer(204)


def cancel_event(call: Call) -> Answer:
    item = found(call)
    call.forbid("cancels a meeting")
    if not item.content["attendees"]:
        raise invalid_request(
            "Your request can't be completed. You need to be an organizer to cancel a meeting."
        )
    call.world.delete(item)
    return Answer(202)


def send_mail(call: Call) -> Answer:
    call.forbid("sends mail")
    raise access_denied()  # there is no scope for it


def found(call: Call) -> Item:
    """The event of the path. Raises GraphError."""
    item = call.world.find(call.arguments["event"] or "")
    series = item.series if isinstance(item, Occurrence) else item
    if call.arguments.get("calendar") is not None and series.calendar is not call.calendar:
        raise not_found()
    return item


def represented(call: Call, item: Item, query: queries.Query, *, in_list: bool = False) -> Json:
    """An event with what `$select` and `$expand` ask for."""
    answer = query.pick(rendering.event(item, call.preferences, call.owner))
    selected = query.select or frozenset()
    if in_list and "originalStart" not in selected:
        answer.pop("originalStart", None)
    if not call.world.switches.lists_exceptions and (
        selected & set(rendering.ONLY_SELECTED) or query.expands_exceptions
    ):
        raise GraphError(400, "BadRequest", "Parsing OData Select and Expand failed.")
    if "cancelledOccurrences" in selected:
        answer["cancelledOccurrences"] = rendering.cancelled(item, call.preferences)
    if "exceptionOccurrences" in selected and query.expands_exceptions:
        answer["exceptionOccurrences"] = [
            rendering.event(exception, call.preferences, call.owner)
            for exception in rendering.exceptions(item)
        ]
    if query.hidden is not None and (hidden := rendering.extended(item.properties, query.hidden)):
        answer["singleValueExtendedProperties"] = hidden
    return answer


def paged(call: Call, items: Iterable[Item], query: queries.Query) -> Answer:
    body = queries.page(
        items,
        query,
        lambda item: represented(call, item, query, in_list=True),
        link=call.link,
        parameters=call.query,
        preferred_size=call.preferences.page_size,
    )
    return Answer(200, {"@odata.context": call.context("events"), **body})


def _entity(call: Call, item: Item) -> Json:
    whole = rendering.event(item, call.preferences, call.owner)
    return {"@odata.context": call.context("events/$entity"), **whole}


def _refuse_read_only(item: Item) -> None:
    series = item.series if isinstance(item, Occurrence) else item
    if not series.calendar.can_edit:
        raise access_denied()


def _refuse_stale(call: Call, item: Item) -> None:
    wanted = call.headers.get("if-match")
    if wanted in (None, "*", rendering.etag(item)) or not call.world.switches.honours_if_match:
        return
    message = (
        "The send or update operation could not be performed because the change key passed in the request "
        "does not match the current change key for the item."
    )
    raise GraphError(call.world.switches.conflict_status, "ErrorIrresolvableConflict", message)


def _forbid_content(call: Call, sent: fields.Sent) -> None:
    if sent.content.get("attendees"):
        call.forbid("writes attendees")
    if sent.content.get("isOnlineMeeting"):
        call.forbid("makes an online meeting")


def _forbid_foreign(call: Call, item: Item, *, adopts: bool) -> None:
    """Events without a hidden property are people's. Giving one is adoption, anything else is forbidden."""
    series = item.series if isinstance(item, Occurrence) else item
    if series.properties:
        return
    if adopts and item is series:
        call.world.adopted.append(series.id)
    else:
        call.forbid("changes what a person made")
