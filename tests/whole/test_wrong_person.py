"""Another person signs in: nothing is read or written for them until somebody says that this is meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import WrongPerson
from core.model import Side
from core.report import Result
from sandbox import Service
from sandbox.microsoft.world import Person
from sandbox.server import Sandbox
from tests.whole.installed import Installed, add_singles, browse
from tests.whole.terminal_program import Program

SwitchBack = Callable[[], None]


def another_at_the_browser(sandbox: Sandbox, side: Side) -> SwitchBack:
    """From now on it is Han Meimei who signs in; the result puts the right person back."""
    world = sandbox.feishu if side is Side.FEISHU else sandbox.microsoft
    right = world.person
    if side is Side.FEISHU:
        sandbox.feishu.person = sandbox.feishu.add_person("Han Meimei")
    else:
        sandbox.microsoft.person = Person("Han Meimei", "han@contoso.example", "another-object-id")
    return lambda: setattr(world, "person", right)


def sign_in(installed: Installed, side: Side) -> None:
    installed.installation.sign_in(side, browse(installed.sandbox), lambda: False, lambda _address: None)


def demand_untouched(installed: Installed) -> None:
    """The requests since the journal was cleared read no event and wrote nothing."""
    journal = installed.sandbox.journal
    assert journal.writes() == []
    assert installed.event_requests() == []
    asked = journal.requests(Service.MICROSOFT)
    assert [
        request.path for request in asked if "events" in request.path or "calendarView" in request.path
    ] == []


def add_for_whoever_is_signed_in(installed: Installed, title: str) -> None:
    world = installed.sandbox.feishu
    start = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    world.add_event(world.primary_of(world.person).calendar_id, title, start, start + timedelta(hours=1))


@pytest.fixture
def mirrored(installed: Installed) -> Installed:
    add_singles(installed, 5)
    assert installed.run().result is Result.OK
    return installed


@pytest.mark.parametrize("side", Side)
def test_another_person_is_noticed_at_the_sign_in_and_every_run_stands_still(
    mirrored: Installed, side: Side
) -> None:
    another_at_the_browser(mirrored.sandbox, side)
    with pytest.raises(WrongPerson) as wrong:
        sign_in(mirrored, side)
    assert (wrong.value.side, wrong.value.found) == (side, "Han Meimei")
    assert wrong.value.expected not in {"", "Han Meimei"}
    before = mirrored.outlook_shows()
    add_for_whoever_is_signed_in(mirrored, "Not yet")
    for _ in range(2):
        report = mirrored.run()
        assert (report.result, report.problems) == (Result.NEEDS_PERSON, (wrong.value,))
        assert mirrored.installation.status().attention == (wrong.value,)
        demand_untouched(mirrored)
    assert mirrored.outlook_shows() == before


@pytest.mark.parametrize("side", Side)
def test_a_restart_forgets_neither_person(mirrored: Installed, side: Side) -> None:
    another_at_the_browser(mirrored.sandbox, side)
    with pytest.raises(WrongPerson) as wrong:
        sign_in(mirrored, side)
    mirrored.restart()
    assert mirrored.run().problems == (wrong.value,)
    demand_untouched(mirrored)


@pytest.mark.parametrize("side", Side)
def test_the_right_person_signs_in_again_and_all_goes_on_without_a_write(
    mirrored: Installed, side: Side
) -> None:
    switch_back = another_at_the_browser(mirrored.sandbox, side)
    with pytest.raises(WrongPerson):
        sign_in(mirrored, side)
    mirrored.run()
    switch_back()
    sign_in(mirrored, side)
    assert mirrored.run().result is Result.OK
    assert mirrored.sandbox.journal.writes() == []
    assert mirrored.installation.status().attention == ()
    add_for_whoever_is_signed_in(mirrored, "Afterwards")
    assert mirrored.run().pairs[0].created == 1


@pytest.mark.parametrize("side", Side)
def test_a_confirmation_accepts_the_person_from_then_on(mirrored: Installed, side: Side) -> None:
    switch_back = another_at_the_browser(mirrored.sandbox, side)
    with pytest.raises(WrongPerson):
        sign_in(mirrored, side)
    add_for_whoever_is_signed_in(mirrored, "Theirs")
    report = mirrored.installation.confirm(lambda: False)
    assert (report.result, report.pairs[0].created) == (Result.OK, 1), report
    assert "Theirs" in {title for _start, _end, title in mirrored.outlook_shows()}
    mirrored.run()
    assert mirrored.sandbox.journal.writes() == []
    switch_back()
    with pytest.raises(WrongPerson) as wrong:
        sign_in(mirrored, side)
    assert wrong.value.expected == "Han Meimei"


@pytest.mark.parametrize("side", Side)
def test_the_terminal_says_who_was_expected_and_ends_with_7_until_it_is_confirmed(
    program: Program, side: Side
) -> None:
    installed = program.installed
    right = (
        installed.sandbox.feishu.person.name
        if side is Side.FEISHU
        else installed.sandbox.microsoft.person.name
    )
    another_at_the_browser(installed.sandbox, side)
    installed.restart()
    with pytest.raises(WrongPerson):
        sign_in(installed, side)
    installed.installation.close()
    program.demand_refusal("sync", code=7, words=("Han Meimei", right))
    demand_untouched(installed)
    assert program("confirm").code == 0
    assert program("sync").code == 0
