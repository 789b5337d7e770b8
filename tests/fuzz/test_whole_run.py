"""Runs of the real program from Feishu's answers to Outlook: bad rows among good ones hold up nobody."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from core import tag
from core.clock import window_at
from core.errors import MalformedRow
from core.feishu.rows import parse_row
from core.ledger import Ledger
from core.model import AllDayEnd
from core.reasons import Code
from core.report import PairReport
from core.run import Run
from core.settings import PairSettings, Settings
from tests.core.engine.memory import NOW, FakeClock, MemoryOutlook
from tests.core.pure.rows import WORDS
from tests.fuzz.effort import fuzz
from tests.fuzz.feishu_service import CALENDAR_ID, Rows, calendars
from tests.fuzz.mutation import Json, mutated
from tests.fuzz.wire_rows import EXCEPTIONS, ROWS, RULES, SINGLES, START, row
from tests.fuzz.work import at_most

WORK = 10_000_000
GOOD_TIMES = {
    "start_time": {"timestamp": str(START), "timezone": "Asia/Shanghai"},
    "end_time": {"timestamp": str(START + 1800), "timezone": "Asia/Shanghai"},
}
SAID = {"summary": "Good", "status": "confirmed", "self_rsvp_status": "accept"}
GOOD = tuple(
    {**row(f"good-{number}", GOOD_TIMES, rule), **SAID} for number, rule in enumerate(("", "", *RULES[:2]))
)
SETTINGS = Settings(pairs=(PairSettings("work", title_exclude=("(a+)+$", "^no")),))


class World:
    """Feishu's rows, an Outlook in memory, and a ledger."""

    def __init__(self, directory: Path, rows: list[Json]) -> None:
        self.service, self.outlook, self.clock = Rows(rows), MemoryOutlook(), FakeClock(NOW)
        self.ledger = Ledger(directory / "ledger.sqlite3")
        self.ledger.open()

    def run(self) -> PairReport:
        """Any problem of the whole pair, and any exception, is a failure."""
        self.outlook.writes.clear()
        run = Run(
            settings=SETTINGS,
            source=calendars(self.service),
            mailbox=self.outlook,
            ledger=self.ledger,
            window=window_at(self.clock.now(), past_days=0, future_days=60),
            clock=self.clock,
            words=lambda _language: WORDS,
            stop=lambda: False,
            progress=lambda *_: None,
        )
        with at_most(WORK):
            (report,), problems = run.all_pairs()
        assert problems == []
        return report

    def subjects(self, uid: str) -> list[str]:
        """Of all copies of that event."""
        key = tag.key(CALENDAR_ID, uid)
        events = (event for events in self.outlook.calendars_.values() for event in events.values())
        return [event.subject for event in events if event.tag and event.tag.key == key]


@contextlib.contextmanager
def world(rows: list[Json]) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as directory:
        made = World(Path(directory), rows)
        try:
            yield made
        finally:
            made.ledger.close()


def malformed(rows: list[Json]) -> set[str]:
    """The rows that can't be understood, by id or, where they have none, by all that they say."""
    found: dict[str, Any] = {}
    for each in rows:
        text = json.dumps(each, sort_keys=True)
        try:
            understood = parse_row(text, AllDayEnd.UNKNOWN)
            found[understood.event_id] = None
        except MalformedRow as error:
            found[error.event_id or text] = error
    return {name for name, error in found.items() if error}


@fuzz(20, bad=st.lists(mutated(ROWS), min_size=1, max_size=4), place=st.integers(0, 4))
def test_good_rows_are_mirrored_and_each_bad_one_is_a_skip_with_a_reason(bad: list[Json], place: int) -> None:
    rows = [*GOOD[:place], *bad, *GOOD[place:]]
    with world(rows) as here:
        first = here.run()
        assert [here.subjects(f"good-{number}") for number in range(len(GOOD))] == [["Good"]] * len(GOOD)
        reasons = [note.reason.code for note in first.skipped]
        assert reasons.count(Code.ROW_MALFORMED) >= len(malformed(bad))
        assert len(first.skipped) <= len(bad)
        assert all(reasons)
        assert first.failed == ()

        second = here.run()
        assert here.outlook.writes == []
        assert (second.created, second.updated, second.deleted) == (0, 0, 0)
        assert second.skipped == first.skipped

        here.service.rows.append({**GOOD[0], "summary": "Better"})
        here.run()
        assert here.subjects("good-0") == ["Better"]


def test_each_row_without_sense_is_told_once() -> None:
    midnight = next(each for each in EXCEPTIONS if each["event_id"].endswith("_1796083200"))
    bad = [{"x": 1}, {"status": "confirmed"}, {**midnight, "start_time": 3}, {**SINGLES[0], "status": 9}]
    with world([*GOOD, *bad]) as here:
        fields = [dict(note.reason.facts)["field"] for note in here.run().skipped]
    assert sorted(fields) == ["event_id", "event_id", "start_time", "status"]
