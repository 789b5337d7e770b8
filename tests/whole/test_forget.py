"""Forgetting everything, with a real keyring: then a search through all that the program ever wrote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.settings import PairSettings
from sandbox import Sandbox
from sandbox.feishu.quirks import Consent
from sandbox.microsoft.switches import SignIn
from tests.core.keyring_session import session_with_keyring
from tests.ports import free_port
from tests.whole.canaries import files, found, issued
from tests.whole.watched import Computer

APP_SECRET = "canary-app-secret-7Qz4"
TITLE, PLACE = "Kanarienvogel besuchen", "Voliere im Hinterhof"
PAIR, CALENDAR = "vogelpaar", "Vogelkalender"

PROGRAM = """
import json, os, shutil, signal, sys
from pathlib import Path
import keyring
from core import logs
from core.keyring_access import KeyringAccess
from core.settings import LogLevel
from core.vault import SERVICE, USERNAME, KeyringVault
from terminal.build import new_installation

data_dir = Path(sys.argv[2])

def forget():
    logs.start(data_dir, LogLevel.DEBUG)
    installation = new_installation(data_dir, KeyringVault(data_dir))
    installation.reload_settings()
    installation.open(exclusive=True)
    installation.forget_everything()
    return installation
"""
FORGET = (
    PROGRAM
    + """
installation = forget()
status = installation.status()
print(json.dumps([str(installation.settings.pairs), installation.has_secret("feishu.app_secret"),
                  str(status.feishu), str(status.outlook), str(status.last_run)]))
installation.close()
"""
)
KILLED_EVERYWHERE = (
    PROGRAM
    + """
copy, profile, item = Path(sys.argv[4]), sys.argv[5], sys.stdin.read()

def restore():
    shutil.rmtree(data_dir)
    shutil.copytree(copy, data_dir)
    keyring.set_password(f"{SERVICE}:{profile}", USERNAME, item)

def in_a_process_of_its_own(killed_before):
    child = os.fork()
    if child == 0:
        steps = iter(range(1, 1000))
        def counted(original):
            def call(*arguments, **options):
                if next(steps) == killed_before:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments, **options)
            return call
        os.unlink = counted(os.unlink)
        KeyringAccess.delete = counted(KeyringAccess.delete)
        forget().close()
        os._exit(0)
    return os.waitpid(child, 0)[1]

outcomes = []
for step in range(1, 100):
    restore()
    if in_a_process_of_its_own(killed_before=step) != signal.SIGKILL:
        break
    ended = in_a_process_of_its_own(killed_before=0)
    left = keyring.get_password(f"{SERVICE}:{profile}", USERNAME)
    shutil.copytree(data_dir, copy.with_name(f"after {step}"))
    outcomes.append([ended, left])
