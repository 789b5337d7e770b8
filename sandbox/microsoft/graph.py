"""Graph v1.0: the table of what can be called, with the permission that each needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.microsoft import batch, calendar_calls, delta, event_calls, window_calls
from sandbox.microsoft.calls import Answer, Call, refusal
from sandbox.microsoft.errors import GraphError, access_denied

_CALENDAR = r"/me(?:/calendars/(?P<calendar>[^/]+)|/calendar)?"
_EVENT = rf"{_CALENDAR}/events/(?P<event>[^/]+)"
_READ = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
_WRITE = frozenset({"Calendars.ReadWrite"})


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    scopes: frozenset[str]
    """Any one of them is enough."""
    answer: Callable[[Call], Answer]


def _route(
    method: str, path: str, answer: Callable[[Call], Answer], scopes: frozenset[str] | None = None
) -> Route:
    return Route(method, re.compile(path), scopes or (_READ if method == "GET" else _WRITE), answer)


ROUTES = (
    _route("GET", "/me", calendar_calls.me, frozenset({"User.Read"})),
    _route(
        "GET", "/me/mailboxSettings", calendar_calls.mailbox_settings, frozenset({"MailboxSettings.Read"})
    ),
    _route(
        "GET",
        r"/me/outlook/supportedTimeZones(?:\(TimeZoneStandard=microsoft\.graph\.timeZoneStandard'(?P<standard>\w+)'\))?",
        calendar_calls.supported_time_zones,
        frozenset({"User.Read"}),
    ),
    _route("GET", "/me/calendars", calendar_calls.list_calendars),
    _route("POST", "/me/calendars", calendar_calls.create_calendar),
    _route("GET", r"/me/(?:calendars/(?P<calendar>[^/]+)|calendar)", calendar_calls.get_calendar),
    _route("PATCH", r"/me/(?:calendars/(?P<calendar>[^/]+)|calendar)", calendar_calls.change_calendar),
    _route("DELETE", r"/me/calendars/(?P<calendar>[^/]+)", calendar_calls.delete_calendar),
    _route("POST", rf"{_CALENDAR}/events", event_calls.create_event),
    _route("GET", rf"{_CALENDAR}/events", event_calls.list_events),
    _route("GET", _EVENT, event_calls.get_event),
    _route("PATCH", _EVENT, event_calls.change_event),
    _route("DELETE", _EVENT, event_calls.delete_event),
    _route("GET", rf"{_EVENT}/instances", window_calls.instances),
    _route("POST", rf"{_EVENT}/cancel", event_calls.cancel_event),
    _route("GET", rf"{_CALENDAR}/calendarView", window_calls.calendar_view),
    _route("GET", rf"{_CALENDAR}/calendarView/delta", delta.calendar_view_delta),
    _route("POST", "/me/sendMail", event_calls.send_mail),
)


def answer(call: Call) -> Answer:
    """A single request, or a whole batch with all its items."""
    if call.path != "/$batch":
        return _answer_one(call)
    try:
        if call.method != "POST":
            raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed.")
        return batch.run(call, _answer_one)
    except GraphError as error:
        return refusal(error, call)


def _answer_one(call: Call) -> Answer:
    try:
        call.world.throttle.count()
        route, arguments = _find(call)
        if not route.scopes & call.scopes:
            raise access_denied()
        call = replace(call, arguments=arguments)
        applied = call.preferences.applied
        with call.world.lock:
            result = route.answer(call)
    except GraphError as error:
        return refusal(error, call)
    parts = [part for part in (result.headers.get("Preference-Applied"), applied) if part]
    if parts:
        result.headers["Preference-Applied"] = ", ".join(parts)
    return result


def _find(call: Call) -> tuple[Route, dict[str, str | None]]:
    is_known = False
    for route in ROUTES:
        match = route.path.fullmatch(call.path)
        if match is not None and route.method == call.method:
            return route, match.groupdict()
        is_known = is_known or match is not None
    if is_known:
        raise GraphError(
            405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
        )
    raise GraphError(
        400, "BadRequest", f"Resource not found for the segment '{call.path.rpartition('/')[2]}'."
    )
