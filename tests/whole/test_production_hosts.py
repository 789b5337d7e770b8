"""The program as it ships, at the services' own addresses, trusting whom the operating system trusts."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.core.keyring_session import ROOT, session_with_keyring


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program did in tests/whole/production_world.py."""
    folder = tmp_path_factory.mktemp("world")
    with session_with_keyring(folder / "session") as session:
        ended = subprocess.run(
            [*_apart(), sys.executable, "-m", "tests.whole.production_world", str(folder)],
            cwd=ROOT,
            env=session.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def _apart() -> list[str]:
    """The way in which this system lets us have a network and mounts of our own: outright; inside a changed
    root, which is no mount point; or as somebody who is not root."""
    ways = ([], ["--propagation", "unchanged"], ["--map-root-user"])
    commands = [["unshare", "--net", "--mount", *way] for way in ways]
    works = [command for command in commands if not subprocess.call([*command, "true"])]
    return (works or commands)[0]


def test_it_signs_in_and_mirrors_with_the_settings_that_it_ships_with(told: dict[str, Any]) -> None:
    for command in ("secret", "sign-in feishu", "sign-in outlook", "sync"):
        assert told[command]["code"] == 0, told[command]
    (pair,) = told["sync"]["report"]["pairs"]
    assert pair["created"] > 10
    assert pair["failed"] == []
    assert min(told["asked"]) > 0


def test_an_authority_that_the_system_does_not_trust_gets_no_request(told: dict[str, Any]) -> None:
    assert told["untrusted"]["code"] == 4
    for service in ("Feishu", "Outlook"):
        assert f"The connection to {service} is not trustworthy" in told["untrusted"]["words"]
    assert told["asked untrusted"] == [0, 0]
