"""The ledger in numbers and codes, for a bug report: no title, no name, no text. Read beside a running
program, and also from a file that the program itself can't use.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from core import report_store
from core.error_facts import facts_of
from core.errors import SyncError
from core.reasons import Code
from core.report import PairReport, RunReport

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite says of a damaged schema may quote it, and is no UTF-8 then."""
LAST_RUNS = 50
WAITS = (
    *("paused_until", "throttled_until", "throttled_side", "quota_until", "attempts_failed"),
    "use_sign_ins_at",
)
_COUNTS = {
    "links": "SELECT state, is_verified, is_series, is_adopted, held IS NOT NULL AS is_held, "
    "count(*) AS links FROM link GROUP BY 1, 2, 3, 4, 5",
    "feishu_calendars": "SELECT kind, role, is_primary, all_day_end, is_empty, pulled_at, anchor, "
    "(SELECT count(*) FROM source_row AS r WHERE r.calendar_id = c.calendar_id) AS rows "
    "FROM source_calendar AS c",
    "outlook_calendars": "SELECT is_ours, watch_until, watch_link != '' AS is_watched, "
    "(SELECT count(*) FROM link AS l WHERE l.target_id = c.calendar_id) AS links FROM target_calendar AS c",
    "pairings": "SELECT recognised_at FROM pairing",
    "deletions": "SELECT is_counted, count(*) AS deletions, max(deleted_at) AS last FROM deletion GROUP BY 1",
    "usage": "SELECT month, side, requests FROM usage",
}

_NAMES = (
    "SELECT name FROM source_calendar UNION SELECT calendar_id FROM source_calendar "
    "UNION SELECT configured FROM source_name UNION SELECT configured FROM target_name"
)


def ledger_facts(file: Path) -> dict[str, Any]:
    """Never raises: what can't be read is told by SQLite's name for why."""
    if not file.exists():
        return {"is_there": False}
    try:
        with closing(_opened(file)) as database:
            questions: dict[str, Callable[[sqlite3.Connection], object]] = {
                "version": lambda it: it.execute("PRAGMA user_version").fetchone()[0],
                "is_sound": lambda it: it.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok",
                **{name: _rows(statement) for name, statement in _COUNTS.items()},
                "detached": _codes("SELECT reason FROM link WHERE reason IS NOT NULL"),
                "held": _codes("SELECT held FROM link WHERE held IS NOT NULL"),
                "refusals": _codes("SELECT reason FROM refusal"),
                "notes": _notes,
                "runs": _runs,
            }
            return {"is_there": True} | {name: _asked(ask, database) for name, ask in questions.items()}
    except UNREADABLE as error:
        return {"is_there": True, "error": _name(error)}


def private_names(file: Path) -> list[str]:
    """What people and calendars are called: to be taken out of other texts. Never raises."""
    try:
        with closing(_opened(file)) as database:
            names = [row[0] for row in database.execute(_NAMES)]
            people = [row[0] for row in database.execute("SELECT value FROM note WHERE name LIKE 'person %'")]
    except UNREADABLE:
        return []
    return [*map(str, names), *(part for person in people for part in str(person).split("\n"))]


def _opened(file: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error, also where there is none."""
    database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    database.row_factory = sqlite3.Row
    return database


def _asked(ask: Callable[[sqlite3.Connection], object], database: sqlite3.Connection) -> object:
    try:
        return ask(database)
    except UNREADABLE as error:
        return {"error": _name(error)}


def _name(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", "") or type(error).__name__


def _rows(statement: str) -> Callable[[sqlite3.Connection], object]:
    return lambda database: [dict(row) for row in database.execute(statement)]


def _codes(statement: str) -> Callable[[sqlite3.Connection], object]:
    """How often each reason stands there; their facts may quote a rule or a setting."""
    return lambda database: dict(Counter(_code(text) for (text,) in database.execute(statement)))


def _code(text: str) -> str:
    try:
        return _known(json.loads(text)[0])
    except (ValueError, TypeError, IndexError, KeyError):
        return "unreadable"


def _known(code: object) -> str:
    return code if isinstance(code, str) and code in set(Code) else "unknown"


def _notes(database: sqlite3.Connection) -> object:
    """What the program waits for, as stored; of all else, only that it is there."""
    stored = {str(row["name"]): str(row["value"]) for row in database.execute("SELECT * FROM note")}
    return {
        "waits": {name: stored[name][:40] for name in WAITS if name in stored},
        "is_feishu_person_known": "person feishu" in stored,
        "is_outlook_person_known": "person outlook" in stored,
        "others": len(stored.keys() - set(WAITS)),
    }


def _runs(database: sqlite3.Connection) -> object:
    newest = database.execute("SELECT report FROM run ORDER BY id DESC LIMIT ?", (LAST_RUNS,))
    return [_run(row["report"]) for row in newest]


def _run(text: str) -> dict[str, Any]:
    try:
        report = report_store.from_json(json.loads(text))
    except ValueError:
        report = None
    return _run_facts(report) if report else {"error": "unreadable"}


def _run_facts(report: RunReport) -> dict[str, Any]:
    requests = report.requests
    return {
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "result": report.result.value,
        "requests": [requests.feishu, requests.graph, requests.graph_batch_items],
        "pairs": [_pair_facts(pair) for pair in report.pairs],
        "problems": [
            {"class": type(error).__name__, **facts_of(error)}
            for error in report.problems
            if isinstance(error, SyncError)
        ],
    }


def _pair_facts(pair: PairReport) -> dict[str, Any]:
    numbers = ("created", "updated", "deleted", "unchanged", "held")
    reasons = {
        "changes": Counter(f"{change.action.value}: {_known(change.reason.code)}" for change in pair.changes),
        "skipped": Counter(_known(note.reason.code) for note in pair.skipped),
        "failed": Counter(_known(note.reason.code) for note in pair.failed),
    }
    return {name: getattr(pair, name) for name in numbers} | {name: dict(n) for name, n in reasons.items()}
