"""diagnostics: an archive that can be sent to a stranger."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from core import logs, report_store
from core.ledger import Ledger
from core.report import PairReport, Result, RunReport
from tests.terminal.conftest import Command
from tests.terminal.lived_in import CANARIES, MOMENT, Make, lived_in, make, problems
from tests.whole.canaries import found

__all__ = ["lived_in", "make"]


def test_it_holds_nothing_that_names_a_person_or_opens_a_door(lived_in: Path, make: Make) -> None:
    texts = make().texts()
    assert found(CANARIES, texts) == []
    assert found({"home": str(Path.home()), "data directory": str(lived_in)}, texts) == []
    assert b"of the pair [" in texts["logs/feishu-outlook-sync.log"]  # so there was something to take out


def test_it_holds_what_a_supporter_needs(lived_in: Path, make: Make) -> None:
    archive = make()
    assert set(archive.contents()) == {"report.json", "logs/feishu-outlook-sync.log"}
    report = archive.report
    assert set(report["libraries"]) >= {"lark-oapi", "O365", "msal", "requests", "keyring"}
    assert report["settings"]["feishu"]["cloud"] == "custom"
    assert report["settings"]["feishu"]["app_id"] == "cli_…0718"
    assert report["settings"]["sync"]["interval_minutes"] == 5
    assert report["settings"]["pairs"][0]["privacy"] == "full"
    assert report["files"]["ledger.sqlite3"]["mode"] == "-rw-------"
    assert report["files"]["others"] == 1
    (run,) = report["ledger"]["runs"]
    assert run["result"] == "partial"
    told = {problem["class"]: problem for problem in run["problems"]}
    assert len(told) == len({type(problem) for problem in problems()})
    assert told["CalendarGone"] == {
        "class": "CalendarGone",
        "side": "outlook",
        "why": "deleted",
        "pair": "[…]",
    }
    assert told["AppMisconfigured"]["code"] == "20069"
    assert told["SettingsInvalid"]["problems"][0] == {
        "code": "value", "key": "pairs", "allowed": "[…]", "line": 3
    }  # fmt: skip
    assert run["pairs"][0]["failed"] == {"unknown": 1}


def test_names_that_are_also_words_of_ours_do_not_tear_holes_into_the_report(
    data_dir: Path, make: Make
) -> None:
    data_dir.mkdir()
    (data_dir / "settings.toml").write_text('[[pairs]]\nid = "ok"\noutlook_calendar = "libraries"\n')
    ledger = Ledger(data_dir / "ledger.sqlite3")
    ledger.open()
    ledger.put_run(1, report_store.to_json(RunReport(Result.OK, MOMENT, MOMENT, (PairReport("ok"),))))
    ledger.close()
    report = make().report
    assert report["ledger"]["runs"][0]["result"] == "ok"
    assert "lark-oapi" in report["libraries"]


def test_it_is_private_to_the_user_whatever_the_umask(lived_in: Path, make: Make) -> None:
    before = os.umask(0)
    try:
        assert stat.S_IMODE(make().file.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_file_that_is_there_is_left_as_it_is(command: Command, tmp_path: Path, lived_in: Path) -> None:
    file = tmp_path / "mine.zip"
    file.write_text("mine")
    link = tmp_path / "link.zip"
    link.symlink_to(tmp_path / "nowhere.zip")
    for taken in (file, link):
        ended = command("diagnostics", str(taken), "--json")
        assert ended.code == 2
        assert ended.object == {"result": "failed", "file": str(taken), "contents": []}
    assert file.read_text() == "mine"
    assert not (tmp_path / "nowhere.zip").exists()


def test_where_nothing_can_be_written_it_says_why_and_leaves_nothing(
    command: Command, tmp_path: Path, lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("diagnostics", str(tmp_path / "no such folder" / "x.zip")).code == 2

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    ended = command("diagnostics", str(tmp_path / "full.zip"))
    assert ended.code == 2
    assert "No space left on device" in ended.err
    assert not (tmp_path / "full.zip").exists()


def test_scripts_get_one_object(command: Command, tmp_path: Path, lived_in: Path) -> None:
    file = tmp_path / "x.zip"
    assert command("diagnostics", "--json", str(file)).object == {
        "result": "ok",
        "file": str(file),
        "contents": ["report.json", "logs/feishu-outlook-sync.log"],
    }


def test_files_that_are_not_ours_are_only_counted(lived_in: Path, make: Make) -> None:
    shutil.copy(logs.log_file(lived_in), lived_in / "logs" / f"feishu-outlook-sync.log {CANARIES['person']}")
    archive = make()
    assert set(archive.contents()) == {"report.json", "logs/feishu-outlook-sync.log"}
    assert archive.report["files"]["others"] == 2
    assert found({"person": CANARIES["person"]}, archive.texts()) == []
