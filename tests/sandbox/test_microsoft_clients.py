"""The real client libraries against the sandbox, over TLS: what they need is there."""

import html
import re
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import msal
import pytest
import requests
import trustme
from O365 import Account, Connection, MSGraphProtocol
from O365.utils.token import MemoryTokenBackend
from werkzeug.serving import make_server

from sandbox.microsoft.app import create_app
from sandbox.microsoft.switches import SignIn
from sandbox.microsoft.world import MicrosoftWorld

SCOPES = ["Calendars.ReadWrite", "User.Read"]
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
NOW = 1_800_000_000.0


class Server:
    def __init__(self, folder: Path) -> None:
        self.world = MicrosoftWorld(clock=lambda: NOW)
        self.world.switches.sign_in = SignIn.AUTO
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        app = create_app(self.world, pages_url=lambda: self.url)
        self._server = make_server("localhost", 0, app, threaded=True, ssl_context=context)
        self.url = f"https://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def session(self) -> requests.Session:
        session = requests.Session()
        session.verify = str(self.ca_file)
        session.trust_env = False
        return session

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.stop()


def browse(server: Server, address: str) -> dict[str, str]:
    """What the browser would bring back to the app's loopback address: a query, or the fields of a form."""
    with server.session() as browser:
        answer = browser.get(address, allow_redirects=False)
    if answer.status_code == 200:
        return {name: html.unescape(value) for name, value in FIELD.findall(answer.text)}
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_msal_signs_in_and_refreshes(server: Server) -> None:
    with server.session() as session:
        app = msal.PublicClientApplication(
            server.world.client_id,
            authority=f"{server.url}/common",
            instance_discovery=False,
            http_client=session,
        )
        flow = app.initiate_auth_code_flow(
            SCOPES, redirect_uri="http://localhost:51004", response_mode="form_post"
        )

        result = app.acquire_token_by_auth_code_flow(flow, browse(server, flow["auth_uri"]))
        account = app.get_accounts()[0]
        refreshed = app.acquire_token_silent_with_error(SCOPES, account=account, force_refresh=True)

    assert account["username"] == server.world.person.address
    assert result["id_token_claims"]["oid"] == server.world.person.object_id
    assert refreshed["access_token"] != result["access_token"]
    assert set(refreshed["scope"].split()) == {"Calendars.ReadWrite", "User.Read", "openid", "profile"}


def test_o365_signs_in_and_calls_graph(server: Server) -> None:
    class LocalConnection(Connection):
        @property
        def msal_client(self) -> msal.PublicClientApplication:
            if self._msal_client is None:
                self._msal_client = msal.PublicClientApplication(
                    self.auth[0],
                    authority=f"{server.url}/common",
                    instance_discovery=False,
                    token_cache=self.token_backend,
                    http_client=http,
                )
            return self._msal_client

        def get_session(self, load_token: bool = False) -> requests.Session:
            session = super().get_session(load_token)
            session.trust_env = False
            return session

    class LocalAccount(Account):
        connection_constructor = LocalConnection

    class LocalProtocol(MSGraphProtocol):
        _protocol_url = f"{server.url}/"
        _oauth_scope_prefix = "https://graph.microsoft.com/"

    with server.session() as http:
        account = LocalAccount(
            server.world.client_id,
            auth_flow_type="public",
            protocol=LocalProtocol(timezone="UTC"),
            token_backend=MemoryTokenBackend(),
            verify_ssl=str(server.ca_file),
            request_retries=0,
            requests_delay=0,
            raise_http_errors=False,
        )
        with pytest.warns(UserWarning, match="response_mode"):
            address, flow = account.get_authorization_url(SCOPES, redirect_uri="http://localhost:51004")
        answer = browse(server, address)
        assert account.request_token(f"http://localhost:51004/?{urlencode(answer)}", flow=flow)

        service = account.protocol.service_url
        me = account.con.get(f"{service}me").json()
        created = account.con.post(f"{service}me/calendars", data={"name": "飞书 日历"})
        names = {calendar["name"] for calendar in account.con.get(f"{service}me/calendars").json()["value"]}
        account.con.session.close()

    assert me["id"] == server.world.person.object_id
    assert created.status_code == 201
    assert names == {"Calendar", "Birthdays", "飞书 日历"}
