"""The benchmark measures what it says, so that nobody finds it broken on the day it is needed."""

from __future__ import annotations

from benchmarks.requests import EDITS, PHASES, compared


def test_both_ways_do_the_same_work_and_are_counted() -> None:
    rows = {phase: (ours, naive) for phase, ours, naive in compared(EDITS + 2, latency=0)}
    assert tuple(rows) == PHASES
    writes = [(ours.writes, naive.writes) for ours, naive in rows.values()]
    made_and_marked = 2  # our own calendar
    assert writes == [(EDITS + 2 + made_and_marked, EDITS + 2), (0, 0), (EDITS, EDITS)]
    assert [naive.requests for _, naive in rows.values()] == [2 + EDITS + 2, 2, 2 + EDITS]
    ours = rows[PHASES[1]][0]
    assert (ours.feishu, ours.graph) == (1, 1)
    assert all(cost.memory > 10 and cost.wall > 0 for row in rows.values() for cost in row)
