"""The signed-in person's mailbox: who it is, and its calendars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import tag as tags
from core.errors import CalendarGone, ServiceFailing, Unreachable
from core.model import Identity, Side, TargetCalendarInfo
from core.outlook import errors
from core.outlook.calendar import OutlookCalendar, check_calendar, has_property
from core.outlook.graph import Graph, accepted
from core.outlook.paths import calendar_path
from core.outlook.reading import items_of, query, read_calendar
from core.outlook.reply import Request
from core.ports import Clock, RequestMeter, Vault
from core.settings import NetworkSettings, OutlookSettings


class OutlookMailbox:
    """Port TargetMailbox."""

    def __init__(self, graph: Graph, identity: Callable[[], Identity]) -> None:
        self.graph = graph
        self._identity = identity

    def identity(self) -> Identity:
        """From the vault, without a request: tokens there are that person's and nobody else's."""
        return self._identity()

    def calendars(self) -> tuple[TargetCalendarInfo, ...]:
        request = Request("GET", f"me/calendars?{query('$top=100')}")
        pages = self.graph.pages(request)
        return tuple(read_calendar(item) for page in pages for item in items_of(page))

    def find(self, calendar: str) -> TargetCalendarInfo | None:
        everything = self.calendars()
        by_id = next((info for info in everything if info.id == calendar), None)
        return by_id or _named(everything, calendar) or self._made_as(calendar)

    def _made_as(self, name: str) -> TargetCalendarInfo | None:
        """The calendar that we once made under this name, whatever it is called now."""
        has_mark = has_property(tags.CALENDAR_NAME_PROPERTY, tags.name_mark(name))
        pages = self.graph.pages(Request("GET", f"me/calendars?{query(f'$filter={has_mark}')}"))
        return next((read_calendar(item) for page in pages for item in items_of(page)), None)

    def create(self, name: str) -> TargetCalendarInfo:
        body = {"name": name, "singleValueExtendedProperties": [_mark(name), _name_mark(name)]}
        try:
            reply = self.graph.send(Request("POST", "me/calendars", body))
        except (Unreachable, ServiceFailing):
            # It may be there all the same.
            found = _named(self.calendars(), name)
            if found is None:
                raise
            return found
        # The id in a creation's answer may differ from the one that all later listings tell.
        listed = _named(self.calendars(), name)
        if errors.is_name_taken(reply) and listed is not None:
            return listed
        created = listed or read_calendar(accepted(reply))
        # The mark holds the id that we know the calendar by, and finds it again should the id change.
        mark = {"singleValueExtendedProperties": [_mark(created.id)]}
        accepted(self.graph.send(Request("PATCH", calendar_path(created.id), mark)))
        return created

    def open(self, calendar_id: str) -> OutlookCalendar:
        return OutlookCalendar(self.graph, calendar_id)

    def check(self, calendar_id: str) -> TargetCalendarInfo:
        """The id in the answer differs if the service changed it: keep that one."""
        return check_calendar(self.graph, calendar_id)


def open_mailbox(
    settings: OutlookSettings,
    client_secret: str | None,
    network: NetworkSettings,
    vault: Vault,
    lock_path: Path,
    clock: Clock,
    meter: RequestMeter,
) -> OutlookMailbox:
    """Touches nothing yet. `lock_path`: the file that keeps two processes from refreshing at once."""
    from core.outlook.session import GraphSession  # loads O365, which takes a while

    session = GraphSession(settings, client_secret, network, vault, lock_path, clock)
    return OutlookMailbox(Graph(session, meter, clock), session.identity)


def _named(calendars: tuple[TargetCalendarInfo, ...], name: str) -> TargetCalendarInfo | None:
    """The service takes names that differ in case only for the same."""
    exact = [info for info in calendars if info.name == name]
    found = exact or [info for info in calendars if info.name.casefold() == name.casefold()]
    if len(found) > 1:
        raise CalendarGone(Side.OUTLOOK, name, "ambiguous")
    return found[0] if found else None


def _name_mark(name: str) -> dict[str, str]:
    return {"id": tags.CALENDAR_NAME_PROPERTY, "value": tags.name_mark(name)}


def _mark(value: str) -> dict[str, str]:
    return {"id": tags.CALENDAR_PROPERTY, "value": value[:255]}
