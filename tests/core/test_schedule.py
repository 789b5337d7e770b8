"""When the next run is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.report import Result
from core.schedule import next_run

NOW = datetime(2026, 11, 25, 14, 32, tzinfo=UTC)
INTERVAL = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def due(
    *,
    finished: datetime | None = NOW,
    result: Result = Result.OK,
    interval: timedelta = INTERVAL,
    paused: datetime | None = None,
    throttled: datetime | None = None,
    failed: int = 0,
    quota: datetime | None = None,
) -> datetime:
    return next_run(
        last_finished=finished,
        last_result=None if finished is None else result,
        interval=interval,
        paused_until=paused,
        throttled_until=throttled,
        attempts_failed=failed,
        quota_until=quota,
        now=NOW,
    )


def test_the_first_run_is_due_at_once() -> None:
    assert due(finished=None) == NOW


def test_an_interval_lies_between_the_end_of_a_run_and_the_next() -> None:
    assert due(finished=NOW - MINUTE) == NOW + 4 * MINUTE


def test_what_was_missed_is_due_now_not_in_the_past() -> None:
    assert due(finished=NOW - timedelta(days=1)) == NOW


@pytest.mark.parametrize("result", [result for result in Result if result is not Result.UNREACHABLE])
def test_only_an_outage_is_retried_early(result: Result) -> None:
    assert due(result=result, failed=3) == NOW + INTERVAL


def test_an_outage_is_retried_soon_then_less_and_less_often_up_to_the_interval() -> None:
    waits = [(due(result=Result.UNREACHABLE, failed=failed) - NOW).total_seconds() for failed in range(1, 8)]
    assert waits == [30, 60, 120, 240, 300, 300, 300]


def test_retries_are_never_rarer_than_a_short_interval() -> None:
    assert due(result=Result.UNREACHABLE, failed=5, interval=MINUTE) == NOW + MINUTE


def test_years_of_failures_do_not_overflow() -> None:
    assert due(result=Result.UNREACHABLE, failed=10**9, interval=timedelta(days=1)) == NOW + timedelta(days=1)


@pytest.mark.parametrize("wait", ["paused", "throttled", "quota"])
def test_nothing_runs_before_a_pause_a_throttle_or_a_used_up_quota_is_over(wait: str) -> None:
    later = NOW + timedelta(hours=3)
    assert due(**{wait: later}) == later  # type: ignore[arg-type]  # each is a time
    assert due(result=Result.UNREACHABLE, failed=1, **{wait: later}) == later  # type: ignore[arg-type]  # each is a time


def test_waits_that_are_over_have_no_effect() -> None:
    past = NOW - MINUTE
    assert due(paused=past, throttled=past, quota=past) == NOW + INTERVAL


def test_a_pause_without_end_has_none() -> None:
    forever = datetime.max.replace(tzinfo=UTC)
    assert due(paused=forever) == forever


def test_a_clock_that_was_set_back_postpones_by_one_interval_at_most() -> None:
    assert due(finished=NOW + timedelta(days=400)) == NOW + INTERVAL


@given(
    finished=st.none() | st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    result=st.sampled_from(Result),
    minutes=st.integers(1, 1440),
    failed=st.integers(0, 100),
)
def test_the_next_run_is_never_in_the_past_and_never_further_than_the_interval(
    finished: timedelta | None, result: Result, minutes: int, failed: int
) -> None:
    interval = timedelta(minutes=minutes)
    moment = due(
        finished=None if finished is None else NOW + finished, result=result, interval=interval, failed=failed
    )
    assert NOW <= moment <= NOW + interval
