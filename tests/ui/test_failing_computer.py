"""Disk and keyring fail while the program runs: real worker, engine, database and clients.

The worker survives, the tray says what it means and what to do, and it goes on by itself when that is mended.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from core.errors import LedgerUnusable, NeedsPerson, VaultUnavailable
from core.installation import Installation
from core.model import Side
from core.vault import PROFILE, KeyringVault
from sandbox.server import Sandbox
from terminal.build import new_installation
from tests.core.fake_keyrings import FailingKeyring
from tests.ports import free_port
from tests.whole.installed import Installed, add_singles, install
from texts.problems import describe
from texts.report import State
from ui import shift, timetable
from ui import worker as worker_module
from ui.intents import SyncNow
from ui.messages import NotOpened

EVENTS = 30


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    """Signed in and closed; nothing is copied yet. What is tried again is tried again soon."""
    monkeypatch.setattr(worker_module, "OPEN_AGAIN", 0.1)
    monkeypatch.setattr(timetable, "LOOK_AGAIN", 0.1)
    monkeypatch.setattr(timetable, "TICK", 0.1)
    monkeypatch.setattr(shift, "LONGEST_REST", 0.3)
    with Sandbox() as sandbox:
        installed = install(sandbox, tmp_path / "data", free_port())
        installed.installation.close()
        add_singles(installed, EVENTS)
        yield installed


def copies(installed: Installed) -> list[str]:
    world = installed.sandbox.microsoft
    mirrors = [calendar["id"] for calendar in world.calendars() if calendar["name"] == "Feishu"]
    return sorted(str(event["subject"]) for each in mirrors for event in world.events(each))


def all_of_them() -> list[str]:
    return sorted(f"Event {number}" for number in range(EVENTS))


@pytest.mark.parametrize(
    ("as_if", "why", "words"),
    [
        ("max_page_count = 1", "disk full", "The disk is full"),
        ("query_only = ON", "unwritable", "can’t be written"),
    ],
)
def test_a_disk_that_takes_nothing_more_is_told_and_when_it_does_again_all_goes_on(
    start, installed, as_if, why, words
):
    mended = threading.Event()

    class OnThatDisk(Installation):
        def open(self, *, exclusive: bool) -> None:
            super().open(exclusive=exclusive)
            if not mended.is_set():
                self._ledger._sql.execute(f"PRAGMA {as_if}")

    def build() -> Installation:
        installation = new_installation(installed.data_dir, installed.vault)
        installation.__class__ = OnThatDisk
        return installation

    running = start(build)
    running.until(lambda: running.shown.kind is State.NEEDS_YOU)
    [problem] = running.shown.problems
    assert isinstance(problem, LedgerUnusable)
    assert problem.why == why
    assert words in describe(problem).title
    running.until(lambda: problem in running.attention)
    assert copies(installed) == []

    mended.set()

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert copies(installed) == all_of_them()
    assert running.attention == ()


def test_a_data_folder_that_can_not_be_used_at_the_start_is_used_as_soon_as_it_can(start, installed):
    aside = installed.data_dir.rename(installed.data_dir.with_name("aside"))
    installed.data_dir.write_text("a file where the folder belongs")
    running = start(lambda: new_installation(installed.data_dir, installed.vault))
    assert isinstance(running.until_heard(NotOpened).error, NeedsPerson)
    assert running.shown.kind is State.NEEDS_YOU

    installed.data_dir.unlink()
    aside.rename(installed.data_dir)

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert copies(installed) == all_of_them()


def filled_keyring(installed: Installed) -> FailingKeyring:
    """With what the installation's own vault holds; does not fail yet."""
    keyring = FailingKeyring(KeyringLocked())
    keyring.error = None
    vault = KeyringVault(installed.data_dir, choose=lambda: keyring)
    vault.store_secret("feishu.app_secret", installed.vault.secret("feishu.app_secret"))
    for side in Side:
        vault.store_tokens(side, installed.vault.tokens(side))
    return keyring


def test_a_keyring_that_is_locked_at_the_log_in_is_waited_for_and_nobody_signs_in_again(start, installed):
    keyring = filled_keyring(installed)
    keyring.error = KeyringLocked()
    running = start(
        lambda: new_installation(installed.data_dir, KeyringVault(installed.data_dir, choose=lambda: keyring))
    )
    running.until(lambda: running.shown.kind is State.NEEDS_YOU)
    [problem] = running.shown.problems
    assert isinstance(problem, VaultUnavailable)
    assert "keyring is" in describe(problem).title
    running.until(lambda: keyring.questions > 3)
    assert running.shown.sign_in == (), "no sign-in is called lost"

    keyring.error = None

    running.until(lambda: running.shown.kind is State.UP_TO_DATE)
    assert copies(installed) == all_of_them()


def test_a_keyring_that_is_locked_while_the_program_runs_stops_nothing(start, installed):
    keyring = filled_keyring(installed)
    vault = KeyringVault(installed.data_dir, choose=lambda: keyring)
    running = start(lambda: new_installation(installed.data_dir, vault))
    running.until(lambda: running.shown.kind is State.UP_TO_DATE)

    keyring.error = KeyringLocked()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    installed.sandbox.feishu.add_event(installed.calendar, "Late", tomorrow, tomorrow + timedelta(hours=1))
    running.worker.ask(SyncNow())

    running.until(lambda: "Late" in copies(installed))
    running.until(lambda: running.shown.kind is State.UP_TO_DATE)


ASK_FOR_EVER = f"""
import sys
from pathlib import Path

from core.vault import KeyringVault
from tests.core.fake_keyrings import DialogKeyring
from ui import application


class Asking(DialogKeyring):
    def get_password(self, service, username):
        print("asking", flush=True)
        return super().get_password(service, username)


def build():
    from terminal.build import new_installation

    return new_installation(data_dir, KeyringVault(data_dir, choose=Asking))


data_dir = Path(sys.argv[1])
(data_dir / "{PROFILE}").write_text("profile")
sys.exit(application.run(data_dir, build))
"""


def test_a_keyring_that_waits_for_an_answer_does_not_keep_the_program_from_its_end(tmp_path: Path):
    command = [sys.executable, "-c", ASK_FOR_EVER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert program.stderr
        assert program.stdout.readline() == "asking\n"
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
        assert "Traceback" not in program.stderr.read()
