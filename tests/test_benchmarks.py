"""The benchmarks measure what they say, so that docs/performance.md can rely on them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks import __main__ as command
from benchmarks import comparison, planning, table
from benchmarks.comparison import FIRST, PAUSE, UNCHANGED, Cost, Row, Way
from benchmarks.naive import Pace, asker
from benchmarks.services import Kind, Services
from core.model import WallClock
from sandbox import Service
from sandbox.interception import Interception

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
SMALL, LARGE, EDITS = 3, 22, 5
FIVE = f"{EDITS} edits"


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of the command with few events; first runs of more than ten are computed for the obvious way."""
    file = tmp_path_factory.mktemp("numbers") / "numbers.json"
    arguments = "--events 22 3 --latency 0 --edits 5 --planning 400 --most-naive 10 --json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "PAUSE", 0.001)
        patch.setattr(sys, "argv", ["benchmarks", *arguments.split(), str(file)])
        command.main()
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.fixture(scope="module")
def runs(numbers: dict[str, Any]) -> dict[tuple[int, str], dict[Way, Any]]:
    return {(run["events"], run["run"]): run["ways"] for run in numbers["runs"]}


Runs = dict[tuple[int, str], dict[Way, Any]]


def counts(cost: Any) -> dict[Kind, int]:
    return {Kind(kind): count for kind, count in cost["requests"].items() if count}


def test_every_size_is_run_first_then_unchanged_then_after_edits_as_far_as_it_has_events(runs: Runs) -> None:
    assert list(runs) == [
        *((SMALL, run) for run in (FIRST, UNCHANGED)),
        *((LARGE, run) for run in (FIRST, UNCHANGED, FIVE)),
    ]
    assert all(list(ways) == list(Way) for ways in runs.values())


def test_requests_of_this_program_are_counted_by_kind(runs: Runs) -> None:
    this = {key: counts(ways[Way.THIS]) for key, ways in runs.items()}
    first = this[LARGE, FIRST]
    assert (first[Kind.ITEM], first[Kind.BATCH], first[Kind.FEISHU_EVENTS]) == (LARGE, 2, 1)
    assert this[SMALL, UNCHANGED] == this[LARGE, UNCHANGED] == {Kind.FEISHU_EVENTS: 1, Kind.READ: 1}
    edited = {Kind.FEISHU_EVENTS: 1, Kind.READ: 1, Kind.BATCH: 1, Kind.ITEM: EDITS}
    assert this[LARGE, FIVE] == edited


@pytest.mark.parametrize("way", [Way.NAIVE, Way.PAUSING])
def test_the_obvious_way_reads_both_sides_and_writes_one_by_one(runs: Runs, way: Way) -> None:
    reads = {Kind.FEISHU_EVENTS: 1, Kind.READ: 1}
    assert counts(runs[SMALL, FIRST][way]) == {**reads, Kind.WRITE: SMALL}
    assert counts(runs[SMALL, UNCHANGED][way]) == counts(runs[LARGE, UNCHANGED][way]) == reads
    assert counts(runs[LARGE, FIVE][way]) == {**reads, Kind.WRITE: EDITS}


@pytest.mark.parametrize("way", [Way.NAIVE, Way.PAUSING])
def test_what_is_computed_is_in_proportion_and_says_from_what(runs: Runs, way: Way) -> None:
    small, large = runs[SMALL, FIRST][way], runs[LARGE, FIRST][way]
    assert (small["computed_from"], large["computed_from"]) == (None, SMALL)
    assert counts(large)[Kind.WRITE] == LARGE
    assert large["wall"] == pytest.approx(small["wall"] * LARGE / SMALL)
    assert large["memory"] is None
    assert runs[LARGE, FIVE][way]["computed_from"] is None


def test_every_measured_run_took_time_and_memory(runs: Runs) -> None:
    costs = [cost for ways in runs.values() for cost in ways.values() if cost["computed_from"] is None]
    assert all(cost["wall"] > 0 and cost["processor"] > 0 and cost["memory"] > 10 for cost in costs)


def test_planning_is_measured_at_each_of_its_steps(numbers: dict[str, Any]) -> None:
    found = numbers["planning"]
    assert found.pop("events") == 400
    assert set(found) == {"desired", "first", "unchanged", "edited"}
    assert all(seconds > 0 for seconds in found.values())


def test_planned_events_are_single_whole_days_and_series_in_several_zones() -> None:
    rows = planning.rows(60)
    spans = [row.span for row in rows if row.span]
    assert len({row.uid for row in rows}) == len(spans) == 60
    assert sum(bool(row.recurrence) for row in rows) == 6
    assert sum(not isinstance(span.start, WallClock) for span in spans) == 6
    assert {span.start.zone for span in spans if isinstance(span.start, WallClock)} == set(planning.ZONES)


