"""Signing in to Microsoft in the person's browser (authorization code with PKCE, RFC 8252)."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from core.errors import AppMisconfigured, ConsentNeeded, ServiceFailing, SignInFailed
from core.model import Identity, Side
from core.network import unreachable
from core.oauth.interaction import Interaction
from core.oauth.loopback import LoopbackServer, NoCallback, SignInCancelled, SignInTimeout, listen
from core.outlook import native_client, reply, tokens
from core.outlook.account import OutlookConnection, TokenCache, open_account
from core.outlook.clouds import Endpoints, endpoints
from core.outlook.errors import NOT_JSON, SCOPES, failure, sign_in_refused
from core.outlook.native_client import Started, Trip
from core.ports import Stop, Vault
from core.settings import NetworkSettings, OutlookSettings, Redirect

_warnings_lock = threading.Lock()
"""The list of ignored warnings belongs to all threads."""


def sign_in(
    settings: OutlookSettings,
    client_secret: str | None,
    network: NetworkSettings,
    vault: Vault,
    lock_path: Path,
    interaction: Interaction,
    timeout: float = 300,
) -> Identity:
    """Blocks until the browser has answered, at most `timeout` seconds; then the tokens are in the vault.

    Raises SignInFailed, ConsentNeeded, AppMisconfigured, Unreachable, Throttled, ServiceFailing,
    VaultUnavailable.
    """
    app = endpoints(settings)
    for key, value in (("client_id", app.client_id), ("tenant", app.tenant)):
        if not value:
            raise AppMisconfigured(Side.OUTLOOK, "missing", f"outlook.{key}")
    vault.prove_writable()
    cache = TokenCache(load=lambda: None, save=lambda _: None)
    account = open_account(app, client_secret, network, cache)
    scopes = [account.protocol.prefix_scope(scope) for scope in SCOPES]
    if settings.redirect is Redirect.NATIVECLIENT:
        trip = native_client.trip(app, interaction, timeout)
    else:
        trip = _loopback(interaction, timeout)
    answer = _ask_person(account.con, scopes, trip)
    _check_granted(answer, app)
    account.con.authorize(answer["access_token"])
    identity = _who(account.con, account.protocol.service_url, answer.get("id_token_claims") or {})
    with tokens.locked(lock_path):
        stored = tokens.StoredSignIn(identity, app.registration, cache.serialize())
        vault.store_tokens(Side.OUTLOOK, tokens.to_text(stored))
    return identity


def _ask_person(connection: OutlookConnection, scopes: list[str], trip: Trip) -> Mapping[str, Any]:
    """The token answer."""
    flow: dict[str, Any] = {}

    def start(redirect_uri: str) -> Started:
        flow.update(_start(connection, scopes, redirect_uri))
        return Started(flow["auth_uri"], flow["state"])

    callback = trip(start)
    if "code" not in callback:
        raise sign_in_refused(callback, connection.app)
    with connection.token_service() as msal:
        answer: Mapping[str, Any] = msal.acquire_token_by_auth_code_flow(flow, dict(callback))
    if not tokens.are_in(answer):
        raise sign_in_refused(answer, connection.app)
    return answer


def _loopback(interaction: Interaction, timeout: float) -> Trip:
    """The redirect is http://localhost:PORT: Microsoft ignores the port in matching."""

    def trip(start: Callable[[str], Started]) -> Mapping[str, str]:
        try:
            server = listen(host="localhost", ports=(0,), path="/", page=interaction.page)
        except NoCallback as error:
            raise SignInFailed(Side.OUTLOOK, error.why, detail=error.detail) from error
        with server:
            started = start(server.redirect_uri)
            server.expect(started.state)
            interaction.announce(started.address)
            interaction.browse(started.address)
            return _await_callback(server, started.state, timeout, interaction.stop)

    return trip


def _start(connection: OutlookConnection, scopes: list[str], redirect_uri: str) -> dict[str, Any]:
    with connection.token_service() as msal, _warnings_lock, warnings.catch_warnings():
        # MSAL recommends form_post. Browsers warn of forms that go from https to http; the code in the query
        # is useless without the verifier, and the last page takes it out of the address bar.
        warnings.filterwarnings("ignore", message="response_mode='form_post' is recommended")
        flow: dict[str, Any] = msal.initiate_auth_code_flow(
            scopes, redirect_uri=redirect_uri, prompt="select_account"
        )
    return flow


def _await_callback(server: LoopbackServer, state: str, timeout: float, stop: Stop) -> Mapping[str, str]:
    try:
        return server.wait(state, timeout, stop)
    except SignInTimeout as error:
        raise SignInFailed(Side.OUTLOOK, "timeout") from error
    except SignInCancelled as error:
        raise SignInFailed(Side.OUTLOOK, "cancelled") from error


def _check_granted(answer: Mapping[str, Any], app: Endpoints) -> None:
    """People may untick a permission. Scopes come back short or with the resource before them."""
    granted = {scope.rpartition("/")[2].lower() for scope in str(answer.get("scope", "")).split()}
    missing = tuple(scope for scope in SCOPES if scope.lower() not in granted)
    if "refresh_token" not in answer:
        missing += ("offline_access",)
    if missing:
        raise ConsentNeeded(Side.OUTLOOK, missing, link=app.admin_consent_url(SCOPES))


def _who(connection: OutlookConnection, root: str, claims: Mapping[str, Any]) -> Identity:
    """Asked of Graph, so that a sign-in that succeeded is known to open the mailbox's service too."""
    try:
        response = connection.oauth_request(f"{root}me", "get")
    except requests.RequestException as error:
        raise unreachable(error, Side.OUTLOOK, urlsplit(root).netloc) from error
    me = reply.of_response(response, datetime.now(UTC))
    if not me.is_success:
        raise failure(me)
    if not me.is_json or not claims.get("tid") or not claims.get("oid"):
        raise ServiceFailing(Side.OUTLOOK, me.status, NOT_JSON, me.request_id)
    address = me.body.get("mail") or me.body.get("userPrincipalName") or claims.get("preferred_username")
    name = me.body.get("displayName") or claims.get("name") or address
    return Identity(f"{claims['tid']}.{claims['oid']}", str(name or ""), str(address or ""))
