"""Web servers on loopback: plain ones, encrypted ones, and a proxy that tunnels."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Server(http.server.ThreadingHTTPServer):
    """Answers with its name; keeps what it was asked and the number of connections that it got."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.name = name
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.redirect_to = ""
        self.port = int(self.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust us is no event."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        body = self.server.name.encode()
        redirect = self.server.redirect_to if self.path == "/redirect" else ""
        self.send_response(307 if redirect else 200)
        if redirect:
            self.send_header("Location", redirect)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # the name that http.server looks for

    def do_CONNECT(self) -> None:
        """As a proxy: a tunnel to the port that is asked for, of this computer, whatever the host's name."""
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as far:
            self.send_response(200)
            self.end_headers()
            there = threading.Thread(target=_pour, args=[self.connection, far])
            there.start()
            _pour(far, self.connection)
            there.join()
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def serving(name: str) -> Iterator[Server]:
    yield from _started(Server(name))


@contextmanager
def serving_tls(
    name: str, authority: trustme.CA, *hosts: str, valid_for: timedelta = timedelta(days=1)
) -> Iterator[Server]:
    """Encrypted, with a certificate for `hosts` (the first is in its address)."""
    server = Server(name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    until = datetime.now(UTC) + valid_for
    authority.issue_cert(*hosts, not_before=until - timedelta(days=30), not_after=until).configure_cert(
        context
    )
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.url = f"https://{hosts[0]}:{server.port}"
    yield from _started(server)


def _started(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def authority_in(file: Path) -> trustme.CA:
    """A certificate authority of our own, its certificate in `file`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(file))
    return authority
