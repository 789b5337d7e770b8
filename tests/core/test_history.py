from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.history import worth_telling
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result, RunReport
from core.report_store import to_json

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SKIPPED = EventNote("Lunch", "2026-11-26", because(Code.DECLINED))
ADDED = Change(Action.CREATE, "Review", "2026-11-27", because(Code.NEW))


def run(hours_ago: int, *, changes: tuple[Change, ...] = ()) -> RunReport:
    when = NOW - timedelta(hours=hours_ago)
    pair = PairReport("main", created=len(changes), skipped=(SKIPPED,), changes=changes)
    return RunReport(Result.OK, when, when, (pair,))


def test_of_the_last_day_every_run_is_told_of_older_ones_those_that_something_came_of() -> None:
    recent, old, old_but_busy = run(1), run(30), run(31, changes=(ADDED,))
    stored = [to_json(each) for each in (recent, old, old_but_busy)]
    assert worth_telling(stored, NOW) == (recent, old_but_busy)


def test_what_another_version_wrote_otherwise_is_left_out() -> None:
    assert worth_telling([{"result": "splendid"}, [], to_json(run(1))], NOW) == (run(1),)
