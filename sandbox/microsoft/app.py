"""Microsoft's side as a WSGI application: the identity platform at the root, Graph below /v1.0."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from flask import Flask, Response, request

from sandbox.microsoft import graph, identity
from sandbox.microsoft.calls import Answer, Call, refusal
from sandbox.microsoft.errors import GraphError, unauthorized, unreadable_body
from sandbox.microsoft.world import MicrosoftWorld

_LARGEST_BODY = 4 * 1024 * 1024
_JSON = (
    "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"
)


def create_app(world: MicrosoftWorld, *, pages_url: Callable[[], str]) -> Flask:
    """`pages_url` gives the origin under which a browser opens the authorize page, when somebody needs it."""
    app = Flask(__name__)
    identity.register(app, world, pages_url)

    @app.route("/v1.0/<path:path>", methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
    def serve(path: str) -> Response:
        call = Call(
            world,
            request.method,
            f"/{path}",
            request.args.to_dict(),
            {name.lower(): value for name, value in request.headers.items()},
            None,
            f"{request.host_url}v1.0",
            frozenset(),
        )
        return _response(_serve(call), call)

    return app


def _serve(call: Call) -> Answer:
    try:
        scopes = _scopes(call)
        with call.world.throttle.slot():
            return graph.answer(replace(call, body=_body(), scopes=scopes))
    except GraphError as error:
        return refusal(error, call)


def _scopes(call: Call) -> frozenset[str]:
    """What the bearer token allows. Raises GraphError (401)."""
    kind, _, token = call.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise unauthorized("Access token is empty.")
    with call.world.lock:
        access = call.world.grants.access_tokens.get(token.strip())
    if access is None:
        raise unauthorized("CompactToken validation failed with reason code: 80049228.")
    if access.expires <= call.world.clock():
        raise unauthorized("Lifetime validation failed, the token is expired.")
    return access.scopes


def _body() -> Any:
    """The JSON of the request; None without one. Raises GraphError."""
    if (request.content_length or 0) > _LARGEST_BODY:
        raise GraphError(413, "RequestEntityTooLarge", "The request is too large.")
    data = request.get_data()
    if not data:
        return None
    if request.mimetype != "application/json":
        raise GraphError(415, "UnsupportedMediaType", "A Content-Type of application/json is required.")
    try:
        return json.loads(data)
    except ValueError:
        raise unreadable_body("Unable to read JSON request payload.") from None


def _response(answer: Answer, call: Call) -> Response:
    body = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
    response = Response(body, answer.status, answer.headers)
    response.headers["Date"] = formatdate(call.world.clock(), usegmt=True)
    response.headers["request-id"] = str(uuid.uuid4())
    response.headers["client-request-id"] = (
        call.headers.get("client-request-id") or response.headers["request-id"]
    )
    if body:
        response.headers["Content-Type"] = _JSON
    else:
        response.headers.pop("Content-Type", None)
    return response
