import logging
import threading
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import (
    AppMisconfigured,
    ConsentNeeded,
    ServiceFailing,
    SignInFailed,
    Throttled,
    Unreachable,
    VaultUnavailable,
)
from core.model import Identity, Side
from core.outlook.tokens import stored_sign_in
from core.settings import OutlookCloud
from sandbox.journal import Reply, Reset
from sandbox.microsoft.switches import SignIn, TokenFailure
from tests.wire.outlook_fixtures import TOKEN, Microsoft, microsoft, service

__all__ = ["microsoft", "service"]

DISCOVERY = r".*/openid-configuration"


def test_signing_in_leads_through_the_browser_to_an_identity_and_stored_tokens(microsoft: Microsoft) -> None:
    addresses: list[str] = []

    def browse(address: str) -> None:
        addresses.append(address)
        microsoft.browse(address)

    identity = microsoft.sign_in(browse=browse)
    person = microsoft.world.person
    assert identity == Identity(f"{person.tenant_id}.{person.object_id}", person.name, person.address)
    stored = stored_sign_in(microsoft.settings, microsoft.vault)
    assert stored is not None
    assert stored.identity == identity
    query = {name: values[0] for name, values in parse_qs(urlsplit(addresses[0]).query).items()}
    assert query["code_challenge_method"] == "S256"
    assert query["prompt"] == "select_account"
    assert urlsplit(query["redirect_uri"]).hostname == "localhost"
    assert set(query["scope"].split()) == {
        f"{microsoft.sandbox.graph_url}/Calendars.ReadWrite",
        f"{microsoft.sandbox.graph_url}/User.Read",
        "offline_access",
        "openid",
        "profile",
    }
    assert [page["state"] for page in microsoft.pages] == [query["state"]]


def test_the_program_asks_nobody_whether_the_authority_exists(microsoft: Microsoft) -> None:
    microsoft.sign_in()
    paths = [request.path for request in microsoft.journal.requests() if "callback" not in request.path]
    assert [path.rpartition("/")[2] for path in paths] == [
        "openid-configuration",
        "authorize",
        "token",
        "me",
    ]


def test_a_registration_of_type_web_signs_in_with_its_secret(microsoft: Microsoft) -> None:
    microsoft.client_secret = microsoft.world.client_secret = "s3cret"
    assert microsoft.sign_in().name == microsoft.world.person.name


@pytest.mark.parametrize(
    ("needed", "given", "code"),
    [("s3cret", "wrong", "AADSTS7000215"), ("s3cret", None, "AADSTS7000218"), (None, "odd", "AADSTS700025")],
)
def test_a_wrong_missing_or_superfluous_secret_is_named(
    microsoft: Microsoft, needed: str | None, given: str | None, code: str
) -> None:
    microsoft.world.client_secret, microsoft.client_secret = needed, given
    with pytest.raises(AppMisconfigured) as caught:
        microsoft.sign_in()
    assert (caught.value.what, caught.value.code) == ("client_secret", code)
    assert microsoft.vault.text is None


@pytest.mark.parametrize("mode", [SignIn.DENY, SignIn.CANCEL])
def test_a_person_who_says_no_is_told_so(microsoft: Microsoft, mode: SignIn) -> None:
    microsoft.world.switches.sign_in = mode
    with pytest.raises(SignInFailed) as caught:
        microsoft.sign_in()
    assert caught.value == SignInFailed(Side.OUTLOOK, "denied", "AADSTS65004")


def test_an_answer_that_an_administrator_is_needed_carries_the_link_to_send(microsoft: Microsoft) -> None:
    def browse(address: str) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        text = "AADSTS90094%3a+Admin+consent+is+required."
        microsoft.browse(
            f"{query['redirect_uri']}/?error=access_denied&error_description={text}&state={query['state']}"
        )

    with pytest.raises(ConsentNeeded) as caught:
        microsoft.sign_in(browse=browse)
    assert caught.value.by_admin
    assert caught.value.link.startswith(f"{microsoft.sandbox.authority_url}/common/v2.0/adminconsent?")
    assert microsoft.world.client_id in caught.value.link


def test_a_page_that_never_comes_back_ends_in_a_time_out(microsoft: Microsoft) -> None:
    microsoft.world.switches.sign_in = SignIn.ADMIN
    with pytest.raises(SignInFailed) as caught:
        microsoft.sign_in(timeout=0.1)
    assert caught.value.why == "timeout"


def test_waiting_can_be_cancelled(microsoft: Microsoft) -> None:
    with pytest.raises(SignInFailed) as caught:
        microsoft.sign_in(browse=lambda address: None, stop=lambda: True)
    assert caught.value.why == "cancelled"


