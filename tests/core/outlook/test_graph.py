import logging

import pytest
import requests

from core.errors import (
    ClockWrong,
    ConsentNeeded,
    MailboxUnavailable,
    ServiceFailing,
    SignInNeeded,
    Throttled,
    Unreachable,
)
from core.model import Side
from core.outlook.graph import MAX_PAGES
from core.outlook.reply import Request
from tests.core.outlook.scripted import ROOT, error, graph_answering, response

READ = Request("GET", "me/events/A")
RESET = requests.ConnectionError("reset by peer")


def test_every_request_asks_for_stable_ids_and_utc_and_names_itself():
    graph, session, _, _ = graph_answering(response(200, {}))
    graph.send(Request("PATCH", "me/events/A", {"subject": "x"}, etag='W/"1"', prefer="odata.maxpagesize=9"))
    ((method, path, headers, body),) = session.sent
    assert (method, path, body) == ("PATCH", "me/events/A", {"subject": "x"})
    assert headers["Prefer"] == 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=9'
    assert headers["If-Match"] == 'W/"1"'
    assert len(headers["client-request-id"]) == 36


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 509])
def test_a_passing_failure_is_repeated_after_exactly_the_time_that_the_service_asks_for(status):
    graph, _, clock, meter = graph_answering(
        response(status, Retry_After="2.128"), response(200, {"id": "A"})
    )
    assert graph.send(READ).body == {"id": "A"}
    assert clock.slept == [2.128]
    assert meter.requests == 2


def test_without_a_time_the_waits_grow_and_end_in_a_long_pause_that_later_calls_respect():
    graph, session, clock, _ = graph_answering(*[response(429)] * 4)
    with pytest.raises(Throttled) as caught:
        graph.send(READ)
    assert clock.slept == [1.0, 2.0, 4.0]
    assert caught.value == Throttled(Side.OUTLOOK, 600.0)
    with pytest.raises(Throttled):
        graph.send(READ)
    assert len(session.sent) == 4


def test_a_wait_that_is_too_long_for_a_run_is_not_slept():
    graph, session, clock, _ = graph_answering(response(503, Retry_After="300"))
    with pytest.raises(Throttled) as caught:
        graph.send(READ)
    assert caught.value.after == 300.0
    assert clock.slept == []
    assert len(session.sent) == 1


def test_a_service_that_stays_away_is_named_with_its_request_id():
    graph, _, _, _ = graph_answering(*[error(503, "serviceNotAvailable", request_id="r-1")] * 4)
    with pytest.raises(ServiceFailing) as caught:
        graph.send(READ)
    assert caught.value == ServiceFailing(Side.OUTLOOK, 503, "serviceNotAvailable", "r-1")


def test_the_time_that_the_last_attempt_names_is_kept_too():
    graph, session, _, _ = graph_answering(*[response(503)] * 3, response(503, Retry_After="300"))
    for _ in range(2):
        with pytest.raises(Throttled) as caught:
            graph.send(READ)
        assert caught.value == Throttled(Side.OUTLOOK, 300.0)
    assert len(session.sent) == 4


def test_a_date_to_wait_for_is_one_of_the_clock_of_the_service():
    date, later = "Wed, 25 Nov 2026 05:00:00 GMT", "Wed, 25 Nov 2026 05:00:07 GMT"
    graph, _, clock, _ = graph_answering(response(429, Date=date, Retry_After=later), response(200, {}))
    graph.send(READ)
    assert clock.slept == [7.0]


def test_a_post_that_may_have_happened_is_not_repeated():
    post = Request("POST", "me/calendars", {"name": "x"})
    for failure in (response(503), RESET):
        graph, session, _, _ = graph_answering(failure)
        with pytest.raises((ServiceFailing, Unreachable)):
            graph.send(post)
        assert len(session.sent) == 1


def test_a_post_that_was_throttled_certainly_did_not_happen_and_is_repeated():
    graph, _, _, _ = graph_answering(response(429), response(201, {"id": "c"}))
    assert graph.send(Request("POST", "me/calendars", {"name": "x"})).status == 201


def test_a_connection_that_breaks_is_tried_again_but_a_time_out_is_not():
    graph, _, _, meter = graph_answering(RESET, response(200, {"id": "A"}))
    assert graph.send(READ).is_success
    assert meter.requests == 2
    graph, _, _, meter = graph_answering(requests.ReadTimeout())
    with pytest.raises(Unreachable) as caught:
        graph.send(READ)
    assert caught.value == Unreachable(Side.OUTLOOK, "timeout", "graph.example")
    assert meter.requests == 1


def test_a_refused_token_is_renewed_once_and_the_request_repeated():
    graph, session, _, _ = graph_answering(
        error(401, "InvalidAuthenticationToken"), response(200, {"id": "A"})
    )
    assert graph.send(READ).is_success
    assert session.renewals == 1


