from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from core.settings import InterfaceLanguage
from terminal.columns import width
from terminal.side_by_side import BETWEEN, Entry, are_equal, table
from texts import language

CHINA = timezone(timedelta(hours=8))
STAND_UP = Entry(
    datetime(2026, 11, 25, 9, 30, tzinfo=CHINA),
    datetime(2026, 11, 25, 9, 45, tzinfo=CHINA),
    "每日站会 Daily stand-up",
)
LUNCH = Entry(
    datetime(2026, 11, 26, 12, 15, tzinfo=CHINA), datetime(2026, 11, 26, 13, 15, tzinfo=CHINA), "午餐：和李娜"
)
TRIP = Entry(date(2026, 11, 26), date(2026, 11, 29), "上海出差 Business trip")
TEAM_DAY = Entry(date(2026, 11, 26), date(2026, 11, 27), "团建")


@pytest.fixture(autouse=True)
def in_english() -> None:
    language.choose(InterfaceLanguage.ENGLISH)


def _in_utc(entry: Entry) -> Entry:
    assert isinstance(entry.start, datetime)
    assert isinstance(entry.end, datetime)
    return Entry(entry.start.astimezone(UTC), entry.end.astimezone(UTC), entry.title)


def test_the_table_shows_day_by_day_whole_days_first() -> None:
    entries = [LUNCH, STAND_UP, TRIP, TEAM_DAY]
    lines = table(
        entries,
        [_in_utc(LUNCH), _in_utc(STAND_UP), TRIP, TEAM_DAY],
        names=("Feishu", "Outlook"),
        zone=CHINA,
        columns=75,
    )
    assert lines == [
        "Feishu                               │ Outlook",
        "",
        "Wed 2026-11-25",
        "09:30 – 09:45  每日站会 Daily stand… │ 09:30 – 09:45  每日站会 Daily stand…",
        "",
        "Thu 2026-11-26",
        "all day        团建                  │ all day        团建",
        "until 11-28    上海出差 Business tr… │ until 11-28    上海出差 Business tr…",
        "12:15 – 13:15  午餐：和李娜          │ 12:15 – 13:15  午餐：和李娜",
    ]  # fmt: skip


def test_the_bar_between_stands_in_one_column_however_wide_the_titles_are() -> None:
    titles = ["a", "每日站会", "mixed 混合", "ｆｕｌｌ", "e\u0301\u0301", "🎉 party", "很长" * 30]
    entries = [Entry(date(2026, 11, 26), date(2026, 11, 27), title) for title in titles]
    lines = [
        line for line in table(entries, entries, names=("L", "R"), zone=CHINA, columns=80) if BETWEEN in line
    ]
    assert len(lines) == len(titles) + 1
    assert {width(line.partition(BETWEEN)[0]) for line in lines} == {38}
    assert max(map(width, lines)) <= 80


def test_what_only_one_side_has_is_marked() -> None:
    lines = table([STAND_UP], [LUNCH], names=("Feishu", "Outlook"), zone=CHINA, columns=80)
    marked = [line for line in lines if "≠" in line]
    assert len(marked) == 2
    assert marked[0].startswith("09:30")
    assert marked[0].endswith("≠")
    assert marked[1].startswith(" ")
    assert marked[1].endswith("午餐：和李娜")


def test_an_event_that_one_side_has_twice_is_shown_twice_and_marked_once() -> None:
    lines = table([LUNCH], [LUNCH, LUNCH], names=("Feishu", "Outlook"), zone=CHINA, columns=80)
    assert len([line for line in lines if "午餐" in line]) == 2
    assert len([line for line in lines if "≠" in line]) == 1


DIFFERENCES = {
    "one is missing": [STAND_UP],
    "one is doubled": [STAND_UP, LUNCH, LUNCH],
    "another title": [STAND_UP, Entry(LUNCH.start, LUNCH.end, "Lunch")],
    "another end": [STAND_UP, Entry(LUNCH.start, LUNCH.start, LUNCH.title)],
    "a whole day instead": [STAND_UP, Entry(date(2026, 11, 26), date(2026, 11, 27), LUNCH.title)],
    "empty": [],
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_calendars_that_differ_are_not_equal(case: str) -> None:
    assert not are_equal([STAND_UP, LUNCH], DIFFERENCES[case])
    assert not are_equal(DIFFERENCES[case], [STAND_UP, LUNCH])


def test_the_order_and_the_zone_make_no_difference() -> None:
    assert are_equal([STAND_UP, LUNCH], [_in_utc(LUNCH), _in_utc(STAND_UP)])


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        (STAND_UP, False),
        (LUNCH, True),
        (Entry(date(2026, 11, 24), date(2026, 11, 25), "yesterday"), False),
        (Entry(date(2026, 11, 24), date(2026, 11, 26), "until today"), True),
    ],
)
def test_what_is_over_is_told_from_what_is_not(entry: Entry, counts: bool) -> None:
    now = datetime(2026, 11, 25, 9, 45, tzinfo=CHINA)
    assert entry.ends_after(now, CHINA) is counts
