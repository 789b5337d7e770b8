"""Whatever Feishu answers: values, or an error of ours, after a number of requests that is bounded."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from core.errors import MalformedRow, SyncError
from core.feishu.calendar import MOST_PAGES, FeishuCalendars
from core.feishu.errors import malformed
from core.feishu.reply import Answer, understand
from core.feishu.tokens import grant_from, tokens_from_text
from core.ledger import Ledger, SourceState
from core.model import AllDayEnd
from tests.fuzz.effort import fuzz
from tests.fuzz.feishu_service import CALENDAR, CALENDAR_ID, PRIMARY, Told, calendars
from tests.fuzz.mutation import TEXTS, Json, as_bytes, cut, mutated
from tests.fuzz.wire_rows import EXCEPTIONS, SERIES, SINGLES
from tests.fuzz.work import at_most

WORK = 3_000_000
MOST_REQUESTS = 5 * MOST_PAGES

LAST: Json = {
    "code": 0,
    "msg": "success",
    "data": {"items": list(SINGLES[:3]), "has_more": False, "sync_token": "v2"},
}
MORE = {"code": 0, "data": {"items": [SERIES[0], EXCEPTIONS[0]], "has_more": True, "page_token": "p"}}
CALENDARS = {"code": 0, "data": {"calendar_list": [CALENDAR], "has_more": False, "sync_token": "s"}}
ONE = {"code": 0, "data": CALENDAR}
GRANT = {"code": 0, "access_token": "u-a", "refresh_token": "ur-b", "expires_in": 7200, "scope": "a b"}
REFUSAL = {
    "code": 99991679,
    "msg": "no",
    "error": {
        "log_id": "l",
        "permission_violations": [{"type": "scope", "subject": "calendar:calendar:readonly"}],
    },
}
BODIES = (
    LAST,
    MORE,
    LAST,
    MORE,
    PRIMARY,
    CALENDARS,
    ONE,
    REFUSAL,
    {"code": 99991400},
    {"code": 190008},
    {"code": 99991403},
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"X-Tt-Logid": "l"},
    {"x-ogw-ratelimit-reset": "1e308"},
    {"x-ogw-ratelimit-reset": "-1", "Retry-After": "Wed, 21 Oct 2026 07:28:00 -9999"},
    {"Date": "Mon, 32 Jan 0001 00:00:00 GMT"},
    {"Retry-After": "nan"},
)
contents = (
    mutated(BODIES).map(as_bytes) | st.sampled_from(BODIES).map(as_bytes).flatmap(cut) | st.just(b"<html>")
)
answers = st.tuples(
    st.sampled_from((200,) * 9 + (0, 400, 401, 403, 429, 500, 502)), contents, st.sampled_from(HEADERS)
)
conversations = st.lists(answers, min_size=1, max_size=4)

ASKED: tuple[Callable[[FeishuCalendars], Any], ...] = (
    lambda feishu: feishu.calendars(),
    lambda feishu: feishu.find("primary"),
    lambda feishu: feishu.find(CALENDAR_ID),
    lambda feishu: feishu.pull(CALENDAR_ID, 1),
    lambda feishu: feishu.pull(CALENDAR_ID, 1),
    lambda feishu: feishu.changes(CALENDAR_ID, 1, "v1"),
)


def foreseen(ask: Callable[[FeishuCalendars], Any], told: list[Any]) -> Any:
    """What was made of the answers, or None for an error of ours; any other error is a failure."""
    client, found = Told(told), None
    with contextlib.suppress(SyncError), at_most(WORK):
        found = ask(calendars(client))
    assert client.number <= MOST_REQUESTS
    return found


@fuzz(60, told=conversations, ask=st.sampled_from(ASKED))
def test_an_answer_is_understood_or_an_error(told: list[Any], ask: Callable[[FeishuCalendars], Any]) -> None:
    foreseen(ask, told)


@pytest.mark.parametrize("has_more", [None, "", "false", 0, 1, []])
def test_a_page_that_does_not_say_whether_it_is_the_last_proves_nothing(has_more: Json) -> None:
    page = {"code": 0, "data": {**LAST["data"], "has_more": has_more}}
    assert foreseen(lambda feishu: feishu.pull(CALENDAR_ID, 1), [(200, as_bytes(page), {})]) is None


@fuzz(20, told=conversations, calendar=mutated((CALENDAR,)))
def test_what_was_understood_can_be_kept_and_read_again(told: list[Any], calendar: Json) -> None:
    assert_kept(told, calendar)


@pytest.mark.parametrize("text", ["\ud83d", "\udc00\ud83d", "\0", "é" * 5000])
def test_half_characters_can_be_kept_too(text: str) -> None:
    row = {**SINGLES[0], "event_id": f"{text}_0", "summary": text}
    last = {"code": 0, "data": {"items": [row], "has_more": False, "sync_token": text}}
    assert_kept([(200, as_bytes(last), {})], {**CALENDAR, "summary": text})


def assert_kept(told: list[Any], calendar: Json) -> None:
    first: tuple[int, bytes, dict[str, str]] = (200, as_bytes({"code": 0, "data": calendar}), {})
    found = foreseen(lambda feishu: (feishu.find(CALENDAR_ID), feishu.pull(CALENDAR_ID, 1)), [first, *told])
    if found is None:
        return
    info, changes = found
    state = SourceState(info, changes.cursor, 1, 2, is_empty=False)
    with tempfile.TemporaryDirectory() as directory:
        ledger = Ledger(Path(directory) / "ledger.sqlite3")
        ledger.open()
        ledger.replace_rows("ou_1", "primary", state, changes.rows)
        rows = ledger.rows(info.id)
        ledger.close()
    assert {row.event_id: row for row in rows} == {row.event_id: row for row in changes.rows}
    for row in rows:
        with contextlib.suppress(MalformedRow):
            assert calendars(Told([])).parse(row.raw, AllDayEnd.UNKNOWN).event_id == row.event_id


@fuzz(30, content=mutated((GRANT,)).map(as_bytes) | cut(as_bytes(GRANT)), headers=st.sampled_from(HEADERS))
def test_tokens_come_whole_or_not_at_all(content: bytes, headers: dict[str, str]) -> None:
    reply = understand(Answer(200, {name.lower(): value for name, value in headers.items()}, content))
    try:
        grant = grant_from(reply)
    except type(malformed(reply)):
        return
    assert grant.access_token.isascii()
    assert grant.lifetime > 0


STORED = (
    '{"format": 1, "app_id": "a", "open_url": "u", "open_id": "o", "name": "n", "address": "", '
    '"access_token": "t", "refresh_token": "r", "lifetime": 7200, "obtained": 1}'
)


@fuzz(30, text=cut(STORED.encode()).map(lambda content: content.decode("utf-8", "replace")) | TEXTS)
def test_what_the_vault_kept_is_read_or_is_none(text: str) -> None:
    tokens = tokens_from_text(text)
    assert tokens is None or tokens.identity.id is not None
