"""Whatever a row says: it is an event that Outlook can be told, or skipped with a reason."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from core import mirror
from core.errors import MalformedRow
from core.feishu.all_day_evidence import Evidence
from core.feishu.rows import parse_row
from core.model import AllDayEnd, MirrorEvent, RawRow, Row, Tag
from core.outlook import events
from core.settings import PairSettings
from tests.core.pure.rows import REACH, WORDS, view
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS, mutated
from tests.fuzz.wire_rows import ROWS, SINGLES
from tests.fuzz.work import at_most

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "graph_calendar_schema.json").read_text())
GRAPH = Draft202012Validator({**SCHEMA, "$ref": "#/$defs/eventCreate"})
TAG = Tag("a" * 32 + "." + "b" * 32, "transaction", "installation", "fingerprint")
PAIR = PairSettings("work")
WORK = 3_000_000
"""Calls of functions for three rows, of whatever rules: a second or two."""

meanings = st.sampled_from(AllDayEnd)
good_rows, bad_rows = st.sampled_from(ROWS), mutated(ROWS)


def understood(row: Any, meaning: AllDayEnd) -> Row | MalformedRow:
    """Any other exception is a failure."""
    try:
        return parse_row(json.dumps(row), meaning)
    except MalformedRow as error:
        return error


@fuzz(200, row=bad_rows, meaning=meanings)
def test_a_row_is_understood_or_refused_by_the_name_of_a_field(row: Any, meaning: AllDayEnd) -> None:
    found = understood(row, meaning)
    assert isinstance(found, Row) or found.field
    texts = (
        [found.event_id, found.title] if isinstance(found, MalformedRow) else [found.uid, found.description]
    )
    for text in texts:
        text.encode()


@fuzz(150, text=TEXTS | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")), meaning=meanings)
def test_any_text_is_a_row_or_none(text: str, meaning: AllDayEnd) -> None:
    with contextlib.suppress(MalformedRow):
        parse_row(text, meaning)


@fuzz(50, some=st.lists(bad_rows | good_rows, min_size=1, max_size=3), meaning=meanings)
def test_what_is_understood_can_be_written_to_outlook_or_is_skipped_with_a_reason(
    some: list[Any], meaning: AllDayEnd
) -> None:
    assert_mirrored(some, meaning)


AT_THE_EDGE = (
    {"start_time": {"date": "0001-01-01"}, "end_time": {"date": "9999-12-30"}, "recurrence": "FREQ=DAILY"},
    {
        "start_time": {"date": "2026-12-01"},
        "end_time": {"date": "9999-12-30"},
        "recurrence": "FREQ=WEEKLY;BYDAY=FR",
    },
    {
        "start_time": {"date": "1601-01-01"},
        "end_time": {"date": "2500-01-01"},
        "recurrence": "FREQ=WEEKLY;BYDAY=FR",
    },
    {"start_time": {"timestamp": "1"}, "end_time": {"timestamp": "16725225600"}, "recurrence": "FREQ=DAILY"},
    {"end_time": {"timestamp": "999999999999"}, "recurrence": "FREQ=DAILY"},
    {
        "start_time": {"timestamp": "16725225600"},
        "end_time": {"timestamp": "16725225600"},
        "recurrence": "FREQ=DAILY",
    },
    {"summary": "\ud83d", "description": "\udc00<p>x</p>", "event_organizer": {"display_name": "\ud83d"}},
    {"recurrence": "FREQ=SECONDLY", "description": "<b>" * 100_000},
    {"event_id": "x_16725225601"},
    {"event_id": "x_-5"},
)


@pytest.mark.parametrize("changes", AT_THE_EDGE)
def test_what_is_at_the_edge_goes_the_same_way(changes: dict[str, Any]) -> None:
    said = {"status": "confirmed", "self_rsvp_status": "accept"}
    assert_mirrored([{**SINGLES[0], **said, **changes}], AllDayEnd.UNKNOWN)


def assert_mirrored(some: list[Any], meaning: AllDayEnd) -> None:
    found = {each.event_id: each for each in (understood(row, meaning) for row in some)}
    good = tuple(row for row in found.values() if isinstance(row, Row))
    bad = tuple(row for row in found.values() if isinstance(row, MalformedRow))
    with at_most(WORK):
        desired = mirror.desired(view(*good, malformed=bad), PAIR, WORDS, REACH)
    for event in desired.events.values():
        assert_writable(event)
    for skip in desired.skips.values():
        assert skip.note.reason.code
    assert not desired.events.keys() & desired.skips.keys()


@fuzz(50, some=st.lists(bad_rows | good_rows, min_size=1, max_size=4))
def test_what_all_day_rows_prove_is_found_out_whatever_they_are(some: list[Any]) -> None:
    raws = [RawRow(str(number), json.dumps(row)) for number, row in enumerate(some)]
    with at_most(WORK):
        evidence = Evidence.of(raws)
        probe = evidence.probe()
    assert probe is None or probe.hour[0] < probe.hour[1]


def assert_writable(event: MirrorEvent) -> None:
    body = dict(events.creation(event, TAG))
    assert not list(GRAPH.iter_errors(body))
    json.dumps(body, ensure_ascii=False).encode()
    for change in event.series.changed if event.series else ():
        json.dumps(dict(events.occurrence_change(change, TAG)), ensure_ascii=False).encode()
