"""What Windows reads from a program before it starts it: icon, version, manifest. The spec packs them.

Written where PyInstaller runs, in the words that it takes: options of its EXE.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "Feishu–Outlook Sync"
AUTHORS = "The Feishu–Outlook Sync authors"
ICON_SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
"""Pixels: 16, 32 and 48 points at 100 to 200 %, and Explorer's large pictures."""

_MANIFEST = Path(__file__).with_name("program.manifest")
_VERSION = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, OS=0x40004, fileType=1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "{authors}"),
      StringStruct("FileDescription", "{name}"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "feishu-outlook-sync"),
      StringStruct("LegalCopyright", "{authors}, MIT License"),
      StringStruct("OriginalFilename", "feishu-outlook-sync.exe"),
      StringStruct("ProductName", "{name}"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def write(folder: Path) -> dict[str, str]:
    """Makes the files in `folder`; the options for EXE that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    icon, version = folder / "program.ico", folder / "version.txt"
    write_icon(icon)
    version.write_text(version_resource(product_version()), "utf-8")
    return {"icon": str(icon), "version": str(version), "manifest": str(_MANIFEST)}


def product_version() -> str:
    found = re.search(r'^VERSION = "(.+)"$', (ROOT / "texts" / "product.py").read_text("utf-8"), re.MULTILINE)
    if not found:
        raise ValueError("texts/product.py names no version")
    return found[1]


def version_resource(version: str) -> str:
    """As PyInstaller reads it."""
    return _VERSION.format(numbers=four_numbers(version), version=version, name=NAME, authors=AUTHORS)


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Windows wants four: 0.1.0 and 0.1.0rc2 are both 0.1.0.0."""
    leading = re.match(r"[\d.]*\d", version)
    first, second, third, fourth, *_ = [*map(int, leading[0].split(".")), 0, 0, 0, 0] if leading else [0] * 4
    return first, second, third, fourth


def write_icon(file: Path) -> None:
    """The calendar page of the tray. Each size is drawn for itself, as small ones blur when scaled."""
    sys.path.insert(0, str(ROOT))
    try:
        from texts.report import State
        from ui.icons import Panel, icon
    finally:
        sys.path.remove(str(ROOT))
    pictures = [icon(State.UP_TO_DATE, size, Panel.LIGHT) for size in ICON_SIZES]
    largest = pictures[-1]
    largest.save(file, sizes=[(size, size) for size in ICON_SIZES], append_images=pictures[:-1])
