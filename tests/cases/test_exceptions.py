"""Occurrences that are not where, or not what, their series says."""

from __future__ import annotations

import pytest

from tests.cases.calendars import Calendars, at

NINTH, SIXTEENTH = 1802138400, 1802743200
"""Of February 2027, 10:00 in Shanghai."""


def move_across(calendars: Calendars, series: str) -> None:
    calendars.change_occurrence(series, SIXTEENTH, start=at("2027-02-17 15:00"), end=at("2027-02-17 16:00"))
    calendars.change_occurrence(series, NINTH, start=at("2027-02-16 11:00"), end=at("2027-02-16 12:00"))


@pytest.mark.parametrize("is_mirrored", [True, False], ids=["mirrored before", "in the first run"])
def test_an_occurrence_on_the_day_that_its_sibling_has_left_and_back_again(
    calendars: Calendars, is_mirrored: bool
) -> None:
    """Exchange counts the sibling where the rule has it, and refuses; and nothing brings an occurrence back
    that was cancelled. (aluxnimm/outlookcaldavsynchronizer #32, jobisoft/TbSync #47)"""
    series = calendars.add("Board", "2027-02-02 10:00", 60, "FREQ=WEEKLY;BYDAY=TU")
    if is_mirrored:
        calendars.settle()
    move_across(calendars, series)
    step = calendars.settle()
    assert step.refused == []
    assert calendars.shown("2027-02-01", "2027-03-05") == [
        "2027-02-02 10:00-11:00 Board",
        "2027-02-16 11:00-12:00 Board",
        "2027-02-17 15:00-16:00 Board",
        "2027-02-23 10:00-11:00 Board",
        "2027-03-02 10:00-11:00 Board",
    ]
    calendars.change_occurrence(series, NINTH, start=at("2027-02-09 10:00"), end=at("2027-02-09 11:00"))
    step = calendars.settle()
    assert step.refused == []
    assert calendars.shown("2027-02-01", "2027-03-05") == [
        "2027-02-02 10:00-11:00 Board",
        "2027-02-09 10:00-11:00 Board",
        "2027-02-17 15:00-16:00 Board",
        "2027-02-23 10:00-11:00 Board",
        "2027-03-02 10:00-11:00 Board",
    ]


@pytest.mark.parametrize("hour", [9, 21], ids=["in the morning", "in the evening, tomorrow in UTC"])
def test_exceptions_after_the_clocks_change_are_found_by_the_series_own_clock(
    calendars: Calendars, hour: int
) -> None:
    """Joined by the UTC clock they were an hour off, or stood beside what they replace.
    (phw198/OutlookGoogleCalendarSync #2278)"""
    zone = "America/New_York"
    clock, moved, ends = f"{hour:02}:00", f"{hour + 2}:00", f"{hour + 2}:30"
    series = calendars.add("Planning", f"2027-03-01 {clock}", 30, "FREQ=WEEKLY;BYDAY=MO", zone)
    calendars.settle()
    start, end = at(f"2027-03-15 {moved}", zone), at(f"2027-03-15 {ends}", zone)
    later = (hour - 9) * 3600
    calendars.change_occurrence(series, 1805115600 + later, start=start, end=end, zone="Asia/Shanghai")
    calendars.change_occurrence(series, 1805720400 + later, status="cancelled")
    assert calendars.settle().counts == (0, 1, 0)
    assert calendars.shown("2027-03-01", "2027-04-05", zone) == [
        f"2027-03-01 {clock}-{hour:02}:30 Planning",
        f"2027-03-08 {clock}-{hour:02}:30 Planning",
        f"2027-03-15 {moved}-{ends} Planning",
        f"2027-03-29 {clock}-{hour:02}:30 Planning",
        f"2027-04-05 {clock}-{hour:02}:30 Planning",
    ]
    assert calendars.kinds() == {"Planning": "seriesMaster"}
