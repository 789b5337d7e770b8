import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from core.oauth import callback as callback_module
from core.oauth.loopback import (
    LastPage,
    LoopbackServer,
    PortsBusy,
    SignInCancelled,
    SignInTimeout,
    listen,
)

STATE = "the-right-state"


def page(query: Mapping[str, str]) -> LastPage:
    return LastPage("Signed <in>", "You may close\nthis & page", is_success="code" in query)


def never() -> bool:
    return False


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with listen(host="127.0.0.1", ports=(0,), path="/callback", page=page) as server:
        yield server


Waiting = Callable[[LoopbackServer], Future[Mapping[str, str]]]


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    is_over = threading.Event()
    with ThreadPoolExecutor() as threads:
        yield lambda server: threads.submit(server.wait, STATE, 30, is_over.is_set)
        is_over.set()


def port_of(server: LoopbackServer) -> int:
    return int(server.redirect_uri.split(":")[2].split("/")[0])


def raw(port: int, request: bytes, address: str = "127.0.0.1") -> bytes:
    """Sends bytes, gives all that comes back; empty if the server just closes."""
    with socket.create_connection((address, port), timeout=10) as connection:
        received = b""
        try:
            connection.sendall(request)
            while chunk := connection.recv(65536):
                received += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
        return received


def test_the_callback_gives_its_parameters_and_shows_the_last_page(
    server: LoopbackServer, waiting: Waiting
) -> None:
    answer = waiting(server)
    response = requests.get(server.redirect_uri, params={"code": "a-b_c", "state": STATE}, timeout=10)
    assert answer.result() == {"code": "a-b_c", "state": STATE}
    assert response.status_code == 200
    assert "Signed &lt;in&gt;" in response.text
    assert "this &amp; page" in response.text
    assert "history.replaceState" in response.text


def test_the_last_page_reflects_nothing_and_is_not_kept(server: LoopbackServer, waiting: Waiting) -> None:
    answer = waiting(server)
    response = requests.get(
        server.redirect_uri, params={"error": "<script>", "code": "secret", "state": STATE}, timeout=10
    )
    answer.result()
    assert "secret" not in response.text
    assert "<script>history" in response.text
    assert response.text.count("<script>") == 1
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_form_post_is_a_callback_too(server: LoopbackServer, waiting: Waiting) -> None:
    answer = waiting(server)
    assert (
        requests.post(server.redirect_uri, data={"code": "x", "state": STATE}, timeout=10).status_code == 200
    )
    assert answer.result()["code"] == "x"


def test_a_browser_may_be_quicker_than_the_one_who_waits(server: LoopbackServer) -> None:
    server.expect(STATE)
    assert (
        requests.get(server.redirect_uri, params={"code": "x", "state": STATE}, timeout=10).status_code == 200
    )
    assert server.wait(STATE, 1, never)["code"] == "x"


def test_the_port_is_free_again_when_the_answer_is_there(server: LoopbackServer, waiting: Waiting) -> None:
    answer = waiting(server)
    requests.get(server.redirect_uri, params={"state": STATE}, timeout=10)
    answer.result()
    with listen(host="127.0.0.1", ports=(port_of(server),), path="/callback", page=page) as again:
        assert again.redirect_uri == server.redirect_uri


HOSTILE = {
    "wrong path": b"GET /other?code=x&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "path below": b"GET /callback/?code=x&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "wrong method": b"PUT /callback?code=x&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "post without form": b"POST /callback?code=x&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "head": b"HEAD /callback?code=x&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "foreign host": b"GET /callback?code=x&state=the-right-state HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "other port": b"GET /callback?code=x&state=the-right-state HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
    "no host": b"GET /callback?code=x&state=the-right-state HTTP/1.1\r\n\r\n",
    "two hosts": (
        b"GET /callback?code=x&state=the-right-state HTTP/1.1\r\nHost: evil.example\r\nHost: {host}\r\n\r\n"
    ),
    "wrong state": b"GET /callback?code=x&state=another HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "no state": b"GET /callback?code=x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two states": b"GET /callback?state=another&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "not ascii": b"GET /callback?code=\xff&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "state of other letters": b"GET /callback?code=x&state=%F0%9F%98%80 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "not http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "absolute target": (
        b"GET http://evil.example/callback?code=x&state=the-right-state HTTP/1.1\r\nHost: {host}\r\n\r\n"
    ),
    "negative length": (
        b"POST /callback HTTP/1.1\r\nHost: {host}\r\nContent-Length: -5\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nstate=the-right-state&code=x"
    ),
    "huge head": b"GET /callback?state=the-right-state&code="
    + b"x" * 200_000
    + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "huge body": (
        b"POST /callback HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 200000\r\n\r\nstate=the-right-state&code=" + b"x" * 200_000
    ),
    "many parameters": (
        b"GET /callback?" + b"a=1&" * 2000 + b"state=the-right-state&code=x HTTP/1.1\r\nHost: {host}\r\n\r\n"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_gets_nothing_and_changes_nothing(
    server: LoopbackServer, waiting: Waiting, name: str
) -> None:
    answer = waiting(server)
    host = f"127.0.0.1:{port_of(server)}".encode()
    response = raw(port_of(server), HOSTILE[name].replace(b"{host}", host))
    assert response.split(b" ")[1:2] in ([], [b"400"], [b"404"], [b"405"])
    assert b"Signed" not in response
    assert not answer.done()
    requests.get(server.redirect_uri, params={"code": "genuine", "state": STATE}, timeout=10)
    assert answer.result()["code"] == "genuine"


def test_a_slow_client_holds_up_nobody_and_is_dropped(
    server: LoopbackServer, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_module, "SLOWEST_REQUEST", 0.2)
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) as slow:
        slow.sendall(b"GET /callback?")
        assert slow.recv(100).startswith(b"HTTP/1.1 400")
    answer = waiting(server)
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) as slow:
        slow.sendall(b"GET /callback?")
        requests.get(server.redirect_uri, params={"code": "x", "state": STATE}, timeout=10)
        assert answer.result()["code"] == "x"


