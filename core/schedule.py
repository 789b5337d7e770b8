"""When to run next. Pure: every time comes in as an argument, aware and in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.report import Result

FIRST_RETRY = timedelta(seconds=30)


def next_run(
    *,
    last_finished: datetime | None,
    last_result: Result | None,
    interval: timedelta,
    paused_until: datetime | None,
    throttled_until: datetime | None,
    attempts_failed: int,
    quota_until: datetime | None,
    now: datetime,
) -> datetime:
    """When the next run is due; `now` if at once.

    `attempts_failed`: runs in a row that could not reach a service. The first is soon repeated, then less and
    less soon, at last at the ordinary interval: an outage of minutes is over within minutes.
    """
    due = now if last_finished is None else last_finished + _wait(last_result, attempts_failed, interval)
    # A clock that was set back makes the last run lie in the future; one interval is the longest wait.
    due = min(max(due, now), now + interval)
    asked_to_wait = [moment for moment in (paused_until, throttled_until, quota_until) if moment is not None]
    return max([due, *asked_to_wait])


def _wait(last_result: Result | None, attempts_failed: int, interval: timedelta) -> timedelta:
    if last_result is not Result.UNREACHABLE or attempts_failed < 1:
        return interval
    doublings = min(attempts_failed - 1, 16)  # beyond, every interval that is allowed is exceeded
    return min(FIRST_RETRY * (1 << doublings), interval)
