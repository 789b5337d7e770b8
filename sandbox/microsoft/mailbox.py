"""One person's mailbox: calendars, events, and what is needed to find them and to tell what changed."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sandbox.microsoft import ids
from sandbox.microsoft.errors import GraphError, malformed_id, not_found
from sandbox.microsoft.recurrence import Rule
from sandbox.microsoft.zones import WallTime

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: WallTime
    end: WallTime
    is_all_day: bool

    @classmethod
    def make(cls, start: WallTime, end: WallTime, *, is_all_day: bool) -> "Span":
        """All-day times float, whatever they were before; others stand in their zone."""
        return cls(
            WallTime.at(start.local, start.zone, is_floating=is_all_day),
            WallTime.at(end.local, end.zone, is_floating=is_all_day),
            is_all_day,
        )

    def is_same(self, other: "Span") -> bool:
        return (
            self.is_all_day is other.is_all_day
            and self.start.is_same(other.start)
            and self.end.is_same(other.end)
        )

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start.utc < end and (self.end.utc > start or self.start.utc == self.end.utc == start)


@dataclass(frozen=True, slots=True)
class Removal:
    """An event left a calendar. `moves` is how often it had moved before: part of its mutable id."""

    generation: int
    moves: int


@dataclass(slots=True, eq=False)
class Calendar:
    id: str
    name: str
    generation: int
    color: str = "auto"
    can_edit: bool = True
    is_default: bool = False
    is_removable: bool = True
    properties: dict[str, str] = field(default_factory=dict)
    events: dict[int, "Event"] = field(default_factory=dict)
    removed: dict[int, "Removal"] = field(default_factory=dict)
    """The events that left the calendar, by their numbers."""


@dataclass(slots=True, eq=False)
class Exceptional:
    """What one occurrence has of its own: content that differs, and its time."""

    content: Json
    span: Span
    generation: int
    modified: datetime
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Event:
    """A single event or, with a rule, a series. `content` is Graph's JSON of everything but times."""

    number: int
    calendar: Calendar
    content: Json
    span: Span
    rule: Rule | None
    created: datetime
    modified: datetime
    generation: int = 0
    reported: int = 0
    """The generation of the last change that delta reports: hidden properties alone are not reported."""
    properties: dict[str, str] = field(default_factory=dict)
    transaction_id: str | None = None
    moves: int = 0
    cancelled: set[date] = field(default_factory=set)
    exceptions: dict[date, Exceptional] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The immutable one."""
        return str(ids.EventId(self.number))


class Mailbox:
    """Not thread-safe: the world's lock is around it."""

    def __init__(self) -> None:
        self.calendars: dict[str, Calendar] = {}
        self.events: dict[int, Event] = {}
        self.transactions: dict[str, tuple[str, Json, Event]] = {}
        """Every transactionId ever used: the calendar, the body and the event that it made."""
        self.generation = 0
        self._number = secrets.randbits(40) << 20  # ids of another mailbox must not be found here
        self._by_property: dict[tuple[str, str], dict[int, Event]] = {}

    # calendars

    def add_calendar(self, name: str, **traits: Any) -> Calendar:
        """Raises GraphError (ErrorFolderExists) if there is one of that name."""
        self._refuse_taken(name)
        calendar = Calendar(ids.calendar_id(self._next_number()), name, self._next_generation(), **traits)
        self.calendars[calendar.id] = calendar
        return calendar

    def rename_calendar(self, calendar: Calendar, name: str) -> None:
        if name.casefold() != calendar.name.casefold():
            self._refuse_taken(name)
        calendar.name = name
        calendar.generation = self._next_generation()

    def delete_calendar(self, calendar: Calendar) -> None:
        if calendar.is_default or not calendar.is_removable:
            raise GraphError(
                400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."
            )
        for event in list(calendar.events.values()):
            self.remove(event)
        del self.calendars[calendar.id]

    def calendar(self, calendar_id: str | None) -> Calendar:
        """The default one for None. Raises GraphError."""
        if calendar_id is None:
            return next(calendar for calendar in self.calendars.values() if calendar.is_default)
        if not ids.is_calendar_id(calendar_id):
            raise malformed_id()
        if calendar_id not in self.calendars:
            raise not_found()
        return self.calendars[calendar_id]

    def _refuse_taken(self, name: str) -> None:
        if any(calendar.name.casefold() == name.casefold() for calendar in self.calendars.values()):
            message = f"A folder with the specified name already exists., Could not create folder {name}."
            raise GraphError(409, "ErrorFolderExists", message)

    # events

    def add(self, calendar: Calendar, content: Json, span: Span, rule: Rule | None, now: float) -> Event:
        moment = datetime.fromtimestamp(now, UTC)
        event = Event(self._next_number(), calendar, content, span, rule, moment, moment)
        self.events[event.number] = calendar.events[event.number] = event
        self.touch(event, now)
        return event

    def event(self, number: int) -> Event:
        """Raises GraphError."""
        if number not in self.events:
            raise not_found()
        return self.events[number]

    def touch(self, event: Event, now: float, *, is_reported: bool = True) -> None:
        """A change was stored: new change key."""
        event.generation = self._next_generation()
        event.modified = datetime.fromtimestamp(now, UTC)
        if is_reported:
            event.reported = event.generation

    def move(self, event: Event, calendar: Calendar, now: float) -> None:
        self._leave(event)
        event.calendar = calendar
        event.moves = (event.moves + 1) % 2**16
        calendar.events[event.number] = event
        calendar.removed.pop(event.number, None)
        self.touch(event, now)

    def remove(self, event: Event) -> None:
        self._leave(event)
        for key, value in event.properties.items():
            self._unindex(event, key, value)
        del self.events[event.number]

    def _leave(self, event: Event) -> None:
        event.calendar.removed[event.number] = Removal(self._next_generation(), event.moves)
        del event.calendar.events[event.number]

    # hidden properties

    def set_properties(self, event: Event, properties: dict[str, str]) -> None:
        for key, value in properties.items():
            if key in event.properties:
                self._unindex(event, key, event.properties[key])
            event.properties[key] = value
            self._by_property.setdefault((key, value.casefold()), {})[event.number] = event

    def with_property(self, key: str, value: str) -> Iterable[Event]:
        """Single events and series that carry the property with that value, whatever its case."""
        return self._by_property.get((key, value.casefold()), {}).values()

    def _unindex(self, event: Event, key: str, value: str) -> None:
        self._by_property[key, value.casefold()].pop(event.number, None)

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _next_generation(self) -> int:
        self.generation += 1
        return self.generation
