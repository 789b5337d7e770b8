"""The web server that receives the one answer of a sign-in, on loopback only (RFC 8252, 7.3).

It belongs to the thread that calls `listen` and `wait`; requests are answered in threads of its own.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from core.oauth.callback import Callback, CallbackServer
from core.oauth.last_page import LastPage
from core.ports import Stop

__all__ = ["LastPage", "LoopbackServer", "NoCallback", "SignInCancelled", "SignInTimeout", "listen"]

_POLL = 0.02
"""Seconds between two looks at the stop flag."""

_PROBE_TIMEOUT = 3.0
_TRIES_FOR_A_FREE_PORT = 5
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}
_ADDRESSES = {
    "127.0.0.1": ((socket.AF_INET, "127.0.0.1"),),
    "localhost": ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")),
}


class NoCallback(Exception):
    """The browser could not come back to us.

    `why`: "port" (every port has another owner; `detail` lists them), "elsewhere" (the host's name leads to
    another computer or address; `detail` says where), "shut" (something on this computer lets nobody through
    to the ports that we listen on).
    """

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why, detail)
        self.why = why
        self.detail = detail


class SignInTimeout(Exception):
    """The browser brought no answer in time."""


class SignInCancelled(Exception):
    """The person asked to stop waiting."""


class LoopbackServer:
    """Listens from the moment `listen` returned it until it is closed. For one sign-in."""

    def __init__(self, redirect_uri: str, callback: Callback, servers: Sequence[CallbackServer]) -> None:
        self.redirect_uri = redirect_uri
        """What the service is told, and what must be registered there."""
        self._callback = callback
        self._servers = servers
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def expect(self, state: str) -> None:
        """Call it before opening a browser that may answer before `wait` is called."""
        self._callback.expect(state)

    def wait(self, state: str, timeout: float, stop: Stop) -> Mapping[str, str]:
        """The parameters of the one callback with the right `state`, after the browser has its last page.

        Blocks up to `timeout` seconds, then closes the server. Raises SignInTimeout, SignInCancelled.
        """
        self.expect(state)
        deadline = time.monotonic() + timeout
        with self:
            while not self._callback.is_answered.wait(_POLL):
                if stop():
                    raise SignInCancelled
                if time.monotonic() >= deadline:
                    raise SignInTimeout
        return self._callback.query

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        for server in self._servers:
            server.shutdown()
            server.server_close()


def listen(
    *, host: str, ports: Sequence[int], path: str, page: Callable[[Mapping[str, str]], LastPage]
) -> LoopbackServer:
    """Listens on the first of `ports` (0: any) that is ours alone.

    `host` is "127.0.0.1" or "localhost"; the latter means 127.0.0.1 and, where there is one, ::1 on the same
    port, because browsers differ in which they try. `page` is called with the callback's parameters, in
    another thread, and gives what the browser shows. Raises NoCallback.
    """
    reasons = set()
    for port in ports:
        for _ in range(1 if port else _TRIES_FOR_A_FREE_PORT):
            try:
                return _listen_on(host, port, path, page)
            except NoCallback as error:
                reasons.add(error.why)
    ours = [address for _, address in _ADDRESSES[host]]
    if elsewhere := [f"{host} → {address}" for address in _addresses(host) if address not in ours]:
        raise NoCallback("elsewhere", ", ".join(elsewhere))
    raise NoCallback("shut" if "shut" in reasons else "port", ", ".join(str(port) for port in ports if port))


def _listen_on(
    host: str, port: int, path: str, page: Callable[[Mapping[str, str]], LastPage]
) -> LoopbackServer:
    """Raises NoCallback: "port" or "shut"."""
    callback = Callback(path, page)
    servers = _bind(host, port, callback)
    if not servers:
        raise NoCallback("port")
    port = servers[0].port
    callback.hosts = frozenset({f"{host}:{port}"})
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(_POLL,), name="sign-in", daemon=True).start()
    redirect_uri = f"http://{host}:{port}{path if path != '/' else ''}"
    loopback = LoopbackServer(redirect_uri, callback, servers)
    heard = _answers(host, port, callback.self_test_path)
    if heard == {callback.self_test_path.encode("ascii")}:
        return loopback
    loopback.close()
    raise NoCallback("port" if heard else "shut")


def _bind(host: str, port: int, callback: Callback) -> list[CallbackServer]:
    """One server per address of `host`; none if any of the addresses has another owner."""
    servers: list[CallbackServer] = []
    for family, address in _ADDRESSES[host]:
        try:
            # Some systems let a bind succeed although another program listens on all addresses.
            if port and _is_answered(address, port):
                raise OSError(errno.EADDRINUSE, "somebody answers")
            servers.append(CallbackServer(family, address, port, callback))
            port = servers[0].port
        except OSError as error:
            if error.errno in _NO_SUCH_ADDRESS:
                continue
            for server in servers:
                server.server_close()
            return []
    return servers


def _is_answered(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=_PROBE_TIMEOUT):
        return True
    return False


def _answers(host: str, port: int, path: str) -> set[bytes]:
    """Whoever a browser may reach under `host`, it must be us: asked at every address the name has."""
    answers = [_ask(address, host, port, path) for address in _addresses(host)]
    return {answer for answer in answers if answer is not None}


def _addresses(host: str) -> list[str]:
    """What the system knows `host` by. Browsers know the way to localhost themselves (RFC 6761, 6.3), so a
    system that has no such name keeps nobody from signing in."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return [address for _, address in _ADDRESSES[host]]
    return [str(address[0]) for *_, address in found]


def _ask(address: str, host: str, port: int, path: str) -> bytes | None:
    """The answer of whoever listens at `address`; None if nobody does."""
    connection = http.client.HTTPConnection(address, port, timeout=_PROBE_TIMEOUT)
    try:
        connection.connect()
    except OSError:
        return None
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().read(1024)
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()
