"""The objects that --json prints. Pure; their shape is fixed, scripts rely on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.model import Identity
from core.report import EventNote, PairReport, Result, RunReport
from terminal.exit_codes import of_report, result_of
from texts import reasons
from texts.problems import describe

if TYPE_CHECKING:
    from core.installation import PairStatus, Status

JsonObject = dict[str, Any]
UNTIL_RESUMED = "until resumed"


def run_object(report: RunReport) -> JsonObject:
    return {
        "result": result_of(of_report(report)).value,
        "started": _time(report.started),
        "finished": _time(report.finished),
        "pairs": [_pair(pair) for pair in report.pairs],
        "requests": {
            "feishu": report.requests.feishu,
            "graph": report.requests.graph,
            "graph_batch_items": report.requests.graph_batch_items,
        },
    }


def preview_object(report: RunReport) -> JsonObject:
    return run_object(report) | {"changes": changes(report.pairs)}


def changes(pairs: Iterable[PairReport]) -> list[JsonObject]:
    return [
        {
            "pair": pair.pair,
            "action": change.action.value,
            "title": change.title,
            "start": change.start,
            "reason": reasons.sentence(change.reason),
        }
        for pair in pairs
        for change in pair.changes
    ]


def refused(error: Exception, now: datetime) -> RunReport:
    """The report of a run that did not even begin."""
    return RunReport(Result.OK, started=now, finished=now, problems=(error,))


def status_object(status: Status, next_run: datetime | None) -> JsonObject:
    return {
        "accounts": {"feishu": _identity(status.feishu), "outlook": _identity(status.outlook)},
        "pairs": [_pair_status(pair) for pair in status.pairs],
        "last_run": run_object(status.last_run) if status.last_run else None,
        "next_run": _time(next_run) if next_run else None,
        "paused_until": _pause(status.paused_until),
        "attention": [_problem(error) for error in status.attention],
    }


def identity_object(identity: Identity) -> JsonObject:
    return {"id": identity.id, "name": identity.name, "address": identity.address}


def _pair(pair: PairReport) -> JsonObject:
    return {
        "id": pair.pair,
        "created": pair.created,
        "updated": pair.updated,
        "deleted": pair.deleted,
        "unchanged": pair.unchanged,
        "held": pair.held,
        "skipped": [_note(note, "reason") for note in pair.skipped],
        "failed": [_note(note, "error") for note in pair.failed],
    } | ({"off": True} if pair.is_off else {})


def _note(note: EventNote, key: str) -> JsonObject:
    return {"title": note.title, "start": note.start, key: reasons.sentence(note.reason)}


def _pair_status(pair: PairStatus) -> JsonObject:
    return {
        "id": pair.id,
        "feishu_calendar": pair.feishu_calendar,
        "outlook_calendar": pair.outlook_calendar,
        "copies": pair.copies,
        "held": list(pair.held),
        "off": pair.is_off,
    }


def _identity(identity: Identity | None) -> JsonObject | None:
    return identity_object(identity) if identity else None


def _problem(error: Exception) -> JsonObject:
    problem = describe(error)
    return {
        "kind": type(error).__name__,
        "title": problem.title,
        "meaning": problem.meaning,
        "remedy": problem.remedy,
        "link": problem.link,
    }


def _pause(until: datetime | None) -> str | None:
    if until is None:
        return None
    return UNTIL_RESUMED if until == datetime.max.replace(tzinfo=UTC) else _time(until)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
