"""Packs the built program for people on Linux: a .deb, and a tarball with an install script.

python packaging/linux/pack.py FOLDER OUTPUT [--fast]

FOLDER is what PyInstaller built. --fast leaves the files uncompressed, for trying.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE), str(HERE.parent)]

from drawing import draw  # noqa: E402  # scripts in one folder
from libraries import OF_THE_SYSTEM  # noqa: E402

from texts.product import VERSION  # noqa: E402

NAME = "feishu-outlook-sync"
MAINTAINER = "The Feishu-Outlook Sync authors <noreply@feishu-outlook-sync.invalid>"
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels: the sizes of the hicolor theme."""
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
RECOMMENDED = (
    "ca-certificates, gnome-keyring | kwalletmanager | keepassxc, xdg-utils, fonts-noto-cjk | fonts-cjk"
)

CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: {recommended}
Section: utils
Priority: optional
Description: mirror Feishu (Lark) calendars into Outlook
 Keeps the events of a Feishu calendar up to date in a calendar of Outlook,
 from an icon in the panel or from the terminal. Copies only: nobody is ever
 invited, and nothing is written to Feishu.
 .
 This package holds all that the program needs of Python and Qt.
"""


def main(folder: Path, output: Path, *, is_fast: bool) -> None:
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        share = Path(work, "share")
        write_share(share)
        for made in (
            write_tarball(folder, share, Path(work, "tarball"), output, is_fast=is_fast),
            write_deb(folder, share, Path(work, "deb"), output, is_fast=is_fast),
        ):
            print(f"{made} ({made.stat().st_size / 1e6:.1f} MB)")


def write_share(share: Path) -> None:
    """What a desktop reads: the entry of its menu and the icons."""
    applications = share / "applications"
    applications.mkdir(parents=True)
    shutil.copy(HERE / f"{NAME}.desktop", applications)
    for size in ICON_SIZES:
        place = share / "icons" / "hicolor" / f"{size}x{size}" / "apps"
        place.mkdir(parents=True)
        draw(size, place / f"{NAME}.png")


def write_tarball(folder: Path, share: Path, work: Path, output: Path, *, is_fast: bool) -> Path:
    top = work / f"{NAME}-{VERSION}"
    copy(folder, top / "lib" / NAME)
    copy(share, top / "share")
    shutil.copy(HERE / "install.sh", top)
    shutil.copy(HERE / "install.sh", top / "lib" / NAME)
    shutil.copy(ROOT / "LICENSE", top)
    settle(top)
    plain = output / f"{top.name}-linux-{platform.machine()}.tar"
    with tarfile.open(plain, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in [top, *sorted(top.rglob("*"))]:
            archive.add(path, path.relative_to(work), recursive=False, filter=_of_nobody)
    if is_fast:
        return plain
    subprocess.run(["xz", "--force", "-6", "--threads=2", plain], check=True)
    return plain.with_name(f"{plain.name}.xz")


def write_deb(folder: Path, share: Path, work: Path, output: Path, *, is_fast: bool) -> Path:
    copy(folder, work / "usr/lib" / NAME)
    copy(share, work / "usr/share")
    command = work / "usr/bin" / NAME
    command.parent.mkdir()
    command.symlink_to(f"../lib/{NAME}/{NAME}")
    write_documents(work)
    settle(work)
    write_control(folder, work)
    settle(work / "DEBIAN")
    architecture = ARCHITECTURES[platform.machine()]
    package = output / f"{NAME}_{VERSION}_{architecture}.deb"
    compression = "-Znone" if is_fast else "-Zxz"
    build = ["dpkg-deb", "--root-owner-group", compression, "--build", work, package]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    return package


def write_documents(work: Path) -> None:
    documents = work / "usr/share/doc" / NAME
    documents.mkdir(parents=True)
    copyright_ = (ROOT / "LICENSE").read_text("utf-8")
    licences = f"Licences of what the program brings along: /usr/lib/{NAME}/_internal/licences\n"
    (documents / "copyright").write_text(f"{copyright_}\n{licences}", "utf-8")
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (documents / "changelog.gz").write_bytes(gzip.compress(changes, 9, mtime=0))


def write_control(folder: Path, work: Path) -> None:
    control = work / "DEBIAN"
    control.mkdir()
    files = [path for path in sorted((work / "usr").rglob("*")) if path.is_file() and not path.is_symlink()]
    (control / "md5sums").write_text("".join(f"{md5(file)}  {file.relative_to(work)}\n" for file in files))
    text = CONTROL.format(
        name=NAME,
        version=VERSION,
        architecture=ARCHITECTURES[platform.machine()],
        maintainer=MAINTAINER,
        kilobytes=sum(file.stat().st_size for file in files) // 1024,
        depends=", ".join(dict.fromkeys([f"libc6 (>= {needed_c_library(folder)})", *OF_THE_SYSTEM.values()])),
        recommended=RECOMMENDED,
    )
    (control / "control").write_text(text)


def md5(file: Path) -> str:
    """What dpkg finds damaged files by."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def needed_c_library(folder: Path) -> str:
    """The newest version of glibc that any of the files asks for."""
    asked = {
        found for file in binaries(folder) for found in re.findall(rb"GLIBC_2\.(\d+)", file.read_bytes())
    }
    return f"2.{max(map(int, asked))}"


def binaries(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink() and file.open("rb").read(4) == b"\x7fELF":
            yield file


def copy(source: Path, place: Path) -> None:
    shutil.copytree(source, place, symlinks=True)


def settle(folder: Path) -> None:
    """The date of the source, and the rights that files and folders have in packages."""
    date = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink():
            runs = path.is_dir() or path.name in {NAME, "install.sh"}
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (date, date), follow_symlinks=False)


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), is_fast="--fast" in sys.argv[3:])
