"""undo, in this process, against an installation without services."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from core import errors
from core.model import Side
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result
from core.settings import PairSettings
from tests.terminal.conftest import ENGLISH, Command, Script, report

UNDONE = PairReport(
    "work",
    deleted=1,
    skipped=(EventNote("Offsite", "2026-11-30", because(Code.ATTENDEES_ADDED)),),
    changes=(
        Change(Action.DELETE, "Review", "2026-12-01T10:00:00+08:00", because(Code.UNDONE)),
        Change(Action.LET_GO, "Mine", "2026-12-02", because(Code.WAS_ADOPTED)),
    ),
)


@pytest.fixture
def script() -> Script:
    pairs = (PairSettings("work"), PairSettings("team", outlook_calendar="Team"))
    return Script(settings=replace(ENGLISH, pairs=pairs), run=[report(pairs=(UNDONE,))])


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What a person types at a terminal."""

    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Typed(text))


def test_what_was_removed_and_what_was_left_is_listed_by_title(command: Command) -> None:
    ended = command("undo", "--yes")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "removed     2026-12-01 10:00  Review – every copy is taken out of Outlook"
    assert lines[1].startswith("let go      2026-12-02        Mine – it was your own event")
    assert lines[2].startswith("skipped     2026-11-30        Offsite – somebody added attendees")
    assert lines[3] == "all well: 1 removed, 1 skipped"
    assert lines[4].startswith("These pairs are not synced until")
    assert ended.err == ""


def test_one_pair_is_chosen_by_its_id(command: Command, script: Script) -> None:
    command("undo", "--pair", "team", "--yes")
    assert script.asked == ["reload settings", "open exclusively", "undo team", "close"]


def test_a_pair_that_is_not_there_is_refused_with_those_that_are(command: Command, script: Script) -> None:
    ended = command("undo", "--pair", "home", "--yes")
    assert ended.code == 2
    assert "There is no pair “home”. The pairs are: work, team" in ended.err
    assert script.asked[-2:] == ["open exclusively", "close"]


@pytest.mark.parametrize("typed", ["y\n", "YES\n", "是\n"])
def test_a_person_is_asked_and_agrees(
    typed: str, command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, typed)
    ended = command("undo")
    assert ended.code == 0
    assert "Pairs: work, team" in ended.err
    assert "(y/n)" in ended.err
    assert "undo" in script.asked


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "yess\n"])
def test_without_a_yes_nothing_is_removed(
    typed: str, command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, typed)
    ended = command("undo", "--json")
    assert ended.code == 2
    assert "Nothing was removed." in ended.err
    assert ended.object["result"] == "failed"
    assert script.asked == ["reload settings", "open exclusively", "close"]


@pytest.mark.parametrize("stdin", [io.StringIO("y\n"), None])
def test_without_a_terminal_and_without_yes_nothing_is_even_opened(
    stdin: io.StringIO | None, command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    ended = command("undo", "--json")
    assert ended.code == 2
    assert "--yes" in ended.err
    assert ended.object["result"] == "failed"
    assert script.asked == []


def test_scripts_get_one_object(command: Command) -> None:
    found = command("undo", "--yes", "--json").object
    assert found["result"] == "ok"
    assert found["pairs"][0]["deleted"] == 1
    assert [note["title"] for note in found["pairs"][0]["skipped"]] == ["Offsite"]
    assert [change["action"] for change in found["changes"]] == ["delete", "let go"]


def test_while_another_instance_runs_nothing_is_removed(command: Command, script: Script) -> None:
    script.opening = errors.AlreadyRunning("/data")
    assert command("undo", "--yes").code == 6
    assert "undo" not in script.asked


def test_what_kept_it_from_finishing_decides_the_code(command: Command, script: Script) -> None:
    script.run = [report(Result.UNREACHABLE, problems=(errors.Unreachable(Side.OUTLOOK, "dns"),))]
    assert command("undo", "--yes").code == 4
