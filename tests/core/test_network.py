import http.server
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
import trustme

from core.errors import SettingsInvalid, Unreachable
from core.model import Side
from core.network import TIMEOUT, check_clock, make_session, unreachable
from core.settings import NetworkSettings
from tests.core.web_servers import Server, authority_in, serving, serving_tls

NOW = datetime(2026, 11, 25, 8, 0, 0, tzinfo=UTC)


@pytest.fixture
def plain() -> Iterator[Server]:
    with serving("plain") as server:
        yield server


@pytest.fixture
def other() -> Iterator[Server]:
    with serving("other") as server:
        yield server


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    return authority_in(tmp_path / "ca.pem")


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Server]:
    with serving_tls("secure", authority, "localhost") as server:
        yield server


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with make_session(NetworkSettings()) as session:
        yield session


def test_plain_http_on_loopback_works_and_connections_are_reused(
    session: requests.Session, plain: Server
) -> None:
    assert [session.get(plain.url).text for _ in range(3)] == ["plain"] * 3
    assert plain.connections == 1


def test_an_unknown_authority_is_refused(session: requests.Session, secure: Server) -> None:
    with pytest.raises(requests.exceptions.SSLError) as refused:
        session.get(secure.url)
    assert unreachable(refused.value, Side.FEISHU, "localhost") == Unreachable(
        Side.FEISHU, "tls", "localhost"
    )


def test_verification_can_not_be_switched_off(session: requests.Session, secure: Server) -> None:
    session.verify = False
    with pytest.raises(requests.exceptions.SSLError):
        session.get(secure.url, verify=False)


def test_the_bundle_of_the_settings_is_trusted_in_addition(secure: Server, tmp_path: Path) -> None:
    with make_session(NetworkSettings(ca_bundle=str(tmp_path / "ca.pem"))) as session:
        assert session.get(secure.url).text == "secure"