def test_a_callback_with_another_state_changes_nothing(microsoft: Microsoft) -> None:
    def browse(address: str) -> None:
        redirect = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        microsoft.browse(f"{redirect}/?code=stolen&state=guessed")
        microsoft.browse(address)

    assert microsoft.sign_in(browse=browse).name == microsoft.world.person.name


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"client_id": ""}, "missing"),
        ({"client_id": "11111111-2222-3333-4444-555555555555"}, None),
        ({"authority_url": "http://localhost:1"}, "cloud"),
        ({"authority_url": ""}, "cloud"),
    ],
)
def test_what_was_typed_in_wrongly_is_named(
    microsoft: Microsoft, change: dict[str, str], what: str | None
) -> None:
    expected = AppMisconfigured if what else SignInFailed
    with pytest.raises(expected) as caught:
        microsoft.sign_in(replace(microsoft.settings, **change), timeout=0.1)
    assert getattr(caught.value, "what", None) == what


def test_an_unknown_tenant_is_named(microsoft: Microsoft) -> None:
    unknown = {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant 'x' not found."}
    microsoft.fail(DISCOVERY, Reply(400, unknown))
    with pytest.raises(AppMisconfigured) as caught:
        microsoft.sign_in()
    assert caught.value.what == "tenant"


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN])
@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (Reply(503), ServiceFailing(Side.OUTLOOK, 503, "not JSON")),
        (Reply(200, "<html>Welcome to our hotel</html>"), ServiceFailing(Side.OUTLOOK, 200, "not JSON")),
        (
            Reply(302, "", {"Location": "https://hotel.example/"}),
            ServiceFailing(Side.OUTLOOK, 302, "not JSON"),
        ),
        (Reply(429, "", {"Retry-After": "7"}), Throttled(Side.OUTLOOK, 7.0)),
        (Reset(), None),
    ],
    ids=["away", "hotel page", "hotel redirect", "throttled", "reset"],
)
def test_a_sign_in_service_in_trouble_is_told_from_a_wrong_setting(
    microsoft: Microsoft, path: str, happens: Reply | Reset, expected: Exception | None
) -> None:
    microsoft.fail(path, happens, happens, happens)
    host = microsoft.sandbox.authority_url.removeprefix("https://")
    expected = expected or Unreachable(Side.OUTLOOK, "connection", host)
    with pytest.raises(type(expected)) as caught:
        microsoft.sign_in()
    assert caught.value == expected
    assert microsoft.vault.text is None


def test_a_permission_that_was_not_given_is_named(microsoft: Microsoft) -> None:
    tokens = {"token_type": "Bearer", "access_token": "a", "expires_in": 3599, "scope": "User.Read openid"}
    microsoft.fail(TOKEN, Reply(200, tokens))
    with pytest.raises(ConsentNeeded) as caught:
        microsoft.sign_in()
    assert caught.value.scopes == ("Calendars.ReadWrite", "offline_access")


def test_nobody_is_asked_to_sign_in_when_the_result_could_not_be_kept(microsoft: Microsoft) -> None:
    microsoft.vault.is_writable = False
    with pytest.raises(VaultUnavailable):
        microsoft.sign_in()
    assert microsoft.journal.requests() == []


def test_a_refused_token_request_keeps_the_sign_in_that_was_there(microsoft: Microsoft) -> None:
    microsoft.sign_in()
    before = microsoft.vault.text
    microsoft.world.switches.token_failure = TokenFailure.BLOCKED
    with pytest.raises(SignInFailed) as caught:
        microsoft.sign_in()
    assert (caught.value.why, caught.value.code) == ("refused", "AADSTS53003")
    assert microsoft.vault.text == before


def test_tokens_of_one_registration_are_not_those_of_another(microsoft: Microsoft) -> None:
    microsoft.sign_in()
    for change in (
        {"client_id": "another"},
        {"graph_url": "https://elsewhere.example"},
        {"cloud": OutlookCloud.GLOBAL},
    ):
        assert stored_sign_in(replace(microsoft.settings, **change), microsoft.vault) is None
    assert stored_sign_in(replace(microsoft.settings, tenant="contoso.example"), microsoft.vault) is not None


def test_no_token_code_or_secret_reaches_a_log_at_any_level(
    microsoft: Microsoft, caplog: pytest.LogCaptureFixture
) -> None:
    microsoft.client_secret = microsoft.world.client_secret = "canary-secret"
    with caplog.at_level(logging.DEBUG):
        microsoft.sign_in()
        microsoft.start().calendars()
        microsoft.world.revoke_access_tokens()
        microsoft.start().calendars()
        leak = '{"access_token": "canary-access", "refresh_token": "canary-refresh", '
        microsoft.world.revoke_access_tokens()
        microsoft.fail(TOKEN, Reply(200, leak))
        with pytest.raises(ServiceFailing) as caught:
            microsoft.start().calendars()
    assert caught.value.__cause__ is None
    grants = microsoft.world.grants
    secrets = [
        "canary-",
        *microsoft.pages[0]["code"].split(),
        *grants.access_tokens,
        *grants.refresh_tokens,
        microsoft.access_token()["secret"],
    ]
    assert len(secrets) >= 4
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_two_sign_ins_at_once_each_get_their_own_answer(microsoft: Microsoft) -> None:
    found: list[Identity] = []
    threads = [threading.Thread(target=lambda: found.append(microsoft.sign_in())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
