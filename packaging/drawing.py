"""The program's icon as a PNG: the tray's page for "up to date", drawn anew for each size.

python packaging/drawing.py SIZE FILE.png
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def draw(size: int, file: Path) -> None:
    """`size` in pixels, width and height."""
    sys.path.insert(0, str(ROOT))
    try:
        from texts.report import State
        from ui.icons import Panel, icon
    finally:
        sys.path.remove(str(ROOT))
    icon(State.UP_TO_DATE, size, Panel.LIGHT).save(file)


if __name__ == "__main__":
    draw(int(sys.argv[1]), Path(sys.argv[2]))
