"""`--self-test`: whether everything that the program needs came along and loads. Every build has to pass it.

Needs no screen, no data directory and no network but loopback. Its lines are for whoever builds or packages
the program, so they stay English.
"""

from __future__ import annotations

import gettext
import importlib
import os
import pkgutil
import ssl
import sys
import time
import traceback
import zoneinfo
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from texts.product import VERSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ROOMS = ("core", "sandbox", "terminal", "texts", "ui")
_FOR_DEVELOPERS = {"sandbox.__main__", "texts.compile"}
_SCREEN_PLUGINS = {"win32": "qwindows.dll", "darwin": "libqcocoa.dylib"}


def passes() -> bool:
    """A line on stdout for each check; what failed is told on stderr as well."""
    if sys.platform == "linux":
        os.environ["PYSTRAY_BACKEND"] = "dummy"  # it looks for a screen while it is imported
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(f"feishu-outlook-sync {VERSION}, Python {sys.version.split()[0]}, {sys.platform}")
    failed = [check for check in CHECKS if not _passes(check)]
    return not failed


def _passes(check: Callable[[], None]) -> bool:
    name = check.__name__.replace("_", " ")
    try:
        check()
    except Exception:  # noqa: BLE001  # whatever it is, the build is not good
        print(f"FAILED  {name}", flush=True)
        traceback.print_exc()
        return False
    print(f"ok      {name}", flush=True)
    return True


def modules() -> None:
    """Ours one by one, and with them all that they import."""
    for room in _ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if module.name not in _FOR_DEVELOPERS:
                importlib.import_module(module.name)


def libraries_loaded_by_name() -> None:
    from core.feishu import sdk
    from core.keyring_access import TRUSTED

    sdk.build_request("GetUserInfoRequest")
    sdk.build_request("ListCalendarEventRequest")
    for backend in TRUSTED[sys.platform]:
        importlib.import_module(f"keyring.backends.{backend.partition('.')[0]}")
    importlib.import_module("pystray")
    if sys.platform == "linux":
        importlib.import_module("Xlib.display")


def ledger() -> None:
    from core.ledger import Ledger

    with TemporaryDirectory(prefix="self-test-") as folder:
        for expected in (None, "written"):
            opened = Ledger(Path(folder, "ledger.sqlite"))
            opened.open()
            try:
                _expect(opened.note("self-test") == expected, "the ledger keeps what is written")
                opened.set_note("self-test", "written")
            finally:
                opened.close()


def settings_and_guide() -> None:
    from core.settings_file import DEFAULTS
    from ui.help import GUIDES

    for file in (DEFAULTS, *GUIDES.values()):
        _expect(file.read_text("utf-8").strip() != "", f"{file.name} has content")


def catalogues() -> None:
    from core.settings import TextLanguage
    from texts.language import DOMAINS, LOCALE

    for language in set(TextLanguage) - {TextLanguage.ENGLISH}:
        for domain in DOMAINS:
            gettext.translation(domain, LOCALE, [language.value])


def time_zones() -> None:
    """Those that came along: Windows and small systems have none."""
    import pytz

    zoneinfo.reset_tzpath(())
    try:
        zoneinfo.ZoneInfo.no_cache("Asia/Shanghai")
    finally:
        zoneinfo.reset_tzpath()
    pytz.timezone("Asia/Shanghai")


def icons_and_windows() -> None:
    from PySide6.QtCore import QLibraryInfo, QTranslator
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication, QLabel

    from texts.report import State
    from ui.icons import Panel, icon

    application = QApplication.instance() or QApplication([])
    for state in State:
        for panel in Panel:
            _expect(icon(state, 24, panel).getbbox() is not None, f"{state} has an icon")
    label = QLabel("日历")
    _expect(not label.grab().isNull(), "a window can be drawn")
    _expect(not QPixmap(1, 1).isNull(), "a picture can be made")
    words = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    _expect(words.load("qtbase_zh_CN", folder), "Qt speaks Chinese")


def way_to_the_screen() -> None:
    """Loads the plug-in for real screens, and so tells which library of the system is missing for it."""
    from PySide6.QtCore import QLibraryInfo, QPluginLoader

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
    plugin = QPluginLoader(str(folder / _SCREEN_PLUGINS.get(sys.platform, "libqxcb.so")))
    _expect(plugin.load(), plugin.errorString())


def tls() -> None:
    """A server whose authority we trust is talked to, the same server without that trust is not."""
    import requests

    from core.network import make_session
    from core.settings import NetworkSettings
    from sandbox import certificates
    from sandbox.web_server import WebServer

    with TemporaryDirectory(prefix="self-test-") as folder:
        authority = Path(folder, "ca.pem")
        server = WebServer(_hello, ("127.0.0.1", 0), time.time, certificates.issue(authority))
        server.start()
        address = f"https://localhost:{server.port}/"
        try:
            with make_session(NetworkSettings(proxy="none", ca_bundle=str(authority))) as session:
                _expect(session.get(address).content == b"hello", "the server answers")
            with make_session(NetworkSettings(proxy="none")) as session:
                try:
                    session.get(address)
                except requests.exceptions.SSLError:
                    return
        finally:
            server.stop()
    raise AssertionError("a stranger's certificate was accepted")


def certificate_authorities() -> None:
    """The packed ones load; the system's are those that count, and a bare system may have none."""
    import certifi

    packed = ssl.create_default_context(cafile=certifi.where())
    _expect(packed.cert_store_stats()["x509_ca"] > 0, "certifi has certificates")


def _hello(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


def _expect(condition: bool, what: str) -> None:  # noqa: FBT001  # as in an assertion, which -O leaves out
    if not condition:
        raise AssertionError(what)


CHECKS: tuple[Callable[[], None], ...] = (
    modules,
    libraries_loaded_by_name,
    ledger,
    settings_and_guide,
    catalogues,
    time_zones,
    icons_and_windows,
    way_to_the_screen,
    tls,
    certificate_authorities,
)
