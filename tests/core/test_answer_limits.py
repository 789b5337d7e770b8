"""Answers that never end, come byte by byte, or go round in circles, over real sockets."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest
import requests

from core import answer_limits
from core.network import MOST_REDIRECTS, make_session
from core.settings import NetworkSettings

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def answering(answer: Callable[[], Iterable[bytes]]) -> Iterator[tuple[str, list[int]]]:
    """A server that sends these pieces to whoever connects; its address, and how many requests came."""
    came = [0]
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(connection: socket.socket) -> None:
            with connection:
                connection.recv(65536)
                came[0] += 1
                try:
                    for piece in answer():
                        connection.sendall(piece)
                except OSError:
                    return

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=[connection], daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def session() -> requests.Session:
    return make_session(NetworkSettings(proxy="none"))


def test_an_answer_without_end_is_left(session: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_limits, "LARGEST_ANSWER", 1_000_000)
    endless = lambda: itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"x" * 65536))  # noqa: E731  # short
    with answering(endless) as (url, _), pytest.raises(requests.Timeout):
        session.get(url)


def test_little_that_unpacks_to_very_much_is_left(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_limits, "LARGEST_ANSWER", 1_000_000)
    packed = gzip.compress(bytes(50_000_000))
    head = HEAD + f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with answering(lambda: [head, packed]) as (url, _), pytest.raises(requests.Timeout):
        session.get(url)


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_that_drips_is_left(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    """Each byte comes long before a time-out."""
    monkeypatch.setattr(answer_limits, "SLOWEST_ANSWER", 0.2)

    def drip() -> Iterator[bytes]:
        yield HEAD + (b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"Content-Length: 100000\r\n\r\n")
        while True:
            yield b"1\r\nx\r\n" if chunked else b"x"
            time.sleep(0.02)

    with answering(drip) as (url, _), pytest.raises(requests.Timeout):
        session.get(url)


@pytest.mark.parametrize(
    "answer",
    [
        [HEAD + b"Content-Length: 11\r\n\r\n", b"hello ", b"world"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"6\r\nhello \r\n", b"5\r\nworld\r\n0\r\n\r\n"],
        [HEAD + b"Connection: close\r\n\r\n", b"hello world"],
        [
            HEAD + b"Connection: close\r\nContent-Encoding: gzip\r\n\r\n",
            gzip.compress(b"hello world"),
        ],
    ],
    ids=["whole", "chunked", "until closed", "packed"],
)
def test_what_ends_in_time_is_read_as_it_is(session: requests.Session, answer: list[bytes]) -> None:
    with answering(lambda: answer) as (url, _):
        assert session.get(url).text == "hello world"


@pytest.mark.parametrize(
    "answer",
    [
        [HEAD + b"Content-Length: 11\r\n\r\n", b"hello "],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"6\r\nhello \r\n"],
        [HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n", b"hello"],
    ],
    ids=["short", "no last chunk", "not packed"],
)
def test_an_answer_that_breaks_off_is_none(session: requests.Session, answer: list[bytes]) -> None:
    with answering(lambda: answer) as (url, _), pytest.raises(requests.ConnectionError):
        session.get(url)


def test_redirects_in_a_circle_are_left(session: requests.Session) -> None:
    circle = b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with answering(lambda: [circle]) as (url, came), pytest.raises(requests.TooManyRedirects):
        session.get(url)
    assert came == [1 + MOST_REDIRECTS]
