"""A small client for the tests of Microsoft's side: the world, its application and a bearer token."""

from typing import Any

from werkzeug.test import TestResponse

from sandbox.microsoft.app import create_app
from sandbox.microsoft.world import MicrosoftWorld

Json = dict[str, Any]

KEY = "String {6f2b7c58-9b52-4d8e-8f8e-7e6d9f0a1b2c} Name Key"
STATE = "String {6f2b7c58-9b52-4d8e-8f8e-7e6d9f0a1b2c} Name State"


class Service:
    """Paths are below /v1.0; `now` is the clock, in Unix seconds (2026-11-25, noon UTC, at first)."""

    def __init__(self) -> None:
        self.now = 1_795_608_000.0
        self.world = MicrosoftWorld(clock=lambda: self.now)
        self.http = create_app(self.world, pages_url=lambda: "http://127.0.0.1:8000/").test_client()
        self.headers = {
            "Authorization": f"Bearer {self.world.issue_access_token()}",
            "Prefer": 'IdType="ImmutableId", outlook.timezone="UTC"',
        }

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        return self.http.open(
            path if path.startswith("https://") else f"https://localhost/v1.0{path}",
            method=method,
            json=body,
            query_string=query,
            headers={**self.headers, **(headers or {})},
        )

    def get(self, path: str, headers: dict[str, str] | None = None, /, **query: str) -> TestResponse:
        """`select="id"` becomes `$select=id`; names with capitals (startDateTime) stay."""
        named = {name if name != name.lower() else f"${name}": value for name, value in query.items()}
        return self.call("GET", path, query=named or None, headers=headers)

    def json(self, path: str, **query: str) -> Json:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    def calendar(self, name: str = "飞书") -> str:
        return self.world.add_calendar(name)

    def create(self, calendar: str, body: Json) -> Json:
        answer = self.call("POST", f"/me/calendars/{calendar}/events", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json or {})

    def change(self, event_id: str, body: Json) -> Json:
        answer = self.call("PATCH", f"/me/events/{event_id}", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})


def code(answer: TestResponse) -> tuple[int, str]:
    """Status and `error.code`: what a client may decide on."""
    return answer.status_code, (answer.json or {})["error"]["code"]


def event(
    subject: str = "Talk",
    start: str = "2026-12-01T10:00:00",
    end: str = "2026-12-01T11:00:00",
    zone: str = "Asia/Shanghai",
    **more: Any,
) -> Json:
    times = {name: {"dateTime": time, "timeZone": zone} for name, time in (("start", start), ("end", end))}
    return {"subject": subject, **times, **more}


def series(pattern: Json, limits: Json | None = None, **more: Any) -> Json:
    """A series that starts on Tuesday, 2026-12-01, at 10:00 in Shanghai, unless said otherwise."""
    body = event(**more)
    rule_range = {"type": "noEnd", "startDate": body["start"]["dateTime"][:10], **(limits or {})}
    return {**body, "recurrence": {"pattern": {"interval": 1, **pattern}, "range": rule_range}}


def tagged(value: str, key: str = KEY) -> list[Json]:
    return [{"id": key, "value": value}]


def tag_filter(value: str, key: str = KEY) -> str:
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{key}' and ep/value eq '{value}')"


def expand_tags(*keys: str) -> str:
    ids = " or ".join(f"id eq '{key}'" for key in keys or (KEY,))
    return f"singleValueExtendedProperties($filter={ids})"
