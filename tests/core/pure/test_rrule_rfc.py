"""The examples of RFC 5545, section 3.8.5.3: its own dates, all in New York."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import pytest

from core import rrule
from tests.core.pure.rule_texts import by_dateutil, clock

WEEKDAY_NAMES = "SU,MO,TU,WE,TH,FR,SA"
EVERY_JANUARY = "1998 1:1-31 1999 1:1-31 2000 1:1-31"
TUESDAYS = "1997 9:2,9,16,23,30 10:7,14,21,28 11:4"
AT_NINE = [
    # start, rule, the dates that the RFC lists; "…" where it says that more follow
    ("1997-09-02", "DAILY;COUNT=10", "1997 9:2-11"),
    ("1997-09-02", "DAILY;UNTIL=19971224T000000Z", "1997 9:2-30 10:1-31 11:1-30 12:1-23"),
    (
        "1997-09-02",
        "DAILY;INTERVAL=2",
        (
            "1997 9:2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 "
            "10:2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 11:1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 12:1,3 …"
        ),
    ),
    ("1997-09-02", "DAILY;INTERVAL=10;COUNT=5", "1997 9:2,12,22 10:2,12"),
    ("1998-01-01", f"YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY={WEEKDAY_NAMES}", EVERY_JANUARY),
    ("1998-01-01", "DAILY;UNTIL=20000131T140000Z;BYMONTH=1", EVERY_JANUARY),
    ("1997-09-02", "WEEKLY;COUNT=10", TUESDAYS),
    ("1997-09-02", "WEEKLY;UNTIL=19971224T000000Z", f"{TUESDAYS},11,18,25 12:2,9,16,23"),
    (
        "1997-09-02",
        "WEEKLY;INTERVAL=2;WKST=SU",
        "1997 9:2,16,30 10:14,28 11:11,25 12:9,23 1998 1:6,20 2:3,17 …",
    ),
    (
        "1997-09-02",
        "WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997 9:2,4,9,11,16,18,23,25,30 10:2",
    ),
    ("1997-09-02", "WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997 9:2,4,9,11,16,18,23,25,30 10:2"),
    (
        "1997-09-01",
        "WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997 9:1,3,5,15,17,19,29 10:1,3,13,15,17,27,29,31 11:10,12,14,24,26,28 12:8,10,12,22",
    ),
    ("1997-09-02", "WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 9:2,4,16,18,30 10:2,14,16"),
    (
        "1997-09-05",
        "MONTHLY;COUNT=10;BYDAY=1FR",
        "1997 9:5 10:3 11:7 12:5 1998 1:2 2:6 3:6 4:3 5:1 6:5",
    ),
    ("1997-09-05", "MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 9:5 10:3 11:7 12:5"),
    (
        "1997-09-07",
        "MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997 9:7,28 11:2,30 1998 1:4,25 3:1,29 5:3,31",
    ),
    ("1997-09-22", "MONTHLY;COUNT=6;BYDAY=-2MO", "1997 9:22 10:20 11:17 12:22 1998 1:19 2:16"),
    ("1997-09-28", "MONTHLY;BYMONTHDAY=-3", "1997 9:28 10:29 11:28 12:29 1998 1:29 2:26 …"),
    (
        "1997-09-02",
        "MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997 9:2,15 10:2,15 11:2,15 12:2,15 1998 1:2,15",
    ),
    (
        "1997-09-30",
        "MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997 9:30 10:1,31 11:1,30 12:1,31 1998 1:1,31 2:1",
    ),
    (
        "1997-09-10",
        "MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997 9:10-15 1999 3:10-13",
    ),
    (
        "1997-09-02",
        "MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997 9:2,9,16,23,30 11:4,11,18,25 1998 1:6,13,20,27 3:3,10,17,24,31 …",
    ),
    (
        "1997-06-10",
        "YEARLY;COUNT=10;BYMONTH=6,7",
        "1997 6:10 7:10 1998 6:10 7:10 1999 6:10 7:10 2000 6:10 7:10 2001 6:10 7:10",
    ),
    (
        "1997-03-10",
        "YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997 3:10 1999 1:10 2:10 3:10 2001 1:10 2:10 3:10 2003 1:10 2:10 3:10",
    ),
    (
        "1997-01-01",
        "YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997 1:1 4:10 7:19 2000 1:1 4:9 7:18 2003 1:1 4:10 7:19 2006 1:1",
    ),
    ("1997-05-19", "YEARLY;BYDAY=20MO", "1997 5:19 1998 5:18 1999 5:17 …"),
    ("1997-05-12", "YEARLY;BYWEEKNO=20;BYDAY=MO", "1997 5:12 1998 5:11 1999 5:17 …"),
    ("1997-03-13", "YEARLY;BYMONTH=3;BYDAY=TH", "1997 3:13,20,27 1998 3:5,12,19,26 1999 3:4,11,18,25 …"),
    (
        "1997-06-05",
        "YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        (
            "1997 6:5,12,19,26 7:3,10,17,24,31 8:7,14,21,28 1998 6:4,11,18,25 7:2,9,16,23,30 8:6,13,20,27 "
            "1999 6:3,10,17,24 7:1,8,15,22,29 8:5,12,19,26 …"
        ),
    ),
    # (its EXDATE, the start, is no occurrence here)
    ("1997-09-02", "MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998 2:13 3:13 11:13 1999 8:13 2000 10:13 …"),
    (
        "1997-09-13",
        "MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997 9:13 10:11 11:8 12:13 1998 1:10 2:7 3:7 4:11 5:9 6:13 …",
    ),
    (
        "1996-11-05",
        "YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996 11:5 2000 11:7 2004 11:2 …",
    ),
    ("1997-09-04", "MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 9:4 10:7 11:6"),
    (
        "1997-09-29",
        "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997 9:29 10:30 11:27 12:30 1998 1:29 2:26 3:30 …",
    ),
    ("1997-08-05", "WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 8:5,10,19,24"),
    ("1997-08-05", "WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 8:5,17,19,31"),
    ("2007-01-15", "MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 1:15,30 2:15 3:15,30"),
]


def dates(listed: str) -> list[datetime]:
    """From "1997 9:2,4-6 10:1" to moments at nine o'clock."""
    found, year = [], 0
    for word in listed.split():
        month, colon, days = word.partition(":")
        if not colon:
            year = int(word)
            continue
        for stretch in days.split(","):
            first, _, last = stretch.partition("-")
            found += [datetime(year, int(month), day, 9) for day in range(int(first), int(last or first) + 1)]  # noqa: DTZ001  # wall clocks
    return found


