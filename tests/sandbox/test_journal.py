"""What the journal remembers, and what faults do to a call."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.test import Client, TestResponse

from sandbox import Delay, Fault, Journal, Moment, Reply, Reset, Service, Truncated
from sandbox.interception import Interception


class Counter:
    """A service that counts what took effect, behind the layer under test."""

    def __init__(self, service: Service) -> None:
        self.done: list[str] = []
        self.journal = Journal()
        app = Flask("counter")

        @app.route("/<path:path>", methods=["GET", "POST", "PATCH", "DELETE"])
        def serve(path: str) -> Response:
            if path.endswith("$batch"):
                return jsonify({"responses": [self._item(item) for item in request.get_json()["requests"]]})
            self.done.append(f"{request.method} /{path}")
            return jsonify({"done": len(self.done)})

        self.http = Client(
            Interception(app, service, self.journal, lambda: 1.5, threading.Event()), use_cookies=False
        )

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        self.done.append(f"{item['method']} {item['url']}")
        return {"id": item["id"], "status": 201, "body": {}}

    def batch(self, *items: dict[str, Any]) -> dict[str, int]:
        answer = self.http.post("/v1.0/$batch", json={"requests": list(items)})
        assert answer.json is not None
        return {response["id"]: response["status"] for response in answer.json["responses"]}


@pytest.fixture
def feishu() -> Counter:
    return Counter(Service.FEISHU)


@pytest.fixture
def graph() -> Counter:
    return Counter(Service.MICROSOFT)


def test_a_request_is_remembered_without_its_bearer_token(feishu: Counter) -> None:
    feishu.http.post(
        "/open-apis/x%40y/飞书?page_size=50&empty=",
        json={"a": "飞"},
        headers={"Authorization": "Bearer secret", "Cookie": "secret", "Prefer": "x"},
    )
    [seen] = feishu.journal.requests(Service.FEISHU)
    assert (seen.time, seen.method, seen.path, seen.status) == (1.5, "POST", "/open-apis/x@y/飞书", 200)
    assert seen.query == {"page_size": "50", "empty": ""}
    assert seen.json == {"a": "飞"}
    assert seen.headers["prefer"] == "x"
    assert "secret" not in repr(seen)


def test_requests_are_counted_by_service_and_forgotten_on_demand(feishu: Counter) -> None:
    for _ in range(3):
        feishu.http.get("/open-apis/x")
    assert feishu.journal.count() == feishu.journal.count(Service.FEISHU) == 3
    assert feishu.journal.count(Service.MICROSOFT) == 0
    feishu.journal.clear()
    assert feishu.journal.requests() == []


def item(number: str, method: str = "POST", **more: Any) -> dict[str, Any]:
    return {"id": number, "method": method, "url": f"/me/events/{number}?$select=id", **more}


def test_the_items_of_a_batch_are_requests_too(graph: Counter) -> None:
    graph.batch(item("1", body={"subject": "x"}, headers={"If-Match": "*"}), item("2", "GET"))
    whole, first, second = graph.journal.requests()
    assert (whole.path, whole.batch_item, graph.journal.count()) == ("/v1.0/$batch", False, 1)
    assert (first.method, first.path, first.query) == ("POST", "/v1.0/me/events/1", {"$select": "id"})
    assert (first.json, first.headers, first.status) == ({"subject": "x"}, {"if-match": "*"}, 201)
    assert (first.batch_item, second.batch_item) == (True, True)


def test_writes_are_changes_to_graph_alone_or_in_a_batch_but_no_sign_in(graph: Counter) -> None:
    graph.http.post("/common/oauth2/v2.0/token")
    graph.http.get("/v1.0/me/events")
    graph.http.delete("/v1.0/me/events/0")
    graph.batch(item("1", "PATCH"), item("2", "GET"))
    assert [(w.method, w.path) for w in graph.journal.writes()] == [
        ("DELETE", "/v1.0/me/events/0"),
        ("PATCH", "/v1.0/me/events/1"),
    ]


def test_an_attempt_to_write_to_feishu_is_flagged_and_a_question_by_post_is_not(feishu: Counter) -> None:
    for path in ("calendar/v4/calendars/primary", "authen/v2/oauth/token", "calendar/v4/calendars/a/events"):
        feishu.http.post(f"/open-apis/{path}")
    [write] = feishu.journal.writes(Service.FEISHU)
    assert write.path.endswith("/a/events")


def test_a_reply_replaces_the_answer_before_anything_happened(feishu: Counter) -> None:
    feishu.journal.add(
        Fault(Service.FEISHU, "/open-apis/.*", Reply(429, {"code": 99991400}, {"x-ogw-ratelimit-reset": "7"}))
    )
    struck = feishu.http.get("/open-apis/x")
    assert (struck.status_code, struck.json, struck.headers["x-ogw-ratelimit-reset"]) == (
        429,
        {"code": 99991400},
        "7",
    )
    assert feishu.done == []
    assert feishu.http.get("/open-apis/x").status_code == 200
    assert [seen.status for seen in feishu.journal.requests()] == [429, 200]


@pytest.mark.parametrize("body", ["<h1>502 Bad Gateway</h1>", ""])
def test_a_reply_may_be_a_web_page_or_empty(feishu: Counter, body: str) -> None:
    feishu.journal.add(Fault(Service.FEISHU, ".*", Reply(502, body)))
    struck = feishu.http.get("/open-apis/x")
    assert (struck.status_code, struck.text, struck.mimetype) == (502, body, "text/html")


def test_a_fault_after_the_effect_spoils_only_the_answer(feishu: Counter) -> None:
    feishu.journal.add(Fault(Service.FEISHU, ".*", Reply(500), moment=Moment.AFTER))
    assert feishu.http.post("/open-apis/x").status_code == 500
    assert feishu.done == ["POST /open-apis/x"]


@pytest.mark.parametrize(("moment", "done"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
def test_a_reset_connection_has_no_answer_whether_or_not_it_took_effect(
    feishu: Counter, moment: Moment, done: int
) -> None:
    feishu.journal.add(Fault(Service.FEISHU, ".*", Reset(), moment=moment))
    with pytest.raises(ConnectionAbortedError):
        feishu.http.get("/open-apis/x")
    assert len(feishu.done) == done
    assert feishu.journal.requests()[0].status is None


def test_a_truncated_answer_promises_more_than_it_holds(feishu: Counter) -> None:
    feishu.journal.add(Fault(Service.FEISHU, ".*", Truncated(4)))
    struck = feishu.http.get("/open-apis/x")
    assert len(struck.data) == 4 < int(struck.headers["Content-Length"])
    assert len(feishu.done) == 1


@pytest.mark.parametrize("moment", Moment)
def test_a_delayed_answer_is_the_services_own(feishu: Counter, moment: Moment) -> None:
    feishu.journal.add(Fault(Service.FEISHU, ".*", Delay(0.01), moment=moment))
    assert feishu.http.get("/open-apis/x").json == {"done": 1}


def test_a_fault_picks_service_method_path_and_number(feishu: Counter) -> None:
    strike: Callable[..., Fault] = lambda **more: Fault(  # noqa: E731  # shorter than a function
        **{"service": Service.FEISHU, "path": "/a", "happens": Reply(500), "which": None, **more}
    )
    for fault, seen in (
        (strike(), [500, 500, 200, 500]),
        (strike(path="/[ab]"), [500, 500, 500, 500]),
        (strike(path="/"), [200, 200, 200, 200]),
        (strike(method="POST"), [200, 200, 200, 500]),
        (strike(service=Service.MICROSOFT), [200, 200, 200, 200]),
        (strike(which=range(2, 3)), [200, 500, 200, 200]),
        (strike(which=range(2, 10)), [200, 500, 200, 500]),
    ):
        feishu.journal.clear_faults()
        feishu.journal.add(fault)
        calls = [("GET", "/a"), ("GET", "/a"), ("GET", "/b"), ("POST", "/a")]
        assert [feishu.http.open(path, method=method).status_code for method, path in calls] == seen, fault


class TestBatchItems:
    def struck(self, graph: Counter, **more: Any) -> None:
        graph.journal.add(
            Fault(Service.MICROSOFT, "/v1.0/me/events/1", Reply(503, {"error": {}}), batch_item=True, **more)
        )

    def test_one_item_can_be_struck_before_the_service_sees_it(self, graph: Counter) -> None:
        self.struck(graph)
        assert graph.batch(item("1"), item("2")) == {"1": 503, "2": 201}
        assert graph.done == ["POST /me/events/2?$select=id"]
        assert [seen.status for seen in graph.journal.requests()] == [200, 503, 201]

    def test_one_item_can_be_struck_after_it_took_effect(self, graph: Counter) -> None:
        self.struck(graph, moment=Moment.AFTER)
        assert graph.batch(item("1"), item("2")) == {"1": 503, "2": 201}
        assert len(graph.done) == 2

    def test_what_depends_on_a_struck_item_was_not_tried(self, graph: Counter) -> None:
        self.struck(graph)
        asked = item("1"), item("2", dependsOn=["1"]), item("3", dependsOn=["2"]), item("4")
        assert graph.batch(*asked) == {"1": 503, "2": 424, "3": 424, "4": 201}
        assert graph.done == ["POST /me/events/4?$select=id"]

    def test_a_batch_of_nothing_but_struck_items_is_answered(self, graph: Counter) -> None:
        self.struck(graph)
        assert graph.batch(item("1")) == {"1": 503}
        assert graph.done == []

    def test_single_calls_are_not_meant(self, graph: Counter) -> None:
        self.struck(graph)
        assert graph.http.get("/v1.0/me/events/1").status_code == 200

    def test_a_lost_batch_has_items_of_which_nobody_knows(self, graph: Counter) -> None:
        graph.journal.add(Fault(Service.MICROSOFT, r".*/\$batch", Reset(), moment=Moment.AFTER))
        with pytest.raises(ConnectionAbortedError):
            graph.batch(item("1"))
        assert graph.done == ["POST /me/events/1?$select=id"]
        assert [seen.status for seen in graph.journal.requests()] == [None, None]

    @pytest.mark.parametrize("body", ["{", "[]", '{"requests": 1}', '{"requests": [1]}'])
    def test_a_batch_that_cannot_be_read_goes_through_as_it_is(self, graph: Counter, body: str) -> None:
        app = Interception(echo, Service.MICROSOFT, graph.journal, lambda: 0.0, threading.Event())
        answer: TestResponse = Client(app, use_cookies=False).post("/v1.0/$batch", data=body)
        assert answer.text == body
        assert len(graph.journal.requests()) == 1


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def test_json_of_a_body_that_is_none_is_none(feishu: Counter) -> None:
    feishu.http.post("/open-apis/x", data="a=b")
    assert feishu.journal.requests()[0].json is None
    assert json.dumps(feishu.journal.requests()[0].query) == "{}"
