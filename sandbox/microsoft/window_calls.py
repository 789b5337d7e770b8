"""What takes place in a window: calendarView and the instances of a series."""

from datetime import datetime, timedelta

from sandbox.microsoft import event_calls, fields, occurrences, queries
from sandbox.microsoft.calls import Answer, Call
from sandbox.microsoft.errors import GraphError, invalid_request
from sandbox.microsoft.mailbox import Event
from sandbox.microsoft.world import in_window
from sandbox.microsoft.zones import parse_instant

_WIDEST = timedelta(days=1825)
_NOT_SELECTABLE = frozenset({"createdDateTime", "lastModifiedDateTime"})


def calendar_view(call: Call) -> Answer:
    start, end = window(call)
    if "singlevalueextendedproperties" in call.query.get("$filter", "").lower():
        raise GraphError(
            500, "ErrorInternalServerError", "An internal server error occurred. Try again later."
        )
    query = queries.parse(call.query, event_calls.READERS, fields.PROPERTIES)
    if query.select is not None and query.select & _NOT_SELECTABLE:
        raise GraphError(
            400, "ErrorInvalidProperty", "createdDateTime and lastModifiedDateTime can't be selected."
        )
    return event_calls.paged(call, in_window(call.calendar, start, end), query)


def instances(call: Call) -> Answer:
    start, end = window(call)
    series = event_calls.found(call)
    if not isinstance(series, Event) or series.rule is None:
        raise invalid_request("Your request can't be completed. Only a series has instances.")
    query = queries.parse(call.query, event_calls.READERS, fields.PROPERTIES)
    return event_calls.paged(call, occurrences.between(series, start, end), query)


def window(call: Call) -> tuple[datetime, datetime]:
    """The two times of the query string, whatever the case of their names. Raises GraphError."""
    query = {name.lower(): value for name, value in call.query.items()}
    if not query.get("startdatetime") or not query.get("enddatetime"):
        message = (
            "This request requires a time window specified by the query string parameters StartDateTime and "
            "EndDateTime. The request is missing one or both of these parameters."
        )
        raise GraphError(400, "ErrorInvalidParameter", message)
    try:
        start, end = parse_instant(query["startdatetime"]), parse_instant(query["enddatetime"])
    except (ValueError, OverflowError):
        raise GraphError(400, "ErrorInvalidParameter", "The value of a date parameter is invalid.") from None
    if end < start:
        raise GraphError(400, "ErrorInvalidParameter", "EndDateTime must not be before StartDateTime.")
    if end - start > _WIDEST:
        raise invalid_request("The time window must not be longer than 1825 days.")
    return start, end
