"""Copies that people duplicate, move or invite others to, and calendars that are gone: over the wire."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.errors import CalendarGone
from core.model import Side
from core.report import Result
from core.settings import LocalChanges, PairSettings
from tests.whole.installed import Installed, add_singles

KEPT = (
    *("subject", "body", "start", "end", "location", "showAs", "sensitivity", "isAllDay", "categories"),
    "singleValueExtendedProperties",
)
"""What Outlook takes along when a person copies an event."""


@pytest.fixture(params=LocalChanges, ids=lambda value: value.value)
def mirrored(installed: Installed, request: pytest.FixtureRequest) -> Installed:
    """Two single events and a series with a changed occurrence, in two Outlook calendars."""
    first = PairSettings("work", local_changes=request.param)
    pairs = first, replace(first, id="again", outlook_calendar="Again")
    installed.installation.save_settings(replace(installed.settings, pairs=pairs))
    world, shanghai = installed.sandbox.feishu, ZoneInfo("Asia/Shanghai")
    add_singles(installed, 2)
    first_day = datetime.now(shanghai).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=3)
    series = world.add_event(
        installed.calendar,
        "Weekly",
        first_day,
        first_day + timedelta(hours=1),
        recurrence="FREQ=WEEKLY;COUNT=5",
    )
    second_day = first_day + timedelta(days=7)
    later = second_day + timedelta(hours=3)
    world.move_occurrence(installed.calendar, series, second_day, later, later + timedelta(hours=1))
    demand_quiet_after_run(installed)
    return installed


def demand_quiet_after_run(installed: Installed) -> None:
    for _ in range(2):
        assert installed.run().result is Result.OK
    assert installed.sandbox.journal.writes() == []


def calendar(installed: Installed, name: str) -> str:
    named = [each["id"] for each in installed.sandbox.microsoft.calendars() if each["name"] == name]
    return str(named[0])


def copies(installed: Installed, name: str) -> dict[str, dict[str, Any]]:
    """By subject."""
    events = installed.sandbox.microsoft.events(calendar(installed, name))
    return {event["subject"]: event for event in events}


def change_and_cancel(installed: Installed) -> None:
    """Every event gets another title; then two of the three are cancelled."""
    world = installed.sandbox.feishu
    rows = [row for row in world.calendars[installed.calendar].rows.values() if row.event_id.endswith("_0")]
    ids = {row.details["summary"]: row.event_id for row in rows}
    for title in ("Event 0", "Event 1", "Weekly"):
        world.change_event(installed.calendar, ids[title], summary=f"{title} B")
    demand_quiet_after_run(installed)
    for title in ("Event 0", "Weekly"):
        world.delete_event(installed.calendar, ids[title])
    demand_quiet_after_run(installed)


def as_pasted(copy: dict[str, Any]) -> dict[str, Any]:
    """With our tag, and without the number of our creation. Times are told in UTC: so is the series."""
    pasted = {name: copy[name] for name in KEPT}
    if copy["recurrence"]:
        pasted["recurrence"] = deepcopy(copy["recurrence"])
        del pasted["recurrence"]["range"]["recurrenceTimeZone"]
    return pasted


@pytest.mark.parametrize("is_lost", [False, True])
def test_duplicates_that_carry_our_tag_stay_a_persons(mirrored: Installed, *, is_lost: bool) -> None:
    world, mirror = mirrored.sandbox.microsoft, calendar(mirrored, "Feishu")
    pasted = [world.add_event(mirror, as_pasted(copy)) for copy in copies(mirrored, "Feishu").values()]
    before = [world.event(event) for event in pasted]
    if is_lost:
        mirrored.restart(without_ledger=True)
    demand_quiet_after_run(mirrored)
    change_and_cancel(mirrored)
    assert [world.event(event) for event in pasted] == before
    assert len(world.events(mirror)) == len(pasted) + 1
    assert set(copies(mirrored, "Again")) == {"Event 1 B"}


@pytest.mark.parametrize("name", ["Again", "Mine"])
def test_copies_that_are_moved_to_another_calendar_are_let_go(mirrored: Installed, name: str) -> None:
    world = mirrored.sandbox.microsoft
    if name == "Mine":
        world.add_calendar("Mine")
    moved = [event["id"] for event in copies(mirrored, "Feishu").values()]
    for event in moved:
        world.move_event(event, calendar(mirrored, name))
    demand_quiet_after_run(mirrored)
    before = [world.event(event) for event in moved]
    assert len(mirrored.installation.let_go()) == 3
    change_and_cancel(mirrored)
    assert [world.event(event) for event in moved] == before
    assert copies(mirrored, "Feishu") == {}
    followed = len(world.events(calendar(mirrored, "Again"))) - (len(moved) if name == "Again" else 0)
    assert followed == 1


def test_copies_with_attendees_are_let_go_in_their_own_calendar(mirrored: Installed) -> None:
    world = mirrored.sandbox.microsoft
    before = copies(mirrored, "Feishu")
    for event in before.values():
        world.invite(event["id"], "wei@example.com")
    before = copies(mirrored, "Feishu")
    change_and_cancel(mirrored)
    assert copies(mirrored, "Feishu") == before
    assert set(copies(mirrored, "Again")) == {"Event 1 B"}


def test_a_feishu_calendar_that_is_taken_away_and_an_outlook_calendar_that_is_deleted_stop_nobody_else(
    mirrored: Installed,
) -> None:
    feishu, outlook = mirrored.sandbox.feishu, mirrored.sandbox.microsoft
    team = feishu.add_calendar("Team")
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=4)
    feishu.add_event(team, "Of the team", start, start + timedelta(hours=1))
    settings = mirrored.installation.settings
    pairs = PairSettings("team", team, "Team"), *settings.pairs
    mirrored.installation.save_settings(replace(settings, pairs=pairs))
    demand_quiet_after_run(mirrored)

    feishu.set_role(team, None)
    again = calendar(mirrored, "Again")
    outlook.delete_calendar(again)
    add_singles(mirrored, 3)
    for _ in range(2):
        report = mirrored.run()
        assert report.result is Result.NEEDS_PERSON
        gone = [(each.side, each.pair) for each in report.problems if isinstance(each, CalendarGone)]
        assert gone == [(Side.FEISHU, "team"), (Side.OUTLOOK, "again")]
    assert mirrored.sandbox.journal.writes() == []
    assert set(copies(mirrored, "Team")) == {"Of the team"}
    assert len(copies(mirrored, "Feishu")) == 4
    assert "Again" not in {each["name"] for each in outlook.calendars()}

    feishu.set_role(team, "reader")
    report = mirrored.run()
    assert [each.pair for each in report.problems if isinstance(each, CalendarGone)] == ["again"]
    assert mirrored.sandbox.journal.writes() == []
