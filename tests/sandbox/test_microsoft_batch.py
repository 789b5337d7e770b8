"""`$batch` and throttling at Microsoft's side."""

from typing import Any

import pytest

from tests.sandbox.microsoft import Json, Service, code, event, tagged

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def create_item(calendar: str, item_id: str, **more: Any) -> Json:
    """The item of a batch that creates an event, its subject being the item's id."""
    path = f"/me/calendars/{calendar}/events"
    return {"id": item_id, "method": "POST", "url": path, "headers": JSON, "body": event(item_id), **more}


def run(service: Service, items: list[Json]) -> dict[str, Json]:
    answer = service.call("POST", "/$batch", {"requests": items})
    assert answer.status_code == 200, answer.text
    return {response["id"]: response for response in (answer.json or {})["responses"]}


def test_items_are_answered_like_single_requests(service: Service, calendar: str) -> None:
    known = service.create(calendar, event("known", singleValueExtendedProperties=tagged("k")))
    path = f"me/events/{known['id']}"

    answers = run(
        service,
        [
            create_item(calendar, "create"),
            {"id": "change", "method": "PATCH", "url": path, "headers": JSON, "body": {"subject": "new"}},
            {"id": "read", "method": "get", "url": f"/{path}?$select=subject"},
            {"id": "delete", "method": "DELETE", "url": f"/{path}"},
            {"id": "again", "method": "DELETE", "url": f"/{path}"},
        ],
    )

    assert {name: answer["status"] for name, answer in answers.items()} == {
        "create": 201,
        "change": 200,
        "read": 200,
        "delete": 204,
        "again": 404,
    }
    assert answers["create"]["headers"]["Location"].startswith("https://localhost/v1.0/me/events/")
    assert set(answers["read"]["body"]) == {"@odata.context", "@odata.etag", "id", "subject"}
    assert "body" not in answers["delete"]
    assert answers["again"]["body"]["error"]["code"] == "ErrorItemNotFound"


def test_headers_count_for_their_item_alone(service: Service, calendar: str) -> None:
    created = service.create(calendar, event())
    url = f"/me/events/{created['id']}"
    prefer = {"prefer": 'IdType="ImmutableId", outlook.timezone="Asia/Tokyo"'}

    answers = run(
        service,
        [
            {"id": "1", "method": "GET", "url": url},
            {"id": "2", "method": "GET", "url": url, "headers": prefer},
            {"id": "3", "method": "PATCH", "url": url, "headers": {**JSON, "If-Match": 'W/"x"'}, "body": {}},
        ],
    )

    assert answers["1"]["body"]["id"] != created["id"]
    assert answers["2"]["body"]["id"] == created["id"]
    assert answers["2"]["body"]["start"]["timeZone"] == "Asia/Tokyo"
    assert answers["2"]["headers"]["Preference-Applied"] == prefer["prefer"]
    assert answers["3"]["status"] == 412


def test_queries_are_decoded(service: Service, calendar: str) -> None:
    service.create(calendar, event("a & b"))
    url = f"/me/calendars/{calendar.replace('=', '%3D')}/events?%24filter=subject%20eq%20%27a%20%26%20b%27"

    found = run(service, [{"id": "1", "method": "GET", "url": url}])["1"]

    assert len(found["body"]["value"]) == 1


def test_answers_come_in_another_order(service: Service, calendar: str) -> None:
    items = [create_item(calendar, str(number)) for number in range(10)]

    answer = service.call("POST", "/$batch", {"requests": items})

    order = [response["id"] for response in (answer.json or {})["responses"]]
    assert order != sorted(order)
    assert sorted(order) == [str(number) for number in range(10)]


def test_a_chain_runs_in_order_and_stops_at_a_failure(service: Service, calendar: str) -> None:
    items = [
        create_item(calendar, "1"),
        create_item(calendar, "2", body={"colour": "red"}, dependsOn=["1"]),
        create_item(calendar, "3", dependsOn=["2"]),
        create_item(calendar, "4", dependsOn=["3"]),
    ]

    answers = run(service, items)

    assert [answers[name]["status"] for name in "1234"] == [201, 400, 424, 424]
    assert [item["subject"] for item in service.world.events(calendar)] == ["1"]


def test_items_may_all_depend_on_the_same_one(service: Service, calendar: str) -> None:
    items = [
        create_item(calendar, "A", body={}),
        create_item(calendar, "B", dependsOn=["a"]),
        create_item(calendar, "C", dependsOn=["A"]),
        create_item(calendar, "D"),
    ]

    answers = run(service, items)

    assert [answers[name]["status"] for name in "ABCD"] == [400, 424, 424, 201]


