"""Entry point: arguments -> the tray application or a terminal command; nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    _give_streams()
    from core.settings import InterfaceLanguage
    from terminal.arguments import UsageError, parse
    from texts import language

    language.choose(InterfaceLanguage.AUTO)
    try:
        options = parse(arguments)
    except UsageError as error:
        from terminal.usage import refuse

        return refuse(error, as_json="--json" in arguments)

    from terminal.screen import has_screen

    if options.self_test:
        from terminal.exit_codes import ExitCode
        from ui import self_test

        return int(ExitCode.ALL_WELL if self_test.passes() else ExitCode.FAULT)
    if options.command == "" and not has_screen():
        from terminal.usage import refuse_tray

        return refuse_tray(as_json=options.as_json)
    if options.command == "":
        from ui import application

        return application.main(data_dir=options.data_dir, demo=None)
    if options.command == "demo" and not options.once and has_screen():
        from terminal.demo import prepare_demo
        from ui import application

        with prepare_demo() as demo:
            demo.introduce()
            return application.main(data_dir=None, demo=demo)

    from terminal.main import run

    return run(options)


def _give_streams() -> None:
    """A program without a console has none on Windows, and everything that prints would end in an error."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as the process lives
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as the process lives


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