@pytest.mark.parametrize(("day", "rule", "listed"), AT_NINE)
def test_an_example_of_the_rfc_has_the_dates_that_the_rfc_lists(day: str, rule: str, listed: str) -> None:
    start = clock(f"{day}T09:00", "America/New_York")
    expected = dates(listed.removesuffix("…"))
    most = len(expected) + (not listed.endswith("…"))
    found = islice(rrule.occurrence_starts(rrule.parse(f"FREQ={rule}"), start), most)
    assert [each.local for each in found] == expected  # type: ignore[union-attr]  # a timed series
    assert list(islice(by_dateutil(f"FREQ={rule}", start), most)) == expected


NINE_TO_FIVE = [f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40)]
SEVERAL_A_DAY = [
    # The RFC's 17:00 UTC is 13:00 in New York; its erratum 3883 corrects it for the three times it lists.
    ("HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", ["09:00", "12:00"]),
    ("HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", ["09:00", "12:00", "15:00"]),
    ("MINUTELY;INTERVAL=15;COUNT=6", ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]),
    ("MINUTELY;INTERVAL=90;COUNT=4", ["09:00", "10:30", "12:00", "13:30"]),
    ("DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", [*NINE_TO_FIVE, *NINE_TO_FIVE, "09:00"]),
    ("MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", [*NINE_TO_FIVE, *NINE_TO_FIVE, "09:00"]),
]


@pytest.mark.parametrize(("rule", "times"), SEVERAL_A_DAY)
def test_an_example_with_several_times_a_day_has_the_times_that_the_rfc_lists(
    rule: str, times: list[str]
) -> None:
    start = clock("1997-09-02T09:00", "America/New_York")
    most = len(times) + ("UNTIL" in rule or "COUNT" in rule)
    found = [
        each.local  # type: ignore[union-attr]  # a timed series
        for each in islice(rrule.occurrence_starts(rrule.parse(f"FREQ={rule}"), start), most)
    ]
    assert [f"{each:%H:%M}" for each in found] == times
    assert [each.day for each in found] == [2 + number // len(NINE_TO_FIVE) for number in range(len(times))]
    assert list(islice(by_dateutil(f"FREQ={rule}", start), most)) == found
