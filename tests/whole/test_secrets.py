"""Nothing secret outside the keyring and the sealed store; no title in a log or a bug report.

One long story of the real program with a real keyring, then a search through everything that it ever wrote.
"""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.settings import PairSettings
from sandbox import Fault, Moment, Reply, Sandbox, Service
from sandbox.feishu.quirks import Consent
from sandbox.journal import Delay
from sandbox.microsoft.switches import SignIn
from tests.core.keyring_session import session_with_keyring
from tests.ports import free_port
from tests.whole.canaries import files, found, issued, states, unpacked
from tests.whole.watched import PROGRAM, Computer

APP_SECRET = "canary-app-secret-7Qz4"
CLIENT_SECRET = "canary~client.secret/9Xk+2"
PRIVATE = {
    "title": "Kanarienvogel besuchen",
    "Chinese title": "金丝雀的会议",
    "description": "Futter nicht vergessen",
    "location": "Voliere im Hinterhof",
}
NAMES = {
    "Feishu calendar": "Kalender der Vögel",
    "Outlook calendar": "Vogelkalender",
    "pair": "vogelpaar",
    "prefix": "[Piep]",
    "address": "lilei@contoso.example",
    "person": "Li Lei",
}
FAULTY = """
import requests
def send(self, request, **options):
    raise RuntimeError(f"{request.headers} {request.body} Kanarien" "vogel besuchen")
requests.Session.send = send
import core.installation
def status(self):
    def tokens():
        return [self._vault.tokens(side) for side in core.installation.Side]
    try:
        calendar = self._ledger._one("SELECT calendar_id FROM source_calendar")[0]
        raise KeyError(f"{tokens()} {self._ledger.rows(calendar)}")
    except KeyError as error:
        raise ValueError(str(error)) from error
core.installation.Installation.status = status
"""
"""A fault of ours at its worst: its message quotes tokens and events."""


