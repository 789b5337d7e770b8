"""Nothing is lost or doubled when the process is killed at any moment. Hundreds: benchmarks/kills.py."""

from __future__ import annotations

import random

import pytest

from tests.whole.installed import Installed
from tests.whole.killing import ROTATION, SCENES, demand_exact_mirror, killed_until_done, slow_down


@pytest.mark.parametrize(("scene", "seed"), [("first", 5), ("update", 1), (ROTATION, 1)])
def test_runs_that_are_killed_one_after_the_other_end_in_an_exact_mirror(
    installed: Installed, scene: str, seed: int
) -> None:
    SCENES[scene](installed, 7)
    slow_down(installed)
    dice = random.Random(seed)  # noqa: S311  # no secret
    assert killed_until_done(installed, dice, kills=4, rotates=scene == ROTATION)
    demand_exact_mirror(installed)
