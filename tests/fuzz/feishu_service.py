"""A Feishu that answers what a test lays down, below the real parsing, paging and repeating."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core.feishu.api import FeishuApi
from core.feishu.calendar import FeishuCalendars
from core.feishu.cloud import cloud_of
from core.feishu.reply import Answer
from core.meter import Meter
from core.model import Identity
from core.settings import FeishuSettings
from tests.core.engine.memory import NOW, FakeClock
from tests.fuzz.mutation import Json

CALENDAR_ID = "feishu.cn_1@group.calendar.feishu.cn"
CALENDAR: Json = {
    "calendar_id": CALENDAR_ID,
    "summary": "Li Lei",
    "type": "primary",
    "role": "owner",
    "is_deleted": False,
}
PRIMARY: Json = {"code": 0, "data": {"calendars": [{"user_id": "ou_1", "calendar": CALENDAR}]}}


class SignedIn:
    def identity(self) -> Identity:
        return Identity("ou_1", "Li Lei")

    def access_token(self) -> str:
        return "token"

    def renew(self, _rejected: str) -> str:
        return "another token"


class Told:
    """Answers in turn, the last one again and again."""

    def __init__(self, answers: Sequence[tuple[int, bytes, dict[str, str]]]) -> None:
        self.answers = answers
        self.number = 0

    def send(self, _request: Any, _token: str) -> Answer:
        status, content, headers = self.answers[min(self.number, len(self.answers) - 1)]
        self.number += 1
        return Answer(status, {name.lower(): value for name, value in headers.items()}, content)


class Rows:
    """The primary calendar of a person, which has these rows, in pages of three."""

    def __init__(self, rows: list[Json]) -> None:
        self.rows = rows
        self.number = 0

    def send(self, request: Any, _token: str) -> Answer:
        self.number += 1
        return Answer(200, {}, json.dumps(self._answer(request)).encode())

    def _answer(self, request: Any) -> Json:
        queries = dict(request.queries)
        match type(request).__name__:
            case "PrimaryCalendarRequest":
                return PRIMARY
            case "ListCalendarEventRequest":
                known = int(queries.get("sync_token", "0"))
                first = int(queries.get("page_token", known))
                page = self.rows[first : first + 3]
                after = first + len(page)
                data: Json = {"items": page, "has_more": after < len(self.rows)}
                data["page_token" if data["has_more"] else "sync_token"] = str(after)
                return {"code": 0, "data": data}
            case "InstanceViewCalendarEventRequest":
                return {"code": 0, "data": {"items": []}}
            case other:
                raise AssertionError(other)


def calendars(client: Told | Rows) -> FeishuCalendars:
    api = FeishuApi(
        client=client,  # type: ignore[arg-type]  # as much of it as is used
        session=SignedIn(),  # type: ignore[arg-type]  # the same
        cloud=cloud_of(FeishuSettings()),
        app_id="cli_1",
        clock=FakeClock(NOW),
        meter=Meter(),
        jitter=lambda: 0.0,
    )
    return FeishuCalendars(api)
