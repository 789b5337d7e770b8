"""Outlook in memory and Outlook over the wire, each with the person who uses it behind the program's back."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from core.model import Copy, EventTime, MirrorEvent, Span, WallClock
from core.ports import TargetCalendar, TargetMailbox
from core.preview import PretendMailbox
from core.writes import CreateCopy, ReadCopy, Stored, UpdateCopy
from tests.core.engine.memory_outlook import MemoryOutlook
from tests.wire.outlook_fixtures import Microsoft, tag


class OutlookWorld(Protocol):
    @property
    def mailbox(self) -> TargetMailbox: ...

    @property
    def reading(self) -> TargetMailbox:
        """The same mailbox, as whoever only reads is given it."""
        ...

    def add_calendar(self, name: str) -> str: ...

    def rename_calendar(self, calendar_id: str, name: str) -> None: ...

    def delete_calendar(self, calendar_id: str) -> None: ...

    def make_read_only(self, calendar_id: str) -> None: ...

    def add_event(self, calendar_id: str, subject: str, span: Span) -> str: ...

    def rename_event(self, event_id: str, subject: str) -> None: ...

    def invite(self, event_id: str) -> None: ...

    def move_event(self, event_id: str, calendar_id: str) -> None: ...

    def delete_event(self, event_id: str) -> None: ...

    def forget_links(self) -> None: ...


class OutlookInMemory:
    def __init__(self) -> None:
        self.mailbox = MemoryOutlook()

    @property
    def reading(self) -> TargetMailbox:
        return self.mailbox

    def add_calendar(self, name: str) -> str:
        return self.mailbox.add_calendar(name)

    def rename_calendar(self, calendar_id: str, name: str) -> None:
        self.mailbox.names[calendar_id] = name

    def delete_calendar(self, calendar_id: str) -> None:
        self.mailbox.delete_calendar(calendar_id)

    def make_read_only(self, calendar_id: str) -> None:
        self.mailbox.read_only.add(calendar_id)

    def add_event(self, calendar_id: str, subject: str, span: Span) -> str:
        return self.mailbox.own_event(calendar_id, subject, span).event_id

    def rename_event(self, event_id: str, subject: str) -> None:
        self.mailbox.edit(self.mailbox.located(event_id)[0], event_id, subject=subject)

    def invite(self, event_id: str) -> None:
        self.mailbox.invite(self.mailbox.located(event_id)[0], event_id)

    def move_event(self, event_id: str, calendar_id: str) -> None:
        self.mailbox.move(event_id, calendar_id)

    def delete_event(self, event_id: str) -> None:
        self.mailbox.delete(self.mailbox.located(event_id)[0], event_id)

    def forget_links(self) -> None:
        self.mailbox.watches.clear()


class OutlookOverTheWire:
    """The real adapter, and the sandbox behind TLS."""

    def __init__(self, signed_in: Microsoft) -> None:
        self._world = signed_in.world
        self.mailbox = self.reading = signed_in.start()

    def add_calendar(self, name: str) -> str:
        """Also under a name that is taken, as two mailboxes in one can have it."""
        calendar_id = self._world.add_calendar(f"{name} {len(self._world.calendars())}")
        self.rename_calendar(calendar_id, name)
        return calendar_id

    def rename_calendar(self, calendar_id: str, name: str) -> None:
        with self._world.lock:
            self._world.mailbox.calendar(calendar_id).name = name

    def delete_calendar(self, calendar_id: str) -> None:
        self._world.delete_calendar(calendar_id)

    def make_read_only(self, calendar_id: str) -> None:
        with self._world.lock:
            self._world.mailbox.calendar(calendar_id).can_edit = False

    def add_event(self, calendar_id: str, subject: str, span: Span) -> str:
        is_all_day = not isinstance(span.start, WallClock)
        times = {"start": _graph_time(span.start), "end": _graph_time(span.end), "isAllDay": is_all_day}
        return self._world.add_event(calendar_id, {"subject": subject, **times})

    def rename_event(self, event_id: str, subject: str) -> None:
        self._world.edit_event(event_id, {"subject": subject})

    def invite(self, event_id: str) -> None:
        self._world.invite(event_id, "guest@example.com")

    def move_event(self, event_id: str, calendar_id: str) -> None:
        self._world.move_event(event_id, calendar_id)

    def delete_event(self, event_id: str) -> None:
        self._world.delete_event(event_id)

    def forget_links(self) -> None:
        self._world.expire_sync_states()


class OutlookInPreview(OutlookInMemory):
    """Its `reading` goes through the preview."""

    @property
    def reading(self) -> TargetMailbox:
        return PretendMailbox(self.mailbox)


@pytest.fixture(params=["in memory", "over the wire"])
def outlook(request: pytest.FixtureRequest) -> OutlookWorld:
    match request.param:
        case "in memory":
            return OutlookInMemory()
        case "in a preview":
            return OutlookInPreview()
        case _:
            return OutlookOverTheWire(request.getfixturevalue("signed_in"))


also_in_a_preview = pytest.mark.parametrize(
    "outlook", ["in memory", "in a preview", "over the wire"], indirect=True
)
"""For tests of what a preview reads just as the real one does."""


@pytest.fixture
def calendar(outlook: OutlookWorld) -> TargetCalendar:
    """An empty one."""
    return outlook.mailbox.open(outlook.add_calendar("Feishu"))


@pytest.fixture
def reading(outlook: OutlookWorld, calendar: TargetCalendar) -> TargetCalendar:
    """The same calendar, in a preview where the test is for one."""
    return outlook.reading.open(calendar.id)


def create(calendar: TargetCalendar, event: MirrorEvent, uid: str = "a") -> Stored:
    (stored,) = calendar.write([CreateCopy(event, tag(uid))])
    assert isinstance(stored, Stored)
    return stored


def update(
    calendar: TargetCalendar,
    stored: Stored,
    event: MirrorEvent,
    *,
    reshape: bool = False,
    resend_extras: bool = False,
) -> Stored:
    write = UpdateCopy(
        stored.event_id, stored.etag, event, tag("a"), reshape=reshape, resend_extras=resend_extras
    )
    (changed,) = calendar.write([write])
    assert isinstance(changed, Stored)
    return changed


def read(calendar: TargetCalendar, event_id: str) -> Copy:
    (copy,) = calendar.ask([ReadCopy(event_id)])
    assert isinstance(copy, Copy)
    return copy


def _graph_time(time: EventTime) -> dict[str, Any]:
    if isinstance(time, WallClock):
        return {"dateTime": time.local.isoformat(), "timeZone": time.zone}
    return {"dateTime": f"{time.isoformat()}T00:00:00", "timeZone": "UTC"}
