"""Addresses that a service sends are followed at that service only: another host never sees a request.

The thief is a real server, trusted like the services and ready to answer whatever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import trustme

from core.errors import ServiceFailing, SyncError, Unreachable
from core.feishu.auth import sign_out
from core.outlook.batch import send_batch
from core.outlook.reply import Request
from core.outlook.watch import OutlookWatch
from sandbox.journal import Fault, Reply, Service
from tests.core.web_servers import Server, serving, serving_tls
from tests.wire.feishu_fixtures import Desk, desk
from tests.wire.feishu_fixtures import signed_in as signed_in_at_feishu
from tests.wire.outlook_fixtures import BATCH, TOKEN, Microsoft, microsoft, service, signed_in

__all__ = ["desk", "microsoft", "service", "signed_in", "signed_in_at_feishu"]

WINDOW = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


@pytest.fixture
def thief() -> Iterator[Server]:
    with serving('{"value": [], "code": 0}') as server:
        yield server
        assert server.connections == 0


LINKS = {
    "another host": "http://127.0.0.1:{thief}/v1.0/me/calendars",
    "unencrypted": "http://{host}/v1.0/me/calendars",
    "no scheme": "//127.0.0.1:{thief}/v1.0/me/calendars",
    "our host as user": "https://{host}@127.0.0.1:{thief}/v1.0/me/calendars",
    "our address as user": "https://{host}%2Fv1.0%2F@127.0.0.1:{thief}/v1.0/",
    "our host as password": "http://x:{host}@127.0.0.1:{thief}/v1.0/me/calendars",
    "our host behind a backslash": "http://127.0.0.1:{thief}\\@{host}/v1.0/me/calendars",
    "another port": "https://{name}:{thief}/v1.0/me/calendars",
    "our port and more": "https://{host}0/v1.0/me/calendars",
    "our host and more": "https://{name}.invalid/v1.0/me/calendars",
    "with a dot": "https://{name}.:{port}/v1.0/me/calendars",
    "blank before it": " http://127.0.0.1:{thief}/v1.0/",
    "another version": "https://{host}/beta/me/calendars",
    "version and more": "https://{host}/v1.0@127.0.0.1:{thief}/me",
    "path alone": "/v1.0/me/calendars",
    "no text": ["https://{host}/v1.0/me/calendars"],
    "nothing": "",
}


@pytest.fixture(params=LINKS)
def link(request: pytest.FixtureRequest, microsoft: Microsoft, thief: Server) -> object:
    template = LINKS[request.param]
    parts = urlsplit(microsoft.sandbox.graph_url)
    facts = {"host": parts.netloc, "name": parts.hostname, "port": parts.port, "thief": thief.port}
    return template.format(**facts) if isinstance(template, str) else template


def test_the_next_page_is_read_at_graph_or_not_at_all(signed_in: Microsoft, link: object) -> None:
    signed_in.fail(r".*/me/calendars", Reply(200, {"value": [], "@odata.nextLink": link}))
    with pytest.raises(ServiceFailing) as caught:
        signed_in.start().calendars()
    assert caught.value.code == "foreign link"
    assert len(signed_in.graph_requests()) == 1


@pytest.mark.parametrize("member", ["@odata.nextLink", "@odata.deltaLink"])
def test_changes_are_followed_at_graph_or_not_at_all(signed_in: Microsoft, link: object, member: str) -> None:
    signed_in.fail(r".*/calendarView/delta", Reply(200, {"value": [], member: link}))
    with pytest.raises(ServiceFailing) as caught:
        OutlookWatch(signed_in.start().graph, "calendar").changes(*WINDOW, link="")
    assert caught.value.code == "foreign link"
    assert len(signed_in.graph_requests()) == 1


def test_a_link_that_was_changed_while_it_lay_in_the_ledger_is_not_followed(
    signed_in: Microsoft, link: object
) -> None:
    if link:
        with pytest.raises(ServiceFailing):
            OutlookWatch(signed_in.start().graph, "calendar").changes(*WINDOW, link=str(link))
        assert signed_in.graph_requests() == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("path", [r".*/me/calendars", BATCH])
def test_a_redirect_by_graph_is_a_failure(
    signed_in: Microsoft, thief: Server, status: int, path: str
) -> None:
    signed_in.fail(path, Reply(status, "", {"Location": f"{thief.url}/v1.0/"}))
    mailbox = signed_in.start()
    with pytest.raises(ServiceFailing):
        mailbox.calendars() if path != BATCH else send_batch(mailbox.graph, [Request("GET", "me/events/x")])


def test_the_session_that_adds_the_token_speaks_to_graph_alone(signed_in: Microsoft, thief: Server) -> None:
    graph = signed_in.start().graph
    assert graph.demand(Request("GET", "me/calendars"))
    with pytest.raises(requests.exceptions.InvalidURL):
        graph._session.send("GET", f"{thief.url}/v1.0/me", {}, None)


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_by_microsofts_token_service_takes_no_token_along(
    signed_in: Microsoft, thief: Server, status: int
) -> None:
    signed_in.clock.true += 7200
    signed_in.fail(TOKEN, Reply(status, "", {"Location": f"{thief.url}/token"}))
    with pytest.raises(ServiceFailing):
        signed_in.start().calendars()
    assert signed_in.graph_requests() == []


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_token_service_at_another_host_gets_neither_code_nor_token(
    signed_in: Microsoft, thief: Server, ca: trustme.CA, is_encrypted: bool
) -> None:
    """The authority itself says where its token service is; we know better."""
    with serving_tls("{}", ca, "localhost") as trusted:
        host = trusted.url if is_encrypted else thief.url
        authority = f"{signed_in.sandbox.authority_url}/common/oauth2/v2.0"
        discovered = {
            "issuer": signed_in.sandbox.authority_url,
            "authorization_endpoint": f"{authority}/authorize",
            "token_endpoint": f"{host}/common/oauth2/v2.0/token",
        }
        signed_in.fail(r".*/openid-configuration", *[Reply(200, discovered)] * 20)
        with pytest.raises((Unreachable, ServiceFailing)):
            signed_in.sign_in(browse=lambda address: signed_in.browse(_answered(address)))
        signed_in.clock.true += 7200
        with pytest.raises((Unreachable, ServiceFailing)):
            signed_in.start().calendars()
        assert trusted.connections == 0


def _answered(address: str) -> str:
    """Where the browser ends when the person has agreed."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    return f"{query['redirect_uri']}/?code=secret&state={query['state']}"


