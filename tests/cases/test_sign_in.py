"""SET-2 and PACK-1: the callback's port belongs to somebody else; the browser is not to be had."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from core.errors import SignInFailed
from core.feishu.auth import redirect_urls
from core.model import Side
from core.oauth.browser import open_in_browser
from core.oauth.loopback import listen
from core.outlook import auth as outlook_auth
from sandbox.feishu.quirks import Consent
from sandbox.microsoft.switches import SignIn
from tests.cases.calendars import Calendars
from tests.ports import free_port
from tests.whole.installed import browse
from texts.problems import describe

SOMEBODY = """
import socketserver, socket, sys
class Refuses(socketserver.StreamRequestHandler):
    def handle(self):
        if line := self.rfile.readline():
            print(line.decode().strip(), flush=True)
            self.wfile.write(b"HTTP/1.1 403 Forbidden\\r\\nContent-Length: 0\\r\\n\\r\\n")
class Everywhere(socketserver.ThreadingTCPServer):
    address_family, daemon_threads, allow_reuse_address = socket.AF_INET6, True, True
    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()
with Everywhere(("::", int(sys.argv[1])), Refuses) as server:
    print("listening", flush=True)
    server.serve_forever()
"""


@contextmanager
def somebody_at(port: int) -> Iterator[subprocess.Popen[str]]:
    """Another program, on all addresses of both versions, that answers 403."""
    with subprocess.Popen(
        [sys.executable, "-c", SOMEBODY, str(port)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        yield process
        process.kill()


def use_ports(calendars: Calendars, *ports: int) -> tuple[str, ...]:
    """In the settings and, as the wizard shows them, in the app's registration."""
    installation = calendars.installed.installation
    settings = installation.settings
    installation.save_settings(replace(settings, feishu=replace(settings.feishu, redirect_ports=ports)))
    urls = redirect_urls(installation.settings.feishu)
    calendars.feishu.app.redirect_urls[:] = urls
    return urls


def sign_in(
    calendars: Calendars, side: Side, browser: Callable[[str], object] | None = None
) -> tuple[str, str]:
    """Who signed in, and the redirect URL that the service was told."""
    told: list[str] = []
    person = calendars.installed.installation.sign_in(
        side,
        browser or browse(calendars.installed.sandbox),  # type: ignore[arg-type]  # what it returns is not used
        lambda: False,
        told.append,
    )
    return person.name, parse_qs(urlsplit(told[0]).query)["redirect_uri"][0]


# SET-2


def test_a_port_where_another_program_answers_is_left_to_it(calendars: Calendars) -> None:
    taken, free = free_port(), free_port()
    urls = use_ports(calendars, taken, free)
    assert urls == (f"http://127.0.0.1:{taken}/callback", f"http://127.0.0.1:{free}/callback")
    with somebody_at(taken) as other:
        name, redirect = sign_in(calendars, Side.FEISHU)
        other.kill()
        assert other.stdout is not None
        assert "callback" not in other.stdout.read()
    assert name == calendars.feishu.person.name
    assert redirect == urls[1]


def test_before_the_browser_opens_our_own_callback_is_there(calendars: Calendars) -> None:
    """And whoever else comes to it changes nothing."""
    answers: list[int] = []

    def knock_then_browse(address: str) -> None:
        redirect = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        for query in ("", "?code=stolen&state=guessed", "?error=access_denied&state=guessed"):
            answer = requests.get(redirect + query, timeout=10)
            answers.append(answer.status_code)
        browse(calendars.installed.sandbox)(address)

    for side in Side:
        sign_in(calendars, side, knock_then_browse)
    assert answers == [404] * 6
    calendars.settle()


