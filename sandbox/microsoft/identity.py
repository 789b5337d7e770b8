"""The identity platform v2.0: discovery, the authorize page and the token endpoint."""

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from sandbox.microsoft import consent, scopes
from sandbox.microsoft.grants import Grant, OAuthError
from sandbox.microsoft.switches import SignIn
from sandbox.microsoft.world import MicrosoftWorld

_AUTHORIZE = "/<tenant>/oauth2/v2.0/authorize"
_TOKEN = "/<tenant>/oauth2/v2.0/token"  # a path
_LOOPBACK = ("localhost", "127.0.0.1")


def register(app: Flask, world: MicrosoftWorld, pages_url: Callable[[], str]) -> None:
    @app.get("/<tenant>/v2.0/.well-known/openid-configuration")
    def discovery(tenant: str) -> Response:
        here = request.host_url.rstrip("/")
        issuer = "{tenantid}" if tenant in ("common", "organizations") else tenant
        return jsonify(
            issuer=f"{here}/{issuer}/v2.0",
            authorization_endpoint=f"{pages_url().rstrip('/')}/{tenant}/oauth2/v2.0/authorize",
            token_endpoint=f"{here}/{tenant}/oauth2/v2.0/token",
            response_modes_supported=["query", "form_post"],
            response_types_supported=["code"],
            scopes_supported=sorted(scopes.RESERVED),
        )

    @app.route(_AUTHORIZE, methods=["GET", "POST"])
    def authorize(tenant: str) -> WerkzeugResponse:  # noqa: ARG001  # any tenant has the same person
        with world.lock:
            return _authorize(world, request.values.to_dict())

    @app.post(_TOKEN)
    def token(tenant: str) -> Response:  # noqa: ARG001  # any tenant has the same person
        with world.lock:
            try:
                answer = jsonify(_tokens(world, request.form.to_dict()))
            except OAuthError as error:
                answer = _token_error(world, error)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _authorize(world: MicrosoftWorld, sent: Mapping[str, str]) -> WerkzeugResponse:
    """GET shows the page, its form comes back as POST with the decision. Without a trustworthy redirect URI
    nothing is called back."""
    if sent.get("client_id") != world.client_id:
        message = f"AADSTS700016: Application with identifier '{sent.get('client_id', '')}' was not found."
        return make_response(consent.error_page(message), 400)
    redirect_uri = sent.get("redirect_uri", "")
    if not is_registered(redirect_uri, world.redirect_uris):
        message = (
            f"AADSTS50011: The redirect URI '{redirect_uri}' specified in the request does not match the "
            "redirect URIs configured for the application."
        )
        return make_response(consent.error_page(message), 400)
    try:
        grant = _requested(world, sent)
        decision = _decision(world, sent)
        if decision is None:
            return make_response(consent.page(world.person, grant.scopes, sent))
        if decision == "admin":
            return make_response(consent.admin_page(world.person))
        _refuse(decision)
    except OAuthError as error:
        back = {"error": error.error, "error_description": str(error)}
        if error.suberror:
            back["error_subcode"] = error.suberror
        return _back(sent, back)
    code = world.grants.issue_code(grant)
    return _back(sent, {"code": code, "session_state": str(uuid.uuid4())})


def _requested(world: MicrosoftWorld, sent: Mapping[str, str]) -> Grant:
    """What the person is asked to allow. Raises OAuthError."""
    if sent.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", 700054, "response_type must be 'code'.")
    if sent.get("response_mode", "query") not in ("query", "form_post"):
        raise OAuthError("invalid_request", 900144, "The response_mode is not supported.")
    wanted = scopes.parse(sent.get("scope", ""))
    if not wanted:
        raise OAuthError("invalid_request", 900144, "The request body must contain the parameter: 'scope'.")
    challenge, method = sent.get("code_challenge", ""), sent.get("code_challenge_method", "plain")
    if method not in ("S256", "plain") or (not challenge and world.client_secret is None):
        raise OAuthError("invalid_request", 9002325, "Proof Key for Code Exchange is required.")
    return Grant(world.client_id, sent["redirect_uri"], wanted, challenge, method, sent.get("nonce", ""))


def _decision(world: MicrosoftWorld, sent: Mapping[str, str]) -> str | None:
    """ "accept", "deny", "cancel", "admin", or None while the person has to be asked."""
    mode = world.switches.sign_in
    if sent.get("prompt") == "none" and mode is SignIn.PAGE:
        raise OAuthError(
            "login_required", 50058, "A silent sign-in request was sent but no user is signed in."
        )
    if mode is SignIn.PAGE:
        return sent.get("decision") if request.method == "POST" else None
    return {SignIn.AUTO: "accept"}.get(mode, mode.value)


def _refuse(decision: str) -> None:
    if decision == "cancel":
        raise OAuthError(
            "access_denied", 65004, "User declined to consent to access the app.", suberror="cancel"
        )
    if decision != "accept":
        raise OAuthError("access_denied", 65004, "User declined to consent to access the app.")


