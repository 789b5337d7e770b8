"""How many calls Feishu grants in a month, or the person does (`sync.monthly_calls`), and how far they reach.

Pure. The month is one of Beijing's: the service's documents name no zone, and there it is at home. Whoever is
refused on the first of a month may live where the old month is not over yet (`again_after_refusal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from math import ceil

from core.observation import FULL_PULL_EVERY

QUOTA_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Where the month of the quota begins."""

TOKEN_LIFE = timedelta(hours=2)
"""Of Feishu's access tokens: renewing one is a call as well."""
READ_ANEW_EVERY = timedelta(seconds=FULL_PULL_EVERY)
CALLS_OF_READING = 2
"""That reading a calendar anew adds to a run: finding it, and a page of 500 events."""


@dataclass(frozen=True, slots=True)
class MonthlyCalls:
    """Of one month. `limit`: `sync.monthly_calls`; 0 means none of ours."""

    used: int
    limit: int

    @property
    def left(self) -> int | None:
        """None: as many as Feishu grants."""
        return max(0, self.limit - self.used) if self.limit else None

    def are_too_few(self, calendars: int) -> bool:
        """For one run, which asks each of the Feishu `calendars` once if nothing changed."""
        return self.left is not None and self.left < calendars


def month_of(now: datetime) -> str:
    """ "2026-11". `now` is aware."""
    return f"{now.astimezone(QUOTA_ZONE):%Y-%m}"


def next_month(now: datetime) -> datetime:
    """When the next month begins, aware."""
    here = now.astimezone(QUOTA_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (here + timedelta(days=32)).replace(day=1)


def again_after_refusal(now: datetime) -> datetime:
    """When to ask again after Feishu said that the quota is used up: in the next month. On the first, a day
    later: somewhere it is still the old one."""
    here = now.astimezone(QUOTA_ZONE)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) if here.day == 1 else next_month(now)


def stretched(interval: timedelta, calls: MonthlyCalls, calendars: int, now: datetime) -> timedelta:
    """The interval at which the calls that are left last until the month ends; `interval` where that is
    longer."""
    if calls.left is None or not calendars:
        return interval
    rest, life = (next_month(now) - now).total_seconds(), TOKEN_LIFE.total_seconds()
    if calls.are_too_few(calendars):
        return max(interval, timedelta(seconds=rest))
    readings = calendars * ceil(rest / READ_ANEW_EVERY.total_seconds())
    left = max(1, calls.left - readings * CALLS_OF_READING)
    apart = (calendars + 1) * rest / left  # each run renews its token
    if apart < life:  # several runs share one
        apart = calendars / (left / rest - 1 / life)
    return max(interval, timedelta(seconds=apart))
