"""What the loopback server answers to one request. Lives in the server's own threads, one per connection."""

from __future__ import annotations

import contextlib
import hmac
import logging
import secrets
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from core.oauth.last_page import NEUTRAL_HEADERS, LastPage, render

log = logging.getLogger(__name__)

LARGEST_REQUEST = 32 * 1024
"""Bytes of a whole request. Codes are said to be 1 to 4 KB."""

SLOWEST_REQUEST = 5.0
"""Seconds in which a request must have arrived as a whole."""

MOST_UNREAD = 16
"""Connections whose request has not arrived yet. A browser sends its own at once: the oldest makes room."""

_FORM = "application/x-www-form-urlencoded"


class Callback:
    """The one answer that a sign-in waits for; shared by the server's threads and the waiting one."""

    def __init__(self, path: str, page: Callable[[Mapping[str, str]], LastPage]) -> None:
        self.path = path
        self.page = page
        self.self_test_path = f"/{secrets.token_urlsafe(24)}"
        self.hosts: frozenset[str] = frozenset()
        """What the Host header may say; known once the port is."""
        self.query: Mapping[str, str] = MappingProxyType({})
        self.is_answered = threading.Event()
        self._state: str | None = None
        self._state_known = threading.Event()
        self._lock = threading.Lock()
        self._is_claimed = False

    def expect(self, state: str) -> None:
        self._state = state
        self._state_known.set()

    def claim(self, query: Mapping[str, str]) -> bool:
        """True for exactly one request: the first with the right state."""
        # A browser may be quicker than the thread that opened it.
        if not self._state_known.wait(SLOWEST_REQUEST) or self._state is None:
            return False
        with self._lock:
            if self._is_claimed or not hmac.compare_digest(
                query.get("state", "").encode(), self._state.encode()
            ):
                return False
            self._is_claimed = True
        self.query = MappingProxyType(dict(query))
        return True


class CallbackServer(socketserver.ThreadingTCPServer):
    """Listens on one loopback address. Raises OSError if that address is not free."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 2 * MOST_UNREAD
    # Without it the next sign-in within a minute would find its port in TIME_WAIT. On Windows the same
    # option would let two programs share a port: there, the opposite one is set.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, family: socket.AddressFamily, address: str, port: int, callback: Callback) -> None:
        self.address_family = family
        self.callback = callback
        self._unread: list[socket.socket] = []
        self._lock = threading.Lock()
        super().__init__((address, port), _Connection, bind_and_activate=False)
        try:
            if sys.platform == "win32":
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            if family is socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self.server_bind()
            self.server_activate()
        except OSError:
            self.server_close()
            raise

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._unread.append(request)
            if len(self._unread) > MOST_UNREAD:
                with contextlib.suppress(OSError):  # it may have gone by itself
                    self._unread.pop(0).shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.was_read(request)
        super().shutdown_request(request)

    def was_read(self, connection: socket.socket) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._unread.remove(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the base class names them
        # Without the traceback: its frames hold the code.
        log.warning("a request to the sign-in callback failed: %s", type(sys.exc_info()[1]).__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str


class _Connection(socketserver.BaseRequestHandler):
    server: CallbackServer

    def handle(self) -> None:
        try:
            request = _read(self.request)
        except _Silence:
            return
        finally:
            self.server.was_read(self.request)
        callback = self.server.callback
        if request is None or request.headers.get("host", "").lower() not in callback.hosts:
            self._refuse()  # also a foreign name that resolves to this computer
        elif request.method == "GET" and request.path == callback.self_test_path:
            self._send(HTTPStatus.OK, callback.self_test_path.encode("ascii"), NEUTRAL_HEADERS)
        elif (query := _query(request, callback.path)) is None or not callback.claim(query):
            self._refuse()
        else:
            try:
                self._send(HTTPStatus.OK, *render(callback.page(callback.query)))
            finally:
                callback.is_answered.set()

    def _refuse(self) -> None:
        """The same for all: whoever guesses does not learn what was wrong."""
        self._send(HTTPStatus.NOT_FOUND, b"", NEUTRAL_HEADERS)

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        every = {**headers, "Content-Length": str(len(body)), "Connection": "close"}
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in every.items())
        with contextlib.suppress(OSError):  # whoever asked has gone
            self.request.settimeout(SLOWEST_REQUEST)
            self.request.sendall(head.encode("ascii") + b"\r\n" + body)


def _query(request: _Request, path: str) -> dict[str, str] | None:
    """The parameters of a GET of `path`, or of a form sent there (`response_mode=form_post`).

    None for any other request, and if a parameter is there twice.
    """
    is_form = request.headers.get("content-type", "").split(";")[0].strip().lower() == _FORM
    if request.path != path or not (request.method == "GET" or (request.method == "POST" and is_form)):
        return None
    text = request.query if request.method == "GET" else request.body
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return None
    query = dict(pairs)
    return query if len(query) == len(pairs) else None


class _Silence(Exception):
    """Browsers open connections in advance; an answer that comes before the request is put would be taken for
    the answer to it."""


def _read(connection: socket.socket) -> _Request | None:
    """None for what is too long, too slow or not HTTP. Raises _Silence when nothing came at all."""
    deadline = time.monotonic() + SLOWEST_REQUEST
    received = b""
    try:
        while b"\r\n\r\n" not in received:
            received += _more(connection, received, deadline)
        head, _, body = received.partition(b"\r\n\r\n")
        method, target, headers = _parse_head(head.decode("ascii"))
        path, _, query = target.partition("?")  # to the letter: what urlsplit tidies up is another address
        length = int(headers.get("content-length", "0"))
        if length < 0:
            return None
        while len(body) < length:
            body += _more(connection, head + body, deadline)
        return _Request(method, path, query, headers, body[:length].decode("ascii"))
    except (ValueError, OSError):
        if not received:
            raise _Silence from None
        return None


def _more(connection: socket.socket, received: bytes, deadline: float) -> bytes:
    """Raises OSError at the deadline or when the client has gone, ValueError beyond the largest size."""
    if len(received) > LARGEST_REQUEST:
        raise ValueError("too long")
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    connection.settimeout(remaining)
    chunk = connection.recv(4096)
    if not chunk:
        raise ConnectionResetError
    return chunk


def _parse_head(head: str) -> tuple[str, str, dict[str, str]]:
    """Raises ValueError."""
    request_line, *lines = head.split("\r\n")
    method, target, version = request_line.split(" ")
    if not version.startswith("HTTP/1.") or not target.startswith("/"):
        raise ValueError("not HTTP/1")
    pairs = [line.split(":", 1) for line in lines]
    headers = {name.lower(): value.strip() for name, value in pairs}
    if len(headers) != len(pairs) and sum(name.lower() == "host" for name, _ in pairs) != 1:
        raise ValueError("several hosts")
    return method, target, headers
