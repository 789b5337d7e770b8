"""Every fault at every request of a run, with the real clients over real sockets.

.venv/bin/python -m benchmarks.faults [--place NAME] [--trouble NAME] [--strikes NAME]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests.whole.faults import PLACES, STRIKES, Struck, struck, troubles

CASES_PER_WORLD = 25
"""A world grows with every case; a new one is made before it gets slow."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", choices=PLACES)
    parser.add_argument("--trouble")
    parser.add_argument("--strikes", choices=STRIKES)
    asked = parser.parse_args()
    cases = [
        (place, trouble, strikes)
        for place in PLACES
        for trouble in troubles(PLACES[place])
        for strikes in STRIKES
        if asked.place in {None, place}
        and asked.trouble in {None, trouble}
        and asked.strikes in {None, strikes}
    ]
    if not cases:
        parser.error("there is no such case")
    failed = 0
    for start in range(0, len(cases), CASES_PER_WORLD):
        failed += _in_one_world(cases[start : start + CASES_PER_WORLD], start)
        print(
            f"{min(start + CASES_PER_WORLD, len(cases))} of {len(cases)} tried, {failed} failed", flush=True
        )
    return 1 if failed else 0


def _in_one_world(cases: list[tuple[str, str, str]], seed: int) -> int:
    failed = 0
    with ExitStack() as stack:
        world = _new_world(stack)
        for number, (place, trouble, strikes) in enumerate(cases):
            try:
                world.try_out(
                    PLACES[place], troubles(PLACES[place])[trouble], STRIKES[strikes], seed + number
                )
            except Exception:  # noqa: BLE001  # whatever it is, the others are tried
                failed += 1
                print(f"FAILED: {place}; {trouble}; {strikes}; seed {seed + number}", flush=True)
                print(traceback.format_exc(limit=-3), flush=True)
                stack.close()
                world = _new_world(stack)
    return failed


def _new_world(stack: ExitStack) -> Struck:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    return stack.enter_context(struck(Path(folder) / "data"))


if __name__ == "__main__":
    sys.exit(main())
