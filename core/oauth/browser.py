"""Opens the person's own browser, in the person's own environment."""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

_TIME_TO_FAIL = 5.0
"""Seconds. A launcher that is still alive after this is taken for a browser at work."""


def open_in_browser(url: str) -> bool:
    """Opens an http or https `url` in the browser that $BROWSER or the system names.

    False if there is none, or it would not start. Never raises; returns within seconds.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        return False
    try:
        if sys.platform in {"win32", "darwin"}:
            return webbrowser.open(url)
        environment = person_environment(os.environ)
        return any(_starts(command, environment) for command in _commands(url, environment))
    except (OSError, ValueError, webbrowser.Error) as error:
        log.warning("no browser could be started: %s", type(error).__name__)
        return False


def person_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` as it was before a PyInstaller bundle put its own libraries first.

    The boot loader keeps what it replaces under the same name with `_ORIG`; hooks put paths of the bundle
    into more variables. A browser that loads the bundle's libraries crashes (pyinstaller issue 6334).
    """
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is None:
        return dict(environ)
    person: dict[str, str] = {}
    for name, value in environ.items():
        if name.endswith("_ORIG") or name.startswith(("_PYI_", "_MEIPASS")):
            continue
        value = environ.get(f"{name}_ORIG", value)  # noqa: PLW2901  # the variable as it was
        outside = [part for part in value.split(os.pathsep) if not part.startswith(bundle)]
        if outside:
            person[name] = os.pathsep.join(outside)
    return person


def _commands(url: str, environ: Mapping[str, str]) -> Iterator[list[str]]:
    """What to try, in order. $BROWSER: commands separated by ":", with %s for the address or without."""
    for entry in filter(None, environ.get("BROWSER", "").split(os.pathsep)):
        words = shlex.split(entry)
        yield [word.replace("%s", url) for word in words] if "%s" in entry else [*words, url]
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        yield ["xdg-open", url]
        yield ["gio", "open", url]
        yield ["x-www-browser", url]


def _starts(command: list[str], environ: Mapping[str, str]) -> bool:
    try:
        process = subprocess.Popen(  # noqa: S603  # the person's own $BROWSER, and an address without a shell
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return process.wait(_TIME_TO_FAIL) == 0
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, name="browser", daemon=True).start()
        return True
