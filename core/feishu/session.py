"""The person's sign-in at Feishu: gives an access token, and renews it without ever losing the next one.

A refresh token works once. So: one refresh at a time over all processes, nothing is sent whose result could
not be kept, and what came is kept before it is used (RFC 9700, 4.14; the service grants no second chance).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import filelock

from core.errors import ServiceFailing, SignInNeeded, Unreachable
from core.feishu.cloud import cloud_of
from core.feishu.token_endpoint import TokenEndpoint
from core.feishu.tokens import Grant, Tokens, tokens_from_text
from core.model import Identity, Side
from core.ports import Clock, RequestMeter, Vault
from core.settings import FeishuSettings

log = logging.getLogger(__name__)

REFRESH_ATTEMPTS = 2
"""How often one refresh is sent at most: once more where no answer came that can be used."""
_PAUSE = 1.0
"""Seconds between the two."""
LONGEST_REFRESH_OF_OTHERS = 400.0
"""Seconds to wait for another process: two attempts of the token endpoint, each with its full time-out."""


def signed_in(settings: FeishuSettings, vault: Vault) -> Identity | None:
    """Who is signed in with the app of the settings, as far as the vault knows. Raises VaultUnavailable."""
    tokens = stored_tokens(settings, vault)
    return tokens.identity if tokens is not None and tokens.refresh_token else None


class FeishuSession:
    """Every method may raise VaultUnavailable and, where it says so, other SyncErrors."""

    def __init__(
        self,
        *,
        settings: FeishuSettings,
        endpoint: TokenEndpoint,
        vault: Vault,
        clock: Clock,
        meter: RequestMeter,
        lock: Path,
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._vault = vault
        self._clock = clock
        self._meter = meter
        self._lock = lock
        self._first_seen = ("", 0.0)

    def identity(self) -> Identity:
        """No request. Raises SignInNeeded."""
        return self._tokens().identity

    def access_token(self) -> str:
        """One that is good for minutes. Raises SignInNeeded, Unreachable, ServiceFailing, …"""
        tokens = self._tokens()
        return self._renew(self._is_due) if self._is_due(tokens) else tokens.access_token

    def renew(self, rejected: str) -> str:
        """Another token than `rejected`, which the service did not accept although it seemed good: our
        clock, or the service, knows better. Raises as `access_token` does."""
        return self._renew(lambda tokens: tokens.access_token == rejected)

    def stay_signed_in(self) -> None:
        """New tokens, whatever the clocks say of the old ones. Raises as `access_token` does."""
        self._renew(lambda _tokens: True)

    def _renew(self, is_stale: Callable[[Tokens], bool]) -> str:
        with self._only_one():
            tokens = self._tokens()
            if not is_stale(tokens):  # another process was quicker
                return tokens.access_token
            self._vault.prove_writable()
            try:
                grant = self._refresh(tokens.refresh_token)
            except SignInNeeded:
                self._replace(tokens, tokens.ended())
                raise
            now = int(self._clock.now().timestamp())
            return self._replace(tokens, tokens.renewed(grant, now)).access_token

    def _refresh(self, refresh_token: str) -> Grant:
        """A lost answer leaves open whether the token is spent; asking with it again tells."""
        for attempt in range(1, REFRESH_ATTEMPTS + 1):
            self._meter.sent(Side.FEISHU)
            try:
                return self._endpoint.refresh(refresh_token)
            except (Unreachable, ServiceFailing) as error:
                log.warning("refresh attempt %d got no answer that can be used: %s", attempt, error)
                if attempt == REFRESH_ATTEMPTS:
                    raise
                self._clock.sleep(_PAUSE)
        raise AssertionError("unreachable")

    def _replace(self, old: Tokens, new: Tokens) -> Tokens:
        """Stores `new`, unless the person has signed in or out meanwhile: then that is in force."""
        current = stored_tokens(self._settings, self._vault)
        if current != old:
            return self._tokens()
        self._vault.store_tokens(Side.FEISHU, new.to_text())
        return new

    def _tokens(self) -> Tokens:
        tokens = stored_tokens(self._settings, self._vault)
        if tokens is None or not tokens.refresh_token:
            raise SignInNeeded(Side.FEISHU)
        return tokens

    def _is_due(self, tokens: Tokens) -> bool:
        """By the wall clock, which also counts while the computer sleeps, or by the monotonic one, which
        nobody can set: whichever says so first."""
        now = self._clock.monotonic()
        if self._first_seen[0] != tokens.access_token:
            self._first_seen = (tokens.access_token, now)
        wall_age = self._clock.now().timestamp() - tokens.obtained
        return tokens.is_due(wall_age) or tokens.is_due(now - self._first_seen[1])

    def _only_one(self) -> filelock.AcquireReturnProxy:
        lock = filelock.FileLock(self._lock, mode=0o600)
        try:
            return lock.acquire(timeout=LONGEST_REFRESH_OF_OTHERS)
        except filelock.Timeout as error:
            raise Unreachable(Side.FEISHU, "timeout", cloud_of(self._settings).host) from error


def stored_tokens(settings: FeishuSettings, vault: Vault) -> Tokens | None:
    """What the vault has for the app of the settings; None as well if it belongs to another app or cloud,
    or can't be read. An empty `refresh_token`: the sign-in has ended. Raises VaultUnavailable."""
    text = vault.tokens(Side.FEISHU)
    tokens = tokens_from_text(text) if text is not None else None
    if tokens is None or (tokens.app_id, tokens.open_url) != (settings.app_id, cloud_of(settings).open_url):
        return None
    return tokens
