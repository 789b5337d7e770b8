"""Many stories: `python -m tests.simulation --hours 8`, or from one number to another."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count, islice

from tests.simulation import census
from tests.simulation.story import STEPS, Failed, Told, tell


def main() -> int:
    """1 if a promise was broken; every broken story is printed, with the number that tells it again."""
    options = _options()
    seeds = (
        count(options.first) if options.hours else iter(range(options.first, options.first + options.stories))
    )
    until = time.monotonic() + options.hours * 3600 if options.hours else float("inf")
    visited: Counter[str] = Counter()
    stories = runs = failures = 0
    with ProcessPoolExecutor(options.processes) as pool:
        waiting: set[Future[Told | str]] = set()
        while True:
            if time.monotonic() < until:
                free = 2 * options.processes - len(waiting)
                waiting |= {pool.submit(_told, seed, options.steps) for seed in islice(seeds, free)}
            if not waiting:
                break
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for each in done:
                told = each.result()
                stories += 1
                if isinstance(told, str):
                    failures += 1
                    print(told, end="\n\n", flush=True)
                else:
                    visited += told.visited
                    runs += told.runs
    _print_summary(stories, options.steps, runs, failures, visited)
    return 1 if failures else 0


def _told(seed: int, steps: int) -> Told | str:
    try:
        return tell(seed, steps)
    except Failed as failed:
        return str(failed)


def _print_summary(stories: int, steps: int, runs: int, failures: int, visited: Counter[str]) -> None:
    print(f"{stories} stories of {steps} steps, {runs} runs, {failures} broken")
    faults = {name: visited[name] for name in census.faults()}
    struck = sum(faults.values())
    print(f"{struck} runs struck by {sum(map(bool, faults.values()))} of {len(faults)} faults")
    never = sorted(census.everything() - visited.keys())
    print("never visited:", ", ".join(never) or "nothing")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER", help="the first story's number")
    parser.add_argument("--stories", type=int, default=1000, metavar="COUNT")
    parser.add_argument(
        "--hours", type=float, metavar="HOURS", help="as many stories as fit, instead of a number"
    )
    parser.add_argument("--steps", type=int, default=STEPS, metavar="COUNT", help="of each story")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="COUNT")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
