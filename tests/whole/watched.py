"""The program as people start it, in a home of its own with a real keyring; all that it writes is kept."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.settings import (
    FeishuCloud,
    FeishuSettings,
    InterfaceSettings,
    LogLevel,
    NetworkSettings,
    OutlookCloud,
    OutlookSettings,
    PairSettings,
    Settings,
)
from core.settings_file import save
from sandbox import Sandbox
from tests.core.keyring_session import KeyringSession

ROOT = Path(__file__).parents[2]
BROWSER = "import requests, sys; requests.get(sys.argv[2], verify=sys.argv[1], timeout=20)"
PROGRAM = "import sys, tray_app; sys.exit(tray_app.main(sys.argv[1:]))"
ITEMS = """
import secretstorage, sys
with_bus = secretstorage.dbus_init()
for item in secretstorage.get_default_collection(with_bus).get_all_items():
    print(item.get_secret().decode())
with_bus.close()
"""


@dataclass
class Computer:
    """`home` holds all that a process can write: home, data directory, temporary files."""

    session: KeyringSession
    home: Path
    sandbox: Sandbox
    said: dict[str, bytes] = field(default_factory=dict)
    """Standard output and error of each command."""
    seen: dict[str, bytes] = field(default_factory=dict)
    """Command lines and environments of the program and of what it started, as others see them."""

    @property
    def data_dir(self) -> Path:
        return self.home / "data"

    @property
    def temporary(self) -> Path:
        return self.home / "tmp"

    def set_up(self, port: int, pair: PairSettings) -> None:
        self.temporary.mkdir()
        feishu, microsoft = self.sandbox.feishu, self.sandbox.microsoft
        settings = Settings(
            feishu=FeishuSettings(
                FeishuCloud.CUSTOM, feishu.app_id, (port,), self.sandbox.feishu_url, self.sandbox.feishu_url
            ),
            outlook=OutlookSettings(
                cloud=OutlookCloud.CUSTOM,
                client_id=microsoft.client_id,
                authority_url=self.sandbox.authority_url,
                graph_url=self.sandbox.graph_url,
            ),
            pairs=(pair,),
            network=NetworkSettings(proxy="none", ca_bundle=str(self.sandbox.ca_file)),
            ui=InterfaceSettings(log_level=LogLevel.DEBUG),
        )
        save(self.data_dir / "settings.toml", settings)

    def run(self, *arguments: str, said: str = "", program: str = PROGRAM) -> int:
        with self._started(program, arguments) as process:
            out, err = process.communicate(said.encode(), timeout=90)
        self._keep(arguments, out, err)
        return process.returncode

    def kill(self, *arguments: str, when: Callable[[], bool]) -> bool:
        """Whether it was still at work when `when` became true."""
        with self._started(PROGRAM, arguments) as process:
            while not when() and process.poll() is None:
                time.sleep(0.002)
            process.kill()
            out, err = process.communicate(timeout=90)
        self._keep((*arguments, "killed"), out, err)
        return process.returncode == -signal.SIGKILL

    def _started(self, program: str, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        browser = shlex.join([sys.executable, "-c", BROWSER, str(self.sandbox.ca_file)])
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-c", program, "--data-dir", str(self.data_dir), "--verbose", *arguments],
            cwd=ROOT,
            env={**self.session.environment, "TMPDIR": str(self.temporary), "BROWSER": browser},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
        threading.Thread(target=self._watch, args=[process], daemon=True).start()
        return process

    def _keep(self, arguments: tuple[str, ...], out: bytes, err: bytes) -> None:
        name = f"{len(self.said)} {' '.join(arguments)}"
        self.said |= {f"stdout of {name}": out, f"stderr of {name}": err}

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            for number in _family(process.pid):
                kind = "program" if number == process.pid else "browser"
                for part in ("cmdline", "environ"):
                    try:
                        text = Path(f"/proc/{number}/{part}").read_bytes()
                    except OSError:
                        continue  # it has ended
                    if text:  # of one that has ended, and was not yet waited for, nothing is shown
                        self.seen[f"{part} of {kind} {number}"] = text
            time.sleep(0.01)

    def keyring_items(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.session.run(ITEMS).splitlines() if line.startswith("{")]


def _family(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        text = ""
    return [process, *(each for child in text.split() for each in _family(int(child)))]
