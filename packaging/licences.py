"""The licence texts that travel with the program, and an index of them. The spec packs what `write` makes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)[\w.-]*$", re.IGNORECASE)
_SAME_TEXT_AS = {"pyside6-essentials": "pystray", "shiboken6": "pystray", "o365": "requests"}
"""Their wheels hold no text: the LGPL and the Apache License are taken from where they are whole."""
_BUILT_WITH = "pyinstaller"
"""Its boot loader is in the program."""

_HEAD = """\
Licences of what is in this program
===================================

Feishu–Outlook Sync itself: see LICENSE in this folder.

Qt and PySide6 (with Shiboken) are used under the GNU Lesser General Public License, version 3, pystray and
python-xlib under the LGPL as well. They are separate files in this program's folder, or modules whose source
is public, and you may put versions of your own in their place. Their source code: https://download.qt.io/ and
the Python Package Index. Parts of other people in Qt: https://doc.qt.io/qt-6/licenses-used-in-qt.html

"""


def write(folder: Path, libraries: Iterable[str]) -> None:
    """`libraries` are files that are packed; those of the system (Debian) bring their copyright along."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", folder)
    lines = [_HEAD, *sorted(_of_python_packages(folder), key=str.lower), "", _of_python(folder)]
    lines += _of_the_system(folder, libraries)
    index = "\n".join(lines) + "\n"
    (folder / "LICENCES.txt").write_text(index, "utf-8")


def _of_python_packages(folder: Path) -> Iterable[str]:
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    for name in sorted({*locked, _BUILT_WITH}):
        try:
            package = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        texts = _texts(package) or _texts(distribution(_SAME_TEXT_AS[name]))
        for text in texts:
            place = folder / name / text.name
            place.parent.mkdir(exist_ok=True)
            shutil.copy(text, place)
        yield f"{package.name} {package.version}: {_stated(package)}; {name}/"


def _texts(package: Distribution) -> list[Path]:
    found = (Path(str(package.locate_file(file))) for file in package.files or () if _TEXT.match(file.name))
    return [file for file in found if file.suffix not in {".py", ".pyc"} and file.is_file()]


def _stated(package: Distribution) -> str:
    facts = package.metadata
    short = facts.get("License-Expression") or (facts.get("License") or "").strip().partition("\n")[0]
    classified = [
        line.rpartition(" :: ")[2] for line in facts.get_all("Classifier") or () if "License ::" in line
    ]
    return short or ", ".join(classified) or "see the text"


def _of_python(folder: Path) -> str:
    places = (Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), Path(sys.base_prefix, "LICENSE.txt"))
    place = folder / "python"
    place.mkdir()
    shutil.copy(next(file for file in places if file.is_file()), place / "LICENSE.txt")
    return f"Python {sys.version.split()[0]}: PSF-2.0; python/"


def _of_the_system(folder: Path, libraries: Iterable[str]) -> list[str]:
    """Only Debian and its relatives know a file's package and keep its copyright in one place."""
    if not shutil.which("dpkg-query"):
        return []
    resolved = {str(Path(file).resolve()) for file in libraries if file.startswith(("/usr/", "/lib"))}
    files = sorted(resolved | {file.removeprefix("/usr") for file in resolved})  # since /lib became a link
    said = subprocess.run(["dpkg-query", "-S", *files], capture_output=True, text=True, check=False).stdout
    packages = sorted(set(re.findall(r"^([^:,\s]+)", said, re.MULTILINE)))
    lines = []
    for package in packages:
        text = Path("/usr/share/doc", package, "copyright")
        if text.is_file():
            (folder / "system").mkdir(exist_ok=True)
            shutil.copy(text, folder / "system" / f"{package}.txt")
            lines.append(f"{package} (Debian): system/{package}.txt")
    return lines
