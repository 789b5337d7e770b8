"""One run of the program in a process of its own; says what it took as JSON. Loading it is not counted.

python -m benchmarks.one_run DATA_DIR
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import core.outlook.session  # noqa: F401  # loaded before the clock starts
from benchmarks.cost import measured
from core.feishu.sdk import build_request
from core.report import Result
from terminal.build import new_installation
from tests.whole.program import vault_of


def main() -> None:
    data_dir = Path(sys.argv[1])
    build_request("ListCalendarEventRequest")  # loads Feishu's library
    installation = new_installation(data_dir, vault_of(data_dir))
    installation.reload_settings()
    installation.open(exclusive=True)

    def run() -> None:
        report = installation.run(lambda: False, lambda _progress: None)
        assert report.result is Result.OK, report.problems

    print(json.dumps(measured(run)))
    installation.close()


if __name__ == "__main__":
    main()
