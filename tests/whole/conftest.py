from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from tests.whole.installed import Installed, install


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    """A program that is set up and signed in, with empty calendars."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Sandbox() as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        yield made
        made.installation.close()
