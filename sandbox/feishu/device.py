"""Sign-in with a link and a code (RFC 8628), as the service's own command line tool uses it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup

from sandbox.feishu.quirks import Consent
from sandbox.feishu.refusals import TokenRefusal
from sandbox.page.shell import card, page

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
LIFETIME, INTERVAL = 240, 5
_PATH, _PAGE = "/oauth/v1/device_authorization", "/oauth/v1/device/verify"
_ASK = Markup("""<span class="badge feishu">Feishu, simulated</span>
<h1>Calendar sync asks for access</h1>
<p>Does your computer show the code <b>{code}</b>?</p>
<form method="post" class="actions">
<button class="primary" name="answer" value="approve">Approve</button>
<button name="answer" value="deny">Deny</button>
</form>""")
_DONE = Markup("""<span class="badge feishu">Feishu, simulated</span>
<h1>Thank you</h1><p>You can close this page.</p>""")


@dataclass(slots=True)
class DeviceCode:
    user_code: str
    scopes: frozenset[str]
    expires: float
    asked_at: float
    """When it was last asked about."""
    answer: str = ""
    """"approve" or "deny", as soon as the person has spoken."""


def blueprint(world: FeishuWorld) -> Blueprint:
    routes = Blueprint("device", __name__)
    codes = world.sessions.devices

    @routes.post(_PATH)
    def begin() -> tuple[Response, int] | Response:
        asked = request.authorization
        if not asked or (asked.username, asked.password) != (world.app_id, world.app_secret):
            return jsonify({"error": "invalid_client", "error_description": "no such client"}), 401
        scopes = request.form.get("scope", "").split()
        if not world.app.scopes.issuperset(scopes):
            return jsonify({"error": "invalid_scope", "error_description": "not enabled"}), 400
        device, user = (
            secrets.token_urlsafe(32),
            f"{secrets.randbelow(10**4):04}-{secrets.randbelow(10**4):04}",
        )
        now = world.clock()
        codes[device] = DeviceCode(user, frozenset(scopes), now + LIFETIME, now)
        if world.consent is not Consent.ASK:
            codes[device].answer = "approve" if world.consent is Consent.APPROVE else "deny"
        address = request.host_url.rstrip("/") + _PAGE
        return jsonify(
            {
                "device_code": device,
                "user_code": user,
                "verification_uri": address,
                "verification_uri_complete": f"{address}?user_code={user}",
                "expires_in": LIFETIME,
                "interval": INTERVAL,
            }
        )

    @routes.get(_PAGE)
    def ask() -> str:
        return page("Sign in to Feishu", card(_ASK.format(code=request.args.get("user_code", "?"))))

    @routes.post(_PAGE)
    def answer() -> str:
        for code in codes.values():
            if code.user_code == request.args.get("user_code"):
                code.answer = request.form.get("answer", "")
        return page("Sign in to Feishu", card(_DONE))

    return routes


def exchange(world: FeishuWorld, said: Mapping[str, str]) -> dict[str, object]:
    """The token endpoint's part. Raises TokenRefusal: also to say that the person has not answered yet."""
    code = world.sessions.devices.get(said.get("device_code", ""))
    now = world.clock()
    if code is None or code.expires <= now:
        raise TokenRefusal.of_device("expired_token")
    is_early, code.asked_at = now - code.asked_at < INTERVAL, now
    if is_early:
        raise TokenRefusal.of_device("slow_down")
    if not code.answer:
        raise TokenRefusal.of_device("authorization_pending")
    del world.sessions.devices[said["device_code"]]
    if code.answer != "approve":
        raise TokenRefusal.of_device("access_denied")
    return world.sessions.issue(world.person, code.scopes, now)
