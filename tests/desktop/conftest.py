from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """An X server, a session bus and a window manager; each story adds what it needs."""
    session = Session(tmp_path)
    try:
        session.start()
        yield session
    finally:
        session.close()
