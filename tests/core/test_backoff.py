from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.backoff import LONGEST_ASKED_WAIT, LONGEST_OWN_WAIT, parse_retry_after, wait_before

NOW = datetime(2026, 11, 25, 8, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("52", 52.0),
        ("2.128", 2.128),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Wed, 25 Nov 2026 08:01:30 GMT", 90.0),
        ("Wed, 25 Nov 2026 07:00:00 GMT", 0.0),
        ("Wed, 25 Nov 2026 16:01:30 +0800", 90.0),
        ("Wed, 25 Nov 2026 08:01:30 -0000", 90.0),
    ],
)
def test_retry_after_may_be_seconds_or_a_date(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize("date", ["Wed, 25 Nov 2026 05:00:00 GMT", "Wed, 25 Nov 2026 11:00:00 GMT"])
def test_a_date_is_one_of_the_clock_of_the_service_however_wrong_ours_is(date: str) -> None:
    later = date.replace(":00:00", ":01:30")
    assert parse_retry_after(later, NOW, date) == 90.0
    assert parse_retry_after("90", NOW, date) == 90.0


@pytest.mark.parametrize("value", ["86401", "1e300", "9" * 300, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_an_absurd_time_is_taken_for_a_day(value: str) -> None:
    assert parse_retry_after(value, NOW) == LONGEST_ASKED_WAIT


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "nan", "inf", "1e999", "Wed, 99 Nov 2026"])
def test_what_is_neither_says_nothing(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@given(st.text())
def test_no_header_breaks_the_parser(value: str) -> None:
    for date in (None, value):
        seconds = parse_retry_after(value, NOW, date)
        assert seconds is None or 0 <= seconds <= LONGEST_ASKED_WAIT


@given(st.floats(0, 600), st.floats(0, 1, exclude_max=True), st.integers(1, 1000))
def test_a_wait_that_was_asked_for_is_kept_and_hardly_exceeded(
    asked: float, jitter: float, attempt: int
) -> None:
    wait = wait_before(attempt, asked, lambda: jitter)
    assert asked <= wait <= asked + 0.5


def test_without_a_word_of_the_service_waits_double_up_to_a_limit() -> None:
    assert [wait_before(attempt, None, lambda: 0.0) for attempt in range(1, 8)] == [1, 2, 4, 8, 16, 32, 32]


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_jitter_adds_at_most_half(attempt: int, jitter: float) -> None:
    assert 1 <= wait_before(attempt, None, lambda: jitter) <= LONGEST_OWN_WAIT * 1.5
