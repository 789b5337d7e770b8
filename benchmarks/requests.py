"""What a first run, an unchanged one and one after ten edits take, beside the obvious way (naive.py).

.venv/bin/python -m benchmarks.requests [--json FILE] [--events 10 100 1000] [--latency 0 30]

Both ways start from the same calendars on the same sandbox, each in a process of its own; "latency" is added
to every request of either. About three minutes, most of them the obvious way's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox import Delay, Fault, Sandbox, Service
from tests.whole.installed import Installed, add_singles, free_port, install

EDITS = 10
PHASES = ("first", "unchanged", f"{EDITS} edits")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds and MB. `items`: requests inside batches; `writes`: changes of events, sent in any way."""

    feishu: int
    graph: int
    items: int
    writes: int
    wall: float
    processor: float
    memory: float

    @property
    def requests(self) -> int:
        return self.feishu + self.graph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    parser.add_argument("--events", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 30], help="milliseconds")
    asked = parser.parse_args()
    found: list[dict[str, Any]] = []
    print(HEADING)
    for latency in asked.latency:
        for events in asked.events:
            for phase, ours, naive in compared(events, latency / 1000):
                print(line(latency, events, phase, ours, naive), flush=True)
                facts = {"latency_ms": latency, "events": events, "phase": phase}
                found.append({**facts, "ours": asdict(ours), "naive": asdict(naive)})
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def compared(events: int, latency: float) -> list[tuple[str, Cost, Cost]]:
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        installed = install(sandbox, Path(folder) / "data", free_port())
        installed.installation.close()
        theirs = sandbox.microsoft.add_calendar("The obvious way")
        ids = add_singles(installed, events)
        sandbox.feishu.limits.per_second = sandbox.feishu.limits.per_minute = None
        for service in Service:
            sandbox.journal.add(Fault(service, ".*", Delay(latency), which=None))
        rows = []
        for phase in PHASES:
            if phase == PHASES[2]:
                for event in ids[:EDITS]:
                    sandbox.feishu.change_event(installed.calendar, event, summary=f"Edited {event}")
            ours = cost(sandbox, [sys.executable, "-m", "benchmarks.one_run", str(installed.data_dir)])
            naive = cost(sandbox, [sys.executable, "-m", "benchmarks.naive"], orders(installed, theirs))
            rows.append((phase, ours, naive))
        demand_copies(installed, installed.mirror, events)
        demand_copies(installed, theirs, events)
    return rows


def cost(sandbox: Sandbox, command: list[str], said: str = "") -> Cost:
    sandbox.journal.clear()
    ended = subprocess.run(command, input=said, capture_output=True, text=True, check=True, timeout=600)
    journal, took = sandbox.journal, json.loads(ended.stdout)
    items = sum(request.batch_item for request in journal.requests(Service.MICROSOFT))
    return Cost(
        journal.count(Service.FEISHU),
        journal.count(Service.MICROSOFT),
        items,
        len(journal.writes()),
        took["wall"],
        took["processor"],
        took["memory"],
    )


def orders(installed: Installed, mirror: str) -> str:
    """What the obvious way needs to know; its tokens are as fresh as ours."""
    sandbox = installed.sandbox
    return json.dumps(
        {
            "feishu_url": sandbox.feishu_url,
            "feishu_token": list(sandbox.feishu.sessions.access)[-1],
            "calendar": installed.calendar,
            "graph_url": sandbox.graph_url,
            "graph_token": sandbox.microsoft.issue_access_token(),
            "mirror": mirror,
            "ca_file": str(sandbox.ca_file),
        }
    )


def demand_copies(installed: Installed, calendar: str, events: int) -> None:
    """Both ways have done the same work."""
    titles = [event["subject"] for event in installed.sandbox.microsoft.events(calendar)]
    assert len(titles) == events
    assert sum(title.startswith("Edited") for title in titles) == EDITS


HEADING = f"""\
{"":21}|{"this program":^43}|{"the obvious way":^31}|{"obvious : this":^17}
 {"ms":>3} {"events":>6} {"run":<9}|{"feishu":>7}{"graph":>6}{"items":>6}{"wall s":>8}{"cpu s":>7}{"MB":>8} |\
{"requests":>9}{"wall s":>8}{"cpu s":>7}{"MB":>6} |{"requests":>9}{"wall":>7}"""


def line(latency: int, events: int, phase: str, ours: Cost, naive: Cost) -> str:
    return (
        f" {latency:>3} {events:>6} {phase:<9}|"
        f"{ours.feishu:>7}{ours.graph:>6}{ours.items:>6}"
        f"{ours.wall:>8.2f}{ours.processor:>7.2f}{ours.memory:>8.0f} |"
        f"{naive.requests:>9}{naive.wall:>8.2f}{naive.processor:>7.2f}{naive.memory:>6.0f} |"
        f"{naive.requests / ours.requests:>9.1f}{naive.wall / ours.wall:>7.1f}"
    )


if __name__ == "__main__":
    main()