def test_a_port_of_which_one_address_is_taken_is_not_used(
    calendars: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(outlook_auth, "listen", lambda **how: listen(**{**how, "ports": (taken, 0)}))
        name, redirect = sign_in(calendars, Side.OUTLOOK)
    assert name == calendars.outlook.person.name
    assert urlsplit(redirect).port != taken


def test_where_every_port_is_taken_they_are_named_and_no_browser_opens(calendars: Calendars) -> None:
    ports = (free_port(), free_port())
    use_ports(calendars, *ports)
    opened: list[str] = []
    with (
        somebody_at(ports[0]),
        socket.create_server(("127.0.0.1", ports[1])),
        pytest.raises(SignInFailed) as failed,
    ):
        sign_in(calendars, Side.FEISHU, opened.append)
    assert failed.value == SignInFailed(Side.FEISHU, "port", detail=f"{ports[0]}, {ports[1]}")
    assert opened == []
    told = describe(failed.value)
    assert f"{ports[0]}, {ports[1]}" in told.title
    assert "redirect_ports" in told.remedy
    assert "sign in to Feishu with a code" in told.remedy
    calendars.settle()  # the sign-in of before is still good


def test_where_localhost_is_the_sixth_version_only_sign_in_works(
    calendars: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for the browser: the sandbox alone is still found where it listens."""
    original, services = socket.getaddrinfo, {urlsplit(calendars.installed.sandbox.graph_url).port}

    def resolve(host: str, port: int | None, *rest: int, **more: int) -> object:
        if host == "localhost" and port not in services:
            return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port or 0, 0, 0))]
        return original(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert sign_in(calendars, Side.OUTLOOK)[0] == calendars.outlook.person.name


def test_where_localhost_leads_elsewhere_it_is_said_where(
    calendars: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, services = socket.getaddrinfo, {urlsplit(calendars.installed.sandbox.graph_url).port}

    def resolve(host: str, port: int | None, *rest: int, **more: int) -> object:
        if host == "localhost" and port not in services:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.77", port or 0))]
        return original(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    opened: list[str] = []
    with pytest.raises(SignInFailed) as failed:
        sign_in(calendars, Side.OUTLOOK, opened.append)
    assert failed.value == SignInFailed(Side.OUTLOOK, "elsewhere", detail="localhost → 127.0.0.77")
    assert opened == []


@pytest.mark.parametrize("side", Side)
def test_a_refusal_on_the_services_page_ends_the_sign_in_at_once(calendars: Calendars, side: Side) -> None:
    """It would be waited for longer than a test may take."""
    calendars.feishu.consent = Consent.DENY
    calendars.outlook.switches.sign_in = SignIn.DENY
    with pytest.raises(SignInFailed) as failed:
        sign_in(calendars, side)
    assert (failed.value.side, failed.value.why) == (side, "denied")
    calendars.settle()


# PACK-1

PICKY_BROWSER = """#!{python}
import os, sys
sys.path[:] = [path for path in sys.path if path]
for name, value in os.environ.items():
    if "{bundle}" in value:
        sys.exit(f"{{name}} leads into the bundle")
import threading, urllib.request
urllib.request.urlopen(sys.argv[1], timeout=20).read()
open("{seen}", "w").write(sys.argv[1])
"""


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a frozen program, and a browser that does not start with the bundle's libraries.
    The file that it writes when it has been at the page."""
    bundle, programs, seen = tmp_path / "bundle", tmp_path / "bin", tmp_path / "seen"
    monkeypatch.setattr(sys, "_MEIPASS", str(bundle), raising=False)
    for name in ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "GIO_MODULE_DIR", "GIO_EXTRA_MODULES"):
        monkeypatch.setenv(name, str(bundle / "lib"))
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/local/lib")
    monkeypatch.setenv("XDG_DATA_DIRS", f"{bundle}/share{os.pathsep}/usr/share")
    programs.mkdir()
    launcher = programs / "xdg-open"
    launcher.write_text(PICKY_BROWSER.format(python=sys.executable, bundle=bundle, seen=seen))
    launcher.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":77")
    return seen


def test_the_browser_gets_the_persons_own_environment(calendars: Calendars, packaged: Path) -> None:
    name, _ = sign_in(calendars, Side.FEISHU, open_in_browser)
    assert name == calendars.feishu.person.name
    assert packaged.read_text().startswith(calendars.installed.sandbox.feishu_url)


def test_without_a_browser_the_link_can_be_opened_by_hand(
    calendars: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    installed = calendars.installed
    opened: list[bool] = []
    for side in Side:
        person = installed.installation.sign_in(
            side,
            lambda address: opened.append(open_in_browser(address)),
            lambda: False,
            browse(installed.sandbox),  # the person copies what is shown
        )
        assert person.name
    assert opened == [False, False]


@pytest.mark.parametrize("side", Side)
def test_without_a_browser_the_waiting_can_be_cancelled(calendars: Calendars, side: Side) -> None:
    is_cancelled = threading.Event()
    with pytest.raises(SignInFailed) as failed:
        calendars.installed.installation.sign_in(
            side, lambda _address: is_cancelled.set(), is_cancelled.is_set, lambda _address: None
        )
    assert failed.value == SignInFailed(side, "cancelled")
    calendars.settle()
