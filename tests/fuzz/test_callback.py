"""Whatever is sent to the address that a sign-in comes back to: a short answer, and one at most counts."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

import pytest
from hypothesis import strategies as st

from core.oauth.callback import LARGEST_REQUEST, Callback, CallbackServer
from core.oauth.last_page import LastPage
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS, cut
from tests.fuzz.work import at_most

STATE, HOST, PATH = "the-right-state", "127.0.0.1:5000", "/callback"
WORK = 20_000
LARGEST_ANSWER = 10_000
"""Bytes."""
CANARY = "canary-of-a-code"
GOOD = f"GET {PATH}?code={CANARY}&state={STATE} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\n\r\n".encode()
BODY = f"code={CANARY}&state={STATE}"
FORM = (
    f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(BODY)}\r\n\r\n{BODY}"
).encode()

TARGETS = (
    *(
        "/",
        "//",
        "//[",
        "/callback",
        "/callback?",
        f"/callback?state={STATE}",
        f"/callback?state={STATE}&state=x",
    ),
    *(
        f"/callback?state={STATE}%00",
        f"//callback?state={STATE}",
        f"/x/../callback?state={STATE}",
        "*",
        "http://a/",
    ),
    *(
        f"/callback#?state={STATE}",
        f"/callback?{'a=1&' * 60}state={STATE}",
        "/callback?state=%ff%fe",
        "/%63allback",
    ),
    *(
        "/callback?" + "x" * 5000,
        f"/callback?STATE={STATE}",
        f"/callback;x?state={STATE}",
        "/callback?state=\x7f",
    ),
)
HEADERS = (
    *(
        f"Host: {HOST}",
        f"HOST:{HOST}",
        f"Host: {HOST}\r\nHost: evil.example",
        "Host: evil.example",
        "Host:",
        "no colon",
    ),
    *(
        "Content-Length: -1",
        "Content-Length: 9999999999",
        "Content-Length: " + "9" * 5000,
        "Content-Length: 5",
    ),
    *(
        "Content-Type: application/x-www-form-urlencoded",
        "Transfer-Encoding: chunked",
        "X: " + "y" * 30_000,
        ": x",
    ),
    *("Expect: 100-continue", "Cookie: é", "X:\ty\r\n folded", "\0: \0", f"Host: {HOST.upper()}."),
)
heads = st.builds(
    "{} {} {}\r\n{}\r\n\r\n".format,
    st.sampled_from(("GET", "GET", "POST", "HEAD", "OPTIONS", "", "get", "G\0T")),
    st.sampled_from(TARGETS) | TEXTS,
    st.sampled_from(("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", "", "HTTP/1.x")),
    st.lists(st.sampled_from(HEADERS) | TEXTS, max_size=4).map("\r\n".join),
)
flood = st.sampled_from(
    (b"\0" * 60_000, b"a: b\r\n" * 9000, b"GET " + b"/" * 60_000, b"\r\n" * 30_000, b"\r\n\r\n")
)
requests = st.one_of(
    heads.map(lambda head: head.encode("utf-8", "surrogatepass")),
    st.builds(lambda head, body: head.encode("utf-8", "surrogatepass") + body.encode(), heads, st.just(BODY)),
    cut(GOOD),
    cut(FORM),
    flood,
    st.binary(max_size=60),
)


def page(query: Mapping[str, str]) -> LastPage:
    return LastPage("Signed in", "You may close this page.", is_success="code" in query)


@pytest.fixture(scope="module")
def server() -> Iterator[CallbackServer]:
    with CallbackServer(socket.AF_INET, "127.0.0.1", 0, Callback(PATH, page)) as server:
        yield server


def answered(server: CallbackServer, request: bytes) -> tuple[bytes, Callback]:
    """What comes back, and what was made of it. Any exception of the handler is a failure."""
    callback = Callback(PATH, page)
    callback.hosts = frozenset({HOST})
    callback.expect(STATE)
    server.callback = callback
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(10)
        theirs.sendall(request)
        theirs.shutdown(socket.SHUT_WR)
        with at_most(WORK):
            server.finish_request(ours, ("127.0.0.1", 1))
        ours.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := theirs.recv(65_536):
            received += chunk
    return received, callback


@fuzz(125, request=requests)
def test_any_request_has_a_short_answer_and_only_one_with_the_state_counts(
    server: CallbackServer, request: bytes
) -> None:
    answer, callback = answered(server, request)
    if not request:  # a connection that a browser opened in advance
        assert answer == b""
        return
    assert answer.startswith((b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 404 Not Found\r\n"))
    assert len(answer) <= LARGEST_ANSWER
    assert CANARY.encode() not in answer
    assert callback.is_answered.is_set() == answer.startswith(b"HTTP/1.1 200")
    if callback.is_answered.is_set():
        assert callback.query["state"] == STATE
        assert STATE.encode() in request
        assert len(request) <= LARGEST_REQUEST + 4096


@pytest.mark.parametrize("request_", [GOOD, FORM])
def test_the_right_request_counts(server: CallbackServer, request_: bytes) -> None:
    _, callback = answered(server, request_)
    assert dict(callback.query) == dict(parse_qsl(BODY))


def test_the_right_request_does_not_count_when_it_is_too_long(server: CallbackServer) -> None:
    padding = b"X: " + b"y" * (LARGEST_REQUEST + 5000)
    _, callback = answered(server, GOOD.removesuffix(b"\r\n") + padding + b"\r\n\r\n")
    assert not callback.is_answered.is_set()
