"""Draws every scene in both languages, light and dark, at 100 % and 200 %, without a screen.

    python -m tests.ui.pictures FOLDER [--only WORD] [--documents]

Those that the documents show go to docs/images, with `--documents`; ImageMagick halves them there:

    mogrify -strip +dither -colors 128 -define png:format=png8 docs/images/*.png

Each scale is a process of its own: Qt reads it when it starts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

LANGUAGES = {"en": "en_GB", "zh_CN": "zh_CN"}
THEMES = ("light", "dark")
SCALES = ("1", "2")
IMAGES = Path(__file__).parents[3] / "docs" / "images"
DOCUMENTS = {
    "activity.en.light.1x": "activity",
    "activity-held.en.light.1x": "held-deletions",
    "settings-accounts.en.light.1x": "settings-accounts",
    "settings-accounts.zh_CN.dark.1x": "settings-zh-dark",
    "wizard-feishu.en.light.1x": "wizard-feishu",
    "wizard-feishu.zh_CN.dark.1x": "wizard-zh-dark",
    "wizard-preview.en.light.1x": "wizard-preview",
}
"""By the name of the picture: the one in docs/images."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.ui.pictures")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="scenes with this in their name")
    parser.add_argument("--documents", action="store_true", help="renew the pictures in docs/images")
    parser.add_argument("--scale", choices=SCALES, help="by itself in this process")
    asked = parser.parse_args()
    if asked.scale:
        draw(asked.folder, asked.only, asked.scale)
        return
    for scale in SCALES:
        command = [sys.executable, "-m", "tests.ui.pictures", str(asked.folder), "--only", asked.only]
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
        subprocess.run([*command, "--scale", scale], check=True, env=environment)
    for name, image in DOCUMENTS.items():
        if asked.documents and (picture := asked.folder / f"{name}.png").exists():
            shutil.copyfile(picture, IMAGES / f"{image}.png")


def draw(folder: Path, only: str, scale: str) -> None:
    from tests.ui.pictures import screen

    folder.mkdir(parents=True, exist_ok=True)
    app = screen.application()
    for (language, locale), theme in product(LANGUAGES.items(), THEMES):
        screen.dress(app, language, locale, theme)
        for name, picture in _pictures(only):
            picture.save(str(folder / f"{name}.{language}.{theme}.{scale}x.png"))


def _pictures(only: str) -> Iterator[tuple[str, QPixmap]]:
    from tests.ui.pictures import screen
    from tests.ui.pictures.scenes import QUESTIONS, SCENES

    for name, scene in SCENES.items():
        if only in name:
            yield name, screen.picture_of(scene)
    for name, question in QUESTIONS.items():
        if only in name:
            yield name, screen.picture_of_question(question)


if __name__ == "__main__":
    main()
