"""Rules that mean different days to different programs."""

from __future__ import annotations

from datetime import UTC, datetime

from core.reasons import Code
from tests.cases.calendars import Calendars


def days_of(lines: list[str], title: str) -> list[str]:
    return [line[:10] for line in lines if line.endswith(title)]


def test_every_second_week_counts_weeks_from_the_day_that_the_rule_says(calendars: Calendars) -> None:
    """Weeks begin on Monday unless the rule says otherwise, in Outlook on Sunday; with an interval above 1
    the wrong one shows every meeting a week off. A start that is off the rule is no occurrence.
    (rlanvin/php-rrule #140, u01jmg3/ics-parser #113)"""
    calendars.add("Monday weeks", "2027-01-03 10:00", 30, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")
    calendars.add("Sunday weeks", "2027-01-03 10:00", 30, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;WKST=SU")
    calendars.add("Both days", "2027-01-04 10:00", 30, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO")
    calendars.settle()
    lines = calendars.shown("2027-01-01", "2027-02-12")
    assert days_of(lines, "Monday weeks") == ["2027-01-14", "2027-01-28", "2027-02-11"]
    assert days_of(lines, "Sunday weeks") == ["2027-01-07", "2027-01-21", "2027-02-04"]
    assert days_of(lines, "Both days") == [
        *("2027-01-04", "2027-01-10", "2027-01-18", "2027-01-24", "2027-02-01", "2027-02-07"),
    ]
    assert {line[11:22] for line in lines} == {"10:00-10:30"}
    assert set(calendars.kinds().values()) == {"seriesMaster"}


FIRST_MONDAYS_AND_TUESDAYS = [
    *("2027-02-01", "2027-02-02", "2027-03-01", "2027-03-02", "2027-04-05", "2027-04-06"),
    *("2027-05-03", "2027-05-04", "2027-06-01", "2027-06-07", "2027-07-05", "2027-07-06"),
    *("2027-08-02", "2027-08-03", "2027-09-06", "2027-09-07", "2027-10-04", "2027-10-05"),
    *("2027-11-01", "2027-11-02", "2027-12-06", "2027-12-07"),
]


def test_the_first_monday_and_the_first_tuesday_are_two_days_a_month(calendars: Calendars) -> None:
    """Outlook's pattern of the same two words means the first day that is either, and takes it without a
    word: half of the meetings would be missing. (ecederstrand/exchangelib #637)"""
    calendars.add("Two", "2027-02-01 10:00", 60, "FREQ=MONTHLY;BYDAY=1MO,1TU")
    step = calendars.settle()
    lines = calendars.shown("2027-01-01", "2027-12-31")
    assert days_of(lines, "Two") == FIRST_MONDAYS_AND_TUESDAYS
    assert {line[11:22] for line in lines} == {"10:00-11:00"}
    told = {note.reason.code for note in step.pair.skipped} | {each.reason.code for each in step.pair.changes}
    assert Code.RULE_NOT_EXPRESSIBLE in told


def test_further_first_mondays_appear_as_their_days_come_into_sight(calendars: Calendars) -> None:
    """What was taken apart goes on as a series does. (ecederstrand/exchangelib #637)"""
    calendars.add("Two", "2027-02-01 10:00", 60, "FREQ=MONTHLY;BYDAY=1MO,1TU")
    calendars.settle()
    calendars.wait_until(datetime(2027, 2, 6, 1, tzinfo=UTC))
    assert calendars.settle().counts == (3, 0, 0)
    seen = days_of(calendars.shown("2027-02-01", "2028-03-31"), "Two")
    assert seen == [*FIRST_MONDAYS_AND_TUESDAYS, "2028-01-03", "2028-01-04", "2028-02-01"]


def test_the_first_day_that_is_monday_or_tuesday_is_one_a_month(calendars: Calendars) -> None:
    """The spelling that looks alike, and is Outlook's pattern. (ecederstrand/exchangelib #637)"""
    calendars.add("One", "2027-02-01 10:00", 60, "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1")
    calendars.settle()
    assert days_of(calendars.shown("2027-01-01", "2027-06-30"), "One") == [
        *("2027-02-01", "2027-03-01", "2027-04-05", "2027-05-03", "2027-06-01"),
    ]
    (copy,) = calendars.copies()
    pattern = copy["recurrence"]["pattern"]
    assert (pattern["type"], pattern["index"]) == ("relativeMonthly", "first")
    assert sorted(pattern["daysOfWeek"]) == ["monday", "tuesday"]


def test_a_rule_ends_at_an_instant_and_outlook_on_a_day(calendars: Calendars) -> None:
    """The UTC date of UNTIL loses a day of the first one and adds one to the second; weekly rules hide it.
    The third has no instant at all. (jkbrzt/rrule #596)"""
    for title, start, zone, until in (
        ("Early", "2027-03-01 07:00", "Asia/Shanghai", "20270304T230000Z"),
        ("Late", "2027-03-01 17:00", "America/Los_Angeles", "20270306T075959Z"),
        ("Date", "2027-03-01 09:00", "Asia/Shanghai", "20270305"),
    ):
        calendars.add(title, start, 30, f"FREQ=DAILY;UNTIL={until}", zone)
    calendars.settle()
    days = ("2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05")
    in_shanghai = calendars.shown("2027-02-20", "2027-03-15", "Asia/Shanghai")
    in_los_angeles = calendars.shown("2027-02-20", "2027-03-15", "America/Los_Angeles")
    assert [line for line in in_shanghai if "Early" in line] == [f"{day} 07:00-07:30 Early" for day in days]
    assert [line for line in in_los_angeles if "Late" in line] == [f"{day} 17:00-17:30 Late" for day in days]
    assert [line for line in in_shanghai if "Date" in line] == [f"{day} 09:00-09:30 Date" for day in days]
    assert set(calendars.kinds().values()) == {"seriesMaster"}
