"""Calendars and the rows in them, as the service keeps them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sandbox.feishu.accounts import Person

# The members of an event that a person fills in, with what the service puts where nothing was said.
DETAILS: dict[str, Any] = {
    "summary": "",
    "description": "",
    "vchat": {"vc_type": "no_meeting", "icon_type": "vc", "description": "", "meeting_url": ""},
    "visibility": "default",
    "attendee_ability": "can_see_others",
    "free_busy_status": "busy",
    "location": {"name": "", "address": ""},
    "color": -1,
    "reminders": [],
}


@dataclass(slots=True)
class EventRow:
    """A single event, a master, or an exception (a changed or cancelled occurrence).

    `start` and `end` are aware datetimes, or dates for whole days; then `end` is the day after the last.
    """

    event_id: str  # "{uid}_0", or "{uid}_{original start in seconds since 1970}" for an exception
    organizer_calendar_id: str
    organizer: Person
    start: datetime | date
    end: datetime | date
    zone: str
    created: float
    recurrence: str = ""
    status: str = "confirmed"
    details: dict[str, Any] = field(default_factory=dict)
    attendees: list[dict[str, Any]] = field(default_factory=list)
    distortion: dict[str, Any] = field(
        default_factory=dict
    )  # members that are sent instead of the right ones
    version: int = 0

    @property
    def uid(self) -> str:
        return self.event_id.rpartition("_")[0]

    @property
    def original(self) -> int:
        return int(self.event_id.rpartition("_")[2])

    @property
    def is_exception(self) -> bool:
        return self.original != 0

    @property
    def is_live(self) -> bool:
        return self.status != "cancelled"

    @property
    def master_id(self) -> str:
        return f"{self.uid}_0"


@dataclass(slots=True)
class Membership:
    """A calendar in a person's list. Without a role it has left the list."""

    role: str | None
    version: int


@dataclass(slots=True)
class Calendar:
    calendar_id: str
    summary: str
    type: str
    owner: Person
    description: str = ""
    permissions: str = "show_only_free_busy"
    color: int = -11034625
    is_third_party: bool = False
    is_deleted: bool = False
    version: int = 0
    members: dict[str, Membership] = field(default_factory=dict)  # by open_id
    rows: dict[str, EventRow] = field(default_factory=dict)  # by event_id

    def role_of(self, person: Person) -> str | None:
        membership = self.members.get(person.open_id)
        return membership.role if membership else None


def instant(time: datetime | date) -> int:
    """Seconds since 1970; a date counts from its midnight in UTC."""
    if isinstance(time, datetime):
        return int(time.timestamp())
    return int(datetime(time.year, time.month, time.day, tzinfo=UTC).timestamp())
