from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import SystemClock
from sandbox.server import Sandbox
from tests.cases.calendars import Calendars, StandingClock
from tests.ports import free_port
from tests.whole.installed import install


@pytest.fixture
def now() -> datetime:
    """When the program is started. A test that needs another time gives it as a parameter."""
    return datetime(2026, 12, 28, 1, tzinfo=UTC)


@pytest.fixture
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    clock = StandingClock(now.astimezone(UTC))
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.moment)
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: clock.advance(seconds=seconds))
    return clock


@pytest.fixture
def calendars(clock: StandingClock, tmp_path: Path) -> Iterator[Calendars]:
    """Signed in, with nothing in Feishu, and in Outlook what a person has of their own."""
    with Sandbox(clock=clock.seconds) as sandbox:
        mirror = sandbox.microsoft.add_calendar("Feishu")
        made = Calendars(install(sandbox, tmp_path / "data", free_port()), clock, mirror)
        tomorrow = clock.moment + timedelta(days=1)
        guest = {"emailAddress": {"address": "wei@example.com", "name": "Wei"}, "type": "required"}
        weekly = {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [f"{tomorrow:%A}".lower()]},
            "range": {"type": "noEnd", "startDate": f"{tomorrow:%Y-%m-%d}"},
        }
        ids = (
            made.add_own("lunch", tomorrow, attendees=[guest]),
            made.add_own("yoga", tomorrow, recurrence=weekly),
        )
        sandbox.microsoft.forbidden.clear()
        made.own = {event: sandbox.microsoft.event(event) for event in ids}
        yield made
        made.installed.installation.close()


@pytest.fixture
def machine_zone() -> Iterator[Callable[[str], None]]:
    """Puts this computer into another time zone."""
    with pytest.MonkeyPatch.context() as patch:

        def choose(zone: str) -> None:
            patch.setenv("TZ", zone)
            time.tzset()

        yield choose
    time.tzset()