@pytest.mark.parametrize(
    "dependencies",
    [
        {"2": ["1"], "4": ["3"]},
        {"2": ["1"], "3": ["2"]},  # and 4 on nothing
        {"2": ["1"], "3": ["1", "2"]},
        {"1": ["2"]},
        {"2": ["2"]},
        {"2": ["9"]},
    ],
)
def test_other_shapes_of_dependency_are_refused(
    service: Service, calendar: str, dependencies: dict[str, list[str]]
) -> None:
    items = [create_item(calendar, name, dependsOn=dependencies.get(name, [])) for name in "1234"]

    assert code(service.call("POST", "/$batch", {"requests": items})) == (400, "BadRequest")
    assert service.world.events(calendar) == []


def changed(calendar: str, **changes: Any) -> list[Json]:
    return [create_item(calendar, "1"), {**create_item(calendar, "2"), **changes}]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"id": ""},
        {"id": 2},
        {"headers": {}},
        {"headers": []},
        {"method": "HEAD"},
        {"url": "/$batch"},
        {"url": "https://graph.microsoft.com/v1.0/me"},
        {"url": None},
        {"dependsOn": "1"},
    ],
)
def test_a_malformed_batch_is_refused_and_runs_nothing(
    service: Service, calendar: str, changes: Json
) -> None:
    answer = service.call("POST", "/$batch", {"requests": changed(calendar, **changes)})

    assert code(answer) == (400, "BadRequest")
    assert service.world.events(calendar) == []


@pytest.mark.parametrize("body", [{}, {"requests": []}, {"requests": ["x"]}, {"requests": {}}, []])
def test_what_is_no_batch_is_refused(service: Service, body: object) -> None:
    assert code(service.call("POST", "/$batch", body)) == (400, "BadRequest")


def test_ids_are_unique_without_regard_to_case(service: Service, calendar: str) -> None:
    items = [create_item(calendar, "a"), create_item(calendar, "A")]

    assert code(service.call("POST", "/$batch", {"requests": items})) == (400, "BadRequest")


def test_twenty_items_are_the_most(service: Service, calendar: str) -> None:
    items = [create_item(calendar, str(number)) for number in range(21)]

    assert code(service.call("POST", "/$batch", {"requests": items})) == (400, "BadRequest")
    assert len(run(service, items[:20])) == 20


def test_items_need_the_scope_each(service: Service, calendar: str) -> None:
    bearer = {"Authorization": f"Bearer {service.world.issue_access_token('Calendars.Read')}"}
    items = [create_item(calendar, "1"), {"id": "2", "method": "GET", "url": "/me/calendars"}]

    answer = service.call("POST", "/$batch", {"requests": items}, headers=bearer)

    statuses = {response["id"]: response["status"] for response in (answer.json or {})["responses"]}
    assert statuses == {"1": 403, "2": 200}


# throttling


def test_more_than_four_independent_items_are_too_many_at_once(service: Service, calendar: str) -> None:
    service.world.switches.throttles_parallel_batches = True

    answers = run(service, [create_item(calendar, str(number)) for number in range(6)])

    assert [answers[str(number)]["status"] for number in range(6)] == [201, 201, 201, 201, 429, 429]
    assert answers["4"]["headers"]["Retry-After"] == "1"
    assert answers["4"]["body"]["error"]["code"] == "ApplicationThrottled"


def test_a_chain_of_twenty_is_not_too_many_at_once(service: Service, calendar: str) -> None:
    service.world.switches.throttles_parallel_batches = True
    items = [
        create_item(calendar, str(number), dependsOn=[str(number - 1)] if number else [])
        for number in range(20)
    ]

    assert {answer["status"] for answer in run(service, items).values()} == {201}


def test_a_fifth_request_at_once_is_throttled(service: Service) -> None:
    throttle = service.world.throttle
    with throttle.slot(), throttle.slot(), throttle.slot():
        assert service.get("/me").status_code == 200
        with throttle.slot():
            answer = service.get("/me")

    assert code(answer) == (429, "ApplicationThrottled")
    assert "MailboxConcurrency" in answer.text
    assert answer.headers["Retry-After"] == "1"
    assert service.get("/me").status_code == 200


def test_the_budget_of_ten_minutes_counts_items_and_refused_requests(service: Service, calendar: str) -> None:
    service.world.throttle.budget = 5
    run(service, [create_item(calendar, str(number)) for number in range(3)])
    service.now += 100
    service.get("/me/calendars/nonsense")
    assert service.get("/me").status_code == 200

    throttled = service.get("/me")
    service.now += 499
    still_throttled = service.get("/me")
    service.now += 1

    assert code(throttled) == (429, "ApplicationThrottled")
    assert throttled.headers["Retry-After"] == "500"
    assert still_throttled.status_code == 429
    assert service.get("/me").status_code == 200
