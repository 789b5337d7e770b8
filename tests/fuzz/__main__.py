"""The long version: pytest over and over, each time with the next seed. See the package's docstring."""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.effort import SEED, TIMES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LONGER = 10
"""Times as many inputs in each round."""
_TRIED = re.compile(r"tried (\d+) inputs in tests\.fuzz\.test_(\w+)")


def main() -> int:
    kinds = sorted(file.stem.removeprefix("test_") for file in HERE.glob("test_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))  # noqa: S311  # no secret
    parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(kinds))
    chosen = parser.parse_args()
    if unknown := set(chosen.kinds) - set(kinds):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    end, seed = time.monotonic() + 60 * chosen.minutes, chosen.seed
    tried: Counter[str] = Counter()
    while time.monotonic() < end:
        for kind in chosen.kinds or kinds:
            if not _round(kind, seed, tried):
                print(f"seed {seed} found something in {kind}")
                return 1
        print(f"seed {seed}:", ", ".join(f"{number} {kind}" for kind, number in sorted(tried.items())))
        seed += 1
    return 0


def _round(kind: str, seed: int, tried: Counter[str]) -> bool:
    """Whether all went well."""
    command = [sys.executable, "-m", "pytest", "-o", "timeout=3600", str(HERE / f"test_{kind}.py")]
    environment = {**os.environ, SEED: str(seed), TIMES: str(LONGER)}
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    for number, name in _TRIED.findall(ended.stdout):
        tried[name] += int(number)
    if ended.returncode:
        print(ended.stdout, ended.stderr)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
