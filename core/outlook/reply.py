"""What Graph is asked and what it answers, alone or as one item of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from core import foreign_words
from core.backoff import parse_retry_after
from core.foreign_json import read_json

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    """Below the version root, with its query, percent-encoded: "me/events/AAk%3D"."""
    body: Json | None = None
    etag: str = ""
    """For If-Match."""
    prefer: str = ""
    """One more preference, besides those of every request."""

    @property
    def resource(self) -> str:
        """The path without its query, which may hold names that are private."""
        return self.path.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    """0: a batch came back without an answer for this item."""
    body: Json
    """Empty where there was none, or none that is a JSON object."""
    is_json: bool = True
    request_id: str = ""
    retry_after: float | None = None
    date: str | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        return foreign_words.code(self._error.get("code"))

    @property
    def existing_event_id(self) -> str:
        """What an ErrorDuplicateTransactionId names, or nothing."""
        found = self._error.get("@event.existingEventId")
        return found if isinstance(found, str) else ""

    @property
    def _error(self) -> Json:
        error = self.body.get("error")
        return error if isinstance(error, dict) else {}


def of_response(response: requests.Response, now: datetime) -> Reply:
    body, is_json = _parse(response.content)
    return Reply(
        status=response.status_code,
        body=body,
        is_json=is_json,
        request_id=foreign_words.request_number(response.headers.get("request-id")),
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now, response.headers.get("Date")),
        date=response.headers.get("Date"),
    )


def of_batch_item(item: Json, now: datetime, date: str | None) -> Reply:
    """`date`: the Date header of the batch's answer."""
    status, body = item.get("status"), item.get("body")
    headers = {str(name).lower(): str(value) for name, value in _object(item.get("headers")).items()}
    error = _object(_object(body).get("error"))
    inner = _object(error.get("innerError", error.get("innererror")))
    return Reply(
        status=status if isinstance(status, int) else 0,
        body=_object(body),
        request_id=foreign_words.request_number(headers.get("request-id") or inner.get("request-id")),
        retry_after=parse_retry_after(headers.get("retry-after"), now, date),
    )


def _parse(content: bytes) -> tuple[Json, bool]:
    if not content:
        return {}, True
    try:
        parsed = read_json(content)
    except ValueError:
        return {}, False
    return (parsed, True) if isinstance(parsed, dict) else ({}, False)


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}
