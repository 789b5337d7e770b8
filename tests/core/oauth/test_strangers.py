"""Whoever comes without the right state learns nothing and changes nothing."""

from __future__ import annotations

import hmac
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from core.oauth import callback as callback_module
from core.oauth.loopback import LoopbackServer, listen
from tests.core.oauth.browsing import STATE, Waiting, all_of, connected, page, port_of, raw, server, waiting

__all__ = ["server", "waiting"]

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
GENUINE = b"code=x&state=the-right-state"
HOST = b"Host: {host}\r\n"


def get(
    target: bytes, headers: bytes = HOST, *, method: bytes = b"GET", version: bytes = b"HTTP/1.1"
) -> bytes:
    return method + b" " + target + b" " + version + b"\r\n" + headers + b"\r\n"


def post(body: bytes, headers: bytes = FORM, *, length: bytes | None = None) -> bytes:
    size = b"%d" % len(body) if length is None else length
    head = b"POST /callback HTTP/1.1\r\n" + HOST + headers
    return head + b"Content-Length: " + size + b"\r\n\r\n" + body


RIGHT = b"/callback?" + GENUINE
HOSTILE = {
    # the path is another
    "root": get(b"/?" + GENUINE),
    "favicon": get(b"/favicon.ico"),
    "path below": get(b"/callback/?" + GENUINE),
    "path in capitals": get(b"/CALLBACK?" + GENUINE),
    "encoded path": get(b"/%63allback?" + GENUINE),
    "dots": get(b"/x/../callback?" + GENUINE),
    "two slashes": get(b"//callback?" + GENUINE),
    "path of another host": get(b"//evil.example/callback?" + GENUINE),
    "tab in the path": get(b"/call\tback?" + GENUINE),
    "fragment": get(b"/callback#?" + GENUINE),
    "parameters of a path": get(b"/callback;x?" + GENUINE),
    "broken address": get(b"//[?" + GENUINE),
    "absolute target": get(b"http://evil.example/callback?" + GENUINE),
    "absolute target of ours": get(b"http://{host}/callback?" + GENUINE),
    # the method is another
    "head": get(RIGHT, method=b"HEAD"),
    "put": get(RIGHT, method=b"PUT"),
    "options": get(RIGHT, HOST + b"Origin: https://evil.example\r\n", method=b"OPTIONS"),
    "connect": get(RIGHT, method=b"CONNECT"),
    "small letters": get(RIGHT, method=b"get"),
    "post with the query of a get": get(RIGHT, method=b"POST"),
    "post without a form": post(GENUINE, b""),
    "post of JSON": post(b'{"code": "x", "state": "the-right-state"}', b"Content-Type: application/json\r\n"),
    # the host is another
    "foreign host": get(RIGHT, b"Host: evil.example\r\n"),
    "foreign host at our port": get(RIGHT, b"Host: evil.example:{port}\r\n"),
    "another name of this computer": get(RIGHT, b"Host: localhost:{port}\r\n"),
    "another port": get(RIGHT, b"Host: 127.0.0.1:1\r\n"),
    "no port": get(RIGHT, b"Host: 127.0.0.1\r\n"),
    "host with a dot": get(RIGHT, b"Host: 127.0.0.1.:{port}\r\n"),
    "user in the host": get(RIGHT, b"Host: evil@{host}\r\n"),
    "no host": get(RIGHT, b""),
    "two hosts": get(RIGHT, b"Host: evil.example\r\n" + HOST),
    "two hosts turned round": get(RIGHT, HOST + b"Host: evil.example\r\n"),
    # the state is another
    "wrong state": get(b"/callback?code=x&state=another"),
    "no state": get(b"/callback?code=x"),
    "empty state": get(b"/callback?code=x&state="),
    "part of the state": get(b"/callback?code=x&state=the-right"),
    "more than the state": get(RIGHT + b"x"),
    "two states": get(b"/callback?state=another&" + GENUINE),
    "the right state twice": get(RIGHT + b"&state=the-right-state"),
    "state of other letters": get(b"/callback?code=x&state=%F0%9F%98%80"),
    "state that is no text": get(b"/callback?code=x&state=%ED%A0%80"),
    "refusal of a stranger": get(b"/callback?error=access_denied&state=another"),
    "refusal without a state": get(b"/callback?error=access_denied"),
    "wrong state in a form": post(b"code=x&state=another"),
    "state in a cookie": get(b"/callback?code=x", HOST + b"Cookie: state=the-right-state\r\n"),
    # it is no request at all
    "not ascii": get(b"/callback?code=\xff&state=the-right-state"),
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http 0.9": b"GET " + RIGHT + b"\r\n\r\n",
    "header without a colon": get(RIGHT, HOST + b"nonsense\r\n"),
    "nothing": b"\r\n\r\n",
    "negative length": post(GENUINE, length=b"-5"),
    "length that is no number": post(GENUINE, length=b"1e3"),
    "length of a thousand digits": post(GENUINE, length=b"9" * 5000),
    # it is too much
    "huge head": get(RIGHT + b"x" * 200_000),
    "huge header": get(RIGHT, HOST + b"X: " + b"x" * 200_000 + b"\r\n"),
    "many headers": get(RIGHT, HOST + b"X: x\r\n" * 20_000),
    "huge body": post(GENUINE + b"x" * 200_000),
    "body that is announced as huge": post(GENUINE + b"x" * 40_000, length=b"99999999999"),
    "many parameters": get(b"/callback?" + b"".join(b"p%d&" % number for number in range(2000)) + GENUINE),
}