def test_a_second_refusal_means_signing_in_again():
    graph, session, _, _ = graph_answering(*[error(401, "InvalidAuthenticationToken")] * 2)
    with pytest.raises(SignInNeeded):
        graph.send(READ)
    assert session.renewals == 1


def test_a_second_refusal_with_a_wrong_clock_names_the_clock():
    date = "Wed, 25 Nov 2026 05:00:00 GMT"
    graph, _, _, _ = graph_answering(*[response(401, Date=date)] * 2)
    with pytest.raises(ClockWrong) as caught:
        graph.send(READ)
    assert caught.value == ClockWrong(3 * 3600)


def test_a_wrong_clock_alone_is_no_error():
    graph, _, _, _ = graph_answering(response(200, {"id": "A"}, Date="Wed, 25 Nov 2026 05:00:00 GMT"))
    assert graph.send(READ).is_success


@pytest.mark.parametrize(
    "answer",
    [
        response(200, "<html>Welcome to our hotel</html>"),
        response(200, "[1]"),
        response(404, "<html>Not Found</html>"),
        response(404),
        response(404, {"message": "no route"}),
        response(302, "", Location="https://hotel.example/"),
    ],
    ids=["page", "list", "foreign 404", "empty 404", "other 404", "redirect"],
)
def test_an_answer_that_is_not_in_the_language_of_graph_is_a_failure_and_no_fact(answer):
    graph, _, _, _ = graph_answering(answer)
    with pytest.raises(ServiceFailing):
        graph.send(READ)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(403, "ErrorAccessDenied"), ConsentNeeded(Side.OUTLOOK, ("Calendars.ReadWrite",))),
        (error(404, "mailboxnotenabledforrestapi"), MailboxUnavailable("none")),
        (error(507, "ErrorQuotaExceeded"), MailboxUnavailable("full")),
        (error(400, "ErrorQuotaExceeded"), MailboxUnavailable("full")),
        (error(400, "Surprise", request_id="r"), ServiceFailing(Side.OUTLOOK, 400, "Surprise", "r")),
    ],
)
def test_refusals_are_told_by_their_codes(answer, expected):
    graph, _, _, _ = graph_answering(answer)
    with pytest.raises(type(expected)) as caught:
        graph.demand(READ)
    assert caught.value == expected


def test_pages_are_followed_also_over_an_empty_one():
    graph, session, _, _ = graph_answering(
        response(200, {"value": [1], "@odata.nextLink": f"{ROOT}me/events?$skip=1"}),
        response(200, {"value": [], "@odata.nextLink": f"{ROOT}me/events?$skip=2"}),
        response(200, {"value": [2]}),
    )
    pages = list(graph.pages(Request("GET", "me/events")))
    assert [page["value"] for page in pages] == [[1], [], [2]]
    assert [path for _, path, _, _ in session.sent] == ["me/events", "me/events?$skip=1", "me/events?$skip=2"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me/events",
        "http://graph.example/v1.0/me/events",
        "https://graph.example:8443/v1.0/me/events",
        "https://graph.example.evil/v1.0/me",
        "https://graph.example@evil.example/v1.0/me",
        "/v1.0/me/events",
        7,
    ],
)
def test_a_link_to_another_host_is_not_followed(link):
    graph, session, _, _ = graph_answering(response(200, {"value": [], "@odata.nextLink": link}))
    with pytest.raises(ServiceFailing):
        list(graph.pages(Request("GET", "me/events")))
    assert len(session.sent) == 1


def test_pages_that_never_end_are_left():
    endless = response(200, {"value": [], "@odata.nextLink": f"{ROOT}me/events?$skip=1"})
    graph, session, _, _ = graph_answering(*[endless] * 1000)
    with pytest.raises(ServiceFailing):
        list(graph.pages(Request("GET", "me/events")))
    assert len(session.sent) == 2
    pages = [
        response(200, {"value": [], "@odata.nextLink": f"{ROOT}me/events?$skip={n}"}) for n in range(1000)
    ]
    graph, session, _, _ = graph_answering(*pages)
    with pytest.raises(ServiceFailing):
        list(graph.pages(Request("GET", "me/events")))
    assert len(session.sent) == 1 + MAX_PAGES


def test_a_failure_is_logged_with_its_request_id_and_without_what_a_query_may_hold(caplog):
    graph, _, _, _ = graph_answering(error(400, "ErrorInvalidRequest", request_id="r-77"))
    with caplog.at_level(logging.DEBUG):
        graph.send(Request("GET", "me/calendars?$filter=name%20eq%20%27Secret%27"))
    assert "r-77" in caplog.text
    assert "ErrorInvalidRequest" in caplog.text
    assert "Secret" not in caplog.text
