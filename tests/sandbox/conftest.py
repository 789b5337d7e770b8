"""A simulated Feishu to talk to, with a clock that stands still unless it is moved."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.feishu import Consent, FeishuWorld
from sandbox.feishu.accounts import CALLBACKS
from sandbox.feishu.app import create_app

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SCOPE = "offline_access calendar:calendar:readonly"
API = "/open-apis/calendar/v4/calendars"


@dataclass
class Clock:
    now: float = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


@dataclass
class Feishu:
    """The service, and a person who has signed in to it."""

    clock: Clock
    world: FeishuWorld
    http: FlaskClient
    token: str = ""
    refresh_token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def authorize(self, **changes: str) -> TestResponse:
        asked = {
            "client_id": self.world.app_id,
            "response_type": "code",
            "redirect_uri": CALLBACKS[0],
            "scope": SCOPE,
            "state": "s-4f1c",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return self.http.get("/open-apis/authen/v1/authorize", query_string=asked)

    def code(self, **changes: str) -> str:
        return query_of(self.authorize(**changes))["code"]

    def exchange(self, code: str, **changes: str) -> TestResponse:
        said = {
            "grant_type": "authorization_code",
            "client_id": self.world.app_id,
            "client_secret": self.world.app_secret,
            "code": code,
            "redirect_uri": CALLBACKS[0],
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.http.post("/open-apis/authen/v2/oauth/token", json=said)

    def refresh(self, token: str | None = None, **changes: str) -> TestResponse:
        said = {
            "grant_type": "refresh_token",
            "client_id": self.world.app_id,
            "client_secret": self.world.app_secret,
            "refresh_token": self.refresh_token if token is None else token,
            **changes,
        }
        return self.http.post("/open-apis/authen/v2/oauth/token", json=said)

    def sign_in(self, **changes: str) -> None:
        answer = self.exchange(self.code(**changes)).json
        assert answer is not None
        self.token, self.refresh_token = answer["access_token"], answer.get("refresh_token", "")
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.http.get(path, query_string=query, headers=self.headers)

    def events(self, calendar_id: str | None = None, part: str = "", **query: Any) -> TestResponse:
        calendar_id = quote(calendar_id or self.world.calendar_id, safe="")
        return self.get(f"{API}/{calendar_id}/events{part}", **query)


def query_of(answer: TestResponse) -> dict[str, str]:
    assert answer.location is not None, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}


def code_of(answer: TestResponse) -> tuple[int, int]:
    """HTTP status and Feishu's code."""
    assert answer.json is not None
    return answer.status_code, answer.json["code"]


@pytest.fixture
def feishu() -> Feishu:
    clock = Clock()
    world = FeishuWorld(clock)
    world.consent = Consent.APPROVE
    service = Feishu(clock, world, create_app(world).test_client())
    service.sign_in()
    return service
