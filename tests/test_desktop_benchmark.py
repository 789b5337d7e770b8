"""The benchmark of the desktop program measures what it says, and docs/performance.md shows it."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from benchmarks import desktop
from tests.test_benchmarks import PAGE, cells, tables


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of the command with few events, on a screen of its own."""
    file = tmp_path_factory.mktemp("numbers") / "numbers.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desktop, "SETTLE", 0.5)
        arguments = f"--events 3 --starts 1 --idle 3 --json {file}"
        patch.setattr(sys, "argv", ["benchmarks.desktop", *arguments.split()])
        desktop.main()
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.mark.timeout(240)
def test_a_start_is_timed_from_outside_and_from_inside(numbers: dict[str, Any]) -> None:
    [start] = numbers["starts"]
    assert all(start[seconds] > 0 for seconds in ("icon", "turn", "processor"))
    assert start["modules"] > 100
    assert start["network"] == []


def test_memory_grows_from_the_icon_over_the_sync_to_the_settings_window(numbers: dict[str, Any]) -> None:
    [size] = numbers["sizes"]
    assert size["events"] == 3
    resident = [size[when]["resident"] for when in ("icon", "synced", "settings")]
    assert resident == sorted(resident)
    assert all(10 < size[when]["proportional"] <= size[when]["resident"] for when in ("icon", "synced"))


def test_an_idle_program_is_seen_to_wake(numbers: dict[str, Any]) -> None:
    assert numbers["idle"]["wakeups"] > 0


def start(icon: float) -> desktop.Start:
    return desktop.Start(icon, icon - 0.1, 0.4, 258, ())


def test_the_starts_are_told_by_the_fastest_the_middle_one_and_the_slowest() -> None:
    heads, _, *lines = desktop.starts_table([start(each) for each in (0.9, 0.5, 0.7, 0.6, 2.0)]).splitlines()
    assert tuple(cells(heads)) == desktop.STARTS
    assert [cells(line)[:3] for line in lines] == [
        ["fastest", "0.50", "0.40"],
        ["median", "0.70", "0.60"],
        ["slowest", "2.00", "1.90"],
    ]
    assert cells(lines[0])[-2:] == ["258", "none"]


def test_the_page_shows_the_benchmark_s_tables_and_they_keep_what_is_promised() -> None:
    found = {tuple(heads): lines for heads, _, *lines in tables(PAGE.read_text(encoding="utf-8"))}
    starts = {line[0]: line for line in found[desktop.STARTS]}
    assert float(starts["median"][1]) < 1
    assert {line[-1] for line in starts.values()} == {"none"}
    assert {line[0] for line in found[desktop.SIZES]} >= {"100 events", "1,000 events"}
    [idle] = found[desktop.IDLES]
    assert float(idle[0]) >= 60
    assert float(idle[2]) < 0.1