def test_idle_connections_beyond_the_limit_are_turned_away_and_the_answer_still_gets_in(
    server: LoopbackServer, waiting: Waiting
) -> None:
    answer = waiting(server)
    idle = [socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) for _ in range(40)]
    assert [connection.recv(100) for connection in idle[callback_module.MOST_CONNECTIONS :]] == [b""] * 24
    for connection in idle:
        connection.close()
    request = (
        f"GET /callback?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n\r\n".encode()
    )
    while not raw(port_of(server), request):  # until the places of those who left are free
        pass
    assert answer.result()["code"] == "x"


def test_only_the_first_of_two_callbacks_counts(waiting: Waiting) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow_page(query: Mapping[str, str]) -> LastPage:
        entered.set()
        leave.wait(10)
        return page(query)

    with listen(host="127.0.0.1", ports=(0,), path="/callback", page=slow_page) as server:
        answer = waiting(server)
        with ThreadPoolExecutor() as browser:
            first = browser.submit(
                requests.get, f"{server.redirect_uri}?code=first&state={STATE}", timeout=10
            )
            entered.wait(10)
            second = requests.get(f"{server.redirect_uri}?code=second&state={STATE}", timeout=10)
            leave.set()
            assert first.result().status_code == 200
        assert second.status_code == 404
        assert answer.result()["code"] == "first"


def test_waiting_ends_when_the_time_is_over(server: LoopbackServer) -> None:
    with pytest.raises(SignInTimeout):
        server.wait(STATE, 0, never)


def test_waiting_ends_when_the_person_cancels(server: LoopbackServer) -> None:
    with pytest.raises(SignInCancelled):
        server.wait(STATE, 3600, lambda: True)


def test_a_page_that_can_not_be_made_does_not_leave_anybody_waiting(waiting: Waiting) -> None:
    def broken(query: Mapping[str, str]) -> LastPage:
        raise RuntimeError

    with listen(host="127.0.0.1", ports=(0,), path="/callback", page=broken) as server:
        answer = waiting(server)
        raw(
            port_of(server),
            f"GET /callback?state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n\r\n".encode(),
        )
        assert answer.result() == {"state": STATE}


def test_the_next_port_is_taken_when_the_first_is_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = other.getsockname()[1]
        with pytest.raises(PortsBusy) as refused:
            listen(host="127.0.0.1", ports=(busy,), path="/callback", page=page)
        assert refused.value.ports == (busy,)
        with listen(host="127.0.0.1", ports=(busy, 0), path="/callback", page=page) as server:
            assert port_of(server) != busy


def test_a_port_that_a_bind_would_share_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems let us bind although somebody else is reached there: then it is not ours alone."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        bound: list[int] = []
        monkeypatch.setattr(
            "core.oauth.loopback.CallbackServer", lambda *arguments: bound.append(arguments[2])
        )
        with pytest.raises(PortsBusy):
            listen(host="127.0.0.1", ports=(other.getsockname()[1],), path="/callback", page=page)
        assert bound == []


def test_localhost_answers_at_both_loopback_addresses(waiting: Waiting) -> None:
    with listen(host="localhost", ports=(0,), path="/", page=page) as server:
        assert server.redirect_uri == f"http://localhost:{port_of(server)}"
        answer = waiting(server)
        request = "GET /?state={} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n"
        v4 = raw(port_of(server), request.format("wrong", port_of(server)).encode())
        v6 = raw(port_of(server), request.format(STATE, port_of(server)).encode(), "::1")
        assert (v4.split()[1], v6.split()[1]) == (b"404", b"200")
        answer.result()


def test_a_port_whose_other_address_is_taken_is_not_used() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        busy = other.getsockname()[1]
        with pytest.raises(PortsBusy):
            listen(host="localhost", ports=(busy,), path="/", page=page)
        with listen(host="localhost", ports=(busy, 0), path="/", page=page) as server:
            assert port_of(server) != busy


Addresses = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]


def resolving_to(*addresses: tuple[socket.AddressFamily, str]) -> Callable[..., Addresses]:
    original = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: int, **more: int) -> Addresses:
        if host == "localhost":
            return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in addresses]
        return original(host, port, *rest, **more)  # type: ignore[return-value]

    return resolve


def test_sign_in_works_where_localhost_is_the_sixth_version_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to((socket.AF_INET6, "::1")))
    with listen(host="localhost", ports=(0,), path="/", page=page) as server:
        server.expect(STATE)
        assert requests.get(server.redirect_uri, params={"state": STATE}, timeout=10).status_code == 200


def test_a_name_that_leads_elsewhere_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to((socket.AF_INET, "127.0.0.77")))
    with pytest.raises(PortsBusy):
        listen(host="localhost", ports=(0,), path="/", page=page)


def test_closing_twice_is_closing_once(server: LoopbackServer) -> None:
    server.close()
    server.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.redirect_uri, timeout=10)
