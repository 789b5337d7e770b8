import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from core.errors import ServiceFailing, SignInNeeded, Throttled
from core.outlook.batch import send_batch
from core.outlook.reply import Request
from tests.core.outlook.scripted import error, graph_answering, response

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "graph_calendar_schema.json").read_text())
PATCHES = [Request("PATCH", f"me/events/{name}", {"subject": name}, etag='W/"1"') for name in "ABC"]

SKIPPED = (424, {})
FAILED = {"error": {"code": "ErrorInternalServerError"}}
ABSENT = {"error": {"code": "ErrorItemNotFound"}}


def answering(*outcomes):
    """A batch whose items answer these, told in reverse order; (status, body) or (status, body, headers)."""

    def answer(sent):
        assert len(outcomes) == len(sent["requests"])
        items = [
            {"id": item["id"], "status": status, "body": body, "headers": dict(*headers)}
            for item, (status, body, *headers) in zip(sent["requests"], outcomes, strict=True)
        ]
        return response(200, {"responses": items[::-1]})

    return answer


def statuses(replies):
    return [reply.status for reply in replies]


def urls(session):
    return [[item["url"][-1] for item in body["requests"]] for _, _, _, body in session.sent]


def test_a_batch_is_one_chain_in_the_words_of_graph():
    graph, session, _, meter = graph_answering(answering((200, {"id": "A"}), (200, {}), (200, {})))
    replies = send_batch(graph, PATCHES)
    ((method, path, _, body),) = session.sent
    schema = {"$schema": SCHEMA["$schema"], "$ref": "#/$defs/batchRequest", "$defs": SCHEMA["$defs"]}
    assert list(Draft202012Validator(schema).iter_errors(body)) == []
    assert (method, path) == ("POST", "$batch")
    assert body["requests"][0] == {
        "id": "0",
        "method": "PATCH",
        "url": "/me/events/A",
        "headers": {
            "Prefer": 'IdType="ImmutableId", outlook.timezone="UTC"',
            "If-Match": 'W/"1"',
            "Content-Type": "application/json",
        },
        "body": {"subject": "A"},
    }
    assert [item.get("dependsOn") for item in body["requests"]] == [None, ["0"], ["1"]]
    assert replies[0].body == {"id": "A"}
    assert (meter.requests, meter.items) == (1, 3)


def test_what_the_chain_did_not_reach_goes_into_the_next_batch():
    graph, session, clock, meter = graph_answering(
        answering((200, {}), (404, ABSENT), SKIPPED), answering((204, None))
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 404, 204]
    assert urls(session) == [["A", "B", "C"], ["C"]]
    assert clock.slept == []
    assert (meter.requests, meter.items) == (2, 4)


def test_a_throttled_item_is_sent_again_after_the_longest_wait_that_was_asked_for():
    graph, session, clock, _ = graph_answering(
        answering((200, {}), (429, {}, {"Retry-After": "2.128"}), (429, {}, {"retry-after": "1"})),
        answering((200, {}), (200, {})),
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 200, 200]
    assert urls(session) == [["A", "B", "C"], ["B", "C"]]
    assert clock.slept == [2.128]


def test_an_item_without_an_answer_is_sent_again():
    graph, session, _, _ = graph_answering(
        lambda sent: response(200, {"responses": [{"id": "0", "status": 200, "body": {}}, {"id": "9"}, 7]}),
        answering((200, {}), (200, {})),
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 200, 200]
    assert urls(session) == [["A", "B", "C"], ["B", "C"]]


def test_a_lost_answer_repeats_the_whole_batch():
    reset = answering((200, {}), (200, {}), (200, {}))
    graph, session, _, _ = graph_answering(response(504, "<html>"), reset)
    assert statuses(send_batch(graph, PATCHES)) == [200, 200, 200]
    assert session.sent[0][3] == session.sent[1][3]


def test_an_item_that_fails_again_and_again_is_given_up_and_does_not_hold_up_the_others():
    graph, session, _, _ = graph_answering(
        *[answering((500, FAILED), SKIPPED, SKIPPED)] * 4, answering((200, {}), (200, {}))
    )
    assert statuses(send_batch(graph, PATCHES)) == [500, 200, 200]
    assert len(session.sent) == 5


