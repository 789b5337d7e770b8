"""Kills the program in the middle of runs, over and over, and looks whether anything is lost or doubled.

.venv/bin/python -m benchmarks.kills 300 [--seed N]
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
from pathlib import Path

from sandbox import Sandbox
from tests.ports import free_port
from tests.whole.installed import install
from tests.whole.killing import ROTATION, SCENES, demand_exact_mirror, killed_until_done, slow_down

KILLS_IN_A_ROW = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    struck: list[int] = []
    for number in itertools.count():
        if len(struck) >= asked.kills:
            break
        seed, scene = asked.seed + number // len(SCENES), list(SCENES)[number % len(SCENES)]
        print(f"seed {seed}, {scene} run", end="", flush=True)
        struck += round_of_kills(scene, seed)
        print(f": {len(struck)} kills so far", flush=True)
    print(
        f"{len(struck)} kills, {sum(count > 0 for count in struck)} of them after the first write of a run."
    )
    print("No copy was lost, none was doubled.")


def round_of_kills(scene: str, seed: int) -> list[int]:
    """Raises AssertionError if the mirror is not exact in the end."""
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        installed = install(sandbox, Path(folder) / "data", free_port())
        try:
            SCENES[scene](installed, seed)
            slow_down(installed)
            dice = random.Random(seed)  # noqa: S311  # no secret
            struck = killed_until_done(installed, dice, KILLS_IN_A_ROW, rotates=scene == ROTATION)
            demand_exact_mirror(installed)
        finally:
            installed.installation.close()
    return struck


if __name__ == "__main__":
    main()
