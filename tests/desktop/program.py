"""The real tray application in front of an installation without services, for the stories of this folder.

    python -m tests.desktop.program DATA_DIR [--signed-out]

What the installation is asked stands in DATA_DIR/calls.txt, a name a line. A run ends when the file
DATA_DIR/busy is not there; with the file DATA_DIR/offline it can't reach Feishu. Every other run adds three
events.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from core.errors import Unreachable
from core.installation import Progress
from core.model import Side
from core.ports import Stop
from core.report import Result, RunReport
from tests.ui.fake_installation import FakeInstallation, report
from ui import application


class Recorded(FakeInstallation):
    def _called(self, name: str) -> None:
        super()._called(name)
        with (self.data_dir / "calls.txt").open("a") as file:
            file.write(f"{name}\n")

    def pause(self, until: datetime | None) -> None:
        super().pause(until)
        (self.data_dir / "paused.txt").write_text(until.isoformat() if until else "")

    def run(self, stop: Stop, progress: Callable[[Progress], None]) -> RunReport:
        is_offline = (self.data_dir / "offline").exists()
        while not stop() and (self.data_dir / "busy").exists():
            time.sleep(0.02)
        runs = self.names().count("run")
        self.next_report = lambda: (
            report(Result.UNREACHABLE, problems=(Unreachable(Side.FEISHU, "dns", "open.feishu.cn"),))
            if is_offline
            else report(created=3 if runs % 2 == 0 else 0)
        )
        return super().run(stop, progress)


def main(arguments: list[str]) -> int:
    data_dir = Path(arguments[0])
    return application.run(data_dir, lambda: Recorded(data_dir, signed_in="--signed-out" not in arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
