"""One Outlook calendar: its copies read and written through Graph."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from core import tag as tags
from core import zones
from core.errors import CalendarGone, ConsentNeeded, MailboxUnavailable
from core.model import Copy, EventTime, Instance, Side, TargetCalendarInfo, WallClock
from core.outlook import backup, errors, events
from core.outlook.batch import FAILED_DEPENDENCY, NOT_DONE, UNSETTLED, send_batch
from core.outlook.graph import Graph, accepted
from core.outlook.paths import calendar_path, event_path
from core.outlook.reading import (
    EXPAND_TAG,
    SELECT_COPY,
    SELECT_INSTANCE,
    items_of,
    property_of,
    query,
    read_calendar,
    read_copy,
    read_instances,
    read_stored,
)
from core.outlook.reply import Json, Reply, Request
from core.outlook.watch import OutlookWatch
from core.writes import (
    AlreadyGone,
    Answer,
    CancelInstance,
    ChangeInstance,
    Conflict,
    CopiesOf,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    InstancesOf,
    LookBack,
    NotTried,
    Outcome,
    Question,
    ReadBack,
    ReadCopy,
    Refused,
    RestoreEvent,
    Seen,
    Stored,
    TargetChanges,
    TransactionTaken,
    Untag,
    UpdateCopy,
    Write,
)

_PAGE = "$top=200"
_VERDICTS = frozenset({400, 413, 422})
"""Statuses that answer to what an event says: it will be the same the next time."""

_MOVED_AT_MOST = timedelta(days=35)
"""`instances` looks at where occurrences are now; one may have been moved away from its original start."""


class OutlookCalendar:
    """Port TargetCalendar."""

    def __init__(self, graph: Graph, calendar_id: str) -> None:
        self._graph = graph
        self._id = calendar_id
        self._events = f"{calendar_path(calendar_id)}/events"

    @property
    def id(self) -> str:
        return self._id

    def listing(self) -> tuple[Copy, ...]:
        request = Request("GET", f"{self._events}?{query(_PAGE, SELECT_COPY, EXPAND_TAG)}")
        pages = self._graph.pages(request, missing=self._gone("deleted"))
        # A page that shifts while we read may repeat an event.
        copies = {copy.event_id: copy for page in pages for copy in map(read_copy, items_of(page))}
        return tuple(copies.values())

    def changes(self, first: datetime, last: datetime, link: str) -> TargetChanges:
        return OutlookWatch(self._graph, self._id).changes(first, last, link)

    def ask(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        requests = [self._question(question) for question in questions]
        if len(requests) == 1:
            replies: tuple[Reply, ...] = (self._graph.send(requests[0]),)
        else:
            replies = send_batch(self._graph, requests)
        return tuple(map(self._answer, questions, replies))

    def write(self, writes: Sequence[Write]) -> tuple[Outcome, ...]:
        replies = send_batch(self._graph, [self._change(write) for write in writes])
        self._raise_if_all_refused(replies)
        return tuple(map(self._outcome, writes, replies))

    def _question(self, question: Question) -> Request:
        match question:
            case ReadCopy(event_id):
                return Request("GET", f"{event_path(event_id)}?{query(EXPAND_TAG)}")
            case EventsStartingAt(start):
                return Request("GET", f"{self._events}?{_starting_at(start)}")
            case CopiesOf(key):
                return Request("GET", f"{self._events}?{_with_key(key)}")
            case InstancesOf(event_id, first, last):
                return Request("GET", f"{event_path(event_id)}/instances?{_around(first, last)}")

    def _answer(self, question: Question, reply: Reply) -> Answer:
        match question:
            case ReadCopy():
                return None if errors.is_gone(reply) else read_copy(accepted(reply))
            case EventsStartingAt(start):
                if errors.is_gone(reply):
                    raise self._gone("deleted")
                items = self._all_items(accepted(reply))
                return tuple(copy for copy in map(read_copy, items) if _starts_at(copy, start))
            case CopiesOf(key):
                if errors.is_gone(reply):
                    raise self._gone("deleted")
                copies = map(read_copy, self._all_items(accepted(reply)))
                return tuple(copy for copy in copies if copy.tag and copy.tag.key == key)
            case InstancesOf():
                return () if errors.is_gone(reply) else self._instances(question, reply)

    def _instances(self, question: InstancesOf, reply: Reply) -> tuple[Instance, ...]:
        found = read_instances(self._all_items(accepted(reply)))
        return tuple(each for each in found if _is_within(each, question.first, question.last))

    def _all_items(self, page: Json) -> list[Json]:
        return [item for each in (page, *self._graph.following(page)) for item in items_of(each)]

    def _change(self, write: Write) -> Request:
        match write:
            case CreateCopy(event, tag):
                return Request("POST", self._events, dict(events.creation(event, tag)))
            case UpdateCopy(event_id, etag, event, tag, reshape, resend_extras):
                body = events.update(event, tag, reshape=reshape, resend_extras=resend_extras)
                return Request("PATCH", event_path(event_id), dict(body), etag=etag)
            case ChangeInstance(event_id, occurrence, tag):
                body = events.occurrence_change(occurrence, tag)
                return Request("PATCH", event_path(event_id), dict(body))
            case Untag(event_id, etag):
                return Request("PATCH", event_path(event_id), dict(events.release()), etag=etag)
            case RestoreEvent(raw, transaction_id):
                return Request("POST", self._events, dict(backup.restoration(raw, transaction_id)))
            case DeleteCopy(event_id):
                return Request("DELETE", event_path(event_id))
            case CancelInstance(event_id):
                return Request("DELETE", event_path(event_id))
            case ReadBack(event_id):
                return Request("GET", f"{event_path(event_id)}?{query(SELECT_COPY)}")
            case LookBack(question):
                return self._question(question)

    def _outcome(self, write: Write, reply: Reply) -> Outcome:
        if reply.is_success:
            if isinstance(write, LookBack):
                return Seen(self._instances(write.question, reply))
            is_deletion = isinstance(write, DeleteCopy | CancelInstance)
            return Stored("", "") if is_deletion else read_stored(reply.body)
        if reply.status in NOT_DONE:
            return NotTried()
        if errors.is_transaction_taken(reply):
            return TransactionTaken(reply.existing_event_id)
        if errors.is_conflict(reply):
            return Conflict()
        if errors.is_gone(reply):
            if isinstance(write, CreateCopy | RestoreEvent):
                raise self._gone("deleted")
            return AlreadyGone()
        if isinstance(write, CreateCopy) and reply.status in UNSETTLED:
            made = self._made_by(write)
            if made is not None:
                return Stored(made.event_id, made.etag)
        is_passing = reply.status not in _VERDICTS
        return Refused(reply.code or str(reply.status), reply.request_id, is_passing)

    def _made_by(self, write: CreateCopy) -> Copy | None:
        """A creation that was answered with a failure may have happened."""
        request = Request("GET", f"{self._events}?{_with_key(write.tag.key)}")
        items = self._all_items(self._graph.demand(request))
        copies = map(read_copy, items)
        return next((copy for copy in copies if copy.transaction_id == write.tag.transaction_id), None)

    def _raise_if_all_refused(self, replies: Sequence[Reply]) -> None:
        """What every item is refused for is not about one event."""
        tried = [reply for reply in replies if reply.status != FAILED_DEPENDENCY]
        if not tried or any(reply.is_success for reply in tried):
            return
        error = errors.failure(tried[0])
        if all(map(errors.is_access_denied, tried)):
            check_calendar(self._graph, self._id)
            raise ConsentNeeded(Side.OUTLOOK, errors.SCOPES[:1])
        if isinstance(error, MailboxUnavailable):
            raise error

    def _gone(self, why: str) -> CalendarGone:
        return CalendarGone(Side.OUTLOOK, self._id, why)


def check_calendar(graph: Graph, calendar_id: str) -> TargetCalendarInfo:
    """Reads the calendar; under another id if the service gave it one since we marked it.

    Raises CalendarGone("deleted" | "read only").
    """
    reply = graph.send(Request("GET", calendar_path(calendar_id)))
    found = _marked(graph, calendar_id) if errors.is_gone(reply) else read_calendar(accepted(reply))
    if found is None:
        raise CalendarGone(Side.OUTLOOK, calendar_id, "deleted")
    if not found.can_edit:
        raise CalendarGone(Side.OUTLOOK, calendar_id, "read only")
    return found


def has_property(name: str, value: str) -> str:
    """A filter by an extended property. The service compares values without regard to case."""
    quoted = value.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{quoted}')"


def _marked(graph: Graph, calendar_id: str) -> TargetCalendarInfo | None:
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{tags.CALENDAR_PROPERTY}')"
    mark = query(f"$filter={has_property(tags.CALENDAR_PROPERTY, calendar_id)}", expand)
    items = items_of(graph.demand(Request("GET", f"me/calendars?{mark}")))
    ours = [item for item in items if property_of(item, tags.CALENDAR_PROPERTY) == calendar_id]
    return read_calendar(ours[0]) if ours else None


def _with_key(key: str) -> str:
    return query(f"$filter={has_property(tags.KEY_PROPERTY, key)}", SELECT_COPY, EXPAND_TAG)


def _starting_at(start: EventTime) -> str:
    """A minute; for a whole day also the hours around it, since mailboxes keep days by their own zone."""
    instant = datetime.fromtimestamp(zones.instant_of(start), UTC)
    around = timedelta() if isinstance(start, WallClock) else timedelta(days=1)
    first, last = instant - around, instant + around + timedelta(minutes=1)
    condition = (
        f"start/dateTime ge '{first:%Y-%m-%dT%H:%M:%SZ}' and start/dateTime lt '{last:%Y-%m-%dT%H:%M:%SZ}'"
    )
    return query(f"$filter={condition}", _PAGE, SELECT_COPY, EXPAND_TAG)


def _starts_at(copy: Copy, start: EventTime) -> bool:
    is_same_kind = isinstance(copy.span.start, WallClock) == isinstance(start, WallClock)
    return is_same_kind and 0 <= zones.instant_of(copy.span.start) - zones.instant_of(start) < 60


def _around(first: date, last: date) -> str:
    window = (first - _MOVED_AT_MOST, last + _MOVED_AT_MOST + timedelta(days=1))
    start, end = (f"{day.isoformat()}T00:00:00Z" for day in window)
    return query(f"startDateTime={start}", f"endDateTime={end}", _PAGE, SELECT_INSTANCE, EXPAND_TAG)


def _is_within(instance: Instance, first: date, last: date) -> bool:
    """The question's dates are by the series' clock, the answer's are in UTC: a day more on both sides."""
    margin = timedelta(days=1 if isinstance(instance.original, WallClock) else 0)
    return first - margin <= zones.date_of(instance.original) <= last + margin