def filled(request: bytes, server: LoopbackServer) -> bytes:
    port = b"%d" % port_of(server)
    return request.replace(b"{host}", b"127.0.0.1:" + port).replace(b"{port}", port)


@pytest.mark.parametrize("name", HOSTILE)
def test_every_stranger_gets_the_same_answer_and_the_sign_in_goes_on(
    server: LoopbackServer, waiting: Waiting, name: str
) -> None:
    answer = waiting(server)
    expected = raw(port_of(server), filled(get(b"/nothing"), server))
    assert expected.startswith(b"HTTP/1.1 404 ")
    # Who sends more than is read may see the connection reset before the answer.
    assert raw(port_of(server), filled(HOSTILE[name], server)) in (expected, b"")
    assert not answer.done()
    genuine = requests.get(server.redirect_uri, params={"code": "genuine", "state": STATE}, timeout=10)
    assert genuine.status_code == 200
    assert answer.result()["code"] == "genuine"


def test_the_answer_to_strangers_is_empty_and_may_be_used_for_nothing(server: LoopbackServer) -> None:
    server.expect(STATE)
    origin = {"Origin": "https://evil.example"}
    response = requests.get(f"{server.redirect_uri}?state=<script>&code=c", headers=origin, timeout=10)
    assert response.content == b""
    assert dict(response.headers) == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": "0",
        "Connection": "close",
    }


