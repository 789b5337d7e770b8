from datetime import UTC, datetime

import pytest

from core.errors import ServiceFailing
from core.outlook.graph import MAX_PAGES
from core.outlook.watch import OutlookWatch
from tests.core.outlook.scripted import ROOT, graph_answering, response

WINDOW = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
LINK = f"{ROOT}me/calendars/c/calendarView/delta?$deltatoken=1"


def told(*rows):
    graph, _, _, _ = graph_answering(response(200, {"value": list(rows), "@odata.deltaLink": LINK}))
    found = OutlookWatch(graph, "c").changes(*WINDOW, LINK)
    return dict(found.changed), set(found.touched_series), set(found.removed)


def test_a_single_event_is_told_by_its_etag_alone():
    assert told({"id": "A", "type": "singleInstance", "@odata.etag": "1"}) == ({"A": "1"}, set(), set())


def test_a_series_that_comes_without_its_occurrences_is_touched():
    assert told({"id": "S", "type": "seriesMaster", "@odata.etag": "1"}) == ({"S": "1"}, {"S"}, set())


def test_an_occurrence_that_comes_without_its_series_touches_it():
    assert told({"id": "O", "type": "occurrence", "seriesMasterId": "S", "@odata.etag": "1"}) == (
        {},
        {"S"},
        set(),
    )


def test_an_exception_that_comes_without_its_series_touches_it_and_has_an_etag_of_its_own():
    row = {"id": "X", "type": "exception", "seriesMasterId": "S", "@odata.etag": "2"}
    assert told(row) == ({"X": "2"}, {"S"}, set())


def test_the_last_word_on_an_event_counts():
    there = {"id": "A", "type": "singleInstance", "@odata.etag": "1"}
    gone = {"id": "A", "@removed": {"reason": "deleted"}}
    assert told(there, gone) == ({}, set(), {"A"})
    assert told(gone, there) == ({"A": "1"}, set(), set())
    assert told(there, {**there, "@odata.etag": "2"}) == ({"A": "2"}, set(), set())


def test_a_row_without_an_id_fails_the_round():
    with pytest.raises(ServiceFailing):
        told({"type": "singleInstance"})


def test_the_window_is_asked_for_as_instants():
    graph, session, _, _ = graph_answering(response(200, {"value": [], "@odata.deltaLink": LINK}))
    OutlookWatch(graph, "c=").changes(*WINDOW, "")
    assert session.sent[0][1] == (
        "me/calendars/c%3D/calendarView/delta"
        "?startDateTime=2027-01-01T00%3A00%3A00%2B00%3A00&endDateTime=2028-01-01T00%3A00%3A00%2B00%3A00"
    )


@pytest.mark.parametrize(("links", "requests"), [(1, 2), (10 * MAX_PAGES, MAX_PAGES)], ids=["same", "new"])
def test_a_round_that_never_ends_is_left(links, requests):
    following = f"{ROOT}me/calendars/c/calendarView/delta?$skiptoken="
    pages = [
        response(200, {"value": [], "@odata.nextLink": f"{following}{number % links}"})
        for number in range(MAX_PAGES + 1)
    ]
    graph, session, _, _ = graph_answering(*pages)
    with pytest.raises(ServiceFailing):
        OutlookWatch(graph, "c").changes(*WINDOW, "")
    assert len(session.sent) == requests
