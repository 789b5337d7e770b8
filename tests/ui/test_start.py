"""What the program does before its icon shows, and what its main thread never does: seen in the real one.

Nothing is replaced but the keyring; both services are simulated, over real sockets.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from sandbox.server import Sandbox
from tests.ports import free_port
from tests.whole.installed import add_singles, install

NETWORK = {"O365", "flask", "httpx", "keyring", "lark_oapi", "msal", "requests", "urllib3", "websockets"}
ENGINE = {"core.engine", "core.installation", "core.ledger", "core.planner", "core.vault"}


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of a start, a first run and a look at all windows."""
    folder = tmp_path_factory.mktemp("start")
    with Sandbox() as sandbox:
        installed = install(sandbox, folder / "data", free_port())
        installed.installation.close()
        add_singles(installed, 3)
        command = [sys.executable, "-m", "tests.ui.observed_program", str(folder / "data")]
        done = subprocess.run(
            [*command, str(folder / "notes.json"), "--tour"],
            env={**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert len(sandbox.microsoft.events(installed.mirror)) == 3
    found: dict[str, Any] = json.loads((folder / "notes.json").read_text(encoding="utf-8"))
    return found


def test_before_the_event_loop_turns_no_network_library_is_loaded_and_no_engine(notes: dict[str, Any]):
    loaded = notes["modules"]
    assert "ui.desktop" in loaded
    assert not {name.partition(".")[0] for name in loaded} & NETWORK
    assert not set(loaded) & ENGINE


def test_a_tray_library_is_only_loaded_where_it_can_have_a_menu(notes: dict[str, Any]):
    has_gi = importlib.util.find_spec("gi") is not None
    assert ("pystray" in notes["modules"]) is has_gi


def test_the_main_thread_asks_no_service_no_database_and_no_keyring(notes: dict[str, Any]):
    done_elsewhere = {"socket.connect", "socket.getaddrinfo", "sqlite3.connect", "vault"}
    assert set(notes["done_elsewhere"]) == done_elsewhere, "the worker does, and it is seen"
    assert notes["done_in_main"] == []


def test_modules_are_imported_without_their_source_being_read_and_kept(notes: dict[str, Any]):
    assert notes["sources_kept"] < 50, "Qt's binding would keep those of all modules, hundreds"