def test_beside_the_bundle_the_operating_systems_authorities_are_still_trusted(
    secure: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    authority_in(tmp_path / "another.pem")
    with make_session(NetworkSettings(ca_bundle=str(tmp_path / "another.pem"))) as session:
        assert session.get(secure.url).text == "secure"


def test_a_certificate_for_another_name_is_refused(secure: Server, tmp_path: Path) -> None:
    with (
        make_session(NetworkSettings(ca_bundle=str(tmp_path / "ca.pem"))) as session,
        pytest.raises(requests.exceptions.SSLError),
    ):
        session.get(secure.url.replace("localhost", "127.0.0.1"))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_bundles_of_the_environment_have_no_effect(
    secure: Server, session: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
    with pytest.raises(requests.exceptions.SSLError):
        session.get(secure.url)


def test_a_certificate_that_the_operating_system_trusts_is_enough(
    secure: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))  # where OpenSSL finds the system's
    with make_session(NetworkSettings()) as session:
        assert session.get(secure.url).text == "secure"


def test_a_certificate_that_has_expired_is_refused(authority: trustme.CA, tmp_path: Path) -> None:
    with (
        serving_tls("late", authority, "localhost", valid_for=timedelta(minutes=-1)) as late,
        make_session(NetworkSettings(ca_bundle=str(tmp_path / "ca.pem"))) as session,
    ):
        with pytest.raises(requests.exceptions.SSLError):
            session.get(late.url)
        assert late.seen == []


def test_what_is_encrypted_is_not_written_down_for_others(
    secure: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL's users know the variable; a file of it opens every recorded connection."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with make_session(NetworkSettings(ca_bundle=str(tmp_path / "ca.pem"))) as session:
        session.get(secure.url)
    assert not (tmp_path / "keys").exists()


def test_a_proxy_sees_where_a_request_goes_and_nothing_of_it(
    authority: trustme.CA, plain: Server, tmp_path: Path
) -> None:
    network = NetworkSettings(proxy=plain.url, ca_bundle=str(tmp_path / "ca.pem"))
    with serving_tls("far", authority, "service.invalid") as far, make_session(network) as session:
        answer = session.post(far.url, data="secret", headers={"Authorization": "Bearer secret"})
        assert answer.text == "far"
    ((method, target, headers),) = plain.seen
    assert (method, target) == ("CONNECT", f"service.invalid:{far.port}")
    assert "secret" not in str(headers)
    assert far.bodies == [b"secret"]


@pytest.mark.parametrize(("name", "bundle"), [("service.invalid", ""), ("other.invalid", "ca.pem")])
def test_behind_a_proxy_certificates_are_verified_too(
    authority: trustme.CA, plain: Server, tmp_path: Path, name: str, bundle: str
) -> None:
    network = NetworkSettings(proxy=plain.url, ca_bundle=str(tmp_path / bundle) if bundle else "")
    with serving_tls("far", authority, name) as far, make_session(network) as session:
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://service.invalid:{far.port}")
        assert far.seen == []


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_an_unreadable_bundle_is_a_wrong_setting(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(SettingsInvalid) as wrong:
        make_session(NetworkSettings(ca_bundle=str(bundle)))
    assert [(problem.code, problem.key) for problem in wrong.value.problems] == [
        ("unreadable", "network.ca_bundle")
    ]


def test_passwords_of_netrc_are_not_sent(
    session: requests.Session, plain: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    session.get(plain.url)
    assert "Authorization" not in plain.seen[0][2]


def test_the_proxy_of_the_system_is_used(
    session: requests.Session, plain: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", plain.url)
    assert session.get("http://service.invalid/x").text == "plain"
    assert plain.seen[0][1] == "http://service.invalid/x"


def test_no_proxy_of_the_system_is_honoured(
    session: requests.Session, plain: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", plain.url)
    monkeypatch.setenv("no_proxy", "service.invalid")
    with pytest.raises(requests.ConnectionError) as unresolved:
        session.get("http://service.invalid/x")
    assert unreachable(unresolved.value, Side.FEISHU, "service.invalid").why == "dns"
    assert plain.seen == []


def test_a_proxy_of_the_settings_wins_over_the_systems(
    plain: Server, other: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", plain.url)
    with make_session(NetworkSettings(proxy=other.url)) as session:
        assert session.get("http://service.invalid/").text == "other"


def test_none_means_no_proxy_at_all(plain: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", plain.url)
    with make_session(NetworkSettings(proxy="none")) as session, pytest.raises(requests.ConnectionError):
        session.get("http://service.invalid/")
    assert plain.seen == []


def test_loopback_never_goes_through_a_proxy(plain: Server, other: Server) -> None:
    with make_session(NetworkSettings(proxy=other.url)) as session:
        assert session.get(plain.url).text == "plain"


def test_a_dead_proxy_is_named() -> None:
    with (
        make_session(NetworkSettings(proxy="http://127.0.0.1:9")) as session,
        pytest.raises(requests.RequestException) as dead,
    ):
        session.get("https://service.invalid/")
    assert unreachable(dead.value, Side.OUTLOOK, "service.invalid").why == "proxy"


def test_a_redirect_to_another_origin_is_not_followed(
    session: requests.Session, plain: Server, other: Server
) -> None:
    plain.redirect_to = f"{other.url}/stolen"
    answer = session.post(f"{plain.url}/redirect", data="secret", headers={"Authorization": "Bearer secret"})
    assert answer.status_code == 307
    assert other.seen == []


FOREIGN = {
    "another port": "http://127.0.0.1:{thief}/",
    "another name": "http://localhost:{port}/",
    "no scheme": "//127.0.0.1:{thief}/",
    "our name as user": "http://127.0.0.1:{port}@127.0.0.1:{thief}/",
    "our name behind a backslash": "http://127.0.0.1:{thief}\\@127.0.0.1:{port}/",
    "their name behind a backslash": "http://127.0.0.1:{port}\\@127.0.0.1:{thief}/",
    "our name and more": "http://127.0.0.1.invalid:{port}/",
    "with a dot": "http://127.0.0.1.:{port}/",
    "in capitals": "HTTP://LOCALHOST:{thief}/",
    "encrypted": "https://127.0.0.1:{port}/",
    "not the web": "file:///etc/passwd",
    "not an address": "http://[",
    "not a port": "http://127.0.0.1:port/",
    "a port too high": "http://127.0.0.1:99999/",
    "not a text": "http://127.0.0.1:{thief}/\xee",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_wherever_a_redirect_leads_secrets_stay_at_their_origin(
    session: requests.Session, plain: Server, other: Server, name: str
) -> None:
    plain.redirect_to = FOREIGN[name].format(port=plain.port, thief=other.port)
    headers = {"Authorization": "Bearer secret"}
    try:
        session.post(f"{plain.url}/redirect", data="secret", headers=headers)
    except requests.RequestException as error:
        assert unreachable(error, Side.FEISHU, "").why  # noqa: PT017  # either way is right
    assert other.connections == 0


def test_a_session_for_one_origin_speaks_to_no_other(plain: Server, other: Server) -> None:
    """Libraries follow addresses that an answer names, such as that of the token endpoint."""
    with make_session(NetworkSettings(), only=f"{plain.url}/v1.0") as session:
        for address in (other.url, plain.url.replace("127.0.0.1", "localhost"), "http://service.invalid/"):
            with pytest.raises(requests.exceptions.InvalidURL):
                session.post(address, data="secret")
        assert other.connections == plain.connections == 0
        assert session.get(f"{plain.url.upper()}/any").status_code == 200


def test_one_account_may_have_several_hosts(session: requests.Session, plain: Server, other: Server) -> None:
    assert [session.get(server.url).text for server in (plain, other, plain)] == ["plain", "other", "plain"]


def test_a_redirect_within_the_origin_is_followed(session: requests.Session, plain: Server) -> None:
    plain.redirect_to = "/there"
    assert session.get(f"{plain.url}/redirect").text == "plain"
    assert [path for _, path, _ in plain.seen] == ["/redirect", "/there"]


def test_every_request_has_a_time_out(monkeypatch: pytest.MonkeyPatch, session: requests.Session) -> None:
    given: list[object] = []

    def send(_self: object, _request: requests.PreparedRequest, **kwargs: object) -> requests.Response:
        given.append(kwargs["timeout"])
        raise requests.ConnectionError

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    for asked in (None, 5):
        with pytest.raises(requests.ConnectionError):
            session.get("http://127.0.0.1/", timeout=asked)
    assert given == [TIMEOUT, 5]


def test_silence_is_a_time_out_and_a_closed_port_a_connection(session: requests.Session) -> None:
    silent = http.server.socketserver.TCPServer(("127.0.0.1", 0), None)  # type: ignore[attr-defined]  # accepts, never answers
    with silent, pytest.raises(requests.RequestException) as late:
        session.get(f"http://127.0.0.1:{silent.server_address[1]}/", timeout=0.1)
    with pytest.raises(requests.RequestException) as refused:
        session.get(f"http://127.0.0.1:{silent.server_address[1]}/")
    assert unreachable(late.value, Side.FEISHU, "").why == "timeout"
    assert unreachable(refused.value, Side.FEISHU, "").why == "connection"


@pytest.mark.parametrize("seconds", [10_800, -10_800, 301, -301])
def test_a_clock_that_is_wrong_is_measured(seconds: int) -> None:
    header = format_datetime(NOW - timedelta(seconds=seconds), usegmt=True)
    assert check_clock(header, NOW) == seconds


@pytest.mark.parametrize("header", [None, "", "yesterday", format_datetime(NOW - timedelta(seconds=300))])
def test_a_clock_that_is_right_or_not_known_is_no_problem(header: str | None) -> None:
    assert check_clock(header, NOW) is None
