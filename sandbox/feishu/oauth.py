"""Sign-in: the authorize page, the token endpoint, the app's own token."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from sandbox.feishu import device
from sandbox.feishu.accounts import GRANT_LIFETIME, Code, PersonState, RefreshToken
from sandbox.feishu.quirks import Consent
from sandbox.feishu.refusals import PageRefusal, Refusal, TokenRefusal
from sandbox.page.shell import card, page

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

_AUTHORIZE = "/open-apis/authen/v1/authorize"
_MOST_SCOPES = 50
_BAD_STATES = {PersonState.GONE: 20008, PersonState.FROZEN: 20066, PersonState.RESIGNED: 20066}

_CONSENT = Markup("""<span class="badge feishu">Feishu, simulated</span>
<h1>Calendar sync asks for access</h1>
<p class="quiet">You are signed in as {name}. The app would be allowed to:</p>
<ul>{scopes}</ul>
<form method="post" class="actions">
<button class="primary" name="answer" value="approve">Approve</button>
<button name="answer" value="deny">Deny</button>
</form>""")

_REFUSED = Markup("""<span class="badge feishu">Feishu, simulated</span>
<h1>This sign-in cannot go on</h1>
<p>{text}</p>
<p class="quiet">Error code: {code}</p>""")

_MEANINGS = {
    "offline_access": "stay signed in",
    "calendar:calendar:readonly": "read your calendars and events",
    "calendar:calendar:read": "read your calendars",
    "calendar:calendar.event:read": "read your events",
}


def blueprint(world: FeishuWorld) -> Blueprint:
    routes = Blueprint("oauth", __name__)

    @routes.get(_AUTHORIZE)
    def authorize() -> str | AnyResponse:
        scopes = _asked_scopes(world)
        if world.consent is not Consent.ASK:
            return _call_back(world, scopes, approved=world.consent is Consent.APPROVE)
        items = Markup("").join(
            Markup("<li>{} <code class=quiet>{}</code></li>").format(_MEANINGS.get(scope, "use"), scope)
            for scope in scopes
        )
        return page("Sign in to Feishu", card(_CONSENT.format(name=world.person.name, scopes=items)))

    @routes.post(_AUTHORIZE)
    def answer() -> AnyResponse:
        return _call_back(world, _asked_scopes(world), approved=request.form.get("answer") == "approve")

    @routes.post("/open-apis/authen/v2/oauth/token")
    def token() -> Response:
        world.limits.spend("token")
        said = _said()
        _check_app(world, said)
        return jsonify(_granted(world, said))

    @routes.post("/oauth/v1/revoke")
    def revoke() -> Response:
        gone = request.form.get("token", "")
        world.sessions.access.pop(gone, None)
        if gone in world.sessions.refresh:
            world.sessions.refresh[gone].revoked = True
        return jsonify({"code": 0})

    @routes.post("/open-apis/auth/v3/tenant_access_token/internal")
    def tenant_token() -> Response:
        said = request.get_json(silent=True)
        if not isinstance(said, dict) or not said.get("app_id") or not said.get("app_secret"):
            raise Refusal(10003)
        if said["app_id"] != world.app_id:
            raise Refusal(10015)
        if said["app_secret"] != world.app_secret:
            raise Refusal(10014)
        issued, expire = world.sessions.tenant_token()
        return jsonify({"code": 0, "msg": "ok", "tenant_access_token": issued, "expire": expire})

    return routes


def error_page(refusal: PageRefusal) -> str:
    return page("Feishu: error", card(_REFUSED.format(text=refusal.text, code=refusal.code)))


def _asked_scopes(world: FeishuWorld) -> list[str]:
    """The scopes that the authorize request asks for. Raises PageRefusal: then there is no callback."""
    asked = request.args
    if asked.get("client_id") != world.app_id:
        raise PageRefusal(20048, "There is no such app.")
    if asked.get("redirect_uri") not in world.app.redirect_urls:
        raise PageRefusal(20029, "The redirect_uri of the request is not in the app's list of redirect URLs.")
    if asked.get("response_type") != "code":
        raise PageRefusal(20001, "response_type must be “code”.")
    if not world.app.is_available:
        raise PageRefusal(20010, "You are outside the availability range of this app.")
    scopes = asked.get("scope", "").split()
    missing = [scope for scope in scopes if scope not in world.app.scopes]
    if missing or len(scopes) > _MOST_SCOPES:
        raise PageRefusal(20027, "The app has not enabled: " + " ".join(missing or scopes))
    return scopes


def _call_back(world: FeishuWorld, scopes: list[str], *, approved: bool) -> AnyResponse:
    asked = request.args
    says = {"error": "access_denied"}
    if approved:
        challenge, method = asked.get("code_challenge", ""), asked.get("code_challenge_method", "plain")
        code = world.sessions.authorize(world.person, set(scopes), asked["redirect_uri"], challenge, method)
        says = {"code": code}
    if "state" in asked:
        says["state"] = asked["state"]
    url = asked["redirect_uri"]
    return redirect(f"{url}{'&' if '?' in url else '?'}{urlencode(says)}")


def _said() -> dict[str, str]:
    """The members of a token request, JSON or form."""
    body: Any = request.form.to_dict() if request.form else request.get_json(silent=True)
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        raise TokenRefusal(20063)
    return body


def _check_app(world: FeishuWorld, said: Mapping[str, str]) -> None:
    if not said.get("grant_type") or not said.get("client_id") or not said.get("client_secret"):
        raise TokenRefusal(20001)
    if said["grant_type"] not in ("authorization_code", "refresh_token", device.GRANT_TYPE):
        raise TokenRefusal(20036)
    if request.headers.get("Authorization", "").lower().startswith("basic "):
        raise TokenRefusal(20070)
    if said["client_id"] != world.app_id:
        raise TokenRefusal(20048)
    if said["client_secret"] != world.app_secret:
        raise TokenRefusal(20002)
    for is_fine, code in (
        (world.app.is_published, 20069),
        (world.app.is_installed, 20009),
        (world.app.is_available, 20010),
    ):
        if not is_fine:
            raise TokenRefusal(code)


def _granted(world: FeishuWorld, said: Mapping[str, str]) -> dict[str, object]:
    match said["grant_type"]:
        case "authorization_code":
            return _exchange(world, said)
        case device.GRANT_TYPE:
            return device.exchange(world, said)
        case _:
            return _refresh(world, said)


def _exchange(world: FeishuWorld, said: Mapping[str, str]) -> dict[str, object]:
    if not said.get("code"):
        raise TokenRefusal(20001)
    code = world.sessions.codes.get(said["code"])
    if code is None:
        raise TokenRefusal(20003)
    if code.used:
        raise TokenRefusal(20065)
    if code.expires <= world.clock():
        raise TokenRefusal(20004)
    if said.get("redirect_uri") != code.redirect_url:
        raise TokenRefusal(20071)
    _check_proof(code, said.get("code_verifier", ""))
    scopes = _narrowed(code.scopes, said)
    _check_person(code)
    code.used = True
    return world.sessions.issue(code.person, scopes, world.sessions.grants[code.person.open_id].since)


def _refresh(world: FeishuWorld, said: Mapping[str, str]) -> dict[str, object]:
    if not said.get("refresh_token"):
        raise TokenRefusal(20001)
    known = world.sessions.refresh.get(said["refresh_token"])
    if known is None:
        raise TokenRefusal(20026)
    if known.revoked:
        raise TokenRefusal(20064)
    if known.used:
        raise TokenRefusal(20073)
    if min(known.expires, known.authorized + GRANT_LIFETIME) <= world.clock():
        raise TokenRefusal(20037)
    if not world.app.may_refresh:
        raise TokenRefusal(20074)
    scopes = _narrowed(known.scopes, said)
    _check_person(known)
    known.used = True
    return world.sessions.issue(known.person, scopes, known.authorized)


def _check_proof(code: Code, verifier: str) -> None:
    if not code.challenge:
        return
    proof = verifier
    if code.challenge_method == "S256":
        proof = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier) or proof != code.challenge:
        raise TokenRefusal(20049)


def _narrowed(granted: frozenset[str], said: Mapping[str, str]) -> frozenset[str]:
    wanted = said.get("scope", "").split()
    if len(set(wanted)) < len(wanted):
        raise TokenRefusal(20067)
    if not granted.issuperset(wanted):
        raise TokenRefusal(20068)
    return frozenset(wanted) or granted


def _check_person(holder: Code | RefreshToken) -> None:
    if holder.person.state in _BAD_STATES:
        raise TokenRefusal(_BAD_STATES[holder.person.state])
