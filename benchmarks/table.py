"""The numbers as tables in Markdown, which a terminal shows as well: docs/performance.md is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.comparison import Cost, Row, Way
from benchmarks.planning import Planning
from benchmarks.services import Kind

Line = Sequence[str]

TIMES = (
    *("ms", "events", "run"),
    *("this program, s", "CPU s", "MB"),
    *("obvious, s", "pausing, s", "obvious : this", "pausing : this"),
)
REQUESTS = ("events", "run", *Kind, "obvious way", "obvious : this")
PLANNING = ("planning, s", "what should be there", "first plan", "nothing changed", "100 changed")
COMPUTED = "≈"
"""Before a number that was computed."""


def times(rows: Iterable[Row]) -> str:
    return markdown(TIMES, [_times(row) for row in rows])


def _times(row: Row) -> Line:
    this, naive, pausing = (row.ways[way] for way in Way)
    return (
        f"{row.latency_ms}",
        f"{row.events:,}",
        row.run,
        f"{this.wall:.2f}",
        f"{this.processor:.2f}",
        f"{this.memory:.0f}",
        f"{_mark(naive)}{naive.wall:.2f}",
        f"{_mark(pausing)}{pausing.wall:.2f}",
        f"{_mark(naive)}{naive.wall / this.wall:.1f}",
        f"{_mark(pausing)}{pausing.wall / this.wall:.1f}",
    )


def requests(rows: Sequence[Row]) -> str:
    """Of the lowest latency: they are the same at every other."""
    lowest = min(row.latency_ms for row in rows)
    return markdown(REQUESTS, [_requests(row) for row in rows if row.latency_ms == lowest])


def _requests(row: Row) -> Line:
    this, naive = row.ways[Way.THIS], row.ways[Way.NAIVE]
    return (
        f"{row.events:,}",
        row.run,
        *(f"{this.requests[kind]:,}" for kind in Kind),
        f"{_mark(naive)}{naive.sent:,}",
        f"{_mark(naive)}{naive.sent / this.sent:.1f}",
    )


def planning(found: Planning) -> str:
    seconds = (found.desired, found.first, found.unchanged, found.edited)
    return markdown(PLANNING, [(f"{found.events:,} events", *(f"{each:.2f}" for each in seconds))])


def _mark(cost: Cost) -> str:
    return COMPUTED if cost.computed_from else ""


def markdown(heads: Line, lines: Sequence[Line]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    rule = [f"{'-' * (width - 1)}:" for width in widths]
    return "\n".join(_line(line, widths) for line in (heads, rule, *lines))


def _line(cells: Line, widths: Sequence[int]) -> str:
    return f"| {' | '.join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))} |"
