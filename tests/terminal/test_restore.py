"""restore, in this process, against an installation without services."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core import errors
from core.ledger import Deletion
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result
from core.restore import DeletedEvent
from tests.terminal.conftest import Command, Script, report

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BACK = PairReport(
    "work", created=1, changes=(Change(Action.CREATE, "Weekly", "2026-12-02", because(Code.RESTORED)),)
)


def deleted(title: str, start: str, *, is_series: bool = False) -> DeletedEvent:
    backup = Deletion("key", int(WHEN.timestamp()), is_counted=True, title=title, start=start, raw="{}")
    return DeletedEvent((backup,), is_series)


@pytest.fixture
def script() -> Script:
    listed = [
        deleted("Review", "2026-12-01T10:00:00+08:00"),
        deleted("Weekly", "2026-12-02", is_series=True),
        deleted("", "2026-12-03"),
    ]
    return Script(deleted=listed, run=[report(pairs=(BACK,))])


def test_without_arguments_what_was_deleted_is_listed_and_nothing_locked(
    command: Command, script: Script
) -> None:
    ended = command("restore")
    assert ended.code == 0
    here = WHEN.astimezone().strftime("%Y-%m-%d %H:%M")
    assert ended.out.splitlines() == [
        f"   1  2026-12-01 10:00  Review – deleted {here}",
        f"   2  2026-12-02        Weekly (series) – deleted {here}",
        f"   3  2026-12-03        (No title) – deleted {here}",
    ]
    assert script.asked == ["reload settings", "open", "close"]


def test_an_empty_list_is_said(command: Command, script: Script) -> None:
    script.deleted = []
    assert command("restore").out == "Nothing was deleted in the last 30 days that was not put back.\n"
    assert command("restore", "--json").object == {"result": "ok", "deleted": []}


def test_scripts_get_the_list_as_one_object(command: Command) -> None:
    found = command("restore", "--json").object
    assert found["deleted"][1] == {
        "number": 2,
        "title": "Weekly",
        "start": "2026-12-02",
        "deleted": WHEN.isoformat(),
        "series": True,
    }


def test_chosen_ones_are_put_back_each_once(command: Command, script: Script) -> None:
    ended = command("restore", "2", "1", "2")
    assert ended.code == 0
    assert script.asked[1:-1] == ["open exclusively", "restore Review", "restore Weekly"]
    assert ended.out.splitlines() == [
        "added       2026-12-02        Weekly – put back as your own event",
        "1 event put back",
        "A series comes back without its changed and cancelled occurrences.",
    ]


def test_all_are_put_back(command: Command, script: Script) -> None:
    assert command("restore", "--all", "--json").object["pairs"][0]["created"] == 1
    assert script.asked[2:-1] == ["restore Review", "restore Weekly", "restore "]


def test_a_number_that_is_not_in_the_list_puts_nothing_back(command: Command, script: Script) -> None:
    ended = command("restore", "1", "4", "--json")
    assert ended.code == 2
    assert "The list has no number 4." in ended.err
    assert ended.object["result"] == "failed"
    assert script.asked == ["reload settings", "open exclusively", "close"]


def test_what_could_not_be_put_back_is_listed_with_its_reason(command: Command, script: Script) -> None:
    failed = EventNote("Review", "2026-12-01", because(Code.NOT_TRIED))
    script.run = [report(Result.PARTIAL, pairs=(PairReport("work", failed=(failed,)),))]
    ended = command("restore", "1")
    assert ended.code == 1
    assert "Review – there was no chance to try it" in ended.out
    assert "0 events put back" in ended.out


def test_while_another_instance_runs_nothing_is_put_back(command: Command, script: Script) -> None:
    script.opening = errors.AlreadyRunning("/data")
    assert command("restore", "1").code == 6
