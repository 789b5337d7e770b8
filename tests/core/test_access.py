"""What the services may be asked now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import pair_switch
from core.access import Access
from core.clock import SystemClock
from core.connections import Connections
from core.ledger import Ledger
from core.meter import Meter
from core.quota import next_month
from core.settings import PairSettings, Settings, SyncSettings
from core.vault import MemoryVault

NOW = datetime(2026, 11, 14, 4, tzinfo=UTC)
PAIRS = tuple(PairSettings(each, each, each) for each in ("work", "team", "family"))


@pytest.fixture
def ledger(data_dir: Path) -> Iterator[Ledger]:
    ledger = Ledger(data_dir / "ledger.sqlite3")
    data_dir.mkdir(exist_ok=True)
    ledger.open()
    yield ledger
    ledger.close()


Make = Callable[[int], Access]


@pytest.fixture
def access(ledger: Ledger, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """In the middle of a month in which so many calls are allowed."""
    monkeypatch.setattr(SystemClock, "now", lambda _self: NOW)

    def make(monthly_calls: int) -> Access:
        clock, meter = SystemClock(), Meter()
        settings = Settings(pairs=PAIRS, sync=SyncSettings(monthly_calls=monthly_calls))
        return Access(Connections(settings, MemoryVault(), clock, meter, data_dir), ledger, clock, meter)

    return make


def test_calendars_whose_pairs_are_off_use_up_no_calls(access: Make, ledger: Ledger) -> None:
    few, some = access(2), access(2000)
    for_three = some.interval()
    assert few.next_run() == next_month(NOW)  # two are too few to ask three calendars

    pair_switch.switch_off(ledger, PAIRS[1:])

    assert few.next_run() <= NOW
    assert some.interval() < for_three


def test_where_every_pair_is_off_nothing_is_stretched(access: Make, ledger: Ledger) -> None:
    pair_switch.switch_off(ledger, PAIRS)
    assert access(2).interval() == timedelta(minutes=5)
