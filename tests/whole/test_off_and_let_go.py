"""A pair that is off, as the terminal tells it; copies that were let go and are taken back. Over the wire."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import WrongPerson
from core.model import Side
from core.report import Result
from core.settings import LocalChanges, PairSettings
from tests.whole.installed import Installed, add_singles
from tests.whole.terminal_program import Program


def test_while_every_pair_is_off_status_says_that_all_is_paused(program: Program) -> None:
    assert program("status", "--json").report["paused_until"] is None
    assert program("undo", "--yes").code == 0
    told = program("status", "--json").report
    assert (told["paused_until"], told["pairs"][0]["off"], told["pairs"][0]["copies"]) == (
        "until resumed",
        True,
        0,
    )
    said = program("status").out
    assert "paused until you resume" in said
    assert "not synced since its copies were removed" in said
    assert program("sync").code == 0
    assert program("status", "--json").report["paused_until"] is None


def test_while_one_of_two_pairs_is_off_the_other_goes_on(program: Program) -> None:
    with (program.installed.data_dir / "settings.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[pairs]]\nid = "more"\noutlook_calendar = "More"\n')
    assert program("sync").code == 0
    assert program("undo", "--pair", "more", "--yes").code == 0
    told = program("status", "--json").report
    assert told["paused_until"] is None
    assert [(pair["id"], pair["off"]) for pair in told["pairs"]] == [("work", False), ("more", True)]


@pytest.fixture
def let_go(installed: Installed) -> Installed:
    """One copy was edited and one deleted in Outlook, and both are the person's."""
    pair = PairSettings("work", local_changes=LocalChanges.KEEP)
    installed.installation.save_settings(replace(installed.settings, pairs=(pair,)))
    add_singles(installed, 3)
    assert installed.run().result is Result.OK
    world = installed.sandbox.microsoft
    edited, deleted, _ = sorted(world.events(installed.mirror), key=lambda event: str(event["subject"]))
    world.edit_event(edited["id"], {"subject": "Mine"})
    world.delete_event(deleted["id"])
    assert installed.run().result is Result.OK
    assert [note.title for note in installed.installation.let_go()] == ["Event 0", "Event 1"]
    return installed


def chosen(installed: Installed) -> set[tuple[str, str]]:
    return {(note.pair, note.key) for note in installed.installation.let_go()}


def test_copies_that_were_let_go_are_right_again_after_they_were_taken_back(let_go: Installed) -> None:
    assert let_go.outlook_shows() != let_go.feishu_shows()
    let_go.installation.take_back(chosen(let_go), lambda: False)
    assert let_go.run().result is Result.OK
    assert let_go.outlook_shows() == let_go.feishu_shows()
    assert let_go.installation.let_go() == ()
    let_go.run()
    assert let_go.sandbox.journal.writes() == []


def test_only_what_was_chosen_is_taken_back(let_go: Installed) -> None:
    (first, second) = let_go.installation.let_go()
    let_go.installation.take_back({(second.pair, second.key), ("other", first.key)}, lambda: False)
    let_go.run()
    assert let_go.installation.let_go() == (first,)
    assert "Mine" in {title for *_, title in let_go.outlook_shows()}


def test_nothing_is_taken_back_in_another_persons_mailbox(let_go: Installed) -> None:
    """What is not there would be taken for deleted."""
    before, ledger = let_go.installation.let_go(), let_go.installation._ledger
    right = ledger.note("person outlook")
    ledger.set_note("person outlook", "somebody else\nZhao Liu")
    with pytest.raises(WrongPerson) as wrong:
        let_go.installation.take_back({(note.pair, note.key) for note in before}, lambda: False)
    assert wrong.value.side is Side.OUTLOOK
    ledger.set_note("person outlook", right)
    assert let_go.installation.let_go() == before
