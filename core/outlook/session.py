"""A signed-in person's requests to Graph: every one carries a token that should still be good.

Expiry by this computer's clock is only a hint; the service's 401 is the truth (`renew`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from core.errors import SignInNeeded
from core.model import Identity, Side
from core.outlook import tokens
from core.outlook.account import OutlookConnection, TokenCache, open_account
from core.outlook.clouds import endpoints
from core.outlook.errors import SCOPES, refresh_refused
from core.ports import Clock, Vault
from core.settings import NetworkSettings, OutlookSettings

REFRESH_AHEAD = 300
"""Seconds before expiry. Never more than half of a token's life, or a short one would always be due."""


class GraphSession:
    """Construct it freely; the first request reads the vault. May be used by several threads."""

    def __init__(
        self,
        settings: OutlookSettings,
        client_secret: str | None,
        network: NetworkSettings,
        vault: Vault,
        lock_path: Path,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._app = endpoints(settings)
        self._vault = vault
        self._clock = clock
        self._cache = TokenCache(self._load, self._save)
        self._account = open_account(self._app, client_secret, network, self._cache)
        self._lock_path = lock_path
        self._thread_lock = threading.RLock()
        self._stored: tokens.StoredSignIn | None = None

    @property
    def root(self) -> str:
        """The address that paths are relative to; ends with "/v1.0/"."""
        return str(self._account.protocol.service_url)

    def identity(self) -> Identity:
        """Who signed in, from the vault. Raises SignInNeeded."""
        with self._thread_lock:
            return self._sign_in().identity

    def ensure_fresh(self) -> None:
        """Refreshes ahead of expiry. Raises SignInNeeded, ConsentNeeded, AppMisconfigured, Unreachable,
        Throttled, ServiceFailing, VaultUnavailable."""
        with self._thread_lock:
            self._sign_in()
            if self._is_stale():
                self._refresh(rejected=None)

    def renew(self) -> None:
        """After a 401: another token than the one that was refused. Raises as `ensure_fresh`."""
        with self._thread_lock:
            token = self._cache.access_token()
            self._refresh(rejected=token["secret"] if token else None)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: Any) -> requests.Response:
        """Raises requests.RequestException."""
        response: requests.Response = self._connection.oauth_request(
            url, method, headers=dict(headers), json=body
        )
        return response

    @property
    def _connection(self) -> OutlookConnection:
        connection: OutlookConnection = self._account.con
        return connection

    def _sign_in(self) -> tokens.StoredSignIn:
        if self._stored is None:
            self._cache.load_token()
            self._use_token()
        if self._stored is None:
            raise SignInNeeded(Side.OUTLOOK)
        return self._stored

    def _is_stale(self) -> bool:
        token = self._cache.access_token()
        if token is None:
            return True
        expires_on, cached_at = int(token["expires_on"]), int(token["cached_at"])
        ahead = min(REFRESH_AHEAD, (expires_on - cached_at) / 2)
        return expires_on - self._clock.now().timestamp() < ahead

    def _refresh(self, *, rejected: str | None) -> None:
        with tokens.locked(self._lock_path):
            self._cache.load_token()  # another process may have done it
            self._sign_in()
            token = self._cache.access_token()
            if token is None or token["secret"] == rejected or self._is_stale():
                # What could not be stored must not be asked for: it may replace what is stored.
                self._vault.prove_writable()
                self._ask_for_token()
            self._use_token()

    def _ask_for_token(self) -> None:
        scopes = [self._account.protocol.prefix_scope(scope) for scope in SCOPES]
        with self._connection.token_service() as msal:
            accounts = msal.get_accounts()
            answer = (
                msal.acquire_token_silent_with_error(scopes, account=accounts[0], force_refresh=True)
                if accounts
                else None
            )
            if answer is None and self._connection.has_asked_for_token:
                answer = {}  # MSAL makes no difference between an empty answer and nothing to ask with
        if not answer or not tokens.are_in(answer):
            raise refresh_refused(answer, self._app)
        self._cache.keep(answer, self._clock.now().timestamp())
        self._cache.save_token()

    def _use_token(self) -> None:
        token = self._cache.access_token()
        if token is not None:
            self._connection.authorize(token["secret"])

    def _load(self) -> str | None:
        self._stored = tokens.stored_sign_in(self._settings, self._vault)
        return self._stored.cache if self._stored else None

    def _save(self, cache: str) -> None:
        identity = self._sign_in().identity
        self._stored = tokens.StoredSignIn(identity, self._app.registration, cache)
        self._vault.store_tokens(Side.OUTLOOK, tokens.to_text(self._stored))