@dataclass(frozen=True)
class Story:
    computer: Computer
    codes: dict[str, int]
    archive: Path
    archive_after: Path

    @property
    def secrets(self) -> dict[str, str]:
        (item,) = self.computer.keyring_items()
        typed = {"app secret": APP_SECRET, "client secret": CLIENT_SECRET, "sealing key": item["key"]}
        return typed | issued(self.computer.sandbox)

    @property
    def places(self) -> dict[str, bytes]:
        computer = self.computer
        return files(computer.home) | computer.said | computer.seen

    @property
    def logs(self) -> dict[str, bytes]:
        errors = {name: text for name, text in self.computer.said.items() if name.startswith("stderr")}
        return files(self.computer.data_dir / "logs") | errors

    @property
    def reports(self) -> dict[str, bytes]:
        archives = (self.archive, self.archive_after)
        return {
            name: text for each in archives for name, text in unpacked(each.name, each.read_bytes()).items()
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    home, port = tmp_path_factory.mktemp("home"), free_port()
    with Sandbox() as sandbox, session_with_keyring(home) as session:
        sandbox.feishu.consent, sandbox.microsoft.switches.sign_in = Consent.APPROVE, SignIn.AUTO
        sandbox.feishu.app.app_secret, sandbox.microsoft.client_secret = APP_SECRET, CLIENT_SECRET
        sandbox.feishu.app.redirect_urls.append(f"http://127.0.0.1:{port}/callback")
        sandbox.feishu.rename_calendar(sandbox.feishu.calendar_id, NAMES["Feishu calendar"])
        computer = Computer(session, home, sandbox)
        computer.set_up(
            port,
            PairSettings(
                NAMES["pair"], outlook_calendar=NAMES["Outlook calendar"], title_prefix=NAMES["prefix"]
            ),
        )
        yield _told(computer)


def _told(computer: Computer) -> Story:
    sandbox, codes = computer.sandbox, dict[str, int]()
    _add_events(sandbox, 30)
    codes["secret"] = computer.run("secret", "feishu.app_secret", said=APP_SECRET)
    codes["secret 2"] = computer.run("secret", "outlook.client_secret", said=CLIENT_SECRET)
    for side in ("feishu", "outlook"):
        codes[f"sign in {side}"] = computer.run("sign-in", side)
    codes["first run"] = computer.run("sync", "--json")
    archive, after = computer.home / "report.zip", computer.home / "report-after.zip"
    codes["report"] = computer.run("diagnostics", str(archive))
    _age_tokens(sandbox)
    _refuse_an_event(sandbox)
    codes["run with a refused event"] = computer.run("sync")
    sandbox.journal.clear_faults()
    _fail_with_tokens(sandbox)
    codes["run with a failure"] = computer.run("sync")
    sandbox.journal.clear_faults()
    _refuse_tokens(sandbox)
    codes["run without sign-in"] = computer.run("sync")
    sandbox.journal.clear_faults()
    for side in ("feishu", "outlook"):
        codes[f"sign in again {side}"] = computer.run("sign-in", side)
    _add_events(sandbox, 60)
    sandbox.journal.add(Fault(Service.MICROSOFT, ".*", Delay(0.05), which=None, moment=Moment.AFTER))
    before = len(sandbox.journal.writes())
    codes["killed"] = int(computer.kill("sync", when=lambda: len(sandbox.journal.writes()) > before + 25))
    sandbox.journal.clear_faults()
    codes["fault"] = computer.run("status", program=FAULTY + PROGRAM)
    codes["fault in a request"] = computer.run("sync", program=FAULTY + PROGRAM)
    codes["report after"] = computer.run("diagnostics", str(after), "--json")
    return Story(computer, codes, archive, after)


def _add_events(sandbox: Sandbox, count: int) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    for number in range(count):
        sandbox.feishu.add_event(
            sandbox.feishu.calendar_id,
            PRIVATE["Chinese title"] if number % 2 else PRIVATE["title"],
            start + timedelta(hours=number),
            start + timedelta(hours=number, minutes=30),
            description=PRIVATE["description"],
            location={"name": PRIVATE["location"]},
        )


def _age_tokens(sandbox: Sandbox) -> None:
    """Both sides have to be asked for new ones."""
    sandbox.feishu.sessions.expire_access()
    for token, access in sandbox.microsoft.grants.access_tokens.items():
        sandbox.microsoft.grants.access_tokens[token] = type(access)(access.scopes, 0.0)


def _refuse_an_event(sandbox: Sandbox) -> None:
    """In the words of a service that quotes what it was sent."""
    start = datetime.now(UTC) + timedelta(days=3)
    sandbox.feishu.add_event(
        sandbox.feishu.calendar_id, PRIVATE["title"], start, start + timedelta(minutes=5)
    )
    error = {"code": "ErrorInvalidRequest", "message": f"{PRIVATE['title']} {_newest(sandbox)}"}
    refusal = Reply(400, {"error": error})
    sandbox.journal.add(
        Fault(Service.MICROSOFT, ".*/events", refusal, method="POST", which=None, batch_item=True)
    )


def _fail_with_tokens(sandbox: Sandbox) -> None:
    """Both services are down for a moment, behind pages that quote what they were asked with."""
    page = Reply(503, f"<html>{_newest(sandbox)} {PRIVATE['title']}</html>")
    for service in Service:
        sandbox.journal.add(Fault(service, ".*", page))


def _refuse_tokens(sandbox: Sandbox) -> None:
    """Both services end the sign-in, in words that quote the tokens."""
    _age_tokens(sandbox)
    refusal = {"code": 20026, "error": "invalid_grant", "error_description": _newest(sandbox)}
    for service in Service:
        sandbox.journal.add(Fault(service, ".*/token", Reply(400, refusal), which=None))


def _newest(sandbox: Sandbox) -> str:
    tokens = [list(sandbox.feishu.sessions.refresh)[-1], list(sandbox.feishu.sessions.access)[-1]]
    grants = sandbox.microsoft.grants
    return " ".join([*tokens, list(grants.refresh_tokens)[-1], list(grants.access_tokens)[-1]])


def test_the_story_went_as_it_was_meant_to(story: Story) -> None:
    """A search through nothing finds nothing."""
    assert story.codes == {
        **dict.fromkeys(
            ("secret", "secret 2", "sign in feishu", "sign in outlook", "first run", "report"), 0
        ),
        "run with a refused event": 1,
        "run with a failure": 1,
        "run without sign-in": 3,
        "sign in again feishu": 0,
        "sign in again outlook": 0,
        "killed": True,
        "fault": 8,
        "fault in a request": 8,
        "report after": 0,
    }
    kinds = [name.rpartition(" ")[0] for name in story.secrets]
    assert {kind: kinds.count(kind) for kind in kinds if kind not in ("app", "client", "sealing")} == {
        "feishu code": 2,
        "feishu access token": kinds.count("feishu access token"),
        "feishu refresh token": kinds.count("feishu refresh token"),
        "outlook code": 2,
        "outlook access token": kinds.count("outlook access token"),
        "outlook refresh token": kinds.count("outlook refresh token"),
        "verifier": 4,
    }
    assert min(kinds.count(f"{side} access token") for side in ("feishu", "outlook")) >= 3
    log = b"".join(story.logs.values())
    for words in (
        b" DEBUG core.executor",
        b"ended in a fault",
        b"KeyError",
        b"whereupon",
        b"ErrorInvalidRequest",
    ):
        assert words in log, words
    assert any(name.endswith("ledger.sqlite3-wal") for name in story.places)


def test_no_secret_and_no_token_is_anywhere_but_in_the_keyring(story: Story) -> None:
    assert found(story.secrets, story.places) == []


def test_the_state_of_a_sign_in_is_only_in_the_address_that_the_browser_is_given(story: Story) -> None:
    shown = {
        name: b"\n".join(line for line in text.splitlines() if not line.startswith(b"http"))
        for name, text in story.places.items()
        if not name.startswith("cmdline of browser")
    }
    assert len(states(story.computer.sandbox)) == 4
    assert found(states(story.computer.sandbox), shown) == []


def test_what_an_event_says_is_in_no_log_no_report_and_no_temporary_file(story: Story) -> None:
    places = story.logs | story.reports | files(story.computer.temporary) | story.computer.seen
    assert found(PRIVATE, places) == []


def test_a_report_names_no_person_no_calendar_and_no_address(story: Story) -> None:
    assert found(NAMES | PRIVATE, story.reports) == []
    assert found({"pair": NAMES["pair"]}, story.logs)  # so there was something to take out


def test_a_report_says_what_a_supporter_needs(story: Story) -> None:
    with zipfile.ZipFile(story.archive_after) as archive:
        report = json.loads(archive.read("report.json"))
        log = archive.read("logs/feishu-outlook-sync.log").decode()
    assert report["keyring"] == "keyring.backends.SecretService.Keyring"
    assert report["ledger"]["refusals"] == {"refused by Outlook": 1}
    assert report["ledger"]["is_sound"] is True
    assert [run["result"] for run in report["ledger"]["runs"]] == [
        "sign-in-needed",
        "partial",
        "partial",
        "ok",
    ]
    assert "Traceback" in log


def test_everything_that_was_left_behind_is_private_to_the_user(story: Story) -> None:
    for file in [*story.computer.data_dir.rglob("*"), story.archive, story.archive_after]:
        if file.name != "settings.toml":
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    assert list(story.computer.temporary.iterdir()) == []


def _into_a_log(folder: Path, leak: str) -> None:
    with (folder / "program.log").open("a") as log:
        log.write(f"2026-11-25T07:00:00.000Z DEBUG core.feishu: token is {leak}\n")


def _into_a_database(folder: Path, leak: str) -> None:
    database = sqlite3.connect(folder / "ledger.sqlite3")
    database.executescript("PRAGMA journal_mode = WAL; CREATE TABLE note (value TEXT)")
    database.execute("INSERT INTO note VALUES (?)", (leak,))
    database.commit()
    shutil.copyfile(folder / "ledger.sqlite3-wal", folder / "left-behind")
    database.close()
    (folder / "ledger.sqlite3").unlink()


def _into_an_archive(folder: Path, leak: str) -> None:
    with zipfile.ZipFile(folder / "report.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.json", json.dumps({"settings": leak * 20}))


def _into_base64(folder: Path, leak: str) -> None:
    (folder / "cookie").write_bytes(b"session=" + base64.b64encode(leak.encode()))


def _in_part(folder: Path, leak: str) -> None:
    (folder / "cut").write_text(f"…{leak[-(len(leak) // 2) :]}" if len(leak) > 100 else leak)


@pytest.mark.parametrize("plant", [_into_a_log, _into_a_database, _into_an_archive, _into_base64, _in_part])
def test_a_leak_into_a_file_would_be_found(
    plant: Callable[[Path, str], None], story: Story, tmp_path: Path
) -> None:
    for number, (name, canary) in enumerate((story.secrets | PRIVATE).items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        plant(folder, canary)
        assert found({name: canary}, files(folder)), name


def test_a_leak_into_the_output_or_the_list_of_processes_would_be_found(story: Story) -> None:
    leaky = Computer(story.computer.session, story.computer.home, story.computer.sandbox)
    leaky.run("canary-secret", program="import sys, time; print(sys.argv[-1]); time.sleep(1)")
    places = [
        leak.partition(" in ")[2] for leak in found({"canary": "canary-secret"}, leaky.said | leaky.seen)
    ]
    assert any(place.startswith("stdout") for place in places)
    assert any(place.startswith("cmdline of program") for place in places)
