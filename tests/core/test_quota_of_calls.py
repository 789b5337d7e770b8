"""How far a month's calls reach, and when a month begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import QuotaExhausted
from core.meter import Meter
from core.model import Side
from core.quota import TOKEN_LIFE, MonthlyCalls, again_after_refusal, month_of, next_month, stretched

MINUTES_5 = timedelta(minutes=5)
BEGINS = datetime(2026, 10, 31, 16, tzinfo=UTC)
"""November, in Beijing."""
ENDS = BEGINS + timedelta(days=30)


def apart(
    left: int | None, calendars: int, now: datetime = BEGINS, interval: timedelta = MINUTES_5
) -> timedelta:
    calls = MonthlyCalls(7, 0) if left is None else MonthlyCalls(7, 7 + left)
    return stretched(interval, calls, calendars, now)


def test_a_month_is_one_of_beijing() -> None:
    assert (month_of(BEGINS), month_of(ENDS - timedelta(seconds=1)), month_of(ENDS)) == (
        "2026-11",
        "2026-11",
        "2026-12",
    )
    assert next_month(BEGINS) == next_month(ENDS - timedelta(seconds=1)) == ENDS
    assert next_month(datetime(2026, 12, 25, tzinfo=UTC)) == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_a_refusal_ends_with_the_month_and_one_on_the_first_with_the_day() -> None:
    """Where the service counts by another zone, the old month is not over yet."""
    assert again_after_refusal(ENDS - timedelta(seconds=1)) == ENDS
    assert again_after_refusal(ENDS + timedelta(hours=8)) == ENDS + timedelta(days=1)
    assert again_after_refusal(ENDS + timedelta(days=1)) == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("left", [None, 1_000_000])
def test_calls_that_last_stretch_nothing(left: int | None) -> None:
    assert apart(left, 3) == MINUTES_5


def test_what_is_left_is_spread_over_what_is_left_of_the_month() -> None:
    """360 calls of 1000 are needed for a token every two hours, two in each week to read a calendar anew."""
    for left, calendars, runs in ((1010, 1, 640), (2020, 2, 820), (110, 1, 50)):
        assert apart(left, calendars).total_seconds() == pytest.approx(30 * 86_400 / runs)
    assert apart(100, 1, interval=timedelta(days=1)) == timedelta(days=1)


def test_when_too_few_are_left_for_a_run_the_month_is_waited_for() -> None:
    now = BEGINS + timedelta(days=20)
    assert apart(0, 1, now) == apart(2, 3, now) == timedelta(days=10)


@given(st.integers(1, 20_000), st.integers(1, 5), st.integers(0, 29), st.integers(1, 1440))
def test_the_calls_last_whenever_one_begins_to_count(
    left: int, calendars: int, day: int, minutes: int
) -> None:
    now, interval = BEGINS + timedelta(days=day), timedelta(minutes=minutes)
    between = apart(left, calendars, now, interval)
    assert between >= interval
    rest = ENDS - now
    runs, renewals = rest // between, rest // max(between, TOKEN_LIFE)
    assert runs * calendars + renewals <= left + calendars + 1


@pytest.mark.parametrize(("used", "limit", "left"), [(5, 0, None), (5, 12, 7), (12, 12, 0), (15, 12, 0)])
def test_what_is_left_is_never_less_than_nothing(used: int, limit: int, left: int | None) -> None:
    assert MonthlyCalls(used, limit).left == left


def test_a_request_beyond_what_is_allowed_is_refused_before_it_is_sent() -> None:
    meter, used_up = Meter(), QuotaExhausted("2026-12-01", 3)
    meter.sent(Side.FEISHU)
    meter.allow(Side.FEISHU, 2, used_up)
    for _ in range(2):
        meter.sent(Side.FEISHU)
    for _ in range(2):
        with pytest.raises(QuotaExhausted):
            meter.sent(Side.FEISHU)
    meter.sent(Side.OUTLOOK)
    assert (meter.counts().feishu, meter.counts().graph) == (3, 1)
    meter.reset()
    meter.sent(Side.FEISHU)
