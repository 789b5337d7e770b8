"""Sign-in at Microsoft's side of the sandbox."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from sandbox.microsoft.switches import SignIn, TokenFailure
from tests.sandbox.microsoft import Json, Service, code

VERIFIER = "a-verifier-of-more-than-forty-three-characters-in-all"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://localhost:51004"


@pytest.fixture
def service() -> Service:
    service = Service()
    service.world.switches.sign_in = SignIn.AUTO
    return service


def authorize(service: Service, method: str = "GET", **changes: str) -> TestResponse:
    query = {
        "client_id": service.world.client_id,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": "Calendars.ReadWrite https://graph.microsoft.com/User.Read offline_access openid profile",
        "state": "q1 w2",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    query = {name: value for name, value in query.items() if value != "absent"}
    if method == "POST":
        return service.http.post("/common/oauth2/v2.0/authorize", data=query)
    return service.http.get("/common/oauth2/v2.0/authorize", query_string=query)


def called_back(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def redeem(service: Service, **changes: str) -> TestResponse:
    form = {
        "client_id": service.world.client_id,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_info": "1",
        **changes,
    }
    return service.http.post("/common/oauth2/v2.0/token", data=form)


def refresh(service: Service, token: str, **changes: str) -> TestResponse:
    form = {"client_id": service.world.client_id, "grant_type": "refresh_token", "refresh_token": token}
    return service.http.post("/common/oauth2/v2.0/token", data={**form, **changes})


def sign_in(service: Service) -> Json:
    answer = redeem(service, code=called_back(authorize(service))["code"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def refused(answer: TestResponse) -> tuple[int, str, int]:
    body = answer.json or {}
    assert f"AADSTS{body['error_codes'][0]}" in body["error_description"]
    return answer.status_code, body["error"], body["error_codes"][0]


def decoded(segment: str) -> dict[str, object]:
    return dict(json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))))


@pytest.mark.parametrize("tenant", ["common", "consumers", "3c6f0d2e-7a41-4b7e-9e63-1f4b8d9c2a02"])
def test_discovery_sends_browsers_to_the_pages_and_clients_to_its_own_origin(
    service: Service, tenant: str
) -> None:
    answer = service.http.get(f"https://localhost/{tenant}/v2.0/.well-known/openid-configuration").json

    assert answer is not None
    assert answer["authorization_endpoint"] == f"http://127.0.0.1:8000/{tenant}/oauth2/v2.0/authorize"
    assert answer["token_endpoint"] == f"https://localhost/{tenant}/oauth2/v2.0/token"


def test_a_sign_in_brings_tokens_and_says_who_it_is(service: Service) -> None:
    tokens = sign_in(service)
    person, claims = service.world.person, decoded(tokens["id_token"].split(".")[1])

    assert tokens["scope"] == "Calendars.ReadWrite User.Read openid profile"
    assert tokens["expires_in"] == 3599
    assert (claims["oid"], claims["tid"], claims["nonce"]) == (person.object_id, person.tenant_id, "n1")
    assert claims["preferred_username"] == person.address
    assert decoded(tokens["client_info"]) == {"uid": person.object_id, "utid": person.tenant_id}
    assert service.get("/me", {"Authorization": f"Bearer {tokens['access_token']}"}).status_code == 200


def test_the_page_asks_and_accept_goes_back_with_a_code(service: Service) -> None:
    service.world.switches.sign_in = SignIn.PAGE

    asked = authorize(service)
    accepted = authorize(service, "POST", decision="accept")

    assert asked.status_code == 200
    assert service.world.person.address in asked.text
    assert "Have full access to your calendars" in asked.text
    assert called_back(accepted)["state"] == "q1 w2"
    assert called_back(accepted)["code"]


def test_the_page_shows_what_it_was_sent_without_running_it(service: Service) -> None:
    service.world.switches.sign_in = SignIn.PAGE

    assert "<script>alert" not in authorize(service, state='"><script>alert(1)</script>').text


def test_cancel_on_the_page_goes_back_with_access_denied(service: Service) -> None:
    service.world.switches.sign_in = SignIn.PAGE

    answer = called_back(authorize(service, "POST", decision="cancel"))

    assert (answer["error"], answer["error_subcode"], answer["state"]) == ("access_denied", "cancel", "q1 w2")
    assert "AADSTS65004" in answer["error_description"]


def test_declining_goes_back_without_a_subcode(service: Service) -> None:
    service.world.switches.sign_in = SignIn.DENY

    answer = called_back(authorize(service))

    assert answer["error"] == "access_denied"
    assert "error_subcode" not in answer


def test_where_an_admin_has_to_agree_nothing_is_called_back(service: Service) -> None:
    service.world.switches.sign_in = SignIn.ADMIN

    answer = authorize(service)

    assert answer.status_code == 200
    assert "Need admin approval" in answer.text


def test_form_post_sends_the_same_fields_in_a_form(service: Service) -> None:
    answer = authorize(service, response_mode="form_post")

    assert answer.status_code == 200
    assert 'action="http://localhost:51004/"' in answer.text
    assert 'name="code"' in answer.text
    assert 'name="state" value="q1 w2"' in answer.text


@pytest.mark.parametrize("address", ["http://localhost", "http://localhost:1/", "http://localhost:60000"])
def test_the_port_of_a_loopback_redirect_does_not_count(service: Service, address: str) -> None:
    answer = authorize(service, redirect_uri=address)

    assert answer.headers["Location"].startswith(address.rstrip("/") + "/?code=")


@pytest.mark.parametrize(
    "address",
    ["http://localhost:1/callback", "http://127.0.0.1:1", "https://localhost", "http://evil.example", ""],
)
def test_an_unregistered_redirect_is_an_error_page_without_callback(service: Service, address: str) -> None:
    answer = authorize(service, redirect_uri=address)

    assert answer.status_code == 400
    assert "AADSTS50011" in answer.text
    assert "Location" not in answer.headers


def test_an_unknown_app_is_an_error_page_without_callback(service: Service) -> None:
    answer = authorize(service, client_id="other")

    assert answer.status_code == 400
    assert "AADSTS700016" in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "smoke"}, "invalid_request"),
        ({"scope": "absent"}, "invalid_request"),
        ({"scope": "https://graph.microsoft.com/offline_access"}, "invalid_scope"),
        ({"scope": "Mail.Send"}, "invalid_scope"),
        ({"code_challenge": "absent"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
    ],
)
def test_a_wrong_authorization_request_goes_back_with_its_error(
    service: Service, changes: dict[str, str], error: str
) -> None:
    assert called_back(authorize(service, **changes))["error"] == error


def test_nobody_is_signed_in_when_no_page_may_be_shown(service: Service) -> None:
    service.world.switches.sign_in = SignIn.PAGE

    assert called_back(authorize(service, prompt="none"))["error"] == "login_required"


def test_a_code_works_once(service: Service) -> None:
    granted = called_back(authorize(service))["code"]

    assert redeem(service, code=granted).status_code == 200
    assert refused(redeem(service, code=granted)) == (400, "invalid_grant", 54005)


def test_a_code_lives_ten_minutes(service: Service) -> None:
    granted = called_back(authorize(service))["code"]
    service.now += 600

    assert refused(redeem(service, code=granted)) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"code": "made-up"}, (400, "invalid_grant", 70000)),
        ({"code_verifier": "wrong"}, (400, "invalid_grant", 501481)),
        ({"redirect_uri": "http://localhost:51005"}, (400, "invalid_client", 500112)),
        ({"client_id": "other"}, (400, "unauthorized_client", 700016)),
        ({"client_secret": "any"}, (401, "invalid_client", 700025)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"scope": "MailboxSettings.Read"}, (400, "invalid_grant", 65001)),
    ],
)
def test_a_wrong_token_request_is_refused(
    service: Service, changes: dict[str, str], answer: tuple[int, str, int]
) -> None:
    form = {"code": called_back(authorize(service))["code"], **changes}

    assert refused(redeem(service, **form)) == answer


def test_a_web_registration_wants_its_secret(service: Service) -> None:
    service.world.client_secret = "s3cret"
    granted = called_back(authorize(service))["code"]

    assert refused(redeem(service, code=granted)) == (401, "invalid_client", 7000218)
    assert refused(redeem(service, code=granted, client_secret="guess")) == (401, "invalid_client", 7000215)
    assert redeem(service, code=granted, client_secret="s3cret").status_code == 200


def test_a_refresh_brings_a_new_refresh_token_and_the_old_one_stays_valid(service: Service) -> None:
    first = sign_in(service)["refresh_token"]

    second = (refresh(service, first).json or {})["refresh_token"]

    assert second != first
    assert refresh(service, first).status_code == 200
    assert refresh(service, second).status_code == 200


def test_a_refresh_token_dies_of_ninety_idle_days(service: Service) -> None:
    token = sign_in(service)["refresh_token"]
    service.now += 90 * 86400

    assert refused(refresh(service, token)) == (400, "invalid_grant", 700082)


def test_revoked_refresh_tokens_are_refused(service: Service) -> None:
    token = sign_in(service)["refresh_token"]
    service.world.revoke_refresh_tokens()

    assert refused(refresh(service, token)) == (400, "invalid_grant", 50173)


def test_without_the_scopes_there_is_neither_refresh_nor_id_token(service: Service) -> None:
    granted = called_back(authorize(service, scope="User.Read"))["code"]

    tokens = redeem(service, code=granted, client_info="0").json or {}

    assert not {"refresh_token", "id_token", "client_info"} & set(tokens)


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (TokenFailure.EXPIRED, (400, "invalid_grant", 700082)),
        (TokenFailure.PASSWORD_CHANGED, (400, "invalid_grant", 50173)),
        (TokenFailure.NOT_CONSENTED, (400, "invalid_grant", 65001)),
        (TokenFailure.INTERACTION_REQUIRED, (400, "interaction_required", 50076)),
        (TokenFailure.BLOCKED, (400, "invalid_grant", 53003)),
        (TokenFailure.THROTTLED, (429, "temporarily_unavailable", 90033)),
        (TokenFailure.UNAVAILABLE, (503, "temporarily_unavailable", 90033)),
    ],
)
def test_refreshing_can_be_made_to_fail(
    service: Service, failure: TokenFailure, answer: tuple[int, str, int]
) -> None:
    token = sign_in(service)["refresh_token"]
    service.world.switches.token_failure = failure

    assert refused(refresh(service, token)) == answer


def test_a_throttled_token_endpoint_says_how_long(service: Service) -> None:
    service.world.switches.token_failure = TokenFailure.THROTTLED

    assert refresh(service, "any").headers["Retry-After"] == "5"


def test_an_access_token_lives_as_long_as_it_says(service: Service) -> None:
    service.world.switches.expires_in = 120
    tokens = sign_in(service)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    service.now += 119
    assert service.get("/me", bearer).status_code == 200
    service.now += 1

    answer = service.get("/me", bearer)

    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert "the token is expired" in answer.text


def test_a_revoked_access_token_is_refused_before_its_time(service: Service) -> None:
    service.world.revoke_access_tokens()

    answer = service.get("/me")

    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert "80049228" in answer.text


def test_without_a_token_graph_answers_a_challenge(service: Service) -> None:
    answer = service.get("/me", {"Authorization": ""})

    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert "Access token is empty" in answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_without_the_scope_is_refused(service: Service) -> None:
    bearer = {"Authorization": f"Bearer {service.world.issue_access_token('User.Read', 'Calendars.Read')}"}

    assert service.get("/me/calendars", bearer).status_code == 200
    answer = service.call("POST", "/me/calendars", {"name": "x"}, headers=bearer)
    assert code(answer) == (403, "ErrorAccessDenied")
    assert code(service.get("/me/mailboxSettings", bearer)) == (403, "ErrorAccessDenied")
