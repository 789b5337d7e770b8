"""Whatever a recurrence rule asks for: it is understood or refused, and the work for it is bounded."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest
from hypothesis import strategies as st

from core import recurrence, rrule
from core.exchange_pattern import DAYS
from core.model import EventTime, WallClock
from core.recurrence import MOST_OCCURRENCES
from core.zones import date_of
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS
from tests.fuzz.wire_rows import RULES
from tests.fuzz.work import at_most, in_memory_of

WORK = 8_000_000
"""Calls for one rule at worst: a hundred thousand steps, a few times over, and what is looked at in vain."""
MEMORY = 30_000_000
WINDOW = date(2027, 1, 1), date(2027, 12, 31)


def everything(least: int, most: int, times: int = 1) -> str:
    return ",".join(map(str, [number for number in range(least, most + 1) if number or least == 0] * times))


START = WallClock(datetime(2026, 12, 1, 10), "Asia/Shanghai")  # noqa: DTZ001  # wall clocks are naive
EVERY_DAY = ",".join(f"{number}{day}" for number in range(-53, 54) if number for day in ("MO", "TU", "SU"))
PARTS = (
    *(f"FREQ={frequency}" for frequency in rrule.FREQUENCIES),
    *("INTERVAL=1", "INTERVAL=2", "INTERVAL=0", "INTERVAL=-1", "INTERVAL=86400", "INTERVAL=2147483647"),
    *("INTERVAL=2147483648", "INTERVAL=" + "9" * 5000, "INTERVAL=7919", "INTERVAL=1e9", "INTERVAL="),
    *("COUNT=1", "COUNT=0", "COUNT=999", "COUNT=2147483647", "COUNT=" + "9" * 5000, "COUNT=-1"),
    *(
        "UNTIL=20270601",
        "UNTIL=20270601T000000Z",
        "UNTIL=20270601T000000",
        "UNTIL=19700101",
        "UNTIL=00010101",
    ),
    *("UNTIL=99991231T235959Z", "UNTIL=20270230", "UNTIL=20270601T246060Z", "UNTIL=never"),
    *("BYDAY=MO", "BYDAY=MO,TU,WE,TH,FR", "BYDAY=-1SU", "BYDAY=53MO", "BYDAY=" + EVERY_DAY, "BYDAY=XX"),
    *("BYMONTH=2", "BYMONTH=13", "BYMONTH=" + everything(1, 12), "BYMONTH=" + everything(1, 12, 500)),
    *(
        "BYMONTHDAY=30",
        "BYMONTHDAY=31",
        "BYMONTHDAY=-31",
        "BYMONTHDAY=" + everything(-31, 31),
        "BYMONTHDAY=0",
    ),
    *("BYYEARDAY=366", "BYYEARDAY=" + everything(-366, 366), "BYYEARDAY=" + everything(-366, 366, 20)),
    *("BYWEEKNO=53", "BYWEEKNO=" + everything(-53, 53)),
    *("BYHOUR=3", "BYHOUR=" + everything(0, 23), "BYMINUTE=7", "BYMINUTE=" + everything(0, 59)),
    *("BYSECOND=60", "BYSECOND=11", "BYSECOND=" + everything(0, 60), "BYSECOND=" + everything(0, 60, 300)),
    *("BYSETPOS=1", "BYSETPOS=-1", "BYSETPOS=366", "BYSETPOS=-366", "BYSETPOS=" + everything(-366, 366)),
    *(
        "WKST=SU",
        "WKST=XX",
        "RSCALE=CHINESE",
        "SKIP=FORWARD",
        "X-ANY=1",
        "",
        ";",
        "=",
        "RRULE:",
        "EXDATE=1",
        "ſ=1",
    ),
)
parts = st.lists(st.sampled_from(PARTS), max_size=7, unique=True).map(";".join)
led = st.builds("{};{}".format, st.sampled_from([part for part in PARTS if part.startswith("FREQ")]), parts)
bent = st.builds(
    lambda rule, at, text: rule[:at] + text + rule[at + 1 :],
    st.sampled_from(RULES),
    st.integers(0, 60),
    TEXTS,
)
texts = st.one_of(led, led, led, parts, bent, TEXTS)
starts = st.sampled_from(
    (
        START,
        WallClock(datetime(2026, 11, 1, 1, 30, fold=1), "America/New_York"),  # noqa: DTZ001  # the same
        WallClock(datetime(1970, 1, 1, 0, 0, 1), "UTC"),  # noqa: DTZ001  # the same
        WallClock(datetime(2500, 12, 31, 23, 59, 59), "Pacific/Apia"),  # noqa: DTZ001  # the same
        date(2026, 12, 1),
        date(2024, 2, 29),
        date(1601, 1, 1),
        date(2500, 12, 31),
    )
)


@fuzz(60, text=texts, start=starts)
def test_a_rule_is_a_series_or_single_events_or_refused_after_bounded_work(
    text: str, start: EventTime
) -> None:
    recurrence._translation.cache_clear()
    recurrence._expansion.cache_clear()
    with at_most(WORK):
        translated(text, start)
        found = expanded(text, start)
    assert len(found) <= MOST_OCCURRENCES
    assert all(WINDOW[0] <= date_of(each) <= WINDOW[1] for each in found)
    assert list(found) == sorted(set(found), key=lambda each: (date_of(each), getattr(each, "local", 0)))


def translated(text: str, start: EventTime) -> None:
    """Any other error is a failure."""
    with contextlib.suppress(rrule.MalformedRule, rrule.EmptyRule, rrule.InexpressibleRule):
        found = recurrence.to_outlook(text, start)
        assert set(found.pattern.days_of_week) <= set(DAYS)
        assert found.pattern.interval >= 1
        recurrence.gap(found)


def expanded(text: str, start: EventTime) -> tuple[EventTime, ...]:
    with contextlib.suppress(rrule.MalformedRule, rrule.TooManyOccurrences):
        return recurrence.expansion(text, start, *WINDOW)
    return ()


WORST = (
    f"FREQ=SECONDLY;INTERVAL=299;BYHOUR=1;BYMINUTE=0,1,2,3,4;BYSECOND={everything(0, 59)}",
    f"FREQ=YEARLY;BYDAY={EVERY_DAY}",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
)
LARGEST = (
    f"FREQ=YEARLY;BYHOUR={everything(0, 23)};BYMINUTE={everything(0, 59)};BYSECOND={everything(0, 59)}",
    f"FREQ=MONTHLY;BYDAY={','.join(['1MO'] * 20_000)}",
    "FREQ=SECONDLY;COUNT=2147483647",
)


@pytest.mark.parametrize(
    ("rule", "limit"),
    [(rule, at_most(WORK)) for rule in WORST] + [(rule, in_memory_of(MEMORY)) for rule in LARGEST],
)
def test_the_most_that_a_rule_can_take_is_bounded(rule: str, limit: AbstractContextManager[None]) -> None:
    with limit:
        expanded(rule, START)
        translated(rule, START)
