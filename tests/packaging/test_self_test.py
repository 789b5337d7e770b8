"""What every build has to pass, here run from the source: it finds nothing wrong, and all that is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAMAGES = {
    "modules": "sys.modules['msal'] = None",
    "libraries loaded by name": "sys.modules['keyring.backends.SecretService'] = None",
    "ledger": "import sqlite3; sqlite3.connect = None",
    "settings and guide": "import core.settings_file as f; f.DEFAULTS = pathlib.Path('/nowhere.toml')",
    "catalogues": "import texts.language as t; t.LOCALE = pathlib.Path('/nowhere')",
    "time zones": "sys.modules['tzdata'] = None",
    "icons and windows": "import ui.icons as i; i._MASKS.clear()",
    "way to the screen": "import ui.self_test as t; t._SCREEN_PLUGINS['linux'] = 'libqnone.so'",
    "tls": "import core.network as n; n._trust = lambda bundle, trust=n._trust, first=[]: "
    "first.append(bundle) or trust(first[0])",
    "certificate authorities": "import certifi; certifi.where = lambda: '/dev/null'",
}


def self_test(home: Path, damage: str = "") -> subprocess.CompletedProcess[str]:
    """In a process of its own, after `damage` has been done in it."""
    code = f"import pathlib, sys\n{damage}\nimport tray_app\nsys.exit(tray_app.main(['--self-test']))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_is_complete_and_nothing_of_the_person_is_touched(tmp_path: Path) -> None:
    done = self_test(tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert results(done.stdout) == dict.fromkeys(DAMAGES, "ok")
    assert list(tmp_path.iterdir()) == []


def test_everything_that_is_missing_or_broken_is_found(tmp_path: Path) -> None:
    """Among it a program that trusts a server which it has no reason to trust."""
    done = self_test(tmp_path, damage="\n".join(DAMAGES.values()))
    assert done.returncode == 8
    assert results(done.stdout) == dict.fromkeys(DAMAGES, "FAILED")
    assert done.stderr.count("Traceback (most recent call last)") >= len(DAMAGES)


def results(stdout: str) -> dict[str, str]:
    _version, *lines = stdout.splitlines()
    return {check: result for result, check in (line.split(maxsplit=1) for line in lines)}
