from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.backoff import LONGEST_OWN_WAIT, parse_retry_after, wait_before

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
    ],
)
def test_retry_after_may_be_seconds_or_a_date(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "nan", "inf", "1e999", "Wed, 99 Nov 2026"])
def test_what_is_neither_says_nothing(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@given(st.text())
def test_no_header_breaks_the_parser(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or seconds >= 0


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
