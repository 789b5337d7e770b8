"""What every call passes first, and who the caller is."""

from __future__ import annotations

import pytest

from sandbox.feishu.accounts import PersonState
from tests.sandbox.conftest import API, Feishu, code_of


def test_a_call_without_a_token_is_refused(feishu: Feishu) -> None:
    feishu.headers = {}
    assert code_of(feishu.events()) == (401, 99991661)


def test_an_unknown_token_is_refused(feishu: Feishu) -> None:
    feishu.headers = {"Authorization": "Bearer eyJmade-up"}
    assert code_of(feishu.events()) == (401, 99991668)


def test_an_access_token_expires_after_two_hours(feishu: Feishu) -> None:
    feishu.clock.now += 7199
    assert feishu.events().status_code == 200
    feishu.clock.now += 1
    assert code_of(feishu.events()) == (401, 99991677)


def test_a_disabled_app_is_refused(feishu: Feishu) -> None:
    feishu.world.app.is_published = False
    assert code_of(feishu.events()) == (401, 99991662)


def test_a_scope_that_the_console_lacks_is_named_with_a_link_to_it(feishu: Feishu) -> None:
    feishu.world.app.scopes.discard("calendar:calendar:readonly")
    answer = feishu.events()
    assert code_of(answer) == (403, 99991672)
    assert answer.json is not None
    assert feishu.world.app_id in answer.json["error"]["helps"][0]["url"]


def test_a_scope_that_the_person_has_not_granted_is_named(feishu: Feishu) -> None:
    feishu.world.sessions.narrow(feishu.world.person, "calendar:calendar:readonly")
    answer = feishu.events()
    assert code_of(answer) == (403, 99991679)
    assert answer.json is not None
    subjects = [violation["subject"] for violation in answer.json["error"]["permission_violations"]]
    assert "calendar:calendar:readonly" in subjects


def test_token_checks_come_before_calendar_checks_and_those_before_parameters(feishu: Feishu) -> None:
    assert code_of(feishu.events("nonsense", page_size=1)) == (400, 191001)
    assert code_of(feishu.events(page_size=1)) == (400, 190002)
    feishu.headers = {}
    assert code_of(feishu.events("nonsense", page_size=1)) == (401, 99991661)


def test_reading_the_primary_calendar_needs_a_read_scope_by_name(feishu: Feishu) -> None:
    feishu.world.app.scopes.add("calendar:calendar")
    feishu.world.sessions.narrow(feishu.world.person, "calendar:calendar:readonly")
    feishu.sign_in(scope="calendar:calendar")
    assert feishu.get(API).status_code == 200
    assert code_of(feishu.http.post(f"{API}/primary", headers=feishu.headers)) == (403, 99991679)


def test_the_51st_call_in_a_second_and_the_1001st_in_a_minute_are_throttled(feishu: Feishu) -> None:
    for number in range(1000):
        feishu.clock.now += number % 50 == 0
        assert feishu.get(API).status_code == 200
    answer = feishu.get(API)
    assert code_of(answer) == (429, 99991400)
    assert answer.headers["x-ogw-ratelimit-limit"] == "50"
    feishu.clock.now += 1
    answer = feishu.get(API)
    assert answer.headers["x-ogw-ratelimit-limit"] == "1000"
    feishu.clock.now += int(answer.headers["x-ogw-ratelimit-reset"])
    assert feishu.get(API).status_code == 200


def test_each_api_has_a_rate_of_its_own(feishu: Feishu) -> None:
    feishu.world.limits.per_second = 1
    assert feishu.get(API).status_code == 200
    assert feishu.get(API).status_code == 429
    assert feishu.events().status_code == 200


def test_the_token_endpoint_has_a_rate_but_no_quota(feishu: Feishu) -> None:
    feishu.world.limits.per_month = 0
    assert feishu.refresh().status_code == 200
    feishu.world.limits.per_second = 0
    assert code_of(feishu.refresh()) == (429, 99991400)


def test_the_monthly_quota_ends_and_begins_again_on_the_first_in_beijing(feishu: Feishu) -> None:
    feishu.world.limits.per_month = 2
    feishu.world.sessions.access_lifetime = 30 * 86400
    feishu.sign_in()
    assert [feishu.get(API).status_code for _ in range(2)] == [200, 200]
    assert code_of(feishu.get(API)) == (429, 99991403)
    december = 1796054400  # 2026-12-01 00:00 in Beijing
    feishu.clock.now = december - 1
    assert code_of(feishu.get(API)) == (429, 99991403)
    feishu.clock.now = december
    assert feishu.get(API).status_code == 200


