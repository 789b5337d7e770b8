"""Which libraries the program carries on Linux: those that come with Python's packages, and what they need
that a desktop does not have anyway. packaging/pyinstaller.spec calls `lean`.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

OF_THE_SYSTEM = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb.so.1": "libxcb1",
}
"""What our libraries ask for by name and don't bring along, and Debian's package for it.

Every desktop has them, in a version that fits its graphics driver, its fonts' configuration and its bus; an
older copy of ours would be loaded in their place, and the driver, which needs the newer one, would fail.
"""

_ONLY_FOR_THOSE = """libXau.so.6 libXdmcp.so.6 libbsd.so.0 libcap.so.2 libexpat.so.1 libgcrypt.so.20
    libgpg-error.so.0 liblz4.so.1 libmd.so.0 libpcre2-8.so.0 libpng16.so.16 libsystemd.so.0"""
_FOR_TYPING_INTO_PYTHON = re.compile(r"readline\.cpython-|libreadline\.so|libtinfo\.so")
_CHARACTER_TABLES = re.compile(r"libicudata\.so\.(\d+)$")

# ICU's own "stubdata": a table of contents (format "ToCP") without entries, after a header of 32 bytes.
_NO_TABLES = """
    .globl icudt{version}_dat
    .type icudt{version}_dat, %object
    .section .rodata
    .balign 16
icudt{version}_dat:
    .2byte 32
    .byte 0xda, 0x27
    .2byte 20, 0
    .byte 0, 0, 2, 0
    .ascii "ToCP"
    .byte 1, 0, 0, 0, 0, 0, 0, 0
    .zero 8
    .4byte 0, 0
    .size icudt{version}_dat, . - icudt{version}_dat
    .section .note.GNU-stack, "", %progbits
"""

_Entry = tuple[str, str, str]
"""As PyInstaller keeps it: where it goes, where it comes from (or leads to), what it is."""


def lean(binaries: list[_Entry], folder: Path) -> list[_Entry]:
    """Without what the system has, and without ICU's 30 MB of tables. New files are made in `folder`."""
    left_out = {*OF_THE_SYSTEM, *_ONLY_FOR_THOSE.split()}
    kept = []
    for place, source, kind in binaries:
        name = Path(place).name
        if name in left_out or _FOR_TYPING_INTO_PYTHON.match(name):
            continue
        tables = _CHARACTER_TABLES.match(name)
        is_library = kind == "BINARY"
        kept.append((place, str(_no_tables(tables[1], folder)) if tables and is_library else source, kind))
    return kept


def _no_tables(version: str, folder: Path) -> Path:
    """Qt takes from the tables: sorting by language, encodings older than Unicode, names of time zones. It
    can do without them and we ask for none; the library itself it must find. Made with binutils."""
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / f"libicudata.so.{version}"
    compiled = folder / "icudata.o"
    words = _NO_TABLES.format(version=version)
    subprocess.run(["as", "-o", compiled, "-"], input=words, text=True, check=True)
    link = ["ld", "-shared", "-soname", library.name, "-o", library, compiled]
    subprocess.run(link, check=True)
    return library