print(json.dumps(outcomes))
"""
)


@dataclass(frozen=True)
class LivedIn:
    computer: Computer
    copy: Path
    """Of the data directory as it was."""
    item: str
    """What the keyring held."""

    @property
    def canaries(self) -> dict[str, str]:
        feishu, outlook = self.computer.sandbox.feishu, self.computer.sandbox.microsoft
        return issued(self.computer.sandbox) | {
            "app secret": APP_SECRET,
            "app id": feishu.app_id,
            "client id": outlook.client_id,
            "title": TITLE,
            "place": PLACE,
            "pair": PAIR,
            "calendar": CALENDAR,
            "person": outlook.person.name,
            "address": outlook.person.address,
        }

    def restore(self) -> None:
        shutil.rmtree(self.computer.data_dir)
        shutil.copytree(self.copy, self.computer.data_dir)
        profile = (self.copy / "profile-id").read_text()
        self.computer.session.run(
            "import sys, keyring; keyring.set_password(sys.argv[1], 'secrets', sys.argv[2])",
            f"feishu-outlook-sync:{profile}",
            self.item,
        )


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    home, port = tmp_path_factory.mktemp("home"), free_port()
    with Sandbox() as sandbox, session_with_keyring(home) as session:
        sandbox.feishu.consent, sandbox.microsoft.switches.sign_in = Consent.APPROVE, SignIn.AUTO
        sandbox.feishu.app.app_secret = APP_SECRET
        sandbox.feishu.app.redirect_urls.append(f"http://127.0.0.1:{port}/callback")
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        for hour in range(4):
            begin = start + timedelta(hours=hour)
            end, place = begin + timedelta(minutes=30), {"name": PLACE}
            sandbox.feishu.add_event(sandbox.feishu.calendar_id, TITLE, begin, end, location=place)
        computer = Computer(session, home, sandbox)
        computer.set_up(port, PairSettings(PAIR, outlook_calendar=CALENDAR))
        assert computer.run("secret", "feishu.app_secret", said=APP_SECRET) == 0
        assert [computer.run("sign-in", side) for side in ("feishu", "outlook")] == [0, 0]
        assert computer.run("sync") == 0
        (computer.data_dir / ".tokens.sealed.killed12.new").write_bytes(b"what a kill left behind")
        copy = tmp_path_factory.mktemp("before") / "data"
        shutil.copytree(computer.data_dir, copy)
        (item,) = computer.keyring_items()
        yield LivedIn(computer, copy, json.dumps(item, separators=(",", ":")))


def last_words(computer: Computer) -> str:
    name = [name for name in computer.said if name.startswith("stdout")][-1]
    return computer.said[name].decode()


def test_nothing_personal_is_left_on_the_computer(lived_in: LivedIn) -> None:
    computer = lived_in.computer
    lived_in.restore()
    there = {leak.partition(" in ")[0] for leak in found(lived_in.canaries, files(computer.home))}
    assert there >= {"app id", "client id", "title", "place", "pair", "calendar", "person"}

    assert computer.run(program=FORGET) == 0

    assert json.loads(last_words(computer)) == ["()", False, "None", "None", "None"]
    assert found(lived_in.canaries, files(computer.home)) == []
    assert computer.keyring_items() == []
    left = {file.name for file in computer.data_dir.rglob("*") if not file.name.endswith(".lock")}
    assert left <= {"ledger.sqlite3", "logs", "feishu-outlook-sync.log"}


def test_feishu_is_told_and_the_copies_stay_in_outlook(lived_in: LivedIn) -> None:
    computer, journal = lived_in.computer, lived_in.computer.sandbox.journal
    lived_in.restore()
    journal.clear()
    assert computer.run(program=FORGET) == 0
    assert [request.path for request in journal.requests()] == ["/oauth/v1/revoke"]
    outlook = computer.sandbox.microsoft
    (mirror,) = (each["id"] for each in outlook.calendars() if each["name"] == CALENDAR)
    assert [event["subject"] for event in outlook.events(mirror)] == [TITLE] * 4


def test_where_feishu_can_not_be_reached_everything_goes_all_the_same(lived_in: LivedIn) -> None:
    computer = lived_in.computer
    lived_in.restore()
    settings = computer.data_dir / "settings.toml"
    settings.write_text(settings.read_text().replace(computer.sandbox.feishu_url, "https://127.0.0.1:9"))
    assert computer.run(program=FORGET) == 0
    assert found(lived_in.canaries, files(computer.home)) == []
    assert computer.keyring_items() == []


def test_wherever_it_is_killed_a_second_call_ends_it(lived_in: LivedIn) -> None:
    computer, profile = lived_in.computer, (lived_in.copy / "profile-id").read_text()
    code = computer.run(str(lived_in.copy), profile, said=lived_in.item, program=KILLED_EVERYWHERE)
    assert code == 0, list(computer.said.values())[-1]
    outcomes = json.loads(last_words(computer))
    assert outcomes == [[0, None]] * len(outcomes)
    assert len(outcomes) >= 7  # database, log, keyring, its name, tokens, settings …
    for step in range(1, len(outcomes) + 1):
        assert found(lived_in.canaries, files(lived_in.copy.with_name(f"after {step}"))) == [], step


def test_a_keyring_that_stays_locked_is_told_and_can_be_forgotten_once_it_is_open(lived_in: LivedIn) -> None:
    computer = lived_in.computer
    lived_in.restore()
    computer.session.lock()
    refused = FORGET.replace("installation = forget()", TELL)
    assert computer.run(program=refused) == 0
    assert last_words(computer).strip() == "VaultUnavailable locked"
    left = found(lived_in.canaries, files(computer.home))
    assert {leak.partition(" in ")[2].rpartition("/")[2] for leak in left} == {"settings.toml"}

    computer.session.unlock()
    assert computer.run(program=FORGET) == 0
    assert found(lived_in.canaries, files(computer.home)) == []
    assert computer.keyring_items() == []


TELL = """
try:
    installation = forget()
except Exception as error:
    print(type(error).__name__, error.why)
    sys.exit(0)
"""