def is_registered(redirect_uri: str, registered: list[str]) -> bool:
    """The port of a loopback address doesn't count; everything else does, with its case."""
    sent = urlsplit(redirect_uri)
    for known in map(urlsplit, registered):
        is_loopback = known.hostname in _LOOPBACK and sent.hostname == known.hostname
        is_host = is_loopback or sent.netloc == known.netloc
        if (
            sent.scheme == known.scheme
            and is_host
            and (sent.path or "/") == (known.path or "/")
            and not sent.query
        ):
            return True
    return False


def _back(sent: Mapping[str, str], fields: dict[str, str]) -> WerkzeugResponse:
    if "state" in sent:
        fields["state"] = sent["state"]
    target = urlsplit(sent["redirect_uri"])
    address = target._replace(path=target.path or "/").geturl()
    if sent.get("response_mode") == "form_post":
        return make_response(consent.form_post_page(address, fields))
    return redirect(f"{address}?{urlencode(fields)}", 302)


def _tokens(world: MicrosoftWorld, sent: Mapping[str, str]) -> dict[str, object]:
    if world.switches.token_failure is not None:
        failure = world.switches.token_failure.value
        raise OAuthError(
            failure.error,
            failure.code,
            failure.message,
            status=failure.status,
            suberror=failure.suberror,
            retry_after=failure.retry_after,
        )
    _check_client(world, sent)
    wanted = scopes.parse(sent.get("scope", ""))
    kind = sent.get("grant_type")
    if kind == "authorization_code":
        verifier, redirect_uri = sent.get("code_verifier", ""), sent.get("redirect_uri", "")
        grant = world.grants.redeem(sent.get("code", ""), world.client_id, redirect_uri, verifier)
    elif kind == "refresh_token":
        grant = world.grants.refresh(sent.get("refresh_token", ""), world.client_id)
    else:
        raise OAuthError(
            "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{kind}'."
        )
    if not wanted - scopes.RESERVED <= grant.scopes:
        message = "The user or administrator has not consented to use the application."
        raise OAuthError("invalid_grant", 65001, message, suberror="consent_required")
    return _issued(world, grant, wants_client_info=sent.get("client_info") == "1")


def _check_client(world: MicrosoftWorld, sent: Mapping[str, str]) -> None:
    if sent.get("client_id") != world.client_id:
        message = f"Application with identifier '{sent.get('client_id', '')}' was not found in the directory."
        raise OAuthError("unauthorized_client", 700016, message)
    secret = sent.get("client_secret")
    if world.client_secret is None and secret is not None:
        message = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."
        raise OAuthError("invalid_client", 700025, message, status=401)
    if world.client_secret is not None and secret is None:
        message = (
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        )
        raise OAuthError("invalid_client", 7000218, message, status=401)
    if world.client_secret is not None and secret != world.client_secret:
        raise OAuthError("invalid_client", 7000215, "Invalid client secret provided.", status=401)


def _issued(world: MicrosoftWorld, grant: Grant, *, wants_client_info: bool) -> dict[str, object]:
    lifetime, person = world.switches.expires_in, world.person
    answer: dict[str, object] = {
        "token_type": "Bearer",
        "scope": scopes.printed(grant.scopes),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": world.grants.issue_access(grant.scopes, lifetime),
    }
    if "offline_access" in grant.scopes:
        answer["refresh_token"] = world.grants.issue_refresh(grant)
    if "openid" in grant.scopes:
        answer["id_token"] = _id_token(world, grant)
    if wants_client_info:
        answer["client_info"] = _packed({"uid": person.object_id, "utid": person.tenant_id})
    return answer


def _id_token(world: MicrosoftWorld, grant: Grant) -> str:
    """Unsigned: MSAL only decodes it."""
    now, person = int(world.clock()), world.person
    claims = {
        "aud": grant.client_id,
        "iss": f"{request.host_url}{person.tenant_id}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "nonce": grant.nonce,
        "sub": f"{person.object_id}.{grant.client_id}",
        "oid": person.object_id,
        "tid": person.tenant_id,
        "preferred_username": person.address,
        "name": person.name,
        "ver": "2.0",
    }
    return f"{_packed({'typ': 'JWT', 'alg': 'none'})}.{_packed(claims)}."


def _packed(value: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _token_error(world: MicrosoftWorld, error: OAuthError) -> Response:
    now = datetime.fromtimestamp(world.clock(), UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = str(uuid.uuid4()), request.headers.get("client-request-id") or str(uuid.uuid4())
    body = {
        "error": error.error,
        "error_description": f"{error} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}",
        "error_codes": [error.code],
        "timestamp": now,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={error.code}",
    }
    if error.suberror:
        body["suberror"] = error.suberror
    answer = jsonify(body)
    answer.status_code = error.status
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer
