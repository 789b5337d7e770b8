"""confirm --keep, in this process, against an installation without services."""

from __future__ import annotations

from core import errors
from core.reasons import Code, because
from core.report import Action, Change, PairReport
from tests.terminal.conftest import Command, Script

KEPT = PairReport(
    "work",
    changes=(
        Change(Action.LET_GO, "Review", "2026-12-01T10:00:00+08:00", because(Code.KEPT)),
        Change(Action.LET_GO, "", "2026-12-02", because(Code.KEPT)),
    ),
)


def test_what_is_kept_is_listed_by_title(command: Command, script: Script) -> None:
    script.kept = (KEPT,)
    ended = command("confirm", "--keep")
    assert ended.code == 0
    why = "you kept it: it stays in Outlook and is not followed any more"
    assert ended.out.splitlines() == [
        f"let go      2026-12-01 10:00  Review – {why}",
        f"let go      2026-12-02        (No title) – {why}",
    ]
    assert script.asked == ["reload settings", "open exclusively", "keep", "close"]


def test_without_anything_held_it_says_so(command: Command, script: Script) -> None:
    script.kept = (PairReport("work"),)
    ended = command("confirm", "--keep")
    assert (ended.code, ended.out) == (0, "No deletion is held.\n")


def test_scripts_get_one_object_that_names_what_is_kept(command: Command, script: Script) -> None:
    script.kept = (KEPT,)
    found = command("confirm", "--keep", "--json").object
    assert found["result"] == "ok"
    assert [(change["pair"], change["action"], change["title"]) for change in found["changes"]] == [
        ("work", "let go", "Review"),
        ("work", "let go", ""),
    ]
    assert found["requests"] == {"feishu": 0, "graph": 0, "graph_batch_items": 0}


def test_while_another_instance_runs_nothing_is_kept(command: Command, script: Script) -> None:
    script.opening = errors.AlreadyRunning("/data")
    assert command("confirm", "--keep").code == 6
    assert "keep" not in script.asked
