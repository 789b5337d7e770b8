"""The simulated Feishu as a WSGI application: both https://open.feishu.cn and https://accounts.feishu.cn."""

from __future__ import annotations

import itertools
from typing import Any

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sandbox.feishu import calendars, device, events, oauth, wire
from sandbox.feishu.refusals import PageRefusal, Refusal, TokenRefusal
from sandbox.feishu.world import FeishuWorld


def create_app(world: FeishuWorld) -> Flask:
    app = Flask(__name__)
    numbers = itertools.count(1)
    for module in (oauth, device, calendars, events):
        app.register_blueprint(module.blueprint(world))

    @app.before_request
    def name_request() -> None:
        world.lock.acquire()
        g.log_id = wire.log_id(world.clock(), next(numbers))

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        world.lock.release()

    @app.after_request
    def sign(response: Response) -> Response:
        response.headers[world.quirks.log_id_header] = g.log_id
        response.headers["X-Request-Id"] = g.log_id.lower()
        return response

    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> tuple[Response, int, dict[str, str]]:
        error: dict[str, Any] = {**refusal.error, "log_id": g.log_id}
        body = {"code": refusal.code, "msg": refusal.text, "error": error}
        return jsonify(body), refusal.status, dict(refusal.headers)

    @app.errorhandler(TokenRefusal)
    def refuse_token(refusal: TokenRefusal) -> tuple[Response, int]:
        body = {"error": refusal.error, "error_description": refusal.description}
        return jsonify({"code": refusal.code, **body} if refusal.code else body), refusal.status

    @app.errorhandler(PageRefusal)
    def refuse_page(refusal: PageRefusal) -> str:
        return oauth.error_page(refusal)

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
        return refuse(Refusal(99991301 if isinstance(error, MethodNotAllowed) else 99991201))

    return app
