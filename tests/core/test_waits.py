"""What the ledger remembers about when a service may be asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import QuotaExhausted, SyncError, Throttled
from core.ledger import Ledger
from core.model import Side
from core.report import RequestCounts, Result, RunReport
from core.waits import Waits

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
INTERVAL = timedelta(minutes=5)
APP = "cli_a"
SECOND = timedelta(seconds=1)
DECEMBER = datetime(2026, 11, 30, 16, tzinfo=UTC)


@pytest.fixture
def waits(tmp_path: Path) -> Iterator[Waits]:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    ledger.open()
    yield Waits(ledger)
    ledger.close()


def report(*problems: SyncError, feishu: int = 1) -> RunReport:
    result = Result.NEEDS_PERSON if problems else Result.OK
    return RunReport(result, NOW, NOW, (), RequestCounts(feishu, 1, 0), problems)


def is_due(waits: Waits, side: Side, now: datetime) -> bool:
    try:
        waits.demand_patience(side, now)
    except Throttled:
        return False
    return True


def test_a_service_is_left_alone_for_as_long_as_it_asked_and_the_other_is_not(waits: Waits) -> None:
    waits.heed([Throttled(Side.OUTLOOK, 200.0)], NOW)
    assert is_due(waits, Side.FEISHU, NOW)
    assert not is_due(waits, Side.OUTLOOK, NOW + timedelta(seconds=199.999))
    assert is_due(waits, Side.OUTLOOK, NOW + timedelta(seconds=200))
    assert waits.next_run(INTERVAL, NOW, APP) == NOW + timedelta(seconds=200)


def test_a_run_that_ends_for_another_reason_does_not_shorten_the_wait(waits: Waits) -> None:
    waits.heed([Throttled(Side.OUTLOOK, 200.0)], NOW)
    waits.heed([], NOW)
    waits.heed([Throttled(Side.OUTLOOK, 5.0), Throttled(Side.FEISHU, 7.0)], NOW)
    waits.remember(report(), APP)
    assert not is_due(waits, Side.OUTLOOK, NOW + timedelta(seconds=199))
    assert not is_due(waits, Side.FEISHU, NOW + timedelta(seconds=6))
    assert is_due(waits, Side.FEISHU, NOW + timedelta(seconds=7))


@pytest.mark.parametrize("after", [1e300, 86_400.5])
def test_no_wait_is_longer_than_a_day(waits: Waits, after: float) -> None:
    waits.heed([Throttled(Side.FEISHU, after)], NOW)
    assert not is_due(waits, Side.FEISHU, NOW + timedelta(days=1) - SECOND)
    assert is_due(waits, Side.FEISHU, NOW + timedelta(days=1))


def test_a_clock_that_is_set_back_does_not_make_a_wait_of_years(waits: Waits) -> None:
    waits.heed([Throttled(Side.FEISHU, 60.0)], NOW + timedelta(days=1000))
    waits.remember(report(QuotaExhausted("2029-09-01")), APP)
    assert is_due(waits, Side.FEISHU, NOW)
    assert waits.next_run(INTERVAL, NOW, APP) == NOW


def test_a_quota_that_is_used_up_is_waited_for_until_somebody_sees_that_it_is_not(waits: Waits) -> None:
    waits.remember(report(QuotaExhausted("2026-12-01")), APP)
    assert waits.next_run(INTERVAL, NOW, APP) == DECEMBER
    waits.remember(report(feishu=0), APP)
    assert waits.next_run(INTERVAL, NOW, APP) == DECEMBER
    away = RunReport(Result.UNREACHABLE, NOW, NOW, (), RequestCounts(1, 0, 0), ())
    waits.remember(away, APP)
    assert waits.next_run(INTERVAL, NOW, APP) == DECEMBER
    waits.remember(report(feishu=1), APP)
    assert waits.next_run(INTERVAL, NOW, APP) == NOW


def test_the_quota_is_that_of_the_app_and_its_organisation(waits: Waits) -> None:
    waits.remember(report(QuotaExhausted("2026-12-01")), APP)
    assert waits.next_run(INTERVAL, NOW, "cli_b") == NOW


def test_a_run_that_we_refuse_ourselves_is_no_further_failure(waits: Waits) -> None:
    """Whoever clicks while a service rests must not put off the next try."""
    for graph, failures in ((1, 1), (1, 2), (0, 2), (0, 2), (1, 3)):
        counts = RequestCounts(0, graph, 0)
        waits.remember(
            RunReport(Result.UNREACHABLE, NOW, NOW, (), counts, (Throttled(Side.OUTLOOK, 9.0),)), APP
        )
        assert waits.ledger.note("attempts_failed") == str(failures)
    waits.remember(report(), APP)
    assert waits.ledger.note("attempts_failed") is None


def test_a_limit_of_the_settings_is_none_of_feishus(waits: Waits) -> None:
    """It may be raised at any time: the calls that are left tell when to go on."""
    waits.remember(report(QuotaExhausted("2026-12-01", 100)), APP)
    assert waits.next_run(INTERVAL, NOW, APP) == NOW
