"""KEY-1: the program is started at login, before the keyring is open. With a real Secret Service."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import secretstorage

from core.connections import APP_SECRET
from core.errors import VaultUnavailable
from core.installation import Installation
from core.model import Side
from core.ports import Vault
from core.report import Result, RunReport
from core.vault import KeyringVault
from tests.cases.calendars import Calendars
from tests.core.fake_keyrings import DialogKeyring
from tests.core.keyring_session import (
    PASSWORD,
    KeyringSession,
    session_with_keyring,
    session_without_keyring,
)
from texts.copy_words import copy_words
from texts.last_page import last_page


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringSession]:
    """This process lives in a session whose keyring is open."""
    with session_with_keyring(tmp_path / "session") as session:
        enter(session, monkeypatch)
        yield session


def enter(session: KeyringSession, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, session.environment[name])


@pytest.fixture
def prompts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often a person was asked for the keyring's password; here the dialog is dismissed at once."""
    shown: list[str] = []
    original = secretstorage.Collection.unlock

    def counted(self: secretstorage.Collection, timeout: float | None = None) -> object:
        shown.append("prompt")
        return original(self, timeout)

    monkeypatch.setattr(secretstorage.Collection, "unlock", counted)
    return shown


@pytest.fixture
def start(calendars: Calendars, desktop: KeyringSession) -> Callable[[], Installation]:
    """The program with its secrets in the real keyring, mirrored once. Starts it anew, as after a login."""
    installed = calendars.installed
    calendars.add("Review", "2027-01-14 10:00", 30)
    calendars.settle()
    move_secrets(calendars, KeyringVault(installed.data_dir))
    return lambda: started(calendars, KeyringVault(installed.data_dir, deadline=10))


def move_secrets(calendars: Calendars, vault: Vault) -> None:
    vault.store_secret(APP_SECRET, calendars.feishu.app_secret)
    for side in Side:
        vault.store_tokens(side, calendars.installed.vault.tokens(side))


def started(calendars: Calendars, vault: Vault) -> Installation:
    installed = calendars.installed
    installed.installation.close()
    installed.installation = Installation(installed.data_dir, vault, words=copy_words, pages=last_page)
    installed.installation.reload_settings()
    installed.installation.open(exclusive=True)
    return installed.installation


def demand_waiting(report: RunReport, calendars: Calendars, why: str) -> None:
    """Told in one word, and nobody was asked for anything: no service, no sign-in."""
    assert report.result is Result.NEEDS_PERSON
    told = {problem.why if isinstance(problem, VaultUnavailable) else problem for problem in report.problems}
    assert told == {why}
    assert calendars.installed.sandbox.journal.requests() == []


# The library leaves its connection to the garbage collector when the dialog is dismissed.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
)
def test_a_keyring_that_is_opened_later_is_waited_for_without_a_storm_of_prompts(
    start: Callable[[], Installation], calendars: Calendars, desktop: KeyringSession, prompts: list[str]
) -> None:
    desktop.lock()
    start()
    stored = keyring_files(desktop)
    for _ in range(4):
        demand_waiting(calendars.run().report, calendars, "locked")
        calendars.clock.advance(minutes=5)
    assert prompts == ["prompt"]
    assert keyring_files(desktop) == stored

    desktop.unlock()
    calendars.demand_quiet()
    assert prompts == ["prompt"]


def test_a_prompt_that_nobody_answers_is_opened_once_and_its_answer_is_taken(
    calendars: Calendars, tmp_path: Path
) -> None:
    calendars.add("Review", "2027-01-14 10:00", 30)
    calendars.settle()
    installed, dialog = calendars.installed, DialogKeyring()
    dialog.answered.set()
    vault = KeyringVault(installed.data_dir, choose=lambda: dialog)
    move_secrets(calendars, vault)
    dialog.answered.clear()
    dialog.dialogs = 0
    started(calendars, KeyringVault(installed.data_dir, 0.1, lambda: dialog))
    for _ in range(3):
        demand_waiting(calendars.run().report, calendars, "timeout")
        calendars.clock.advance(minutes=5)
    assert dialog.dialogs == 1

    dialog.answered.set()
    while calendars.run().report.result is not Result.OK:
        calendars.clock.advance(minutes=5)
    assert len(calendars.copies()) == 1


def test_a_keyring_that_is_locked_again_stops_nobody(
    start: Callable[[], Installation], calendars: Calendars, desktop: KeyringSession, prompts: list[str]
) -> None:
    start()
    calendars.demand_quiet()
    desktop.lock()
    for _ in range(3):
        calendars.clock.advance(hours=3)  # tokens are renewed and stored meanwhile
        calendars.demand_quiet()
    assert prompts == []


def test_a_keyring_that_appears_later_is_taken(
    start: Callable[[], Installation],
    calendars: Calendars,
    tmp_path: Path,
    desktop: KeyringSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = tmp_path / "later"
    shutil.copytree(desktop.environment["HOME"], later, ignore=shutil.ignore_patterns("run"))
    with session_without_keyring(later) as session:
        enter(session, monkeypatch)
        start()
        for _ in range(2):
            demand_waiting(calendars.run().report, calendars, "none")
        with keyring_in(session):
            calendars.demand_quiet()


@contextmanager
def keyring_in(session: KeyringSession) -> Iterator[None]:
    command = ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=session.environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(PASSWORD.encode())
        daemon.stdin.close()
        session.run(WAIT)
        yield
        daemon.terminate()


WAIT = """
import time, secretstorage
from contextlib import closing
while True:
    with closing(secretstorage.dbus_init()) as bus:
        if secretstorage.check_service_availability(bus):
            break
    time.sleep(0.05)
"""


def keyring_files(session: KeyringSession) -> dict[str, bytes]:
    folder = Path(session.environment["HOME"], ".local", "share", "keyrings")
    found = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert found
    return found
