"""The state of Microsoft's side, and what people do in Outlook behind the program's back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.microsoft import events, fields, occurrences, rendering
from sandbox.microsoft.errors import not_found
from sandbox.microsoft.grants import Grants
from sandbox.microsoft.ids import EventId
from sandbox.microsoft.mailbox import Calendar, Event, Json, Mailbox
from sandbox.microsoft.occurrences import Occurrence
from sandbox.microsoft.preferences import Preferences
from sandbox.microsoft.rendering import Item, Owner
from sandbox.microsoft.switches import Switches
from sandbox.microsoft.throttle import Throttle

_SEEN_BY_PEOPLE = Preferences(immutable_ids=True)


@dataclass(frozen=True, slots=True)
class Person:
    name: str = "Li Lei"
    address: str = "lilei@contoso.example"
    object_id: str = "8b1c1f8a-4f0e-4c55-9d0b-5f2c8a6e1d01"
    tenant_id: str = "3c6f0d2e-7a41-4b7e-9e63-1f4b8d9c2a02"


class MicrosoftWorld:
    """One person, one mailbox, one registered app. Every method takes `lock`; so must who reads the parts.

    Event ids are immutable ones; they also name single occurrences. Bodies are Graph JSON, as a client would
    send them. Methods raise GraphError where the service would refuse.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.switches = Switches()
        self.person = Person()
        self.client_id = "5d1c2b7e-90af-4c33-8a56-0e7f3b9d4c03"
        self.client_secret: str | None = None
        """None: a public client, as a desktop app is. A text: a registration of type "Web"."""
        self.redirect_uris = [
            "http://localhost",
            "https://login.microsoftonline.com/common/oauth2/nativeclient",
        ]
        self.grants = Grants(clock)
        self.throttle = Throttle(clock)
        self.mailbox = Mailbox()
        self.mailbox.add_calendar("Calendar", is_default=True, is_removable=False)
        self.mailbox.add_calendar("Birthdays", can_edit=False, is_removable=False)
        self.sync_states: dict[str, Any] = {}
        """What the delta tokens stand for."""
        self.forbidden: list[str] = []
        """What a mirror must never do and did: invite, make online meetings, cancel meetings, send mail, and
        change what people made."""
        self.adopted: list[str] = []
        """Ids of people's events that were given a hidden property by the program."""

    @property
    def owner(self) -> Owner:
        return Owner(self.person.name, self.person.address)

    # what the page and tests see

    def calendars(self) -> list[Json]:
        with self.lock:
            return [
                rendering.calendar(calendar, self.owner)
                | {"singleValueExtendedProperties": rendering.extended(calendar.properties)}
                for calendar in self.mailbox.calendars.values()
            ]

    def events(self, calendar_id: str) -> list[Json]:
        """Single events and series, in UTC, with all hidden properties and what was cancelled and changed."""
        with self.lock:
            return [self._seen(event) for event in self.mailbox.calendar(calendar_id).events.values()]

    def occurrences(self, calendar_id: str, start: datetime, end: datetime) -> list[Json]:
        """Everything that takes place between two aware times: single events, occurrences and exceptions."""
        with self.lock:
            items = in_window(self.mailbox.calendar(calendar_id), start, end)
            return [self._seen(item) for item in items]

    def event(self, event_id: str) -> Json:
        with self.lock:
            return self._seen(self.find(event_id))

    # what people do

    def add_calendar(self, name: str, *, can_edit: bool = True) -> str:
        with self.lock:
            return self.mailbox.add_calendar(name, can_edit=can_edit).id

    def rename_calendar(self, calendar_id: str, name: str) -> None:
        with self.lock:
            self.mailbox.rename_calendar(self.mailbox.calendar(calendar_id), name)

    def delete_calendar(self, calendar_id: str) -> None:
        with self.lock:
            self.mailbox.delete_calendar(self.mailbox.calendar(calendar_id))

    def add_event(self, calendar_id: str, body: Json) -> str:
        """A person's own event or series; its id."""
        with self.lock:
            calendar = self.mailbox.calendar(calendar_id)
            return events.create(self.mailbox, calendar, fields.parse(body), self.clock()).id

    def edit_event(self, event_id: str, body: Json) -> None:
        """Of a series, all of it; of an occurrence, that one alone."""
        with self.lock:
            self.change(self.find(event_id), fields.parse(body))

    def shift_event(self, event_id: str, by: timedelta) -> None:
        """Of an event, a series or an occurrence. A series stays on its days: shift it within the day."""
        with self.lock:
            span = self.find(event_id).span
            times = {
                name: {"dateTime": (time.local + by).isoformat(), "timeZone": time.zone}
                for name, time in (("start", span.start), ("end", span.end))
            }
            self.edit_event(event_id, times)

    def invite(self, event_id: str, address: str) -> None:
        attendee = {"emailAddress": {"address": address, "name": address}, "type": "required"}
        with self.lock:
            invited = self.find(event_id).content["attendees"]
            self.edit_event(event_id, {"attendees": [*invited, attendee]})

    def move_event(self, event_id: str, calendar_id: str) -> None:
        with self.lock:
            event = self.find(event_id)
            if isinstance(event, Occurrence):
                raise TypeError("an occurrence can't be moved to another calendar")
            self.mailbox.move(event, self.mailbox.calendar(calendar_id), self.clock())

    def delete_event(self, event_id: str) -> None:
        """Of an occurrence, that one alone."""
        with self.lock:
            self.delete(self.find(event_id))

    # sign-in

    def revoke_access_tokens(self) -> None:
        """Graph answers 401 from now on to tokens that clients still think valid."""
        with self.lock:
            self.grants.access_tokens.clear()

    def revoke_refresh_tokens(self) -> None:
        with self.lock:
            self.grants.refresh_tokens.clear()

    def expire_sync_states(self) -> None:
        """Every delta token is forgotten."""
        with self.lock:
            self.sync_states.clear()

    def issue_access_token(self, *scopes: str) -> str:
        """A token without a sign-in, for tests; with all scopes if none is named."""
        with self.lock:
            wanted = scopes or ("Calendars.ReadWrite", "User.Read", "MailboxSettings.Read")
            return self.grants.issue_access(frozenset(wanted), self.switches.expires_in)

    # for the routes, which hold the lock

    def find(self, event_id: str) -> Item:
        """The event or occurrence of an id in either form. Raises GraphError."""
        parsed = EventId.parse(event_id)
        event = self.mailbox.event(parsed.number)
        if parsed.moves is not None and parsed.moves != event.moves:
            raise not_found()
        return event if parsed.day is None else occurrences.find(event, parsed.day)

    def change(self, item: Item, sent: fields.Sent) -> Item:
        """The item as it is afterwards."""
        if isinstance(item, Event):
            resets = self.switches.resets_exceptions
            events.change(self.mailbox, item, sent, self.clock(), resets_exceptions=resets)
            return item
        span = events.changed_span(item.span, sent)
        keeps = self.switches.keeps_equal_values
        return occurrences.change(self.mailbox, item, sent, span, self.clock(), keeps_equal_values=keeps)

    def delete(self, item: Item) -> None:
        if isinstance(item, Event):
            self.mailbox.remove(item)
        else:
            is_reported = self.switches.resends_series_of_deleted_occurrence
            occurrences.cancel(self.mailbox, item, self.clock(), is_reported=is_reported)

    def _seen(self, item: Item) -> Json:
        return rendering.event(item, _SEEN_BY_PEOPLE, self.owner) | {
            "singleValueExtendedProperties": rendering.extended(item.properties),
            "cancelledOccurrences": rendering.cancelled(item, _SEEN_BY_PEOPLE),
        }


def in_window(calendar: Calendar, start: datetime, end: datetime) -> list[Item]:
    """Single events, occurrences and exceptions that overlap the window, in order of their starts."""
    found: list[Item] = []
    for event in calendar.events.values():
        if event.rule is not None:
            found.extend(occurrences.between(event, start, end))
        elif event.span.overlaps(start, end):
            found.append(event)
    return sorted(found, key=lambda item: item.span.start.utc)
