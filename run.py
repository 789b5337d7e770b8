#!/usr/bin/env python3
"""The commands of this project, on any system, with nothing but Python 3.11 or newer:

    python3 run.py [arguments]          the program (tray_app.py); try `demo`
    python3 run.py test [arguments]     every check and every test; with arguments: pytest alone, with them
    python3 run.py package              the program that needs no Python, in dist/
    python3 run.py lock                 new lock files, after a change in requirements*.txt

It keeps the libraries in .venv and, on Debian and its relatives, sees to the system packages.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "stamp"
CHECKS = ("ruff format --check .", "ruff check .", "mypy", "lint-imports")
WITHOUT_WINDOWS = """-h --help --version --once sync watch preview sign-in sign-out secret calendars status
    confirm undo restore import diagnostics"""
PACKAGES_FOR_WINDOWS = """libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 """
PACKAGES_FOR_TESTS = """xvfb xfce4-panel trayer openbox dunst gnome-keyring chromium chromium-driver xdotool
    imagemagick fonts-wqy-microhei dbus-x11 libnotify-bin x11-utils at-spi2-core
    util-linux iproute2 openssl desktop-file-utils """
PACKAGES_FOR_PACKAGING = "binutils xz-utils "
if sys.base_prefix == "/usr":  # Debian's own Python keeps the library that a packaged program needs apart
    PACKAGES_FOR_PACKAGING += "libpython{}.{} ".format(*sys.version_info)


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # people start this file with whatever Python they have
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if arguments == ["lock"]:
        lock()
    elif arguments == ["package"]:
        install_packages(PACKAGES_FOR_WINDOWS + PACKAGES_FOR_PACKAGING)
        make_environment("requirements-dev.lock")
        call(program("python"), "packaging/build.py")
        say("What was made is in dist/; docs/packaging.md tells what each is for.")
    elif arguments[:1] == ["test"]:
        install_packages(PACKAGES_FOR_WINDOWS + PACKAGES_FOR_TESTS + PACKAGES_FOR_PACKAGING)
        make_environment("requirements-dev.lock")
        tests = ["pytest", *(arguments[1:] or ["-n", "auto", "--dist", "loadfile"])]
        for check in [tests] if arguments[1:] else [*map(str.split, CHECKS), tests]:
            print("$", shlex.join(check), flush=True)
            if status := subprocess.call([program(check[0]), *check[1:]], cwd=ROOT):
                sys.exit(status)
    else:
        install_packages(PACKAGES_FOR_WINDOWS if opens_windows(arguments) else "")
        make_environment("requirements.lock", "requirements-dev.lock")
        command = [program("python"), str(ROOT / "tray_app.py"), *arguments]
        if os.name == "posix":
            os.execv(command[0], command)  # noqa: S606  # in our place: signals reach the program itself
        sys.exit(subprocess.call(command))


def opens_windows(arguments: list[str]) -> bool:
    has_screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return has_screen and not set(arguments) & set(WITHOUT_WINDOWS.split())


def program(name: str, environment: Path = ENVIRONMENT) -> str:
    return str(environment / ("Scripts" if os.name == "nt" else "bin") / name)


def make_environment(lock_file: str, *others_that_do: str) -> None:
    fitting = [stamp(name) for name in (lock_file, *others_that_do)]
    if shutil.which(program("python")) and STAMP.is_file() and STAMP.read_text() in fitting:
        return
    say("Making the environment in .venv. This takes a minute, once.")
    STAMP.unlink(missing_ok=True)  # first: a half-cleared environment must not pass for a whole one
    call(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT))
    pip = [program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call(*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock_file)
    STAMP.write_text(fitting[0])


def stamp(lock_file: str) -> str:
    """Another one when the environment must be made anew: it can't be moved, nor change its Python."""
    made_of = f"{ROOT} {sys.version_info[:2]} {lock_file}\n".encode() + (ROOT / lock_file).read_bytes()
    return hashlib.sha256(made_of).hexdigest()


def install_packages(wanted: str) -> None:
    if not shutil.which("apt-get"):
        return
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package} ${Provides}\n"]
    listing = subprocess.check_output(query, text=True)
    present = set(re.findall(r"[^\s,]+", "".join(re.findall(r"^installed .*\n", listing, re.MULTILINE))))
    missing = [package for package in wanted.split() if package not in present]
    if not importlib.util.find_spec("ensurepip"):  # Debian's Python comes without it
        missing.append("python3-venv")
    if not missing:
        return
    say("Installing system packages:", *missing)
    install = f"apt-get update; apt-get install -y --no-install-recommends {' '.join(missing)}"
    sudo = "" if os.geteuid() == 0 else "sudo -n"
    command = f"{sudo} env DEBIAN_FRONTEND=noninteractive sh -c '{install}'"
    if subprocess.call(["sh", "-c", command], stdout=sys.stderr):
        by_hand = "sudo sh" if shutil.which("sudo") else "su"
        stop(f"That needs an administrator. Run this command, then start again:\n{by_hand} -c '{install}'")


def lock() -> None:
    with tempfile.TemporaryDirectory() as folder:
        call(sys.executable, "-m", "venv", folder)
        call(program("python", Path(folder)), "-m", "pip", "install", "--quiet", "uv")
        options = "--quiet --universal --python-version 3.11 --generate-hashes --no-header"
        uv = [program("uv", Path(folder)), "pip", "compile", *options.split()]
        call(*uv, "requirements.txt", "-o", "requirements.lock")
        call(*uv, "requirements-dev.txt", "-c", "requirements.lock", "-o", "requirements-dev.lock")


def call(*command: str) -> None:
    """A step of the set-up. Its output goes to stderr: stdout belongs to the program."""
    if subprocess.call(command, cwd=ROOT, stdout=sys.stderr):
        stop(f"This failed, see above: {shlex.join(command)}")


def say(*words: str) -> None:
    print("run.py:", *words, file=sys.stderr, flush=True)


def stop(message: str) -> None:
    say(message)
    sys.exit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
