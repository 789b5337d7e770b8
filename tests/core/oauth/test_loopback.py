import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from core.oauth.loopback import (
    LastPage,
    LoopbackServer,
    NoCallback,
    SignInCancelled,
    SignInTimeout,
    listen,
)
from tests.core.oauth.browsing import STATE, Waiting, page, port_of, raw, server, waiting

__all__ = ["server", "waiting"]


def never() -> bool:
    return False


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
        with pytest.raises(NoCallback) as refused:
            listen(host="127.0.0.1", ports=(busy,), path="/callback", page=page)
        assert (refused.value.why, refused.value.detail) == ("port", str(busy))
        with listen(host="127.0.0.1", ports=(busy, 0), path="/callback", page=page) as server:
            assert port_of(server) != busy


def test_a_port_that_a_bind_would_share_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems let us bind although somebody else is reached there: then it is not ours alone."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        bound: list[int] = []
        monkeypatch.setattr(
            "core.oauth.loopback.CallbackServer", lambda *arguments: bound.append(arguments[2])
        )
        with pytest.raises(NoCallback):
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
        with pytest.raises(NoCallback):
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


def test_a_name_that_leads_elsewhere_is_not_used_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to((socket.AF_INET, "127.0.0.77")))
    with pytest.raises(NoCallback) as refused:
        listen(host="localhost", ports=(0,), path="/", page=page)
    assert (refused.value.why, refused.value.detail) == ("elsewhere", "localhost → 127.0.0.77")


def test_ports_that_are_ours_and_can_not_be_reached_are_told_from_busy_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a firewall has it that guards this computer from itself."""
    monkeypatch.setattr("core.oauth.loopback._ask", lambda *_where: None)
    with pytest.raises(NoCallback) as refused:
        listen(host="localhost", ports=(0,), path="/", page=page)
    assert refused.value.why == "shut"


def test_a_system_that_does_not_know_localhost_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers do not ask it (RFC 6761, 6.3)."""
    original = socket.getaddrinfo

    def resolve(host: str, *rest: int, **more: int) -> object:
        if host == "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return original(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with listen(host="localhost", ports=(0,), path="/", page=page) as server:
        server.expect(STATE)
        request = f"GET /?code=x&state={STATE} HTTP/1.1\r\nHost: localhost:{port_of(server)}\r\n\r\n"
        assert raw(port_of(server), request.encode()).startswith(b"HTTP/1.1 200 ")
        assert server.wait(STATE, 10, never)["code"] == "x"


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.2"), ("localhost", "127.0.0.2")])
def test_no_other_address_of_this_computer_is_listened_on(host: str, address: str) -> None:
    with listen(host=host, ports=(0,), path="/callback", page=page) as server:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, port_of(server)), timeout=10)
        listening = {str(each.socket.getsockname()[0]) for each in server._servers}
        assert listening <= {"127.0.0.1", "::1"}


def test_closing_twice_is_closing_once(server: LoopbackServer) -> None:
    server.close()
    server.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.redirect_uri, timeout=10)
