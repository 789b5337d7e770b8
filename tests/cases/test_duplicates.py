"""Two events that look like one, and one that looks like two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.microsoft.ids import EventId
from tests.cases.calendars import Calendars, at

IDS = [
    f"AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A{end}AAAAAAAAAAA"
    for end in ("AC9r3Ug_A", "AC9r3Ug-A", "AC9Qx1aAA", "AC9Qx1AAA")
]


@pytest.fixture
def alike(calendars: Calendars, monkeypatch: pytest.MonkeyPatch) -> Calendars:
    """Four copies; the ids of each two differ in one character, or only in its case."""
    numbers = iter([EventId.parse(text).number for text in IDS])
    with monkeypatch.context() as patch:
        patch.setattr(calendars.outlook.mailbox, "_next_number", lambda: next(numbers))
        for hour in (9, 10, 11, 12):
            calendars.add(f"Meeting at {hour}", f"2027-02-01 {hour:02}:00", 30)
        calendars.settle()
    return calendars


def by_id(calendars: Calendars) -> dict[str, str]:
    return {copy["id"]: copy["subject"] for copy in calendars.copies()}


def test_ids_that_differ_in_one_character_are_two_copies(alike: Calendars) -> None:
    """Clean-up for addresses, or keys and look-ups that are blind to case, mix them up.
    (OfficeDev/office-js #4729)"""
    titles = by_id(alike)
    assert sorted(titles) == sorted(IDS)
    rows = alike.feishu.calendars[alike.calendar].rows.values()
    events = {row.details["summary"]: row.event_id for row in rows}
    for changed, deleted in ((IDS[0], IDS[1]), (IDS[2], IDS[3])):
        alike.change(events[titles[changed]], summary=f"Changed {changed[-20:]}")
        alike.feishu.delete_event(alike.calendar, events[titles[deleted]])
    assert alike.settle().counts == (0, 2, 2)
    left = {IDS[0]: f"Changed {IDS[0][-20:]}", IDS[2]: f"Changed {IDS[2][-20:]}"}
    assert by_id(alike) == left
    alike.installed.restart(without_ledger=True)
    assert alike.demand_quiet().pair.unchanged == 2
    assert by_id(alike) == left
    alike.feishu.delete_event(alike.calendar, events[titles[IDS[2]]])
    alike.change(events[titles[IDS[0]]], summary="Changed again")
    assert alike.settle().counts == (0, 1, 1)
    assert by_id(alike) == {IDS[0]: "Changed again"}


@pytest.fixture
def series(calendars: Calendars) -> str:
    """Since October, endless."""
    return calendars.add("Review", "2026-10-02 15:00", 60, "FREQ=WEEKLY;BYDAY=FR")


def split(calendars: Calendars, series: str) -> None:
    """What a Feishu client makes of "this and following" on 8 January."""
    calendars.change(series, recurrence="FREQ=WEEKLY;BYDAY=FR;UNTIL=20270107T155959Z")
    calendars.add("Review at four", "2027-01-08 16:00", 60, "FREQ=WEEKLY;BYDAY=FR")


def three_runs(calendars: Calendars) -> Iterator[Calendars]:
    """The second one after a full pull, which lists the ended half as ever."""
    calendars.settle()
    yield calendars
    calendars.feishu.void_sync_tokens()
    calendars.demand_quiet()
    yield calendars
    calendars.demand_quiet()
    yield calendars


FROM_NOW_ON = [
    "2027-01-22 16:00-17:00 Review at four",
    "2027-01-29 16:00-17:00 Review at four",
    "2027-02-05 16:00-17:00 Review at four",
]


@pytest.mark.parametrize("seen_at_once", [True, False], ids=["seen on the day", "seen two weeks later"])
def test_the_ended_half_of_a_split_series_stays_as_history(
    calendars: Calendars, series: str, seen_at_once: bool
) -> None:
    """What was listed and not in the view of the future meant a new copy in the past at every run.
    (phw198/OutlookGoogleCalendarSync #1910, #1884, #799)"""
    calendars.settle()
    calendars.wait_until(datetime(2027, 1, 7, 2, tzinfo=UTC))
    split(calendars, series)
    if seen_at_once:
        calendars.settle()
    calendars.wait_until(datetime(2027, 1, 20, 2, tzinfo=UTC))
    for _ in three_runs(calendars):
        assert calendars.shown("2027-01-20", "2027-02-07") == FROM_NOW_ON
        ended = [line for line in calendars.shown("2026-12-10", "2027-03-31") if line.endswith("Review")]
        assert ended == [
            "2026-12-11 15:00-16:00 Review",
            "2026-12-18 15:00-16:00 Review",
            "2026-12-25 15:00-16:00 Review",
            "2027-01-01 15:00-16:00 Review",
        ]
        assert len(calendars.copies()) == 2


@pytest.mark.parametrize("now", [at("2027-01-20 10:00")])
def test_an_ended_series_that_was_never_mirrored_gets_no_copy(
    calendars: Calendars, series: str, now: datetime
) -> None:
    """The same, for who begins later. (phw198/OutlookGoogleCalendarSync #1910, #1884, #799)"""
    split(calendars, series)
    for _ in three_runs(calendars):
        assert calendars.shown("2027-01-20", "2027-02-07") == FROM_NOW_ON
        assert calendars.kinds() == {"Review at four": "seriesMaster"}
