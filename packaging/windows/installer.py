"""Makes the installer out of the built folder. On Windows and on Linux; needs NSIS:

python packaging/windows/installer.py [FOLDER [INSTALLER]]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from program_resources import ROOT, four_numbers, product_version, write_icon

_SCRIPT = Path(__file__).with_name("installer.nsi")


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else ROOT / "dist" / "feishu-outlook-sync"
    output = Path(arguments[1]) if arguments[1:] else ROOT / "dist" / installer_name(product_version())
    make(folder.resolve(), output.resolve())
    print(output)


def installer_name(version: str) -> str:
    return f"feishu-outlook-sync-{version}-windows-x64-setup.exe"


def make(folder: Path, output: Path) -> None:
    """A warning of makensis is an error."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        icon = Path(work) / "program.ico"
        write_icon(icon)
        subprocess.run(command(product_version(), folder, icon, output), check=True, timeout=1800)


def command(version: str, folder: Path, icon: Path, output: Path) -> list[str]:
    defines: dict[str, object] = {
        "VERSION": version,
        "NUMBERS": ".".join(map(str, four_numbers(version))),
        "SOURCE": folder / "*",
        "ICON": icon,
        "OUTPUT": output,
    }
    if sys.platform != "win32":
        defines["TARGET"] = (
            "amd64-unicode"  # Debian's NSIS has it, and its Wine alone runs nothing of 32 bits
        )
    options = [
        "-V2",
        "-WX",
        "-INPUTCHARSET",
        "UTF8",
        *(f"-D{name}={value}" for name, value in defines.items()),
    ]
    return [_makensis(), *options, str(_SCRIPT)]


def _makensis() -> str:
    """Its own installer for Windows does not put it on the PATH."""
    return shutil.which("makensis") or r"C:\Program Files (x86)\NSIS\makensis.exe"


if __name__ == "__main__":
    main(sys.argv[1:])
