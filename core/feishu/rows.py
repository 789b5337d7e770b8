"""A row of Feishu's event list, from its JSON text. Pure.

Essential are the id, the status and, unless it is cancelled, the times. Everything else may be missing or of
a wrong type: then the row says less, and is mirrored all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NoReturn

from core.errors import MalformedRow
from core.feishu.all_day import all_day_span
from core.foreign_json import read_json
from core.model import AllDayEnd, EventTime, Row, RowStatus, Span, Visibility
from core.zones import UnknownZone, iana_name, wall_clock

DEFAULT_ZONE = "Asia/Shanghai"
"""Of a time without a zone (documented)."""

LATEST = 16_725_225_600
"""The documented end of timestamps: the year 2500."""

FIRST_DAY, LAST_DAY = date(1601, 1, 1), date(2500, 1, 1)
"""Of all-day rows: from where Exchange's calendar begins to where Feishu's time stamps end. An event of
thousands of years has occurrences that end beyond all calendars."""

LONGEST_REMINDER = 20_160
"""Minutes, before or after the start (documented)."""

_ID = re.compile(r"(?P<uid>.+)_(?P<original>-?\d{1,12})", re.ASCII | re.DOTALL)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\s*-?\d{1,12}\s*", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d+(?:/|$))", re.IGNORECASE | re.ASCII)
_RULE_PREFIX = re.compile(r"\s*RRULE\s*:\s*", re.IGNORECASE)

_Members = Mapping[str, object]


def parse_row(raw: str, all_day_end: AllDayEnd) -> Row:
    """`all_day_end`: what the end date of an all-day row means in its calendar. Raises MalformedRow, and
    nothing else, for any text."""
    try:
        members = read_json(raw)
    except ValueError as error:
        raise MalformedRow("", "json") from error
    if not isinstance(members, dict):
        raise MalformedRow("", "json")
    return _Parser(members, all_day_end).row()


def event_id_of(members: object) -> str:
    """The id of a row that is otherwise not looked at; empty if it has none."""
    return _text(members, "event_id") if isinstance(members, dict) else ""


def identity_of(event_id: str) -> tuple[str, int | None]:
    """The uid, and the original start of an exception; `_0` ends the id of everything else."""
    match = _ID.fullmatch(event_id)
    if match is None:
        return event_id, None
    return match["uid"], int(match["original"]) or None


class _Parser:
    def __init__(self, members: _Members, all_day_end: AllDayEnd) -> None:
        self._members = members
        self._all_day_end = all_day_end
        self._event_id = event_id_of(members)
        self._title = _text(members, "summary")

    def row(self) -> Row:
        members = self._members
        if not self._event_id:
            self._refuse("event_id")
        status = self._status()
        uid, original_start = identity_of(self._event_id)
        recurrence = ""
        if original_start is None:  # an exception has no rule of its own
            recurrence = _RULE_PREFIX.sub("", _text(members, "recurrence"), count=1).strip()
        return Row(
            event_id=self._event_id,
            uid=uid,
            original_start=original_start,
            status=status,
            span=self._span_if_any(status, recurrence),
            recurrence=recurrence,
            is_exception=original_start is not None,
            title=self._title,
            description=_text(members, "description"),
            location=_location(_object(members, "location")),
            meeting_url=_web_address(_text(_object(members, "vchat"), "meeting_url")),
            organiser=_text(_object(members, "event_organizer"), "display_name"),
            app_link=_text(members, "app_link"),
            visibility=_visibility(_text(members, "visibility")),
            is_free=_text(members, "free_busy_status") == "free",
            is_declined=_text(members, "self_rsvp_status") == "decline",
            reminders=_reminders(members.get("reminders")),
        )

    def _status(self) -> RowStatus:
        """Who answered "maybe", or did not answer, comes tentatively."""
        try:
            status = RowStatus(_text(self._members, "status"))
        except ValueError:
            self._refuse("status")
        is_unsure = _text(self._members, "self_rsvp_status") in {"tentative", "needs_action"}
        return RowStatus.TENTATIVE if is_unsure and status is RowStatus.CONFIRMED else status

    def _span_if_any(self, status: RowStatus, recurrence: str) -> Span | None:
        if status is not RowStatus.CANCELLED:
            return self._span(recurrence)
        try:
            return self._span(recurrence)
        except MalformedRow:
            return None

    def _span(self, recurrence: str) -> Span:
        start = self._time("start_time", recurrence)
        end = self._time("end_time", recurrence)
        if isinstance(start, date) and isinstance(end, date):
            if start < end and self._all_day_end is AllDayEnd.CONTRADICTORY:
                self._refuse("all_day_end")
            try:
                return all_day_span(start, end, self._all_day_end)
            except ValueError:
                self._refuse("end_time")
        if isinstance(start, date) or isinstance(end, date):
            self._refuse("end_time")
        if _timestamp(_object(self._members, "end_time")) < _timestamp(_object(self._members, "start_time")):
            self._refuse("end_time")
        return Span(start, end)

    def _time(self, name: str, recurrence: str) -> EventTime:
        time_info = _object(self._members, name)
        day = _text(time_info, "date")
        if day:
            try:
                return _date(day)
            except ValueError:
                self._refuse(name)
        timestamp = _timestamp(time_info)
        if not 1 <= timestamp <= LATEST:
            self._refuse(name)
        try:
            zone = iana_name(_text(time_info, "timezone").strip() or DEFAULT_ZONE)
            return wall_clock(timestamp, zone)
        except UnknownZone:
            # The instant is known, and that is all a single event needs. A series follows its zone's clock.
            if recurrence:
                self._refuse("zone")
            return wall_clock(timestamp, "UTC")

    def _refuse(self, field: str) -> NoReturn:
        raise MalformedRow(self._event_id, field, self._title, self._start())

    def _start(self) -> str:
        """For the person who looks the event up: ISO 8601, or empty."""
        time_info = _object(self._members, "start_time")
        day = _text(time_info, "date")
        if _DATE.fullmatch(day):
            return day
        timestamp = _timestamp(time_info)
        return f"{wall_clock(timestamp, 'UTC').local.isoformat()}Z" if 1 <= timestamp <= LATEST else ""


def _timestamp(time_info: _Members) -> int:
    """Unix seconds, sent as text; 0 if there are none."""
    value = time_info.get("timestamp")
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    return value if type(value) is int else 0


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):  # fromisoformat takes more
        raise ValueError(text)
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def _location(members: _Members) -> str:
    name, address = _text(members, "name").strip(), _text(members, "address").strip()
    return ", ".join(part for part in (name, address if address not in name else "") if part)


def _web_address(text: str) -> str:
    """Feishu's own meetings come as `vc.feishu.cn/j/…`. `tel:1` has its scheme, `host:8443/…` has none."""
    text = text.strip()
    return f"https://{text}" if text and not _SCHEME.match(text) else text


def _visibility(text: str) -> Visibility:
    try:
        return Visibility(text)
    except ValueError:
        return Visibility.DEFAULT


def _reminders(value: object) -> tuple[int, ...]:
    minutes = (
        [entry.get("minutes") for entry in value if isinstance(entry, dict)]
        if isinstance(value, list)
        else []
    )
    return tuple(m for m in minutes if type(m) is int and abs(m) <= LONGEST_REMINDER)


def _object(members: _Members, name: str) -> _Members:
    value = members.get(name)
    return value if isinstance(value, dict) else {}


def _text(members: _Members, name: str) -> str:
    """Empty for anything but text."""
    value = members.get(name)
    return value if isinstance(value, str) else ""
