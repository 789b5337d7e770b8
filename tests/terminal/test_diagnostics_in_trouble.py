"""diagnostics: needed most where settings, database or keyring can't be used."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core import diagnostics, errors, logs
from core.ledger import Ledger
from tests.terminal.lived_in import CANARIES, Make, lived_in, make
from tests.whole.canaries import found

__all__ = ["lived_in", "make"]


def test_a_directory_that_is_not_there_yet_is_told(data_dir: Path, make: Make) -> None:
    report = make().report
    assert report["ledger"] == {"is_there": False}
    assert report["files"] == {"others": 0}
    assert report["settings"]["pairs"] == []


def cut(file: Path) -> None:
    os.truncate(file, 3000)


def overwrite(file: Path) -> None:
    file.write_bytes(b"no database, but " + CANARIES["title"].encode() * 500)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def replace_by_directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


def drop_tables(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        for table in ("link", "run", "note", "source_calendar"):
            database.execute(f"DROP TABLE {table}")
        database.commit()


def fill_with_nonsense(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        for report in ("", "null", "[]", '{"result": 7}', "[" * 100_000, CANARIES["title"]):
            database.execute("INSERT INTO run (started_at, report) VALUES (1, ?)", [report])
        database.execute("INSERT OR REPLACE INTO note VALUES ('paused_until', ?)", ["x" * 5000])
        database.commit()


@pytest.mark.parametrize(
    "break_it", [cut, overwrite, empty, replace_by_directory, drop_tables, fill_with_nonsense]
)
def test_a_broken_ledger_is_told_and_the_rest_is_there(
    lived_in: Path, make: Make, break_it: Callable[[Path], None]
) -> None:
    for extra in lived_in.glob("ledger.sqlite3-*"):
        extra.unlink()
    break_it(lived_in / "ledger.sqlite3")
    archive = make()
    assert archive.report["ledger"]["is_there"] is True
    assert archive.report["settings"]["feishu"]["cloud"] == "custom"
    assert "logs/feishu-outlook-sync.log" in archive.contents()
    secrets = {name: CANARIES[name] for name in ("title", "description", "token", "password")}
    assert found(secrets, archive.texts()) == []


def test_a_program_that_is_at_work_is_not_waited_for_and_not_disturbed(lived_in: Path, make: Make) -> None:
    ledger = Ledger(lived_in / "ledger.sqlite3")
    ledger.open()
    ledger.set_note("paused_until", "2027-01-01T00:00:00+00:00")
    assert make().report["ledger"]["notes"]["waits"]["paused_until"] == "2027-01-01T00:00:00+00:00"
    ledger.close()


@pytest.mark.parametrize(
    "content",
    [
        "no toml " + CANARIES["title"],
        f'[feishu]\napp_id = 7\n[[pairs]]\nid = "{CANARIES["pair"]}"\nprivacy = "{CANARIES["title"]}"\n',
        "\x00\x01",
        "a = " + "[" * 5000,
    ],
)
def test_wrong_settings_are_told_without_their_values(lived_in: Path, make: Make, content: str) -> None:
    (lived_in / "settings.toml").write_text(content)
    archive = make()
    assert archive.report["settings"].keys() == {"error"}
    assert archive.report["settings"]["error"]
    assert archive.report["ledger"]["is_sound"] is True
    assert found({"title": CANARIES["title"]}, archive.texts()) == []


def test_settings_that_are_a_directory_are_told(lived_in: Path, make: Make) -> None:
    (lived_in / "settings.toml").unlink()
    (lived_in / "settings.toml").mkdir()
    assert make().report["settings"]["error"]


def broken() -> object:
    raise OSError("no bus at /home/lilei")


def absent() -> object:
    raise errors.VaultUnavailable("none")


@pytest.mark.parametrize(("choose", "said"), [(absent, "VaultUnavailable(why='none')"), (broken, "OSError")])
def test_a_keyring_that_is_absent_or_broken_is_told(
    lived_in: Path, make: Make, monkeypatch: pytest.MonkeyPatch, choose: Callable[[], object], said: str
) -> None:
    monkeypatch.setattr(diagnostics, "trusted_backend", choose)
    assert make().report["keyring"].startswith(said)


def test_a_keyring_that_does_not_answer_is_not_waited_for(
    lived_in: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(diagnostics, "KEYRING_SECONDS", 0.05)
    monkeypatch.setattr(diagnostics, "trusted_backend", lambda: is_over.wait(20))
    assert make().report["keyring"] == "no answer"
    is_over.set()


def test_a_log_that_can_not_be_read_is_told_by_its_error(lived_in: Path, make: Make) -> None:
    log = logs.log_file(lived_in)
    log.unlink()
    log.mkdir()
    texts = make().texts()
    assert texts["logs/feishu-outlook-sync.log"].startswith(b"IsADirectoryError")
    assert found({"data directory": str(lived_in)}, texts) == []


def test_it_asks_neither_services_nor_the_keyring_for_anything(
    lived_in: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection")

    class Silent:
        get_password = set_password = refuse

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(diagnostics, "trusted_backend", Silent)
    assert make().report["keyring"].endswith("Silent")
