"""What core/feishu/sdk.py relies on in lark-oapi. Imports can't be undone: hence the new processes."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

import pytest

from core.errors import SignInNeeded, Unreachable
from core.feishu.cloud import Cloud
from core.feishu.sdk import FeishuClient, build_request
from core.network import make_session
from core.settings import NetworkSettings

ROOT = Path(__file__).parents[3]


def in_a_new_process(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture
def echo() -> Iterator[str]:
    """A server that answers every request with what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = json.dumps(
                {"path": self.path, "headers": dict(self.headers), "port": self.client_address[1]}
            )
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_pinned_release_is_installed() -> None:
    assert version("lark-oapi") == "1.7.5"


def test_only_the_calendar_part_of_the_library_is_loaded() -> None:
    code = """
import sys
from core.feishu.cloud import Cloud
from core.feishu.sdk import FeishuClient, build_request
import requests
for name in ("ListCalendar", "ListCalendarEvent", "GetCalendar", "PrimaryCalendar", "GetUserInfo"):
    request = build_request(name + "Request")
try:
    FeishuClient(requests.Session(), Cloud("http://127.0.0.1:9", "")).send(request, "t")
except Exception as error:
    print(type(error).__name__)
print(sorted({name.split(".")[2] for name in sys.modules if name.startswith("lark_oapi.api.")}))
print(sum(name.startswith("lark_oapi") for name in sys.modules) < 100)
print([name for name in ("httpx", "Crypto", "Crypto.Cipher") if name in sys.modules])
import httpx
print(httpx.AsyncClient.__name__)
"""
    said = in_a_new_process(code).splitlines()
    assert said == ["Unreachable", "['authen', 'calendar']", "True", "[]", "AsyncClient"]


def test_nothing_of_the_library_is_loaded_before_it_is_needed() -> None:
    code = (
        "import core.feishu.calendar, core.feishu.auth, sys; print([n for n in sys.modules if 'lark' in n])"
    )
    assert in_a_new_process(code).strip() == "[]"


def test_the_library_writes_nothing_to_standard_output() -> None:
    code = """
import logging
from core.feishu.sdk import build_request
build_request("ListCalendarRequest")
library = logging.getLogger("Lark")
library.error("a title")
print(library.handlers, library.getEffectiveLevel() >= logging.WARNING)
"""
    assert in_a_new_process(code).strip() == "[] True"


def test_it_works_where_there_is_no_standard_output() -> None:
    code = """
import sys
sys.stdout = None
from core.feishu.sdk import build_request
build_request("ListCalendarRequest")
"""
    in_a_new_process(code)


def test_a_request_carries_the_persons_token_and_encoded_parameters(echo: str) -> None:
    with make_session(NetworkSettings()) as session:
        request = build_request(
            "ListCalendarEventRequest", calendar_id="a/b@c", page_size="500", sync_token="s&t"
        )
        answer = FeishuClient(session, Cloud(echo, echo)).send(request, "u-1")
    asked = json.loads(answer.content)
    assert asked["path"] == "/open-apis/calendar/v4/calendars/a%2Fb%40c/events?page_size=500&sync_token=s%26t"
    assert asked["headers"]["Authorization"] == "Bearer u-1"


def test_without_a_token_nothing_is_sent() -> None:
    with make_session(NetworkSettings()) as session, pytest.raises(SignInNeeded):
        FeishuClient(session, Cloud("http://127.0.0.1:9", "")).send(build_request("ListCalendarRequest"), "")


def test_two_accounts_do_not_share_connections_or_tokens(echo: str) -> None:
    with make_session(NetworkSettings()) as one, make_session(NetworkSettings()) as two:
        clients = {"one": FeishuClient(one, Cloud(echo, echo)), "two": FeishuClient(two, Cloud(echo, echo))}
        seen: dict[str, set[tuple[int, str]]] = {"one": set(), "two": set()}

        def ask(name: str) -> None:
            for _ in range(5):
                asked = json.loads(clients[name].send(build_request("ListCalendarRequest"), name).content)
                seen[name].add((asked["port"], asked["headers"]["Authorization"]))

        threads = [threading.Thread(target=ask, args=(name,)) for name in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {token for _, token in seen["one"]} == {"Bearer one"}
    assert {token for _, token in seen["two"]} == {"Bearer two"}
    assert {port for port, _ in seen["one"]}.isdisjoint({port for port, _ in seen["two"]})
    assert len(seen["one"]) == 1


def test_nobody_is_a_fact_and_not_a_traceback() -> None:
    with make_session(NetworkSettings()) as session, pytest.raises(Unreachable) as silent:
        FeishuClient(session, Cloud("http://127.0.0.1:9", "")).send(build_request("ListCalendarRequest"), "t")
    assert (silent.value.why, silent.value.host) == ("connection", "127.0.0.1")
