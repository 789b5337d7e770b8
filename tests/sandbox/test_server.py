"""The sandbox as it stands on its sockets: kept-alive connections, TLS, names, faults, a clean end."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests

from sandbox import Delay, Fault, Reset, Sandbox, Service, Truncated
from tests.sandbox.conftest import API, NOW

CALENDARS = API


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(clock=NOW.timestamp, hosts=("graph.microsoft.com",)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Iterator[Sandbox]:
    yield shared
    shared.journal.clear()
    shared.journal.clear_faults()


def connect(url: str) -> HTTPConnection:
    return HTTPConnection(urlsplit(url).netloc, timeout=10)


def test_a_connection_serves_one_request_after_the_other(sandbox: Sandbox) -> None:
    connection = connect(sandbox.feishu_url)
    ports = set()
    for method, body in (
        ("GET", None),
        ("POST", b"x" * 100_000),
        ("POST", iter([b"in ", b"chunks"])),
        ("GET", None),
    ):
        connection.request(method, CALENDARS, body=body)
        ports.add(connection.sock.getsockname()[1])
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("Connection") is None
    connection.close()
    assert len(ports) == 1
    assert [len(seen.body) for seen in sandbox.journal.requests()] == [0, 100_000, 9, 0]


def test_the_date_is_that_of_the_given_clock(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.feishu_url + CALENDARS, timeout=10)
    assert parsedate_to_datetime(answer.headers["Date"]) == NOW


def test_microsoft_is_reached_by_https_with_the_private_authority_only(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.graph_url + "/v1.0/me", verify=str(sandbox.ca_file), timeout=10)
    assert answer.status_code == 401
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(sandbox.graph_url + "/v1.0/me", timeout=10)


def test_the_certificate_is_valid_for_loopback_and_the_given_names(sandbox: Sandbox) -> None:
    context = ssl.create_default_context(cafile=str(sandbox.ca_file))
    port = urlsplit(sandbox.graph_url).port
    for name in ("localhost", "127.0.0.1", "::1", "graph.microsoft.com"):
        with (
            socket.create_connection(("127.0.0.1", port), 10) as raw,
            context.wrap_socket(raw, server_hostname=name),
        ):
            pass
    with (
        socket.create_connection(("127.0.0.1", port), 10) as raw,
        pytest.raises(ssl.SSLCertVerificationError),
        context.wrap_socket(raw, server_hostname="login.example.com"),
    ):
        pass


def test_a_client_that_says_nothing_does_not_keep_others_waiting(sandbox: Sandbox) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.graph_url).port or 0), 10):
        answer = requests.get(sandbox.graph_url + "/v1.0/me", verify=str(sandbox.ca_file), timeout=10)
    assert answer.status_code == 401


def test_microsofts_pages_are_served_by_plain_http_too(sandbox: Sandbox) -> None:
    found = requests.get(
        sandbox.authority_url + "/common/v2.0/.well-known/openid-configuration",
        verify=str(sandbox.ca_file),
        timeout=10,
    ).json()
    page = found["authorization_endpoint"]
    assert page.startswith(sandbox.feishu_url + "/microsoft/")
    sandbox.journal.clear()
    assert "<html" in requests.get(page, timeout=10).text
    assert [seen.service for seen in sandbox.journal.requests()] == [Service.MICROSOFT]


def test_both_services_are_in_the_journal_and_the_sandboxs_own_page_is_not(sandbox: Sandbox) -> None:
    requests.get(sandbox.page_url, timeout=10)
    requests.get(sandbox.feishu_url + CALENDARS, timeout=10)
    requests.get(sandbox.graph_url + "/v1.0/me", verify=str(sandbox.ca_file), timeout=10)
    assert [(seen.service, seen.status) for seen in sandbox.journal.requests()] == [
        (Service.FEISHU, 401),
        (Service.MICROSOFT, 401),
    ]


@pytest.mark.parametrize("service", Service)
def test_a_reset_reaches_the_client_as_one_and_the_next_call_works(
    sandbox: Sandbox, service: Service
) -> None:
    url = sandbox.feishu_url + CALENDARS if service is Service.FEISHU else sandbox.graph_url + "/v1.0/me"
    sandbox.journal.add(Fault(service, ".*", Reset()))
    with requests.Session() as session:
        session.verify = str(sandbox.ca_file)
        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=10)
        assert session.get(url, timeout=10).status_code == 401


def ask(sandbox: Sandbox) -> socket.socket:
    """A connection on which a question has just been asked."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(sandbox.feishu_url).port or 0), 10)
    connection.sendall(f"GET {CALENDARS} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def test_a_reset_is_a_reset_and_no_orderly_end(sandbox: Sandbox) -> None:
    sandbox.journal.add(Fault(Service.FEISHU, ".*", Reset()))
    with ask(sandbox) as connection, pytest.raises(ConnectionResetError):
        connection.recv(1)


def test_a_truncated_answer_breaks_off_and_the_connection_ends(sandbox: Sandbox) -> None:
    sandbox.journal.add(Fault(Service.FEISHU, ".*", Truncated(5)))
    with ask(sandbox) as connection, connection.makefile("rb") as answer:
        head, _, body = answer.read().partition(b"\r\n\r\n")
    assert len(body) == 5
    assert b"Content-Length: 5\r" not in head


def test_stopping_ends_every_thread_even_with_idle_connections_and_a_delayed_answer() -> None:
    before = set(threading.enumerate())
    sandbox = Sandbox()
    sandbox.start()
    idle = connect(sandbox.feishu_url)
    idle.request("GET", CALENDARS)
    idle.getresponse().read()
    silent = socket.create_connection(("127.0.0.1", urlsplit(sandbox.graph_url).port or 0), 10)
    sandbox.journal.add(Fault(Service.FEISHU, ".*", Delay(3600)))
    waiting = connect(sandbox.feishu_url)
    waiting.request("GET", CALENDARS)
    ca_file = sandbox.ca_file
    sandbox.stop()
    assert set(threading.enumerate()) <= before
    assert not ca_file.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", idle.port), 10)
    for connection in (idle, waiting, silent):
        connection.close()


def test_given_ports_are_used_and_a_taken_one_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for wrong in ({"http_port": port}, {"https_port": port}):
            with pytest.raises(OSError, match="in use"):
                Sandbox(**wrong).start()
    with Sandbox(http_port=port) as sandbox:
        assert sandbox.feishu_url == f"http://127.0.0.1:{port}"


def test_it_runs_alone_and_says_where() -> None:
    with subprocess.Popen([sys.executable, "-m", "sandbox"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            shown = requests.get(url + "days", timeout=10).json()
        finally:
            process.terminate()
    assert any(day["feishu"] for day in shown["days"])


def test_by_feishus_own_names_https_is_feishu() -> None:
    with Sandbox(hosts=("open.feishu.cn",)) as sandbox:
        session = requests.Session()
        for name, journalled in (("open.feishu.cn", Service.FEISHU), ("localhost", Service.MICROSOFT)):
            session.get(
                sandbox.graph_url + CALENDARS,
                headers={"Host": name},
                verify=str(sandbox.ca_file),
                timeout=10,
            )
            assert sandbox.journal.requests()[-1].service is journalled
        session.close()
