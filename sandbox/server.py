"""The sandbox: two simulated services on loopback, and a page that shows both calendars."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from sandbox import certificates, sample
from sandbox.feishu import FeishuWorld
from sandbox.feishu.app import create_app as create_feishu
from sandbox.interception import Interception
from sandbox.journal import Journal, Service
from sandbox.microsoft.app import create_app as create_microsoft
from sandbox.microsoft.world import MicrosoftWorld
from sandbox.page.app import create_app as create_page
from sandbox.web_server import WebServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MICROSOFT_PAGES = "/microsoft"
_FEISHU_HOSTS = frozenset({"open.feishu.cn", "accounts.feishu.cn"})


class Sandbox:
    """Feishu and the pages by http, Microsoft's authority and Graph by https. A context manager.

    `clock` tells seconds since 1970 to both services. `sample` fills the Feishu calendar (`sample.py`).
    `address` is bound; port 0 means any free one. `hosts` are more names that the certificate is valid for,
    so that the sandbox can stand in for production hosts; by Feishu's own names https is Feishu.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        sample: bool = False,
        address: str = "127.0.0.1",
        http_port: int = 0,
        https_port: int = 0,
        hosts: Iterable[str] = (),
    ) -> None:
        self.journal = Journal()
        self.feishu = FeishuWorld(clock)
        self.microsoft = MicrosoftWorld(clock=clock)
        self._clock = clock
        self._has_sample = sample
        self._address = address
        self._http_port = http_port
        self._https_port = https_port
        self._hosts = tuple(hosts)
        self._stopping = threading.Event()

    def start(self) -> None:
        """Raises OSError if a given port is taken."""
        if self._has_sample:
            sample.fill(self.feishu)
        graph = create_microsoft(self.microsoft, pages_url=lambda: self.feishu_url + _MICROSOFT_PAGES)
        microsoft = self._watched(graph, Service.MICROSOFT)
        feishu = self._watched(create_feishu(self.feishu), Service.FEISHU)
        page = create_page(self.feishu, self.microsoft)
        plain = _route(feishu=feishu, microsoft=microsoft, page=page)
        encrypted = _by_host(feishu=feishu, microsoft=microsoft)
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory(prefix="sandbox-"))
            self.ca_file = Path(folder) / "ca.pem"
            tls = certificates.issue(self.ca_file, self._hosts)
            self._http = WebServer(plain, (self._address, self._http_port), self._clock)
            stack.callback(self._http.stop)
            self._https = WebServer(encrypted, (self._address, self._https_port), self._clock, tls)
            stack.callback(self._https.stop)
            self._http.start()
            self._https.start()
            self._running = stack.pop_all()

    def stop(self) -> None:
        self._stopping.set()
        self._running.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def feishu_url(self) -> str:
        """Stands for both https://open.feishu.cn and https://accounts.feishu.cn."""
        return f"http://{self._address}:{self._http.port}"

    @property
    def page_url(self) -> str:
        return self.feishu_url + "/"

    @property
    def authority_url(self) -> str:
        """The tenant is appended as a path segment."""
        return f"https://localhost:{self._https.port}"

    @property
    def graph_url(self) -> str:
        return self.authority_url

    def _watched(self, app: WSGIApplication, service: Service) -> Interception:
        return Interception(app, service, self.journal, self._clock, self._stopping)


def _route(*, feishu: WSGIApplication, microsoft: WSGIApplication, page: WSGIApplication) -> WSGIApplication:
    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if path.startswith(("/open-apis/", "/oauth/", "/callback/")):
            return feishu(environ, start_response)
        if path.startswith(_MICROSOFT_PAGES + "/"):
            inside = {"SCRIPT_NAME": _MICROSOFT_PAGES, "PATH_INFO": path.removeprefix(_MICROSOFT_PAGES)}
            return microsoft({**environ, **inside}, start_response)
        return page(environ, start_response)

    return serve


def _by_host(*, feishu: WSGIApplication, microsoft: WSGIApplication) -> WSGIApplication:
    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "")).partition(":")[0]
        app = feishu if host in _FEISHU_HOSTS else microsoft
        return app(environ, start_response)

    return serve
