"""Sign-in at Feishu's side of the sandbox: what it grants, and everything that it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.feishu import Consent
from sandbox.feishu.accounts import CALLBACKS, PersonState
from tests.sandbox.conftest import VERIFIER, Feishu, code_of, query_of


def test_approval_calls_back_with_a_code_and_the_state(feishu: Feishu) -> None:
    answer = feishu.authorize()
    assert answer.location.startswith(CALLBACKS[0] + "?")
    assert query_of(answer).keys() == {"code", "state"}
    assert query_of(answer)["state"] == "s-4f1c"


def test_denial_calls_back_with_access_denied_and_nothing_else(feishu: Feishu) -> None:
    feishu.world.consent = Consent.DENY
    assert query_of(feishu.authorize()) == {"error": "access_denied", "state": "s-4f1c"}


def test_a_person_who_is_asked_sees_what_is_asked_for_and_decides(feishu: Feishu) -> None:
    feishu.world.consent = Consent.ASK
    shown = feishu.authorize()
    assert shown.status_code == 200
    assert "calendar:calendar:readonly" in shown.text
    assert feishu.world.person.name in shown.text
    url = shown.request.full_path
    assert "code" in query_of(feishu.http.post(url, data={"answer": "approve"}))
    assert query_of(feishu.http.post(url, data={"answer": "deny"}))["error"] == "access_denied"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"redirect_uri": "http://localhost:5000/callback"}, 20029),
        ({"redirect_uri": CALLBACKS[0] + "/"}, 20029),
        ({"redirect_uri": CALLBACKS[0] + "?x=1"}, 20029),
        ({"scope": "calendar:calendar"}, 20027),
        ({"scope": "Offline_access"}, 20027),
        ({"client_id": "cli_another"}, 20048),
        ({"response_type": "token"}, 20001),
    ],
)
def test_a_wrong_authorize_request_ends_on_a_page_and_never_calls_back(
    feishu: Feishu, asked: dict[str, str], code: int
) -> None:
    shown = feishu.authorize(**asked)
    assert shown.location is None
    assert f"Error code: {code}" in shown.text


def test_more_than_fifty_scopes_are_refused(feishu: Feishu) -> None:
    many = [f"scope:{number}" for number in range(51)]
    feishu.world.app.scopes.update(many)
    assert "20027" in feishu.authorize(scope=" ".join(many)).text
    assert "code" in query_of(feishu.authorize(scope=" ".join(many[:50])))


def test_outside_the_availability_range_there_is_no_callback(feishu: Feishu) -> None:
    feishu.world.app.is_available = False
    assert "20010" in feishu.authorize().text


def test_a_code_is_exchanged_for_a_flat_answer(feishu: Feishu) -> None:
    answer = feishu.exchange(feishu.code()).json
    assert answer is not None
    assert answer["code"] == 0
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 7200
    assert answer["refresh_token_expires_in"] == 604800
    assert set(answer["scope"].split()) == {"offline_access", "calendar:calendar:readonly"}
    assert 1000 < len(answer["access_token"]) < 2048


def test_the_token_endpoint_takes_a_form_too(feishu: Feishu) -> None:
    said = {
        "grant_type": "refresh_token",
        "client_id": feishu.world.app_id,
        "client_secret": feishu.world.app_secret,
        "refresh_token": feishu.refresh_token,
    }
    assert feishu.http.post("/open-apis/authen/v2/oauth/token", data=said).status_code == 200


def test_without_offline_access_there_is_no_refresh_token(feishu: Feishu) -> None:
    feishu.world.sessions.grants.clear()
    answer = feishu.exchange(feishu.code(scope="calendar:calendar:readonly")).json
    assert answer is not None
    assert "refresh_token" not in answer


def test_grants_add_up(feishu: Feishu) -> None:
    feishu.world.app.scopes.add("calendar:calendar:read")
    answer = feishu.exchange(feishu.code(scope="calendar:calendar:read")).json
    assert answer is not None
    assert set(answer["scope"].split()) == {
        "offline_access",
        "calendar:calendar:readonly",
        "calendar:calendar:read",
    }


def test_a_plain_challenge_is_the_verifier_itself(feishu: Feishu) -> None:
    code = feishu.code(code_challenge=VERIFIER, code_challenge_method="plain")
    assert feishu.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"client_secret": ""}, 20001),
        ({"code": ""}, 20001),
        ({"client_secret": "wrong"}, 20002),
        ({"code": "made-up"}, 20003),
        ({"grant_type": "password"}, 20036),
        ({"client_id": "cli_another"}, 20048),
        ({"code_verifier": VERIFIER[:-1] + "x"}, 20049),
        ({"code_verifier": ""}, 20049),
        ({"scope": "offline_access offline_access"}, 20067),
        ({"scope": "calendar:calendar"}, 20068),
        ({"redirect_uri": CALLBACKS[1]}, 20071),
        ({"redirect_uri": ""}, 20071),
    ],
)
def test_a_wrong_exchange_is_refused(feishu: Feishu, said: dict[str, str], code: int) -> None:
    assert code_of(feishu.exchange(**{"code": feishu.code(), **said})) == (400, code)


def test_a_code_works_once_and_for_five_minutes(feishu: Feishu) -> None:
    code, late = feishu.code(), feishu.code()
    assert feishu.exchange(code).status_code == 200
    assert code_of(feishu.exchange(code)) == (400, 20065)
    feishu.clock.now += 300
    assert code_of(feishu.exchange(late)) == (400, 20004)


@pytest.mark.parametrize("sent", [{"data": "{"}, {"json": ["grant_type"]}, {"json": {"grant_type": 1}}])
def test_a_malformed_token_request_is_refused(feishu: Feishu, sent: dict[str, Any]) -> None:
    assert code_of(feishu.http.post("/open-apis/authen/v2/oauth/token", **sent)) == (400, 20063)


def test_two_ways_of_authentication_at_once_are_refused(feishu: Feishu) -> None:
    said = {
        "grant_type": "refresh_token",
        "client_id": feishu.world.app_id,
        "client_secret": feishu.world.app_secret,
    }
    basic = {"Authorization": "Basic Y2xpOnNlY3JldA=="}
    answer = feishu.http.post("/open-apis/authen/v2/oauth/token", json=said, headers=basic)
    assert code_of(answer) == (400, 20070)


@pytest.mark.parametrize(
    ("switch", "code"), [("is_published", 20069), ("is_installed", 20009), ("is_available", 20010)]
)
def test_an_app_that_is_not_ready_gets_no_token(feishu: Feishu, switch: str, code: int) -> None:
    setattr(feishu.world.app, switch, False)
    assert code_of(feishu.refresh()) == (400, code)


@pytest.mark.parametrize(
    ("state", "code"), [(PersonState.GONE, 20008), (PersonState.FROZEN, 20066), (PersonState.RESIGNED, 20066)]
)
def test_a_person_who_is_gone_gets_no_token(feishu: Feishu, state: PersonState, code: int) -> None:
    sent = feishu.code()
    feishu.world.person.state = state
    assert code_of(feishu.exchange(sent)) == (400, code)
    assert code_of(feishu.refresh()) == (400, code)


def test_a_refresh_token_rotates_and_works_once_while_the_old_access_token_lives_on(feishu: Feishu) -> None:
    answer = feishu.refresh().json
    assert answer is not None
    assert answer["refresh_token"] != feishu.refresh_token
    assert code_of(feishu.refresh()) == (400, 20073)
    assert feishu.get("/open-apis/authen/v1/user_info").status_code == 200
    assert feishu.refresh(answer["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("said", "code"), [({"refresh_token": ""}, 20001), ({"refresh_token": "ur-v1"}, 20026)]
)
def test_a_wrong_refresh_is_refused(feishu: Feishu, said: dict[str, str], code: int) -> None:
    assert code_of(feishu.refresh(**dict(said))) == (400, code)


def test_a_refresh_token_dies_after_seven_idle_days(feishu: Feishu) -> None:
    feishu.clock.now += 604800
    assert code_of(feishu.refresh()) == (400, 20037)


def test_after_a_year_the_person_must_authorize_again(feishu: Feishu) -> None:
    for _ in range(61):
        feishu.clock.now += 6 * 86400
        answer = feishu.refresh()
        if answer.status_code != 200:
            break
        feishu.refresh_token = (answer.json or {})["refresh_token"]
    assert code_of(answer) == (400, 20037)
    assert feishu.clock.now - feishu.world.sessions.grants[feishu.world.person.open_id].since == 366 * 86400


def test_revoked_tokens_are_refused(feishu: Feishu) -> None:
    feishu.world.sessions.revoke()
    assert code_of(feishu.refresh()) == (400, 20064)
    assert code_of(feishu.events()) == (401, 99991668)


def test_signing_out_revokes_one_token(feishu: Feishu) -> None:
    feishu.http.post("/oauth/v1/revoke", data={"token": feishu.refresh_token})
    assert code_of(feishu.refresh()) == (400, 20064)


def test_the_console_can_forbid_refreshing(feishu: Feishu) -> None:
    feishu.world.app.may_refresh = False
    assert code_of(feishu.refresh()) == (400, 20074)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, 10003),
        ({"app_id": "cli_x", "app_secret": "s"}, 10015),
        ({"app_id": "", "app_secret": "s"}, 10003),
    ],
)
def test_a_wrong_request_for_the_apps_own_token_is_refused(
    feishu: Feishu, said: dict[str, str], code: int
) -> None:
    assert code_of(feishu.http.post("/open-apis/auth/v3/tenant_access_token/internal", json=said)) == (
        400,
        code,
    )


def test_the_apps_own_token_needs_the_secret(feishu: Feishu) -> None:
    said = {"app_id": feishu.world.app_id, "app_secret": "wrong"}
    assert code_of(feishu.http.post("/open-apis/auth/v3/tenant_access_token/internal", json=said)) == (
        400,
        10014,
    )
