"""Whose tokens they are that a sign-in has brought, by whichever way it went. Nothing is stored here."""

from __future__ import annotations

from core.errors import ConsentNeeded
from core.feishu.errors import CALENDAR_SCOPE, Asking, malformed, refusal
from core.feishu.reply import understand
from core.feishu.sdk import FeishuClient, build_request
from core.feishu.tokens import Grant, Tokens
from core.model import Identity, Side

SCOPES = ("offline_access", CALENDAR_SCOPE)
"""Read only. The first one brings the refresh token."""


def tokens_of(grant: Grant, client: FeishuClient, asking: Asking) -> Tokens:
    """Asks who it is. Raises ConsentNeeded where a permission was cut, else as every call does."""
    check_scopes(grant)
    person = _identity(grant.access_token, client, asking)
    return Tokens(
        app_id=asking.app_id,
        open_url=asking.cloud.open_url,
        open_id=person.id,
        name=person.name,
        address=person.address,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        lifetime=grant.lifetime,
        obtained=int(asking.now.timestamp()),
    )


def check_scopes(grant: Grant) -> None:
    """The service may cut what was asked for, and says so only here."""
    missing = [scope for scope in SCOPES if scope not in grant.scopes]
    if "offline_access" not in missing and not grant.refresh_token:
        missing.append("offline_access")
    if missing:
        raise ConsentNeeded(Side.FEISHU, tuple(missing))


def _identity(access_token: str, client: FeishuClient, asking: Asking) -> Identity:
    reply = understand(client.send(build_request("GetUserInfoRequest"), access_token))
    if reply.code != 0:
        raise refusal(reply, asking)
    members = [reply.data.get(name) for name in ("open_id", "name", "email")]
    open_id, name, address = (member if isinstance(member, str) else "" for member in members)
    if not open_id:
        raise malformed(reply)
    return Identity(open_id, name, address)
