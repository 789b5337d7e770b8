"""What Feishu answers, read without trust: the envelope, the service's own words for what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core import foreign_words
from core.backoff import parse_retry_after
from core.foreign_json import read_json

Json = Mapping[str, object]
_NOTHING: Json = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, understood. `code` 0 means success; None: it is not Feishu's language."""

    status: int
    code: int | None
    body: Json
    log_id: str
    """For the service's support (X-Tt-Logid)."""
    headers: Mapping[str, str]

    @property
    def data(self) -> Json:
        return _mapping(self.body.get("data"))

    @property
    def scopes(self) -> tuple[str, ...]:
        """The permissions that it names as missing."""
        violations = _mapping(self.body.get("error")).get("permission_violations")
        found = [
            violation.get("subject") or violation.get("scope")
            for violation in (violations if isinstance(violations, list) else [])
            if isinstance(violation, dict)
        ]
        return tuple(scope for scope in map(foreign_words.scope, found) if scope)

    def asked_wait(self, now: datetime) -> float | None:
        """Seconds that it asks to wait. The gateway has its own header; others use the standard's."""
        names, date = ("x-ogw-ratelimit-reset", "retry-after"), self.headers.get("date")
        asked = (parse_retry_after(self.headers.get(name), now, date) for name in names)
        return next((seconds for seconds in asked if seconds is not None), None)


def understand(answer: Answer) -> Reply:
    """HTTP statuses mislead here (errors come with 200 too): the body's `code` decides."""
    body = _parse(answer.content)
    code = body.get("code")
    is_ours = isinstance(code, int) and not isinstance(code, bool)
    return Reply(
        answer.status,
        code if isinstance(code, int) and is_ours else None,
        body,
        _log_id(answer, body),
        answer.headers,
    )


def _log_id(answer: Answer, body: Json) -> str:
    error = _mapping(body.get("error"))
    places = (
        answer.headers.get("x-tt-logid"),
        error.get("log_id"),
        error.get("logid"),
        body.get("log_id"),
        answer.headers.get("x-request-id"),
    )
    return next((number for number in map(foreign_words.request_number, places) if number), "")


def _parse(content: bytes) -> Json:
    try:
        return _mapping(read_json(content))
    except ValueError:
        return _NOTHING


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else _NOTHING
