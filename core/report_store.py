"""Run reports as JSON for the ledger, and back. Pure."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from core import errors
from core.errors import SettingProblem, SyncError
from core.model import Side
from core.report import Action, Change, EventNote, PairReport, Reason, RequestCounts, Result, RunReport


def to_json(report: RunReport) -> dict[str, Any]:
    return {
        "result": report.result.value,
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "pairs": [_plain(asdict(pair)) for pair in report.pairs],
        "requests": asdict(report.requests),
        "problems": [_problem_to_json(error) for error in report.problems if isinstance(error, SyncError)],
    }


def from_json(stored: Any) -> RunReport | None:
    """None for what another version wrote differently: a report is worth no crash."""
    try:
        return RunReport(
            result=Result(stored["result"]),
            started=datetime.fromisoformat(stored["started"]),
            finished=datetime.fromisoformat(stored["finished"]),
            pairs=tuple(_pair(pair) for pair in stored["pairs"]),
            requests=RequestCounts(**stored["requests"]),
            problems=tuple(_problem(problem) for problem in stored["problems"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _pair(stored: dict[str, Any]) -> PairReport:
    notes = {name: tuple(_note(note) for note in stored[name]) for name in ("skipped", "failed")}
    changes = tuple(
        Change(Action(change["action"]), change["title"], change["start"], _reason(change["reason"]))
        for change in stored["changes"]
    )
    return PairReport(**{**stored, **notes, "changes": changes})


def _note(stored: dict[str, Any]) -> EventNote:
    return EventNote(stored["title"], stored["start"], _reason(stored["reason"]))


def _reason(stored: dict[str, Any]) -> Reason:
    return Reason(stored["code"], tuple((name, value) for name, value in stored["facts"]))


def _problem_to_json(error: SyncError) -> dict[str, Any]:
    named: Any = error
    facts = (
        {field.name: _plain(getattr(error, field.name)) for field in fields(named)}
        if is_dataclass(named)
        else {}
    )
    return {"class": type(error).__name__, "facts": facts}


def _problem(stored: dict[str, Any]) -> SyncError:
    kind = getattr(errors, stored["class"])
    facts = dict(stored["facts"])
    if "side" in facts:
        facts["side"] = Side(facts["side"])
    if kind is errors.SettingsInvalid:
        facts["problems"] = tuple(SettingProblem(**problem) for problem in facts["problems"])
    if "scopes" in facts:
        facts["scopes"] = tuple(facts["scopes"])
    problem = kind(**facts)
    if not isinstance(problem, SyncError):
        raise TypeError(stored["class"])
    return problem


def _plain(value: Any) -> Any:
    """As JSON has it: enums by value, sequences as lists."""
    match value:
        case Enum():
            return value.value
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case SettingProblem():
            return _plain(asdict(value))
        case _:
            return value
