"""How fast, and with how few requests, beside the obvious way. Tables on stdout, progress on stderr.

python -m benchmarks                       all of it: half an hour, most of it the obvious way's pauses
python -m benchmarks --events 10 100 --latency 30 --edits 10       a minute
python -m benchmarks --json numbers.json   the numbers in a file as well
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks import comparison, planning, table

MOST_NAIVE = 1000


def main() -> None:
    asked = _arguments()
    planned = planning.measured(asked.planning)
    rows = []
    for row in comparison.compared(asked.events, asked.latency, asked.edits, asked.most_naive):
        print(f"{row.latency_ms} ms, {row.events} events, {row.run}", file=sys.stderr, flush=True)
        rows.append(row)
    print(table.times(rows), table.requests(rows), table.planning(planned), sep="\n\n")
    if any(cost.computed_from for row in rows for cost in row.ways.values()):
        print(f"\n{table.COMPUTED} computed from the largest size that was measured.")
    if asked.json:
        found = {"planning": asdict(planned), "runs": [asdict(row) for row in rows]}
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers to this file, too")
    parser.add_argument("--events", type=int, nargs="+", default=[10, 100, 1000, 10_000])
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 30, 150], help="milliseconds")
    parser.add_argument("--edits", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--planning", type=int, default=10_000, metavar="EVENTS")
    parser.add_argument(
        "--most-naive",
        type=int,
        default=MOST_NAIVE,
        metavar="EVENTS",
        help="first runs of more events the obvious way are computed, not measured (default: %(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
