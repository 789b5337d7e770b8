"""A sign-in that waits for its answer, and whoever knocks at its door."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from core.oauth.loopback import LastPage, LoopbackServer, listen

STATE = "the-right-state"

Waiting = Callable[[LoopbackServer], Future[Mapping[str, str]]]


def page(query: Mapping[str, str]) -> LastPage:
    return LastPage("Signed <in>", "You may close\nthis & page", is_success="code" in query)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with listen(host="127.0.0.1", ports=(0,), path="/callback", page=page) as server:
        yield server


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    is_over = threading.Event()
    with ThreadPoolExecutor() as threads:
        yield lambda server: threads.submit(server.wait, STATE, 3600, is_over.is_set)
        is_over.set()


def port_of(server: LoopbackServer) -> int:
    return int(server.redirect_uri.split(":")[2].split("/")[0])


def connected(server: LoopbackServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(server)), timeout=10)


def all_of(connection: socket.socket) -> bytes:
    """Everything that comes until the other side closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


def raw(port: int, request: bytes, address: str = "127.0.0.1") -> bytes:
    """Sends bytes, gives all that comes back; empty if the server just closes."""
    with socket.create_connection((address, port), timeout=10) as connection:
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(request)
        return all_of(connection)
