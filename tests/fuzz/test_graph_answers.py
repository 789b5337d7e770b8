"""Whatever Graph answers: values, or an error of ours, after a number of requests that is bounded."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
from hypothesis import strategies as st

from core import tag as tags
from core.errors import SyncError
from core.meter import Meter
from core.model import ChangedOccurrence, Content, MirrorEvent, ShowAs, Tag
from core.outlook.backup import described, restoration
from core.outlook.calendar import OutlookCalendar, check_calendar
from core.outlook.graph import Graph
from core.writes import (
    CancelInstance,
    ChangeInstance,
    CopiesOf,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    InstancesOf,
    Question,
    ReadBack,
    ReadCopy,
    Untag,
    UpdateCopy,
    Write,
)
from tests.core.engine.memory import NOW, FakeClock, at
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import Json, as_bytes, cut, mutated
from tests.fuzz.work import at_most

ROOT = "https://graph.example/v1.0/"
WORK = 3_000_000
MOST_REQUESTS = 600

TAG = Tag("a" * 32 + "." + "b" * 32, "t-1", "inst", "f00d")
EVENT: Json = {
    "@odata.etag": 'W/"1"',
    "id": "AAk",
    "type": "singleInstance",
    "transactionId": "t-1",
    "createdDateTime": "2026-09-01T03:04:05.0677217Z",
    "attendees": [],
    "subject": "Review",
    "body": {
        "contentType": "html",
        "content": "<html><body><p>Hello <a href='https://a.b'>x</a></p></body></html>",
    },
    "location": {"displayName": "Room 5F", "uniqueIdType": "private"},
    "showAs": "busy",
    "sensitivity": "normal",
    "isAllDay": False,
    "start": {"dateTime": "2026-12-01T02:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-12-01T03:00:00.0000000", "timeZone": "UTC"},
    "originalStartTimeZone": "China Standard Time",
    "recurrence": None,
    "singleValueExtendedProperties": [{"id": name, "value": value} for name, value in tags.properties(TAG)],
}
MASTER: Json = {
    **EVENT,
    "id": "AAm",
    "type": "seriesMaster",
    "recurrence": {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
        "range": {"type": "endDate", "startDate": "2026-12-01", "endDate": "2027-12-01"},
    },
}
WHOLE_DAY: Json = {
    **EVENT,
    "id": "AAd",
    "isAllDay": True,
    "start": {"dateTime": "2026-12-01T00:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-12-02T00:00:00.0000000", "timeZone": "UTC"},
}
OCCURRENCE: Json = {**EVENT, "id": "AAo", "type": "occurrence", "seriesMasterId": "AAm"}
EXCEPTION: Json = {**OCCURRENCE, "id": "AAx", "type": "exception", "originalStart": "2026-12-08T02:00:00Z"}
CALENDAR: Json = {"id": "AAc", "name": "Feishu", "canEdit": True, "isDefaultCalendar": False}
REFUSAL: Json = {"error": {"code": "ErrorItemNotFound", "message": "m", "innerError": {"request-id": "r"}}}
PAGES = (
    {"value": [EVENT, MASTER, WHOLE_DAY, OCCURRENCE, EXCEPTION]},
    {"value": [EVENT, EVENT], "@odata.nextLink": f"{ROOT}me/next"},
    {
        "value": [OCCURRENCE, {"@removed": {"reason": "deleted"}, "id": "AAk"}],
        "@odata.deltaLink": f"{ROOT}me/delta",
    },
    {"value": [CALENDAR]},
    EVENT,
    CALENDAR,
    REFUSAL,
)
STATUSES = (
    200,
    201,
    204,
    304,
    400,
    401,
    403,
    404,
    409,
    410,
    412,
    423,
    424,
    429,
    500,
    503,
    504,
    507,
    509,
    600,
    0,
    -1,
)
BATCH = {
    "responses": [
        {"id": str(number), "status": status, "headers": {"Retry-After": "1"}, "body": body}
        for number, (status, body) in enumerate(
            [
                (200, EVENT),
                (404, REFUSAL),
                (201, MASTER),
                (429, REFUSAL),
                (204, None),
                (200, PAGES[0]),
                (412, REFUSAL),
            ]
        )
    ]
}
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Retry-After": "1"},
    {"Retry-After": "1e308"},
    {"Retry-After": "Wed, 21 Oct 99999 07:28:00 GMT"},
    {"Retry-After": "-1"},
    {"Date": "Mon, 01 Jan 0001 00:00:00 +9999"},
    {"request-id": "r", "Date": "Wed, 25 Nov 2026 08:00:00 GMT"},
)

bodies = mutated(PAGES).map(as_bytes) | st.sampled_from(PAGES).map(as_bytes).flatmap(cut) | st.just(b"")
batches = mutated((BATCH,), most=6).map(as_bytes) | cut(as_bytes(BATCH))
statuses = st.sampled_from((200,) * 20 + STATUSES)
answers = st.tuples(statuses, bodies, st.sampled_from(HEADERS))
batch_answers = st.tuples(statuses, batches, st.sampled_from(HEADERS))


class Answering:
    """A session whose requests are answered in turn, the last answer again and again."""

    root = ROOT

    def __init__(self, told: list[tuple[int, bytes, dict[str, str]]]) -> None:
        self.told = told
        self.number = 0

    def ensure_fresh(self) -> None:
        pass

    def renew(self) -> None:
        pass

    def send(self, _method: str, _url: str, _headers: object, _body: Any) -> requests.Response:
        status, content, headers = self.told[min(self.number, len(self.told) - 1)]
        self.number += 1
        answer = requests.Response()
        answer.status_code = status
        answer._content = content
        answer.headers.update(headers)
        return answer


def foreseen(ask: Callable[[Graph], Any], told: list[tuple[int, bytes, dict[str, str]]]) -> Any:
    """What was made of the answers, or None for an error of ours; any other error is a failure."""
    session, found = Answering(told), None
    with contextlib.suppress(SyncError), at_most(WORK):
        found = ask(Graph(session, Meter(), FakeClock(NOW), jitter=lambda: 0.0))
    assert session.number <= MOST_REQUESTS
    return found


SPAN = at("2026-12-01", "10:00")
CONTENT = Content(
    "Review", "<p>x</p>", "", ShowAs.BUSY, is_private=False, reminder_minutes=15, category="Feishu"
)
COPY = MirrorEvent(TAG.key, SPAN, CONTENT)
QUESTIONS: tuple[Question, ...] = (
    ReadCopy("AAk"),
    EventsStartingAt(SPAN.start),
    EventsStartingAt(date(2026, 12, 1)),
    CopiesOf(TAG.key),
    InstancesOf("AAm", date(2026, 12, 1), date(2026, 12, 31)),
)
WRITES: tuple[Write, ...] = (
    CreateCopy(COPY, TAG),
    UpdateCopy("AAk", 'W/"1"', COPY, TAG, reshape=True),
    DeleteCopy("AAk"),
    Untag("AAk", 'W/"1"'),
    ChangeInstance("AAo", ChangedOccurrence(SPAN.start, SPAN, CONTENT, TAG.key), TAG),
    CancelInstance("AAo"),
    ReadBack("AAm"),
)
DAYS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)


@fuzz(50, told=st.lists(answers, min_size=1, max_size=3))
def test_a_listing_is_complete_or_an_error(told: list[Any]) -> None:
    copies = foreseen(lambda graph: OutlookCalendar(graph, "AAc").listing(), told)
    for copy in copies or ():
        assert copy.event_id
        copy.raw.encode()
        copy.subject.encode()


@fuzz(35, told=st.lists(answers, min_size=1, max_size=3), link=st.sampled_from(("", f"{ROOT}me/delta")))
def test_a_watch_ends_with_a_link_of_the_service_or_an_error(told: list[Any], link: str) -> None:
    changes = foreseen(lambda graph: OutlookCalendar(graph, "AAc").changes(*DAYS, link), told)
    assert changes is None or changes.link.startswith(ROOT)


@fuzz(35, told=st.lists(answers, min_size=1, max_size=3), question=st.sampled_from(QUESTIONS))
def test_a_question_is_answered_or_an_error(told: list[Any], question: Question) -> None:
    foreseen(lambda graph: OutlookCalendar(graph, "AAc").ask([question]), told)


@fuzz(35, told=st.lists(batch_answers, min_size=1, max_size=3))
def test_as_many_answers_come_as_questions_were_asked(told: list[Any]) -> None:
    found = foreseen(lambda graph: OutlookCalendar(graph, "AAc").ask(QUESTIONS), told)
    assert found is None or len(found) == len(QUESTIONS)


@fuzz(50, told=st.lists(batch_answers | answers, min_size=1, max_size=3))
def test_every_write_has_an_outcome(told: list[Any]) -> None:
    found = foreseen(lambda graph: OutlookCalendar(graph, "AAc").write(WRITES), told)
    assert found is None or len(found) == len(WRITES)


@fuzz(50, item=mutated((EVENT, MASTER, WHOLE_DAY)))
def test_a_backup_can_be_sent_or_says_that_it_cannot(item: Any) -> None:
    with at_most(WORK):
        if described(json.dumps(item)).can_return:
            json.dumps(restoration(json.dumps(item), "t-2"))


@fuzz(25, told=st.lists(answers, min_size=1, max_size=3))
def test_a_calendar_is_found_or_an_error(told: list[Any]) -> None:
    foreseen(lambda graph: check_calendar(graph, "AAc"), told)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "\ud83d"},
        {"body": {"contentType": "html", "content": "<![x]>" + "<a " * 30_000}},
        {"body": {"contentType": "html", "content": "&#" + "9" * 5000}},
        {"start": {"dateTime": "0001-01-01T00:00:00", "timeZone": "UTC"}},
        {"singleValueExtendedProperties": [{"id": None}, {}, 3]},
    ],
)
def test_an_event_that_somebody_else_made_odd_is_read_all_the_same(changes: Json) -> None:
    page = as_bytes({"value": [EVENT, {**EVENT, "id": "AAz", **changes}]})
    _, odd = foreseen(lambda graph: OutlookCalendar(graph, "AAc").listing(), [(200, page, {})])
    odd.raw.encode()
    odd.subject.encode()


@pytest.mark.parametrize("link", ["https://graph.example.evil/v1.0/me", "//x", "", None, 3, f"{ROOT[:-1]}"])
def test_a_link_to_another_host_is_never_followed(link: Json) -> None:
    for name in ("@odata.deltaLink", "@odata.nextLink"):
        told: list[tuple[int, bytes, dict[str, str]]] = [(200, as_bytes({"value": [], name: link}), {})]
        assert foreseen(lambda graph: OutlookCalendar(graph, "AAc").changes(*DAYS, ""), told) is None


def test_a_listing_without_an_end_is_an_error() -> None:
    told: list[tuple[int, bytes, dict[str, str]]] = [(200, as_bytes(PAGES[1]), {})]
    assert foreseen(lambda graph: OutlookCalendar(graph, "AAc").listing(), told) is None
    assert foreseen(lambda graph: OutlookCalendar(graph, "AAc").changes(*DAYS, ""), told) is None


def test_what_is_nested_beyond_reason_is_an_error_of_the_service() -> None:
    told: list[tuple[int, bytes, dict[str, str]]] = [(200, b'{"value": ' + b"[" * 100_000, {})]
    assert foreseen(lambda graph: OutlookCalendar(graph, "AAc").listing(), told) is None


def test_what_is_good_is_understood() -> None:
    page = json.dumps({"value": [EVENT, MASTER, WHOLE_DAY]}).encode()
    assert len(foreseen(lambda graph: OutlookCalendar(graph, "AAc").listing(), [(200, page, {})])) == 3
