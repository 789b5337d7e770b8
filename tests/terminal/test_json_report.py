from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest

from core import errors
from core.installation import PairStatus, Status
from core.model import Identity, Side
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, RequestCounts, Result, RunReport
from terminal.json_report import preview_object, refused, run_object, status_object
from tests.terminal.conftest import NOW, report


def _note(key: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["title", "start", key],
        "properties": {name: {"type": "string"} for name in ("title", "start", key)},
    }


def _counts(*names: str) -> dict[str, Any]:
    return {name: {"type": "integer", "minimum": 0} for name in names}


PAIR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "created", "updated", "deleted", "unchanged", "held", "skipped", "failed"],
    "properties": {
        "id": {"type": "string"},
        **_counts("created", "updated", "deleted", "unchanged", "held"),
        "skipped": {"type": "array", "items": _note("reason")},
        "failed": {"type": "array", "items": _note("error")},
    },
}
RUN: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["result", "started", "finished", "pairs", "requests"],
    "properties": {
        "result": {
            "enum": ["ok", "partial", "held", "sign-in-needed", "unreachable", "needs-person", "failed"]
        },
        "started": {"type": "string"},
        "finished": {"type": "string"},
        "pairs": {"type": "array", "items": PAIR},
        "requests": {
            "type": "object",
            "additionalProperties": False,
            "required": ["feishu", "graph", "graph_batch_items"],
            "properties": _counts("feishu", "graph", "graph_batch_items"),
        },
    },
}
CHANGE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["pair", "action", "title", "start", "reason"],
    "properties": {name: {"type": "string"} for name in ("pair", "action", "title", "start", "reason")},
}
PREVIEW = RUN | {
    "required": [*RUN["required"], "changes"],
    "properties": RUN["properties"] | {"changes": {"type": "array", "items": CHANGE}},
}

FULL = report(
    pairs=(
        PairReport(
            "work",
            created=1,
            updated=2,
            deleted=3,
            unchanged=4,
            held=5,
            skipped=(EventNote("午餐", "2026-11-26", because(Code.DECLINED)),),
            failed=(
                EventNote(
                    "",
                    "2026-11-26T09:00:00+08:00",
                    because(Code.REFUSED_BY_OUTLOOK, code="X", request_id="r"),
                ),
            ),
            changes=(Change(Action.CREATE, "Stand-up", "2026-11-26T09:30:00+08:00", because(Code.NEW)),),
        ),
    ),
    requests=RequestCounts(feishu=1, graph=2, graph_batch_items=20),
)


def test_the_object_of_a_run_is_exactly_this() -> None:
    assert json.loads(json.dumps(run_object(FULL))) == {
        "result": "held",
        "started": "2026-11-25T06:32:00+00:00",
        "finished": "2026-11-25T06:32:02+00:00",
        "pairs": [
            {
                "id": "work",
                "created": 1,
                "updated": 2,
                "deleted": 3,
                "unchanged": 4,
                "held": 5,
                "skipped": [{"title": "午餐", "start": "2026-11-26", "reason": "you declined it"}],
                "failed": [
                    {
                        "title": "",
                        "start": "2026-11-26T09:00:00+08:00",
                        "error": "Outlook refused it (X, request r)",
                    }
                ],
            }
        ],
        "requests": {"feishu": 1, "graph": 2, "graph_batch_items": 20},
    }


def test_a_preview_lists_its_changes_as_well() -> None:
    assert preview_object(FULL)["changes"] == [
        {
            "pair": "work",
            "action": "create",
            "title": "Stand-up",
            "start": "2026-11-26T09:30:00+08:00",
            "reason": "new in Feishu",
        }
    ]


@pytest.mark.parametrize(
    "found",
    [
        FULL,
        report(),
        report(Result.UNREACHABLE, problems=(errors.Unreachable(Side.FEISHU, "dns"),)),
        refused(errors.AlreadyRunning("/data"), NOW),
        refused(ZeroDivisionError(), NOW),
    ],
)
def test_every_report_has_the_fixed_shape(found: RunReport) -> None:
    jsonschema.validate(run_object(found), RUN)
    jsonschema.validate(preview_object(found), PREVIEW)


def test_a_run_that_was_refused_has_failed() -> None:
    for error in (errors.AlreadyRunning("/data"), ZeroDivisionError(), errors.SettingsInvalid("f", ())):
        assert run_object(refused(error, NOW))["result"] == "failed"
    assert run_object(refused(errors.VaultUnavailable("none"), NOW))["result"] == "needs-person"


def test_times_are_in_utc_whatever_zone_they_came_in() -> None:
    china = timezone(timedelta(hours=8))
    found = RunReport(Result.OK, started=NOW.astimezone(china), finished=NOW.astimezone(china))
    assert run_object(found)["started"] == "2026-11-25T06:32:00+00:00"


def test_the_status_is_one_object() -> None:
    status = Status(
        feishu=Identity("ou_1", "张三", "zhangsan@example.com"),
        outlook=None,
        pairs=(PairStatus("work", "primary", "Feishu", 40, ("Old meeting",)),),
        last_run=report(),
        paused_until=datetime.max.replace(tzinfo=UTC),
        attention=(errors.SignInNeeded(Side.OUTLOOK),),
    )
    found = json.loads(json.dumps(status_object(status, NOW)))
    assert found["accounts"] == {
        "feishu": {"id": "ou_1", "name": "张三", "address": "zhangsan@example.com"},
        "outlook": None,
    }
    assert found["pairs"] == [
        {
            "id": "work",
            "feishu_calendar": "primary",
            "outlook_calendar": "Feishu",
            "copies": 40,
            "held": ["Old meeting"],
            "off": False,
        }
    ]
    jsonschema.validate(found["last_run"], RUN)
    assert found["next_run"] == "2026-11-25T06:32:00+00:00"
    assert found["paused_until"] == "until resumed"
    assert found["attention"][0]["kind"] == "SignInNeeded"
    assert set(found) == {"accounts", "pairs", "last_run", "next_run", "paused_until", "attention"}


def test_the_status_of_a_fresh_installation_is_one_object_too() -> None:
    found = status_object(Status(None, None, (), None, None, ()), None)
    assert found["last_run"] is found["next_run"] is found["paused_until"] is None
