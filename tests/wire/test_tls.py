"""Whoever is not who they say gets no request: over our own sessions and those of both client libraries."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import trustme

from core.errors import SyncError, Unreachable
from core.feishu.cloud import Cloud
from core.feishu.sdk import FeishuClient, build_request
from core.feishu.token_endpoint import App, TokenEndpoint
from core.model import Side
from core.network import make_session, unreachable
from core.outlook.account import OutlookConnection, TokenCache, open_account
from core.outlook.clouds import Endpoints
from core.settings import NetworkSettings
from tests.core.web_servers import Server, authority_in, serving_tls

Ask = Callable[[str, NetworkSettings], object]


def _lark(url: str, network: NetworkSettings) -> object:
    with make_session(network) as session:
        return FeishuClient(session, Cloud(url, url)).send(build_request("ListCalendarRequest"), "u-secret")


def _feishu_tokens(url: str, network: NetworkSettings) -> object:
    with make_session(network) as session:
        app = App("cli_a1", "secret")
        endpoint = TokenEndpoint(session, Cloud(url, url), app, lambda: datetime.now(UTC))
        return endpoint.refresh("ur-secret")


def _connection(url: str, network: NetworkSettings) -> OutlookConnection:
    app = Endpoints(url, "common", url, "00000000-0000-0000-0000-000000000000")
    cache = TokenCache(load=lambda: None, save=lambda _: None)
    connection: OutlookConnection = open_account(app, None, network, cache).con
    return connection


def _msal(url: str, network: NetworkSettings) -> object:
    with _connection(url, network).token_service() as msal:
        return msal.initiate_auth_code_flow(["scope"], redirect_uri="http://localhost:1")


def _graph(url: str, network: NetworkSettings) -> object:
    connection = _connection(url, network)
    connection.authorize("secret")
    assert connection.session is not None
    with connection.session:
        try:
            return connection.oauth_request(f"{url}/v1.0/me", "get")
        except requests.RequestException as error:
            raise unreachable(error, Side.OUTLOOK, "") from error


ASKS: dict[str, Ask] = {"lark": _lark, "tokens": _feishu_tokens, "msal": _msal, "graph": _graph}


@pytest.fixture
def ca(tmp_path: Path) -> trustme.CA:
    return authority_in(tmp_path / "ca.pem")


@pytest.fixture
def bundle(ca: trustme.CA, tmp_path: Path) -> NetworkSettings:
    return NetworkSettings(ca_bundle=str(tmp_path / "ca.pem"))


@pytest.fixture(params=ASKS)
def ask(request: pytest.FixtureRequest) -> Ask:
    return ASKS[request.param]


@pytest.fixture
def localhost(ca: trustme.CA) -> Iterator[Server]:
    with serving_tls('{"code": 0}', ca, "localhost") as server:
        yield server


def refused(ask: Ask, url: str, network: NetworkSettings) -> str:
    with pytest.raises(Unreachable) as caught:
        ask(url, network)
    return caught.value.why


@pytest.mark.parametrize("variable", ["", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_that_nobody_trusts_gets_no_request(
    ask: Ask, localhost: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
    assert refused(ask, localhost.url, NetworkSettings()) == "tls"
    assert localhost.seen == []


def test_with_the_bundle_of_the_settings_the_same_server_is_asked(
    ask: Ask, localhost: Server, bundle: NetworkSettings
) -> None:
    with contextlib.suppress(SyncError):  # its answer makes no sense
        ask(localhost.url, bundle)
    assert len(localhost.seen) == 1


def test_a_certificate_for_another_name_is_refused(ask: Ask, ca: trustme.CA, bundle: NetworkSettings) -> None:
    with serving_tls("wrong", ca, "service.example") as server:
        assert refused(ask, f"https://localhost:{server.port}", bundle) == "tls"
        assert server.seen == []


def test_a_certificate_that_has_expired_is_refused(ask: Ask, ca: trustme.CA, bundle: NetworkSettings) -> None:
    with serving_tls("late", ca, "localhost", valid_for=timedelta(minutes=-1)) as server:
        assert refused(ask, server.url, bundle) == "tls"
        assert server.seen == []
