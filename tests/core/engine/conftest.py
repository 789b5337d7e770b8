from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.engine.several import Pairs


@pytest.fixture(params=[False, True], ids=["in one go", "killed again and again"])
def pairs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pairs]:
    made = Pairs(tmp_path / "ledger.sqlite3", is_killed=request.param)
    yield made
    made.ledger.close()
