"""Codes and tokens that the identity platform gave out, and when it takes them back. Knows no HTTP."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

_CODE_LIFETIME = 600.0
_REFRESH_LIFETIME = 90 * 86400.0


class OAuthError(Exception):
    """`code` is the number after AADSTS."""

    def __init__(
        self,
        error: str,
        code: int,
        message: str,
        *,
        status: int = 400,
        suberror: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"AADSTS{code}: {message}")
        self.error = error
        self.code = code
        self.message = message
        self.status = status
        self.suberror = suberror
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Grant:
    """What the person allowed. `expires` is in Unix seconds."""

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str
    challenge_method: str
    nonce: str
    expires: float = 0.0


@dataclass(frozen=True, slots=True)
class Access:
    scopes: frozenset[str]
    expires: float


class Grants:
    """Not thread-safe. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, Grant] = {}
        self._used_codes: set[str] = set()
        self.access_tokens: dict[str, Access] = {}
        self.refresh_tokens: dict[str, Grant] = {}

    def issue_code(self, grant: Grant) -> str:
        code = "1.AX" + secrets.token_urlsafe(96)
        self._codes[code] = replace(grant, expires=self._clock() + _CODE_LIFETIME)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
        """Works once. Raises OAuthError."""
        if code in self._used_codes:
            raise OAuthError("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
        grant = self._codes.get(code)
        if grant is None or grant.client_id != client_id:
            raise OAuthError(
                "invalid_grant", 70000, "The provided value for the 'code' parameter is not valid."
            )
        if grant.expires <= self._clock():
            raise OAuthError("invalid_grant", 70008, "The provided authorization code has expired.")
        if grant.redirect_uri != redirect_uri:
            message = "The reply address does not match the one of the authorization request."
            raise OAuthError("invalid_client", 500112, message)
        if not _fits(grant, verifier):
            message = (
                "The Code_Verifier does not match the code_challenge supplied in the authorization request."
            )
            raise OAuthError("invalid_grant", 501481, message)
        del self._codes[code]
        self._used_codes.add(code)
        return grant

    def issue_access(self, scopes: frozenset[str], lifetime: int) -> str:
        token = "EwB" + secrets.token_urlsafe(96)
        self.access_tokens[token] = Access(scopes, self._clock() + lifetime)
        return token

    def issue_refresh(self, grant: Grant) -> str:
        """The older ones stay valid: the client is expected to drop them."""
        token = "1.AX" + secrets.token_urlsafe(96)
        self.refresh_tokens[token] = replace(grant, expires=self._clock() + _REFRESH_LIFETIME)
        return token

    def refresh(self, token: str, client_id: str) -> Grant:
        """Raises OAuthError."""
        grant = self.refresh_tokens.get(token)
        if grant is None or grant.client_id != client_id:
            raise OAuthError(
                "invalid_grant", 50173, "The provided grant has expired due to it being revoked."
            )
        if grant.expires <= self._clock():
            raise OAuthError("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        return grant


def _fits(grant: Grant, verifier: str) -> bool:
    if grant.challenge_method == "plain":
        return hmac.compare_digest(grant.challenge.encode(), verifier.encode())
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(grant.challenge.encode(), digest)
