"""Proof Key for Code Exchange (RFC 7636, S256) and the `state` parameter (RFC 6749, 10.12)."""

from __future__ import annotations

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """86 random characters of the unreserved set (43 to 128 are allowed)."""
    return secrets.token_urlsafe(64)


def challenge(verifier: str) -> str:
    """What the authorize request carries for `verifier` as `code_challenge` with method S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def new_state() -> str:
    return secrets.token_urlsafe(32)
