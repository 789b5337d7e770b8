"""The demo as `tray_app.py demo` starts it, on sign-in pages that say yes by themselves."""

from __future__ import annotations

import sys

from terminal.demo import prepare_demo
from ui import application


def main() -> int:
    with prepare_demo() as demo:
        demo.sign_in_by_itself()
        demo.choose_calendars()
        return application.main(data_dir=None, demo=demo)


if __name__ == "__main__":
    sys.exit(main())
