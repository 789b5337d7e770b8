"""What is in the built folder, and what must not be: nothing of Wine, and no library that it lacks."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wine import STAND_INS

PROGRAM, TERMINAL = "feishu-outlook-sync.exe", "feishu-outlook-sync-terminal.exe"
GUI, CONSOLE = 2, 3
"""Subsystems (PE format, "Windows Subsystem")."""
SUBSYSTEMS = {PROGRAM: GUI, TERMINAL: CONSOLE}
_OF_WINE = (b"Wine builtin DLL", b"Wine placeholder DLL")
_OF_WINDOWS = """
    advapi32 authz avrt bcrypt bcryptprimitives cabinet comctl32 comdlg32 crypt32 cryptbase d2d1 d3d11 d3d12
    d3d9 dcomp dnsapi dwmapi dwrite dxgi gdi32 icuuc imagehlp imm32 iphlpapi kernel32 mpr mscms msi msimg32
    netapi32 ntdll ole32 oleaut32 powrprof psapi rpcrt4 secur32 setupapi shcore shell32 shlwapi user32 userenv
    uiautomationcore usp10 uxtheme version winhttp wininet winmm winspool.drv wintrust ws2_32 wtsapi32
"""
"""Libraries of Windows 10 and later: for all else the folder has to see itself."""


@dataclass(frozen=True, slots=True)
class Headers:
    """Of a program or library for Windows."""

    subsystem: int
    imports: frozenset[str]
    """In small letters."""


def faults(folder: Path) -> list[str]:
    """What is wrong with a built folder, in words; empty if it may be shipped."""
    headers = {file.relative_to(folder): headers_of(file) for file in _executables(folder)}
    present = {file.name.lower() for file in headers}
    found = [f"{file}: came from Wine" for file in _marked_by_wine(folder)]
    found += [f"{file}: a stand-in for trials" for file in headers if _is_stand_in(file)]
    for file, header in headers.items():
        lost = unresolved(header.imports, present)
        found += [f"{file}: needs {name}, which neither Windows nor the folder has" for name in lost]
    for name, subsystem in SUBSYSTEMS.items():
        program = headers.get(Path(name))
        if program is None or program.subsystem != subsystem:
            found.append(f"{name}: not there, or not of subsystem {subsystem}")
    return found


def unresolved(imports: Iterable[str], present: set[str]) -> list[str]:
    """`imports` and `present` in small letters."""
    return [name for name in sorted(imports) if name not in present and not is_of_windows(name)]


def is_of_windows(name: str) -> bool:
    return name.startswith("api-ms-win-") or name.removesuffix(".dll") in _OF_WINDOWS.split()


def parse_headers(said: str) -> Headers:
    """`said`: by objdump --private-headers. Raises ValueError."""
    subsystem = re.search(r"^Subsystem\s+([0-9a-f]{8})\b", said, re.MULTILINE)
    if not subsystem:
        raise ValueError("not a file in PE format")
    imports = re.findall(r"^\tDLL Name: (\S+)$", said, re.MULTILINE)
    return Headers(int(subsystem[1], 16), frozenset(name.lower() for name in imports))


def headers_of(file: Path) -> Headers:
    command = ["x86_64-w64-mingw32-objdump", "--private-headers", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=120, check=True)
    return parse_headers(done.stdout)


def megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _executables(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in {".exe", ".dll", ".pyd"}:
            yield file


def _marked_by_wine(folder: Path) -> Iterator[Path]:
    """Every library of Wine's carries its mark behind the DOS header."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            if any(mark in content for mark in _OF_WINE):
                yield file.relative_to(folder)


def _is_stand_in(file: Path) -> bool:
    return file.suffix.lower() == ".dll" and file.stem.lower() in {
        source.stem for source in STAND_INS.glob("*.c")
    }