def test_a_service_that_is_away_for_all_items_is_an_error():
    graph, session, _, _ = graph_answering(*[answering((503, {}), SKIPPED, SKIPPED)] * 5)
    with pytest.raises(ServiceFailing):
        send_batch(graph, PATCHES)
    assert len(session.sent) == 4


def test_what_was_done_before_the_service_went_away_is_told():
    away = answering((503, {}), SKIPPED)
    graph, _, _, _ = graph_answering(answering((200, {}), (503, {}), SKIPPED), *[away] * 3)
    assert statuses(send_batch(graph, PATCHES)) == [200, 503, 424]


def test_a_long_wait_ends_the_batch_with_what_is_known_and_the_next_one_is_not_sent():
    graph, session, clock, _ = graph_answering(
        answering((200, {}), (429, {}, {"Retry-After": "300"}), SKIPPED),
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 429, 424]
    with pytest.raises(Throttled) as caught:
        send_batch(graph, PATCHES)
    assert caught.value.after == 300.0
    assert clock.slept == []
    assert len(session.sent) == 1


def test_a_long_wait_before_anything_was_done_is_throttling():
    graph, _, _, _ = graph_answering(answering((429, {}, {"Retry-After": "300"}), SKIPPED, SKIPPED))
    with pytest.raises(Throttled):
        send_batch(graph, PATCHES)


def test_of_several_waits_that_are_too_long_the_longest_counts():
    waits = [(429, {}, {"Retry-After": seconds}) for seconds in ("70", "300", "100")]
    graph, session, _, _ = graph_answering(answering(*waits))
    with pytest.raises(Throttled) as caught:
        send_batch(graph, PATCHES)
    assert caught.value.after == 300.0
    with pytest.raises(Throttled) as caught:
        send_batch(graph, PATCHES)
    assert caught.value.after == 300.0
    assert len(session.sent) == 1


def test_an_item_that_is_given_up_cuts_no_longer_wait_short():
    last = answering((200, {}), (429, {}, {"Retry-After": "5"}), (503, {}, {"Retry-After": "300"}))
    graph, _, _, _ = graph_answering(last)
    assert statuses(send_batch(graph, PATCHES)) == [200, 429, 503]
    with pytest.raises(Throttled) as caught:
        send_batch(graph, PATCHES)
    assert caught.value.after == 300.0


def test_a_wait_is_kept_also_where_another_item_wants_a_fresh_token():
    rejected = (401, {"error": {"code": "InvalidAuthenticationToken"}})
    graph, session, clock, _ = graph_answering(
        answering((200, {}), rejected, (429, {}, {"Retry-After": "5"})), answering((200, {}), (200, {}))
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 200, 200]
    assert (session.renewals, clock.slept) == (1, [5.0])


def test_waits_add_up_to_no_more_than_a_run_may_wait():
    throttled = answering((429, {}, {"Retry-After": "40"}), SKIPPED)
    graph, _, clock, _ = graph_answering(
        answering((200, {}), (429, {}, {"Retry-After": "40"}), SKIPPED), throttled
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 429, 424]
    assert clock.slept == [40.0]


def test_a_service_that_skips_everything_for_no_reason_does_not_keep_us_for_ever():
    graph, session, _, _ = graph_answering(*[answering(SKIPPED, SKIPPED, SKIPPED)] * 100)
    assert statuses(send_batch(graph, PATCHES)) == [424, 424, 424]
    assert len(session.sent) < 20


def test_a_token_that_ends_in_the_middle_is_renewed_once():
    rejected = (401, {"error": {"code": "InvalidAuthenticationToken"}})
    graph, session, _, _ = graph_answering(
        answering((200, {}), rejected, SKIPPED), answering((200, {}), (200, {}))
    )
    assert statuses(send_batch(graph, PATCHES)) == [200, 200, 200]
    assert session.renewals == 1
    graph, session, _, _ = graph_answering(*[answering(rejected, SKIPPED, SKIPPED)] * 2)
    with pytest.raises(SignInNeeded):
        send_batch(graph, PATCHES)
    assert session.renewals == 1


def test_a_refused_batch_is_an_error():
    graph, _, _, _ = graph_answering(error(400, "BadRequest"))
    with pytest.raises(ServiceFailing):
        send_batch(graph, PATCHES)