def test_a_way_that_forgets_an_event_or_an_edit_is_noticed() -> None:
    with Services(2, 0) as services:
        mirror = services.add_outlook_calendar("Copies")
        with pytest.raises(AssertionError):
            services.demand_copies(mirror)
        services.put_copies(mirror)
        services.demand_copies(mirror)
        services.edit(1)
        with pytest.raises(AssertionError):
            services.demand_copies(mirror)
        services.put_copies(mirror)  # now there are two of each
        with pytest.raises(AssertionError):
            services.demand_copies(mirror)


def test_every_request_to_either_service_waits_for_the_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[tuple[Service, float]] = []
    original = Interception.__call__

    def call(self: Interception, *arguments: Any) -> Any:
        class Stopping:
            @staticmethod
            def wait(seconds: float) -> None:
                waited.append((self._service, seconds))

        self._stopping = Stopping()  # type: ignore[assignment]
        return original(self, *arguments)

    with Services(1, latency=1234.5) as services:
        monkeypatch.setattr(Interception, "__call__", call)
        orders = services.orders(services.add_outlook_calendar("Copies"), pause=0)
        naive = [sys.executable, "-m", "benchmarks.naive"]
        subprocess.run(naive, input=orders, text=True, check=True, stdout=subprocess.DEVNULL)
    assert waited == [(Service.FEISHU, 1234.5), (Service.MICROSOFT, 1234.5), (Service.MICROSOFT, 1234.5)]


class FakeTime:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_request_begins_a_pause_after_the_one_before_began() -> None:
    time = FakeTime()
    pace = Pace(0.2, lambda: time.now, time.sleep)
    begun = []
    for takes in (0.05, 0.15, 0.5, 0.0):
        pace.await_turn()
        begun.append(time.now)
        time.now += takes
    assert begun == pytest.approx([100.0, 100.2, 100.4, 100.9])
    assert time.slept == pytest.approx([0.15, 0.05, 0.0])


def test_every_request_of_the_obvious_way_awaits_its_turn() -> None:
    done: list[str] = []

    class Turns(Pace):
        def await_turn(self) -> None:
            done.append("turn")

    class Session(requests.Session):
        def request(self, method: str | bytes, *_: Any, **__: Any) -> requests.Response:
            done.append(str(method))
            answer = requests.Response()
            answer.status_code, answer._content = 200, b"{}"
            return answer

    ask = asker(Session(), Turns(0.0))
    ask("GET", "https://localhost/", "token")
    ask("POST", "https://localhost/", "token", json={})
    assert done == ["turn", "GET", "turn", "POST"]


def test_the_pause_is_what_the_library_makes() -> None:
    assert PAUSE == 0.2


def cost(wall: float, writes: int, computed_from: int | None = None) -> Cost:
    return Cost({kind: writes * (kind is Kind.WRITE) for kind in Kind}, wall, 0.5, 64.0, computed_from)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_tables_hold_both_ways_against_this_program() -> None:
    ways = {Way.THIS: cost(2.0, 4), Way.NAIVE: cost(5.0, 40), Way.PAUSING: cost(90.0, 40, 100)}
    rows = [Row(30, 1000, FIRST, ways), Row(150, 1000, FIRST, ways)]
    heads, _, first, second = table.times(rows).splitlines()
    assert tuple(cells(heads)) == table.TIMES
    assert cells(first) == ["30", "1,000", "first", "2.00", "0.50", "64", "5.00", "≈90.00", "2.5", "≈45.0"]
    assert cells(second)[0] == "150"
    heads, _, only = table.requests(rows).splitlines()
    assert tuple(cells(heads)) == table.REQUESTS
    assert cells(only) == ["1,000", "first", "0", "0", "0", "4", "0", "0", "40", "10.0"]


def tables(text: str) -> Iterator[list[list[str]]]:
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        yield [cells(line) for line in block.splitlines()]


def test_the_page_shows_the_benchmark_s_tables_and_they_keep_what_is_promised() -> None:
    found = {tuple(heads): lines for heads, _, *lines in tables(PAGE.read_text(encoding="utf-8"))}
    times, plans = found[table.TIMES], found[table.PLANNING]
    assert table.REQUESTS in found
    measured = {(line[0], line[1], line[2]): line for line in times}
    sizes, latencies = ("10", "100", "1,000", "10,000"), ("0", "30", "150")
    assert {key[:2] for key in measured} == {(latency, size) for latency in latencies for size in sizes}
    assert float(measured["30", "1,000", FIRST][-1]) >= 30
    assert [line[0] for line in plans] == ["10,000 events"]
    assert all(float(seconds) < 1 for seconds in plans[0][2:])
