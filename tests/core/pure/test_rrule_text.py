"""What is a recurrence rule, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import rrule
from core.model import EventTime
from core.recurrence import expansion, to_outlook
from core.rrule import EmptyRule, InexpressibleRule, MalformedRule, TooManyOccurrences, parse
from tests.core.pure.rule_texts import rule_texts, short_rule_texts, starts

MALFORMED = [
    "",
    "RRULE:",
    "FREQ",
    "FREQ=",
    "FREQ=FORTNIGHTLY",
    "INTERVAL=2",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=-1",
    "FREQ=DAILY;INTERVAL=1_0",
    "FREQ=DAILY;INTERVAL=1.5",
    "FREQ=DAILY;INTERVAL=2147483648",
    "FREQ=DAILY;INTERVAL=" + "9" * 5000,
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=5;UNTIL=20270101",
    "FREQ=DAILY;FREQ=WEEKLY",
    "FREQ=DAILY;FROM=20270101",
    "FREQ=DAILY RRULE:FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;BYDAY=MO,",
    "FREQ=WEEKLY;BYDAY=ſU",
    "FREQ=WEEKLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=54MO",
    "FREQ=MONTHLY;BYDAY=１MO",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=YEARLY;BYYEARDAY=367",
    "FREQ=YEARLY;BYWEEKNO=-54",
    "FREQ=YEARLY;BYMONTH=13",
    "FREQ=YEARLY;BYMONTH=-1",
    "FREQ=DAILY;BYHOUR=24",
    "FREQ=DAILY;BYMINUTE=60",
    "FREQ=DAILY;BYSECOND=61",
    "FREQ=DAILY;BYHOUR=-1",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
    "FREQ=WEEKLY;WKST=1",
    "FREQ=DAILY;UNTIL=2027",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;UNTIL=20270101T250000Z",
    "FREQ=DAILY;UNTIL=20270101T235960Z",
    "FREQ=DAILY;UNTIL=00010101T000000Z",
    "FREQ=DAILY;UNTIL=20270101T000000+08",
    "FREQ=YEARLY;RSCALE=CHINESE",
    "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=FORWARD",
    "RDATE=20270101",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_rule_is_said_to_be_malformed(text: str) -> None:
    with pytest.raises(MalformedRule):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "freq=weekly; byday=mo,we",
        "RRULE:FREQ=WEEKLY;BYDAY=WE,MO,WE",
        "rrule: FREQ=WEEKLY;\r\n BYDAY=MO,WE",
        "FREQ=WEEKLY;;BYDAY=MO,WE;",
        "BYDAY=MO,WE;FREQ=WEEKLY;WKST=MO;INTERVAL=1",
        "FREQ=WEEKLY;BYDAY=1MO,-2WE",
        "X-NAME=1;FREQ=WEEKLY;BYDAY=MO,WE;X-OTHER=a=b",
        "RSCALE=GREGORIAN;FREQ=WEEKLY;BYDAY=MO,WE;SKIP=OMIT",
        "\u3000FREQ=WEEKLY;BYDAY=MO,WE\xa0",
    ],
)
def test_prefix_case_blanks_semicolons_order_and_foreign_parts_do_not_matter(text: str) -> None:
    assert parse(text) == parse("FREQ=WEEKLY;BYDAY=MO,WE")


def test_every_part_is_read() -> None:
    rule = parse(
        "FREQ=YEARLY;INTERVAL=2;COUNT=7;BYSECOND=60,0;BYMINUTE=59;BYHOUR=23,0;BYDAY=-53MO,TU,+2SU;"
        "BYMONTHDAY=-31,31;BYYEARDAY=-366,366;BYWEEKNO=-53,53;BYMONTH=12,1;BYSETPOS=-366,366;WKST=SU"
    )
    assert (rule.frequency, rule.interval, rule.count, rule.week_start) == ("YEARLY", 2, 7, 6)
    assert (rule.by_second, rule.by_minute, rule.by_hour) == ((0, 60), (59,), (0, 23))
    assert rule.by_day == {(-53, 0), (0, 1), (2, 6)}
    assert (rule.by_month_day, rule.by_year_day) == ((-31, 31), {-366, 366})
    assert (rule.by_week_number, rule.by_month, rule.by_set_position) == ({-53, 53}, (1, 12), (-366, 366))


@pytest.mark.parametrize(
    ("until", "read"),
    [
        ("20270305", date(2027, 3, 5)),
        ("20270305T090000", datetime(2027, 3, 5, 9)),  # noqa: DTZ001  # a local time
        ("20270305T090000Z", datetime(2027, 3, 5, 9, tzinfo=UTC)),
        ("99991231T235959Z", None),
        ("45000901", None),
    ],
)
def test_until_is_a_day_a_local_time_or_an_instant_and_none_where_it_is_meant_as_never(
    until: str, read: date | None
) -> None:
    found = parse(f"FREQ=DAILY;UNTIL={until}").until
    assert (type(found), found) == (type(read), read)


FRAGMENTS = st.sampled_from(
    [
        *MALFORMED,
        *"=;,+-0 9Tİß\ud800",
        *("FREQ=", "DAILY", "YEARLY", ";INTERVAL=", "COUNT=", ";UNTIL=", "99991231", "235959Z", ";BYDAY="),
        *("-5FR", ";BYMONTHDAY=", "31", ";BYSETPOS=", ";BYHOUR=1", ";WKST=SU", "FREQ=SECONDLY", "2147483647"),
    ]
)
DAYS = st.dates()


@pytest.fixture(scope="module")
def _less_effort() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rrule, "HORIZON_YEARS", 5)
        patch.setattr(rrule, "MOST_STEPS", 5_000)
        yield


@pytest.mark.usefixtures("_less_effort")
@settings(max_examples=100, deadline=None)
@given(
    st.text() | st.lists(FRAGMENTS, max_size=12).map("".join) | rule_texts() | short_rule_texts(),
    starts() | DAYS,
    DAYS | DAYS.filter(lambda day: day.year > 2020),
)
def test_whatever_text_comes_nothing_else_is_raised(text: str, start: EventTime, day: date) -> None:
    with suppress(MalformedRule, EmptyRule, InexpressibleRule):
        to_outlook(text, start)
    with suppress(MalformedRule, TooManyOccurrences):
        expansion(text, start, day, date(min(day.year + 1, 9999), 12, 31))
