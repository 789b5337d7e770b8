"""The page that shows both calendars side by side, and lets a person change the Feishu one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from sandbox.page import acts, view
from sandbox.page.shell import page

if TYPE_CHECKING:
    from sandbox.feishu import FeishuWorld
    from sandbox.microsoft.world import MicrosoftWorld

_SHOWN_DAYS = 14
_HERE = Path(__file__).parent


def create_app(feishu: FeishuWorld, microsoft: MicrosoftWorld) -> Flask:
    app = Flask(__name__)
    content = Markup(_HERE.joinpath("calendars.html").read_text("utf-8"))  # noqa: S704  # our own file

    @app.get("/")
    def calendars() -> str:
        return page("Two calendars, simulated", content)

    @app.get("/calendars.css")
    def style() -> Response:
        return Response(_HERE.joinpath("calendars.css").read_bytes(), mimetype="text/css")

    @app.get("/<any(calendars, chinese):name>.js")
    def script(name: str) -> Response:
        return Response(_HERE.joinpath(f"{name}.js").read_bytes(), mimetype="text/javascript")

    @app.get("/days")
    def days() -> Response:
        today = datetime.fromtimestamp(feishu.clock(), UTC).astimezone(view.ZONE).date()
        first = date.fromisoformat(request.args["first"]) if request.args.get("first") else today
        shown = view.days(feishu, microsoft, first, _SHOWN_DAYS)
        week = timedelta(days=7)
        return jsonify({
            "days": shown,
            "today": str(today),
            "first": str(first),
            "earlier": str(first - week),
            "later": str(first + week),
            "zone": view.ZONE.key,
            "feishu_name": feishu.person.name,
            "outlook_name": microsoft.owner.name,
        })  # fmt: skip

    @app.post("/acts/<name>")
    def act(name: str) -> Response:
        # JSON only: a foreign page in the same browser cannot send that without being asked first.
        said: dict[str, Any] = request.get_json()
        acts.ACTS[name](feishu, said)
        return jsonify({})

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        return jsonify({"problem": error.description}), error.code or 500

    @app.errorhandler(KeyError)
    @app.errorhandler(ValueError)
    def nonsense(error: Exception) -> tuple[Response, int]:
        return jsonify({"problem": str(error)}), 400

    return app
