"""A small threaded HTTP/1.1 server for WSGI applications.

werkzeug's own server closes the connection after every answer. The real services keep it open, and a client
whose pooled connection is cut between two requests is a case worth having, so this one keeps it open too.
"""

from __future__ import annotations

import io
import os
import socket
import socketserver
import ssl
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


_POLL = 0.02
"""Seconds that stopping takes at most; many a test waits for it twice."""


class WebServer(socketserver.ThreadingTCPServer):
    """Listens from construction on; `start` begins to answer, `stop` ends every thread and socket.

    `clock` (seconds since 1970) is what the `Date` header tells.
    """

    allow_reuse_address = os.name != "nt"  # where it would let two servers have one port
    request_queue_size = 128

    def __init__(
        self,
        app: WSGIApplication,
        address: tuple[str, int],
        clock: Callable[[], float],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.app = app
        self.clock = clock
        self.tls = tls
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL,), name="sandbox", daemon=True)
        super().__init__(address, _Exchange)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        for thread, connection in list(self._connections.items()):
            _wake_reader(connection)
            thread.join()
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, peer = super().get_request()
        if self.tls:
            # The handshake is left to the connection's own thread: a silent client must not block the others.
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, peer

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections = {thread: kept for thread, kept in self._connections.items() if thread.is_alive()}
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="sandbox", daemon=True
        )
        self._connections[thread] = request
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # socketserver's
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


def _wake_reader(connection: socket.socket) -> None:
    """Ends the waiting of the thread that reads; on Windows only closing does that (cpython issue 91913)."""
    with suppress(OSError):  # the other side may have been faster
        connection.shutdown(socket.SHUT_RDWR)
    if os.name == "nt" and (handle := connection.detach()) >= 0:
        socket.close(handle)


class _Exchange(BaseHTTPRequestHandler):
    """One connection and the requests on it, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: WebServer

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def answer(self) -> None:
        body = self._read_body()
        status, headers = "", []

        def start_response(
            said: str, names: list[tuple[str, str]], _error: object = None
        ) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = said, names
            return self.wfile.write

        try:
            content = b"".join(self.server.app(self._environ(body), start_response))
        except ConnectionAbortedError:
            self._reset()
            return
        promised = int(dict(headers).get("Content-Length", len(content)))
        self._write(status, [(n, v) for n, v in headers if n != "Content-Length"], promised, content)
        if len(content) < promised:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815  # http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
        """The journal is the log."""

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def _environ(self, body: bytes) -> WSGIEnvironment:
        url = urlsplit(self.path)
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(url.path, "latin-1"),
            "QUERY_STRING": url.query,
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if self.server.tls else "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name in set(self.headers.keys()):
            environ["HTTP_" + name.upper().replace("-", "_")] = ", ".join(self.headers.get_all(name, []))
        return environ

    def _write(self, status: str, headers: list[tuple[str, str]], promised: int, content: bytes) -> None:
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines += [f"Date: {formatdate(self.server.clock(), usegmt=True)}", f"Content-Length: {promised}"]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(
            head if self.command == "HEAD" else head + content
        )  # at once: one packet, no waiting

    def _reset(self) -> None:
        linger_for_no_time = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)
        self.close_connection = True
