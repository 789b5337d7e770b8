"""Reports survive the ledger whole; what another version wrote is no report."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import UTC, datetime

import pytest

from core import errors, report_store
from core.errors import SettingProblem, SyncError
from core.model import Side
from core.report import Action, Change, EventNote, PairReport, Reason, RequestCounts, Result, RunReport

EXAMPLES: dict[object, object] = {
    str: "text 会议",
    int: 7,
    float: 2.5,
    bool: True,
    Side: Side.OUTLOOK,
    tuple[str, ...]: ("Calendars.ReadWrite", "User.Read"),
    tuple[SettingProblem, ...]: (
        SettingProblem("value", "sync.x", "1", "2", "y", 3),
        SettingProblem("syntax"),
    ),
}
"""A value for every type of fact that an error has."""


def example(kind: type[SyncError]) -> SyncError:
    if not dataclasses.is_dataclass(kind):
        return kind()
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: EXAMPLES[hints[field.name]] for field in dataclasses.fields(kind)})


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SyncError)]


def report(*problems: Exception) -> RunReport:
    note = EventNote("Title 会议", "2027-02-01", Reason("declined", (("a", "b"), ("c", "d"))))
    change = Change(Action.LET_GO, "Title", "2027-02-01T10:00:00+08:00", Reason("attendees added"))
    return RunReport(
        Result.PARTIAL,
        datetime(2027, 2, 1, 10, tzinfo=UTC),
        datetime(2027, 2, 1, 10, 0, 1, 5, tzinfo=UTC),
        (PairReport("work", 1, 2, 3, 4, 5, (note,), (note, note), (change,)), PairReport("empty")),
        RequestCounts(1, 2, 3),
        problems,
    )


def test_every_class_of_errors_is_tried() -> None:
    assert len(KINDS) > 20
    assert errors.SettingsInvalid in KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_with_any_problem_comes_back_equal(kind: type[SyncError]) -> None:
    problem = example(kind)
    stored = json.loads(json.dumps(report_store.to_json(report(problem))))
    found = report_store.from_json(stored)
    assert found is not None
    (back,) = found.problems
    assert type(back) is kind
    assert repr(back) == repr(problem)
    assert dataclasses.replace(found, problems=()) == report()


def test_what_is_no_sync_error_is_not_kept() -> None:
    found = report_store.from_json(report_store.to_json(report(RuntimeError("bug"), errors.Stopped())))
    assert found is not None
    assert [type(problem) for problem in found.problems] == [errors.Stopped]


@pytest.mark.parametrize(
    "change",
    [
        {"result": "splendid"},
        {"started": "yesterday"},
        {"started": None},
        {"pairs": None},
        {"pairs": [{"pair": "work"}]},
        {"requests": {"telepathy": 1}},
        {"problems": [{"class": "NoSuchError", "facts": {}}]},
        {"problems": [{"class": "Side", "facts": {}}]},
        {"problems": [{"class": "dataclass", "facts": {}}]},
        {"problems": [{"class": "Throttled", "facts": {"side": "moon", "after": 1}}]},
        {"problems": [{"class": "Throttled", "facts": {"unknown": 1}}]},
        {"problems": ["Throttled"]},
    ],
)
def test_what_another_version_wrote_differently_is_no_report(change: dict[str, object]) -> None:
    assert report_store.from_json(report_store.to_json(report()) | change) is None


@pytest.mark.parametrize("stored", [None, [], "", 5, {}])
def test_what_is_no_report_at_all_is_none(stored: object) -> None:
    assert report_store.from_json(stored) is None


def test_the_kinds_are_those_of_the_errors_module_only() -> None:
    assert isinstance(errors, types.ModuleType)
    assert all(kind.__module__ == "core.errors" for kind in KINDS)
