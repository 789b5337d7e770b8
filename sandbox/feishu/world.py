"""The state of the simulated Feishu tenant, and what people do to it in their Feishu client."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from sandbox.feishu.accounts import App, Person, Sessions
from sandbox.feishu.checks import DEFAULT_ZONE, check_times, checked_details, zone_name
from sandbox.feishu.limits import Limits
from sandbox.feishu.occurrences import expand, within
from sandbox.feishu.quirks import Consent, Quirks
from sandbox.feishu.rows import DETAILS, Calendar, EventRow, Membership, instant

_OWN_FIELDS = ("start", "end", "zone", "recurrence", "status", "attendees")
Role = Literal["owner", "writer", "reader", "free_busy_reader"]


class FeishuWorld:
    """One tenant with one app. `clock` tells seconds since 1970. Any thread may call any method.

    Methods take ids as the service shows them, times as aware datetimes, whole days as dates with `end` the
    day after the last. They raise KeyError for ids that do not exist, ValueError for nonsense.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.app = App()
        self.sessions = Sessions(clock)
        self.limits = Limits(clock)
        self.quirks = Quirks()
        self.consent = Consent.ASK
        self.calendars: dict[str, Calendar] = {}
        self.cursor_epoch = 0  # page and sync tokens of an earlier one are refused
        self.list_version = 0
        self.person = self.add_person("张三 Zhang San")  # who is signed in to Feishu in the browser
        self.bot = self.add_person("Calendar sync (bot)")
        self.calendar_id = self.primary_of(self.person).calendar_id

    @property
    def app_id(self) -> str:
        return self.app.app_id

    @property
    def app_secret(self) -> str:
        return self.app.app_secret

    # people and calendars

    def add_person(self, name: str) -> Person:
        """With a primary calendar. Set `person` to sign somebody else in to the browser."""
        with self.lock:
            person = Person(f"ou_{uuid.uuid4().hex}", name)
            self.add_calendar(name, person=person, calendar_type="primary")
            return person

    def primary_of(self, person: Person) -> Calendar:
        return next(c for c in self.calendars.values() if c.type == "primary" and c.owner is person)

    def add_calendar(
        self,
        summary: str,
        *,
        role: Role = "owner",
        person: Person | None = None,
        calendar_type: str = "shared",
    ) -> str:
        """The new calendar's id. It is in the list of `person` (the one in the browser) with `role`."""
        with self.lock:
            person = person or self.person
            calendar_id = f"feishu.cn_{uuid.uuid4().hex[:22]}@group.calendar.feishu.cn"
            self.calendars[calendar_id] = Calendar(calendar_id, summary, calendar_type, person)
            self.set_role(calendar_id, role, person=person)
            return calendar_id

    def set_role(self, calendar_id: str, role: Role | None, *, person: Person | None = None) -> None:
        """None takes the calendar away from the person."""
        with self.lock:
            self.list_version += 1
            members = self.calendars[calendar_id].members
            members[(person or self.person).open_id] = Membership(role, self.list_version)

    def rename_calendar(self, calendar_id: str, summary: str) -> None:
        with self.lock:
            self.calendars[calendar_id].summary = summary
            self._list_changed(calendar_id)

    def delete_calendar(self, calendar_id: str) -> None:
        with self.lock:
            self.calendars[calendar_id].is_deleted = True
            self._list_changed(calendar_id)

    def _list_changed(self, calendar_id: str) -> None:
        for membership in self.calendars[calendar_id].members.values():
            self.list_version += 1
            membership.version = self.list_version

    # events

    def add_event(
        self,
        calendar_id: str,
        summary: str,
        start: datetime | date,
        end: datetime | date,
        *,
        zone: str | None = None,
        recurrence: str = "",
        organizer: Person | None = None,
        **details: Any,
    ) -> str:
        """The new event's id. `zone`: by default that of `start`, if it has a name, or Asia/Shanghai.

        `details` are further members of the service's event object: description, location, visibility …
        """
        with self.lock:
            calendar = self.calendars[calendar_id]
            row = EventRow(
                event_id=f"{uuid.uuid4()}_0",
                organizer_calendar_id=calendar_id,
                organizer=organizer or calendar.owner,
                start=start,
                end=end,
                zone=zone or zone_name(start),
                created=self.clock(),
                recurrence=recurrence,
                details=checked_details({"summary": summary, **details}),
            )
            check_times(row)
            self._store(calendar, row)
            return row.event_id

    def change_event(self, calendar_id: str, event_id: str, **changes: Any) -> None:
        """`changes`: details as in `add_event`, and start, end, zone, recurrence, status, attendees."""
        with self.lock:
            calendar = self.calendars[calendar_id]
            row = calendar.rows[event_id]
            self._apply(row, changes)
            self._store(calendar, row)
            if row.event_id == row.master_id and {"start", "end", "zone", "recurrence"} & changes.keys():
                self._reshaped(calendar, row)

    def move_event(
        self, calendar_id: str, event_id: str, start: datetime | date, end: datetime | date
    ) -> None:
        self.change_event(calendar_id, event_id, start=start, end=end)

    def delete_event(self, calendar_id: str, event_id: str, *, leave_exceptions: bool = False) -> None:
        """A single event or a whole series. Clients take exceptions along, the bare API leaves them."""
        with self.lock:
            calendar = self.calendars[calendar_id]
            row = calendar.rows[event_id]
            row.status = "cancelled"
            self._store(calendar, row)
            for exception in self._exceptions(calendar, row):
                if not leave_exceptions and exception.is_live:
                    exception.status = "cancelled"
                    self._store(calendar, exception)

    def change_occurrence(
        self, calendar_id: str, series_id: str, original_start: datetime | date, **changes: Any
    ) -> str:
        """One occurrence becomes an exception, or the exception changes; its event id."""
        with self.lock:
            calendar = self.calendars[calendar_id]
            master = calendar.rows[series_id]
            original = instant(original_start)
            event_id = f"{master.uid}_{original}"
            row = calendar.rows.get(event_id)
            if row is None:
                row = self._exception(master, event_id, original)
            self._apply(row, changes)
            self._store(calendar, row)
            return event_id

    def move_occurrence(
        self,
        calendar_id: str,
        series_id: str,
        original_start: datetime | date,
        start: datetime | date,
        end: datetime | date,
    ) -> str:
        return self.change_occurrence(calendar_id, series_id, original_start, start=start, end=end)

    def cancel_occurrence(self, calendar_id: str, series_id: str, original_start: datetime | date) -> str:
        return self.change_occurrence(calendar_id, series_id, original_start, status="cancelled")

    def invite(self, calendar_id: str, event_id: str, guest: Person) -> None:
        """The event, with its exceptions, appears on the guest's primary calendar under the same ids."""
        with self.lock:
            source, target = self.calendars[calendar_id], self.primary_of(guest)
            row = source.rows[event_id]
            for original in [row, *self._exceptions(source, row)]:
                status = "tentative" if original.is_live else "cancelled"
                self._store(target, replace(original, status=status, details=dict(original.details)))

    def distort(self, calendar_id: str, event_id: str, **members: Any) -> None:
        """From now on these members are sent instead of the right ones, whatever they are."""
        with self.lock:
            calendar = self.calendars[calendar_id]
            calendar.rows[event_id].distortion = members
            self._store(calendar, calendar.rows[event_id])

    def add_raw_row(self, calendar_id: str, event_id: str, **row: Any) -> None:
        """A row under a chosen id: an exception without master, for instance. `row`: fields of EventRow."""
        with self.lock:
            calendar = self.calendars[calendar_id]
            given = {"zone": DEFAULT_ZONE, "organizer": calendar.owner, "created": self.clock(), **row}
            given.setdefault("organizer_calendar_id", calendar_id)
            self._store(calendar, EventRow(event_id=event_id, **given))

    def occurrences(self, calendar_id: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """What a person sees, by start: `event_id`, `series_id`, `original_start`, times, details."""
        with self.lock:
            return [
                {
                    **DETAILS,
                    **shown.row.details,
                    "event_id": shown.event_id,
                    "series_id": shown.row.master_id
                    if shown.row.is_exception or shown.row.recurrence
                    else "",
                    "original_start": int(shown.event_id.rpartition("_")[2]),
                    "start": shown.start,
                    "end": shown.end,
                    "zone": shown.row.zone,
                    "status": shown.row.status,
                }
                for shown in within(self.calendars[calendar_id], start.timestamp(), end.timestamp())
                if shown.row.is_live
            ]

    def void_sync_tokens(self) -> None:
        """All page and sync tokens so far are refused from now on."""
        self.cursor_epoch += 1

    def _store(self, calendar: Calendar, row: EventRow) -> None:
        calendar.version += 1
        row.version = calendar.version
        calendar.rows[row.event_id] = row

    def _apply(self, row: EventRow, changes: dict[str, Any]) -> None:
        own = {name: value for name, value in changes.items() if name in _OWN_FIELDS}
        details = checked_details({name: value for name, value in changes.items() if name not in _OWN_FIELDS})
        changed = replace(row, **own)
        if isinstance(row.start, datetime) is not isinstance(changed.start, datetime):
            own.setdefault("zone", zone_name(changed.start))
        check_times(replace(row, **own))
        for name, value in own.items():
            setattr(row, name, value)
        row.details |= details

    def _exception(self, master: EventRow, event_id: str, original: int) -> EventRow:
        for start, end in expand(master, original, original + 1):
            if instant(start) == original:
                return EventRow(
                    event_id=event_id,
                    organizer_calendar_id=master.organizer_calendar_id,
                    organizer=master.organizer,
                    start=start,
                    end=end,
                    zone=master.zone,
                    created=self.clock(),
                    details=dict(master.details),
                )
        raise ValueError(f"the series has no occurrence at {original}")

    def _exceptions(self, calendar: Calendar, master: EventRow) -> list[EventRow]:
        return [row for row in calendar.rows.values() if row.uid == master.uid and row.is_exception]

    def _reshaped(self, calendar: Calendar, master: EventRow) -> None:
        """Exceptions whose occurrence the series no longer has lose their meaning."""
        if self.quirks.exceptions_survive_reshaping:
            return
        for row in self._exceptions(calendar, master):
            still = master.recurrence and any(
                instant(start) == row.original for start, _ in expand(master, row.original, row.original + 1)
            )
            if row.is_live and not still:
                row.status = "cancelled"
                self._store(calendar, row)
