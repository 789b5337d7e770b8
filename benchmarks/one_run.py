"""One run of the program in a process of its own; says what it took as JSON. Loading it is not counted."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import core.outlook.session  # noqa: F401  # loaded before the clock starts
from benchmarks.cost import measured
from core.feishu.sdk import build_request
from core.model import Result
from tests.whole.installed import opened
from tests.whole.program import vault_of


def main() -> None:
    data_dir = Path(sys.argv[1])
    build_request("ListCalendarEventRequest")  # loads Feishu's library
    installation = opened(data_dir, vault_of(data_dir))

    def run() -> None:
        report = installation.run(lambda: False, lambda _progress: None)
        assert report.result is Result.OK, report.problems

    print(json.dumps(measured(run)))
    installation.close()


if __name__ == "__main__":
    main()
