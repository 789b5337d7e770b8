"""Installs, starts, replaces and removes the program as a person and as a company do."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop import Desktop
from trial import check
from wine import Wine

_RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
_APPS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\feishu-outlook-sync"
_SECRETS = r"HKCU\Software\Wine\Credential Manager"
"""Where Wine keeps what Windows' credential store would."""
_NAME = "feishu-outlook-sync"


class Installed:
    """Where the installer puts things."""

    def __init__(self, wine: Wine) -> None:
        self._wine = wine
        local = wine.home / "AppData" / "Local"
        menu = wine.home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        self.folder = local / "Programs" / "Feishu Outlook Sync"
        self.data = local / "Feishu Outlook Sync"
        self.entry = menu / "Feishu–Outlook Sync.lnk"

    @property
    def start_at_login(self) -> str | None:
        return self._wine.value(_RUN, _NAME)

    @property
    def version(self) -> str | None:
        """That Windows' list of apps shows."""
        return self._wine.value(_APPS, "DisplayVersion")

    def is_gone(self) -> bool:
        """The uninstaller works on from a copy of itself after it has ended."""
        return not (self.folder.exists() or self.entry.exists() or self.start_at_login or self.version)

    def is_running(self) -> bool:
        return (self.data / "tray.lock").exists()

    def has_secrets(self) -> bool:
        listing = self._wine.run("reg", "query", _SECRETS, "/s", seconds=60).text
        return f"{_NAME}:" in listing


def try_installer(desktop: Desktop, installer: Path, version: str) -> None:
    wine = desktop.wine
    installed = Installed(wine)
    shutil.copyfile(installer, wine.drive / installer.name)
    setup = rf"C:\{installer.name}"
    _install_by_hand(desktop, setup, installed, version)
    _replace_silently_while_it_runs(desktop, setup, installed)
    _look_at_uninstaller(desktop)
    _uninstall(desktop, installed)
    check("data are kept", holds=(installed.data / "settings.toml").exists())
    _install_for_a_company(desktop, setup, installed)
    _store_secret(wine)
    check("a secret is stored", holds=installed.has_secrets())
    _uninstall(desktop, installed, "/REMOVEDATA")
    desktop.eventually("an empty place where the data were", lambda: not installed.data.exists())
    check("no secret is left", holds=not installed.has_secrets())


def _install_by_hand(desktop: Desktop, setup: str, installed: Installed, version: str) -> None:
    desktop.open(setup)
    desktop.window("Feishu–Outlook Sync")
    desktop.picture("installer")
    desktop.press("Return")  # Install
    desktop.eventually("the entry in the list of apps", lambda: installed.version, seconds=600)
    check("the version in the list of apps", holds=installed.version == version, seen=installed.version)
    desktop.picture("installed")
    desktop.press("Return")  # Finish, with the program started
    desktop.window("Set up")
    desktop.picture("started-by-the-installer")
    program = str(desktop.eventually("the start at login", lambda: installed.start_at_login))
    check(
        "what starts at login", holds=program.strip('"').endswith(r"\feishu-outlook-sync.exe"), seen=program
    )
    check("the entry of the Start menu", holds=installed.entry.exists())


def _replace_silently_while_it_runs(desktop: Desktop, setup: str, installed: Installed) -> None:
    marker = installed.folder / "_internal" / "of-an-earlier-version"
    marker.touch()
    before = (installed.data / "tray.lock").stat().st_mtime_ns
    ended = desktop.wine.launch(setup, "/S").wait(900)
    check("the silent installer ends with 0", holds=ended == 0, seen=ended)
    check("nothing of the earlier version is left", holds=not marker.exists())
    desktop.eventually(
        "the program, started again",
        lambda: installed.is_running() and (installed.data / "tray.lock").stat().st_mtime_ns != before,
    )
    desktop.window("Set up")


def _look_at_uninstaller(desktop: Desktop) -> None:
    desktop.open(r"%LOCALAPPDATA%\Programs\Feishu Outlook Sync\uninstall.exe")
    desktop.window("Feishu–Outlook Sync Uninstall")
    desktop.picture("uninstaller")
    desktop.press("Escape")


def _uninstall(desktop: Desktop, installed: Installed, *options: str) -> None:
    program = rf"C:\users\{desktop.wine.home.name}\AppData\Local\Programs\Feishu Outlook Sync\uninstall.exe"
    desktop.wine.launch(program, "/S", *options).wait(300)
    desktop.eventually("the end of the uninstaller", installed.is_gone, seconds=300)


def _install_for_a_company(desktop: Desktop, setup: str, installed: Installed) -> None:
    """Silently, with settings beside the installer; nothing is started."""
    (desktop.wine.drive / "provision.toml").write_text('[ui]\nlanguage = "zh_CN"\n')
    ended = desktop.wine.launch(setup, "/S").wait(900)
    check("the silent installer ends with 0", holds=ended == 0, seen=ended)
    given = (installed.folder / "provision.toml").read_text()
    check("the company's settings lie beside the program", holds="zh_CN" in given, seen=given)
    check("nothing was started", holds=not installed.is_running())


def _store_secret(wine: Wine) -> None:
    program = rf"C:\users\{wine.home.name}\AppData\Local\Programs\Feishu Outlook Sync\{_NAME}-terminal.exe"
    ended = wine.run(program, "secret", "feishu.app_secret", seconds=120, typed="worthless\n")
    check("a secret is taken", holds=ended.code == 0, seen=ended)