@pytest.fixture
def ca(signed_in: Microsoft) -> Iterator[trustme.CA]:
    """An authority that the settings trust beside the sandbox's."""
    authority, file = trustme.CA(), signed_in.sandbox.ca_file
    before = file.read_bytes()
    file.write_bytes(before + authority.cert_pem.bytes())
    yield authority
    file.write_bytes(before)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_by_feishu_takes_no_token_along(
    signed_in_at_feishu: Desk, thief: Server, status: int
) -> None:
    desk = signed_in_at_feishu
    there = Reply(status, "", {"Location": f"{thief.url}/open-apis/calendar/v4/calendars"})
    desk.journal.add(Fault(Service.FEISHU, ".*/calendars", there, which=None))
    with pytest.raises(SyncError):
        desk.calendars().calendars()


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_by_feishus_token_service_takes_no_secret_along(
    signed_in_at_feishu: Desk, thief: Server, status: int
) -> None:
    desk = signed_in_at_feishu
    desk.journal.add(
        Fault(Service.FEISHU, ".*/oauth/.*", Reply(status, "", {"Location": thief.url}), which=None)
    )
    with pytest.raises(ServiceFailing):
        desk.sign_in()
    desk.time.true += 7200
    with pytest.raises(ServiceFailing):
        desk.tokens().access_token()
    sign_out(desk.settings, desk.feishu.app_secret, desk.session, desk.vault)
    assert [request.path for request in desk.journal.requests() if request.path.endswith("/revoke")]
