"""Our events as the JSON that Graph is sent. Pure. (docs/quirks.md, "Outlook events")"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from core import tag as tags
from core import zones
from core.model import (
    ChangedOccurrence,
    Content,
    EventTime,
    MirrorEvent,
    RecurrencePattern,
    RecurrenceRange,
    Series,
    Span,
    Tag,
    WallClock,
)

ALL_DAY_ZONE = "UTC"
"""Whole days are floating dates at the service; it reads them back in this zone whatever was sent."""

_NO_TAG = "let go"

_WEEK_START = "monday"
"""RFC 5545's default. Graph would take Sunday, which moves every second week."""


class ItemBody(TypedDict):
    contentType: str
    content: str


class DateTimeTimeZone(TypedDict):
    dateTime: str
    timeZone: str


class Location(TypedDict):
    displayName: str


class ExtendedProperty(TypedDict):
    id: str
    value: str


class Pattern(TypedDict):
    type: str
    interval: int
    daysOfWeek: NotRequired[list[str]]
    firstDayOfWeek: NotRequired[str]
    dayOfMonth: NotRequired[int]
    month: NotRequired[int]
    index: NotRequired[str]


class Range(TypedDict):
    type: str
    startDate: str
    recurrenceTimeZone: str
    endDate: NotRequired[str]
    numberOfOccurrences: NotRequired[int]


class PatternedRecurrence(TypedDict):
    pattern: Pattern
    range: Range


class EventBody(TypedDict, total=False):
    """Everything that we ever write of an event.

    There is no field for attendees: whoever is added to one is mailed by the service.
    """

    subject: str
    body: ItemBody
    location: Location
    showAs: str
    sensitivity: str
    isAllDay: bool
    start: DateTimeTimeZone
    end: DateTimeTimeZone
    recurrence: PatternedRecurrence | None
    isReminderOn: bool
    reminderMinutesBeforeStart: int
    categories: list[str]
    transactionId: str
    singleValueExtendedProperties: list[ExtendedProperty]


def creation(event: MirrorEvent, tag: Tag) -> EventBody:
    """Raises zones.UnknownZone."""
    body = EventBody(
        **_content(event.content),
        **_extras(event.content),
        **shape(event.span, event.series),
        sensitivity=_sensitivity(event.content),
        transactionId=tag.transaction_id,
        singleValueExtendedProperties=_properties(tag),
    )
    if event.series is None:
        del body["recurrence"]
    return body


def update(event: MirrorEvent, tag: Tag, *, reshape: bool, resend_extras: bool) -> EventBody:
    """Reminder and category are the person's once the copy is there, until `resend_extras`. Without
    `reshape` no time is sent: a series would lose its exceptions. Raises zones.UnknownZone."""
    times = shape(event.span, event.series) if reshape else EventBody()
    extras = _extras(event.content) if resend_extras else EventBody()
    return EventBody(
        **_content(event.content),
        **extras,
        **times,
        sensitivity=_sensitivity(event.content),
        singleValueExtendedProperties=_properties(tag),
    )


def occurrence_change(occurrence: ChangedOccurrence, tag: Tag) -> EventBody:
    """Exchange keeps no sensitivity of its own for an occurrence. Raises zones.UnknownZone."""
    return EventBody(
        **_content(occurrence.content),
        **_times(_expressible(occurrence.span)),
        singleValueExtendedProperties=_properties(tag),
    )


def release() -> EventBody:
    """Takes our tag off. A property that is sent as null may stay: it gets a value that no tag has."""
    names = (tags.KEY_PROPERTY, tags.STATE_PROPERTY)
    return EventBody(singleValueExtendedProperties=[{"id": name, "value": _NO_TAG} for name in names])


def _content(content: Content) -> EventBody:
    return EventBody(
        subject=content.subject,
        body={"contentType": "html", "content": content.body_html},
        location={"displayName": content.location},
        showAs=content.show_as.value,
    )


def _extras(content: Content) -> EventBody:
    extras = EventBody(
        isReminderOn=content.reminder_minutes is not None,
        categories=[content.category] if content.category else [],
    )
    if content.reminder_minutes is not None:
        extras["reminderMinutesBeforeStart"] = content.reminder_minutes
    return extras


def _sensitivity(content: Content) -> str:
    return "private" if content.is_private else "normal"


def _properties(tag: Tag) -> list[ExtendedProperty]:
    return [{"id": name, "value": value} for name, value in tags.properties(tag)]


def shape(span: Span, series: Series | None) -> EventBody:
    """Start, end and recurrence belong together: the service refuses a change of zone in one of them,
    and `recurrence: null` makes a series a single event again. Raises zones.UnknownZone."""
    if series is None:
        return EventBody(**_times(_expressible(span)), recurrence=None)
    span = _in_one_zone(span)
    return EventBody(**_times(span), recurrence=_recurrence(series, _zone(span.start)))


def _times(span: Span) -> EventBody:
    return EventBody(
        isAllDay=not isinstance(span.start, WallClock), start=_time(span.start), end=_time(span.end)
    )


def _time(time: EventTime) -> DateTimeTimeZone:
    if isinstance(time, WallClock):
        return {"dateTime": time.local.isoformat(timespec="seconds"), "timeZone": _zone(time)}
    return {"dateTime": f"{time.isoformat()}T00:00:00", "timeZone": ALL_DAY_ZONE}


def _zone(time: EventTime) -> str:
    return zones.graph_zone(time.zone) if isinstance(time, WallClock) else ALL_DAY_ZONE


def _expressible(span: Span) -> Span:
    """A clock that shows the hour twice, or skips it, can't say when a single event is; UTC can."""
    start, end = span.start, span.end
    if not isinstance(start, WallClock) or not isinstance(end, WallClock):
        return span
    if zones.is_plain(start) and zones.is_plain(end):
        return span
    return Span(zones.in_utc(start), zones.in_utc(end))


def _in_one_zone(span: Span) -> Span:
    start, end = span.start, span.end
    if isinstance(start, WallClock) and isinstance(end, WallClock) and start.zone != end.zone:
        return Span(start, zones.wall_clock(zones.instant(end), start.zone))
    return span


def _recurrence(series: Series, zone: str) -> PatternedRecurrence:
    return {"pattern": _pattern(series.pattern), "range": _range(series.range, zone)}


def _pattern(pattern: RecurrencePattern) -> Pattern:
    written = Pattern(type=pattern.type, interval=pattern.interval)
    if pattern.days_of_week:
        written["daysOfWeek"] = list(pattern.days_of_week)
    if pattern.type == "weekly":
        written["firstDayOfWeek"] = pattern.first_day_of_week or _WEEK_START
    if pattern.day_of_month:
        written["dayOfMonth"] = pattern.day_of_month
    if pattern.month:
        written["month"] = pattern.month
    if pattern.index:
        written["index"] = pattern.index
    return written


def _range(limits: RecurrenceRange, zone: str) -> Range:
    written = Range(type="noEnd", startDate=limits.start.isoformat(), recurrenceTimeZone=zone)
    if limits.end is not None:
        written["type"] = "endDate"
        written["endDate"] = limits.end.isoformat()
    elif limits.count is not None:
        written["type"] = "numbered"
        written["numberOfOccurrences"] = limits.count
    return written