@pytest.mark.parametrize("state", ["", "x", "the-right-stat", "the-right-statf", STATE])
def test_the_state_is_compared_in_constant_time(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    digest = hmac.compare_digest

    def noted(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return digest(a, b)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    server.expect(STATE)
    response = requests.get(f"{server.redirect_uri}?state={state}", timeout=10)
    assert compared == [(state.encode(), STATE.encode())]
    assert (response.status_code == 200) == (state == STATE)


def test_before_the_state_is_known_nobody_has_the_right_one(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_module, "SLOWEST_REQUEST", 0.05)
    for guess in ("", "None", STATE):
        assert requests.get(f"{server.redirect_uri}?state={guess}", timeout=10).status_code == 404


def test_a_refusal_with_the_right_state_ends_the_waiting_at_once(
    server: LoopbackServer, waiting: Waiting
) -> None:
    answer = waiting(server)
    for state in ("", "another"):
        raw(port_of(server), filled(get(f"/callback?error=access_denied&state={state}".encode()), server))
    assert not answer.done()
    raw(port_of(server), filled(get(f"/callback?error=access_denied&state={STATE}".encode()), server))
    assert answer.result() == {"error": "access_denied", "state": STATE}


def test_of_many_at_once_the_genuine_one_gets_through(server: LoopbackServer, waiting: Waiting) -> None:
    answer = waiting(server)
    guess = filled(get(b"/callback?code=stolen&state=guessed"), server)
    with ThreadPoolExecutor(12) as strangers:
        answers = [strangers.submit(raw, port_of(server), guess) for _ in range(100)]
        genuine = requests.get(server.redirect_uri, params={"code": "genuine", "state": STATE}, timeout=10)
        assert genuine.status_code == 200
    assert {each.result()[:13] for each in answers if not each.exception()} <= {b"HTTP/1.1 404 ", b""}
    assert answer.result()["code"] == "genuine"


# those who take their time


def test_a_slow_client_is_dropped(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback_module, "SLOWEST_REQUEST", 0.1)
    with connected(server) as slow:
        slow.sendall(b"GET /callback?")
        assert all_of(slow).startswith(b"HTTP/1.1 404 ")


def test_a_connection_on_which_nothing_is_said_is_closed_without_an_answer(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A browser that uses one which it opened in advance must not take our impatience for its answer."""
    monkeypatch.setattr(callback_module, "SLOWEST_REQUEST", 0.1)
    with caplog.at_level(logging.DEBUG, "core"), connected(server) as spare:
        assert all_of(spare) == b""
    assert caplog.records == []


def test_time_is_given_for_the_whole_request_and_not_for_each_byte(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_module, "SLOWEST_REQUEST", 0.3)
    is_over = threading.Event()
    with connected(server) as slow:

        def drip() -> None:
            try:
                while not is_over.wait(0.02):
                    slow.sendall(b"x")
            except OSError:
                is_over.set()

        dripping = threading.Thread(target=drip)
        dripping.start()
        assert all_of(slow)[:13] in (b"HTTP/1.1 404 ", b"")
        is_over.set()
        dripping.join()


@pytest.mark.parametrize("said", [b"", b"G", b"GET /callback?code=", b"POST /callback HTTP/1.1\r\n"])
def test_however_many_say_nothing_the_genuine_one_gets_in(
    server: LoopbackServer, waiting: Waiting, said: bytes
) -> None:
    answer = waiting(server)
    silent = [connected(server) for _ in range(callback_module.MOST_UNREAD * 3)]
    try:
        for connection in silent[-callback_module.MOST_UNREAD :]:
            connection.sendall(said)
        first = [all_of(connection) for connection in silent[: callback_module.MOST_UNREAD * 2]]
        assert set(first) == {b""}  # the oldest made room
        genuine = requests.get(server.redirect_uri, params={"code": "genuine", "state": STATE}, timeout=10)
        assert genuine.status_code == 200
        assert answer.result()["code"] == "genuine"
    finally:
        for connection in silent:
            connection.close()


def test_who_waits_for_the_last_page_makes_room_for_nobody(waiting: Waiting) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow_page(query: Callable[..., object]) -> object:
        entered.set()
        assert leave.wait(10)
        return page(query)  # type: ignore[arg-type]

    with listen(host="127.0.0.1", ports=(0,), path="/callback", page=slow_page) as server:  # type: ignore[arg-type]
        answer = waiting(server)
        with ThreadPoolExecutor() as browser:
            genuine = browser.submit(raw, port_of(server), filled(get(RIGHT), server))
            assert entered.wait(10)
            silent = [connected(server) for _ in range(callback_module.MOST_UNREAD * 2)]
            for connection in silent[: callback_module.MOST_UNREAD]:
                assert all_of(connection) == b""
            leave.set()
            assert b"Signed" in genuine.result()
            for connection in silent:
                connection.close()
        assert answer.result()["code"] == "x"


def test_a_client_that_leaves_early_is_no_event(
    server: LoopbackServer, waiting: Waiting, caplog: pytest.LogCaptureFixture
) -> None:
    answer = waiting(server)
    with caplog.at_level(logging.DEBUG):
        for _ in range(20):
            connection = connected(server)
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0"
            )  # ends in a reset
            connection.sendall(filled(HOSTILE["wrong state"], server))
            connection.close()
        requests.get(server.redirect_uri, params={"code": "genuine", "state": STATE}, timeout=10)
        answer.result()
    assert [record for record in caplog.records if record.name.startswith("core")] == []
