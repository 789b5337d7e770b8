import socket
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
import requests

from core.errors import (
    AppMisconfigured,
    ConsentNeeded,
    ServiceFailing,
    SignInFailed,
    Unreachable,
    VaultUnavailable,
)
from core.feishu.auth import redirect_urls, sign_out
from core.feishu.session import signed_in as who_is_signed_in
from core.model import Identity, Side
from core.settings import FeishuCloud
from sandbox.feishu import Consent
from sandbox.feishu.accounts import PersonState
from sandbox.journal import Fault, Reply, Reset, Service, Truncated
from tests.wire.feishu_fixtures import TOKEN_PATH, Desk, browse, desk

__all__ = ["desk"]


def test_signing_in_leads_through_the_browser_to_stored_tokens(desk: Desk) -> None:
    announced: list[str] = []
    identity = desk.sign_in(announce=announced.append)
    assert identity == Identity(desk.feishu.person.open_id, desk.feishu.person.name)
    assert who_is_signed_in(desk.settings, desk.vault) == identity
    assert desk.tokens().access_token() in desk.feishu.sessions.access
    query = parse_qs(urlsplit(announced[0]).query)
    assert query["scope"] == ["offline_access calendar:calendar:readonly"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == list(redirect_urls(desk.settings)) == desk.feishu.app.redirect_urls
    assert "offline_access%20calendar" in announced[0]


def test_the_last_page_says_that_it_worked(desk: Desk) -> None:
    pages: list[str] = []
    desk.sign_in(browse=lambda url: pages.append(requests.get(url, timeout=20).text))
    assert "Signed in" in pages[0]


def test_the_next_port_is_used_where_the_first_is_busy(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = other.getsockname()[1]
        desk.with_settings(redirect_ports=(busy, *desk.settings.redirect_ports)).sign_in()


def test_no_free_port_names_the_ports(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = other.getsockname()[1]
        with pytest.raises(SignInFailed) as failed:
            desk.with_settings(redirect_ports=(busy,)).sign_in()
    assert failed.value == SignInFailed(Side.FEISHU, "port", detail=str(busy))


def test_a_refusal_by_the_person_is_told_in_both_places(desk: Desk) -> None:
    desk.feishu.consent = Consent.DENY
    pages: list[str] = []
    with pytest.raises(SignInFailed) as failed:
        desk.sign_in(browse=lambda url: pages.append(requests.get(url, timeout=20).text))
    assert failed.value == SignInFailed(Side.FEISHU, "denied")
    assert "Failed: access_denied" in pages[0]


def test_a_browser_that_never_comes_back_is_not_waited_for_longer(desk: Desk) -> None:
    with pytest.raises(SignInFailed) as failed:
        desk.sign_in(browse=lambda _url: False, timeout=0)
    assert failed.value == SignInFailed(Side.FEISHU, "timeout")


def test_the_person_can_cancel(desk: Desk) -> None:
    with pytest.raises(SignInFailed) as failed:
        desk.sign_in(browse=lambda _url: True, stop=lambda: True)
    assert failed.value == SignInFailed(Side.FEISHU, "cancelled")


def test_a_wrong_secret_shows_in_the_program_and_in_the_browser(desk: Desk) -> None:
    pages: list[str] = []
    with pytest.raises(AppMisconfigured) as wrong:
        desk.sign_in(app_secret="wrong", browse=lambda url: pages.append(requests.get(url, timeout=20).text))
    assert (wrong.value.what, wrong.value.code) == ("app_secret", "20002")
    assert "Failed: AppMisconfigured" in pages[0]
    assert desk.vault.tokens(Side.FEISHU) is None


@pytest.mark.parametrize(
    ("change", "what", "code"),
    [
        ({"is_published": False}, "publish", "20069"),
        ({"is_installed": False}, "publish", "20009"),
        ({"is_available": False}, "availability", "20010"),
        ({"app_id": "cli_other"}, "app_id", "20048"),
    ],
)
def test_each_fault_of_the_registration_is_named(
    desk: Desk, change: dict[str, object], what: str, code: str
) -> None:
    def browse_and_change(url: str) -> bool:
        response = requests.get(url, timeout=20, allow_redirects=False)
        for name, value in change.items():
            setattr(desk.feishu.app, name, value)
        return browse(response.headers["Location"])

    with pytest.raises(AppMisconfigured) as wrong:
        desk.sign_in(browse=browse_and_change)
    assert (wrong.value.what, wrong.value.code) == (what, code)
    assert wrong.value.link == f"{desk.settings.open_url}/app/{desk.settings.app_id}"


def test_what_was_not_filled_in_is_asked_for_before_any_browser(desk: Desk) -> None:
    opened: list[str] = []
    with pytest.raises(AppMisconfigured) as no_id:
        desk.with_settings(app_id="").sign_in(browse=opened.append)
    with pytest.raises(AppMisconfigured) as no_secret:
        desk.sign_in(app_secret="", browse=opened.append)
    assert no_id.value == AppMisconfigured(Side.FEISHU, "missing", "feishu.app_id")
    assert no_secret.value == AppMisconfigured(Side.FEISHU, "missing", "feishu.app_secret")
    assert opened == []


def test_a_custom_cloud_needs_encrypted_addresses(desk: Desk) -> None:
    with pytest.raises(AppMisconfigured) as missing:
        desk.with_settings(open_url="").sign_in()
    with pytest.raises(AppMisconfigured) as plain:
        desk.with_settings(accounts_url="http://feishu.example.com").sign_in()
    assert (missing.value.what, missing.value.code) == ("missing", "feishu.open_url")
    assert (plain.value.what, plain.value.code) == ("cloud", "feishu.accounts_url")


def test_a_permission_that_was_cut_is_named(desk: Desk) -> None:
    def browse_and_narrow(url: str) -> bool:
        response = requests.get(url, timeout=20, allow_redirects=False)
        for code in desk.feishu.sessions.codes.values():
            code.scopes -= {"calendar:calendar:readonly"}
        return browse(response.headers["Location"])

    with pytest.raises(ConsentNeeded) as cut:
        desk.sign_in(browse=browse_and_narrow)
    assert cut.value.scopes == ("calendar:calendar:readonly",)
    assert desk.vault.tokens(Side.FEISHU) is None


def test_without_a_refresh_token_the_missing_permission_is_named(desk: Desk) -> None:
    grant = {
        "code": 0,
        "access_token": "a",
        "expires_in": 7200,
        "scope": "offline_access calendar:calendar:readonly",
    }
    desk.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Reply(200, grant)))
    with pytest.raises(ConsentNeeded) as cut:
        desk.sign_in()
    assert cut.value.scopes == ("offline_access",)


@pytest.mark.parametrize(
    ("happens", "error"),
    [
        (Reply(502, "<html>Bad gateway</html>"), ServiceFailing(Side.FEISHU, 502)),
        (Reply(200, "<html>Hotel sign-in</html>"), ServiceFailing(Side.FEISHU, 200)),
        (Reply(200, ""), ServiceFailing(Side.FEISHU, 200)),
        (Reply(200, {"code": 0}), ServiceFailing(Side.FEISHU, 200)),
        (Reply(200, {"code": 0, "access_token": "line\nbreak"}), ServiceFailing(Side.FEISHU, 200)),
        (
            Reply(503, {"code": 20072, "error": "temporarily_unavailable"}),
            ServiceFailing(Side.FEISHU, 503, "20072"),
        ),
        (Reset(), Unreachable(Side.FEISHU, "connection", "127.0.0.1")),
        (Truncated(40), Unreachable(Side.FEISHU, "connection", "127.0.0.1")),
    ],
)
def test_a_token_endpoint_that_fails_is_not_the_persons_fault(
    desk: Desk, happens: Reply | Reset | Truncated, error: Exception
) -> None:
    desk.journal.add(Fault(Service.FEISHU, TOKEN_PATH, happens))
    with pytest.raises(type(error)) as failed:
        desk.sign_in()
    failing = failed.value
    if isinstance(failing, ServiceFailing):
        failing.request_id = ""
    assert failing == error
    assert desk.vault.tokens(Side.FEISHU) is None


def test_an_account_that_is_frozen_can_not_sign_in(desk: Desk) -> None:
    def browse_and_freeze(url: str) -> bool:
        response = requests.get(url, timeout=20, allow_redirects=False)
        desk.feishu.person.state = PersonState.FROZEN
        return browse(response.headers["Location"])

    with pytest.raises(Exception, match="20066"):
        desk.sign_in(browse=browse_and_freeze)


def test_nobody_is_asked_while_the_tokens_could_not_be_kept(desk: Desk) -> None:
    desk.vault.is_writable = False
    opened: list[str] = []
    with pytest.raises(VaultUnavailable):
        desk.sign_in(browse=opened.append)
    assert opened == []


def test_tokens_of_another_app_or_cloud_do_not_count(desk: Desk) -> None:
    desk.sign_in()
    assert who_is_signed_in(desk.with_settings(app_id="cli_other").settings, desk.vault) is None
    assert who_is_signed_in(desk.with_settings(cloud=FeishuCloud.LARK).settings, desk.vault) is None


def test_signing_out_ends_it_here_and_at_the_service(desk: Desk) -> None:
    desk.sign_in()
    sign_out(desk.settings, desk.feishu.app_secret, desk.session, desk.vault)
    assert who_is_signed_in(desk.settings, desk.vault) is None
    assert desk.vault.tokens(Side.FEISHU) is None
    assert all(token.revoked for token in desk.feishu.sessions.refresh.values())
    sign_out(desk.settings, desk.feishu.app_secret, desk.session, desk.vault)
    assert desk.asked("/revoke") == 1


def test_signing_out_needs_no_service(desk: Desk) -> None:
    desk.sign_in()
    desk.journal.add(Fault(Service.FEISHU, ".*/revoke", Reset()))
    sign_out(desk.settings, desk.feishu.app_secret, desk.session, desk.vault)
    assert desk.vault.tokens(Side.FEISHU) is None


@pytest.mark.parametrize("text", ["", "{}", "null", "[1]", '{"format": 1, "app_id": 7}', '{"format": 2}'])
def test_tokens_that_can_not_be_read_are_no_sign_in(desk: Desk, text: str) -> None:
    desk.vault.store_tokens(Side.FEISHU, text)
    assert who_is_signed_in(desk.settings, desk.vault) is None


def test_no_secret_reaches_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    desk.sign_in(browse=lambda url: bool(urlopen(url).read()))  # noqa: S310  # a browser that logs nothing itself
    desk.calendars().calendars()
    desk.feishu.sessions.expire_access()
    desk.calendars().calendars()
    secrets = [desk.feishu.app_secret, *desk.feishu.sessions.access, *desk.feishu.sessions.refresh]
    secrets += desk.feishu.sessions.codes
    assert len(secrets) == 6
    assert not [secret for secret in secrets if secret in caplog.text]