def test_every_answer_names_its_log_id(feishu: Feishu) -> None:
    answers = [
        feishu.get(API),
        feishu.events("nonsense"),
        feishu.refresh("x"),
        feishu.get("/open-apis/nothing"),
    ]
    assert len({answer.headers["X-Tt-Logid"] for answer in answers}) == 4
    feishu.world.quirks.log_id_header = "x-tt-logid"
    assert ("x-tt-logid" in dict(feishu.get(API).headers)) is True


def test_unknown_paths_and_methods_are_told_apart(feishu: Feishu) -> None:
    assert code_of(feishu.get("/open-apis/nothing")) == (404, 99991201)
    assert code_of(feishu.http.put(API, headers=feishu.headers)) == (405, 99991301)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_the_calendar_cannot_be_written(feishu: Feishu, method: str) -> None:
    path = f"{API}/primary/events" + ("" if method == "POST" else "/x_0")
    assert code_of(feishu.http.open(path, method=method, headers=feishu.headers)) == (405, 99991301)


def test_user_info_says_who_is_signed_in(feishu: Feishu) -> None:
    answer = feishu.get("/open-apis/authen/v1/user_info").json
    assert answer is not None
    assert answer["data"]["open_id"] == feishu.world.person.open_id
    assert answer["data"]["name"] == feishu.world.person.name
    assert "email" not in answer["data"]


def test_somebody_else_in_the_browser_is_somebody_else(feishu: Feishu) -> None:
    feishu.world.person = feishu.world.add_person("李四 Li Si")
    feishu.sign_in()
    answer = feishu.get("/open-apis/authen/v1/user_info").json
    assert answer is not None
    assert answer["data"]["name"] == "李四 Li Si"


@pytest.mark.parametrize(
    ("state", "code"), [(PersonState.GONE, 20008), (PersonState.RESIGNED, 20021), (PersonState.FROZEN, 20022)]
)
def test_user_info_refuses_with_status_200(feishu: Feishu, state: PersonState, code: int) -> None:
    feishu.world.person.state = state
    assert code_of(feishu.get("/open-apis/authen/v1/user_info")) == (200, code)


def test_user_info_with_an_unknown_token_is_refused_with_status_200(feishu: Feishu) -> None:
    feishu.headers = {"Authorization": "Bearer eyJmade-up"}
    assert code_of(feishu.get("/open-apis/authen/v1/user_info")) == (200, 20005)


class TestTheBot:
    """A call with the app's own token succeeds, and shows the bot's empty calendar."""

    @pytest.fixture(autouse=True)
    def as_bot(self, feishu: Feishu) -> None:
        said = {"app_id": feishu.world.app_id, "app_secret": feishu.world.app_secret}
        answer = feishu.http.post("/open-apis/auth/v3/tenant_access_token/internal", json=said).json
        assert answer is not None
        assert answer["expire"] == 7200
        feishu.headers = {"Authorization": f"Bearer {answer['tenant_access_token']}"}

    def test_it_has_an_empty_primary_calendar_of_its_own(self, feishu: Feishu) -> None:
        answer = feishu.http.post(f"{API}/primary", headers=feishu.headers).json
        assert answer is not None
        [entry] = answer["data"]["calendars"]
        assert entry["user_id"] != feishu.world.person.open_id
        events = feishu.events(entry["calendar"]["calendar_id"], anchor_time="1").json
        assert events is not None
        assert events["data"]["items"] == []

    def test_it_has_no_role_in_the_persons_calendar(self, feishu: Feishu) -> None:
        assert code_of(feishu.events()) == (403, 191002)

    def test_it_is_nobody(self, feishu: Feishu) -> None:
        assert code_of(feishu.get("/open-apis/authen/v1/user_info")) == (401, 99991663)

    def test_its_token_is_kept_until_half_an_hour_before_its_end(self, feishu: Feishu) -> None:
        first = feishu.world.sessions.tenant_token()[0]
        feishu.clock.now += 5400
        assert feishu.world.sessions.tenant_token() == (first, 1800)
        feishu.clock.now += 1
        assert feishu.world.sessions.tenant_token()[0] != first

    def test_its_token_expires(self, feishu: Feishu) -> None:
        feishu.clock.now += 7200
        assert code_of(feishu.get(API)) == (401, 99991663)

    def test_an_app_without_a_bot_has_no_calendar(self, feishu: Feishu) -> None:
        feishu.world.app.has_bot = False
        assert code_of(feishu.get(API)) == (404, 190007)
