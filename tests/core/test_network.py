import http.server
import ssl
import threading
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

NOW = datetime(2026, 11, 25, 8, 0, 0, tzinfo=UTC)


class Server(http.server.ThreadingHTTPServer):
    """Answers with its name; keeps the headers and the number of connections that it got."""

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.name = name
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.connections = 0
        self.redirect_to = ""
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        body = self.server.name.encode()
        redirect = self.server.redirect_to if self.path == "/redirect" else ""
        self.send_response(307 if redirect else 200)
        if redirect:
            self.send_header("Location", redirect)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # the name that http.server looks for

    def log_message(self, *args: object) -> None:
        pass


def started(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def plain() -> Iterator[Server]:
    yield from started(Server("plain"))


@pytest.fixture
def other() -> Iterator[Server]:
    yield from started(Server("other"))


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return ca


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Server]:
    server = Server("secure")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"https://localhost:{server.server_address[1]}"
    yield from started(server)


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


def test_a_redirect_within_the_origin_is_followed(session: requests.Session, plain: Server) -> None:
    plain.redirect_to = "/there"
    assert session.get(f"{plain.url}/redirect").text == "plain"
    assert [path for _, path, _ in plain.seen] == ["/redirect", "/there"]


def test_every_request_has_a_time_out(monkeypatch: pytest.MonkeyPatch, session: requests.Session) -> None:
    given: list[object] = []

    def send(self: object, request: requests.PreparedRequest, **kwargs: object) -> requests.Response:
        given.append(kwargs["timeout"])
        response = requests.Response()
        response.status_code = 200
        response.url = "http://127.0.0.1/"
        response._content = b""
        response.request = request
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    monkeypatch.setattr("requests.sessions.extract_cookies_to_jar", lambda *_: None)
    session.get("http://127.0.0.1/")
    session.get("http://127.0.0.1/", timeout=5)
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
