"""The program's terminal as a process of its own, with a vault in a plain file that a test can share.

python -m tests.whole.program --data-dir DIR COMMAND …
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

from core.model import Side

WAIT = "WAIT_FOR_A_LINE"
"""An environment variable. Set: when everything is loaded, "ready" is printed and a line waited for, so that
what follows is the command alone."""


class FileVault:
    """Port Vault. Never shipped: it hides nothing."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def secret(self, name: str) -> str | None:
        return self._read().get(name)

    def store_secret(self, name: str, value: str | None) -> None:
        kept = {known: text for known, text in self._read().items() if known != name}
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(kept if value is None else {**kept, name: value}))
        fresh.replace(self._file)

    def tokens(self, side: Side) -> str | None:
        return self.secret(side.value)

    def store_tokens(self, side: Side, text: str | None) -> None:
        self.store_secret(side.value, text)

    def prove_writable(self) -> None:
        pass

    def ask_again(self) -> None:
        pass

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        found: dict[str, str] = json.loads(self._file.read_text())
        return found


def vault_of(data_dir: Path) -> FileVault:
    """Beside the data directory."""
    return FileVault(data_dir.with_suffix(".vault.json"))


def main() -> int:
    from terminal.arguments import parse
    from terminal.build import new_installation
    from terminal.main import run

    options = parse(sys.argv[1:])
    assert options.data_dir is not None
    installation = new_installation(options.data_dir, vault_of(options.data_dir))
    if os.environ.get(WAIT):
        for slow in ("core.feishu.account", "core.outlook.session"):
            importlib.import_module(slow)
        print("ready", flush=True)
        sys.stdin.readline()
    return run(options, make=lambda _options: installation)


if __name__ == "__main__":
    sys.exit(main())
