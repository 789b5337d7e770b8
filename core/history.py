"""Which of the runs that the ledger keeps are worth telling. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from core import report_store
from core.report import RunReport

ALL_OF = timedelta(days=1)
"""So long every run is told; of older ones those that something came of. At a run every five minutes, ninety
days have 26,000, and nearly all of them say the same."""


def worth_telling(stored: Iterable[object], now: datetime) -> tuple[RunReport, ...]:
    """`stored`: as the ledger has them, in whatever order; those of another version are left out."""
    reports = (report_store.from_json(each) for each in stored)
    return tuple(each for each in reports if each and (now - each.started < ALL_OF or is_notable(each)))


def is_notable(report: RunReport) -> bool:
    """Something was changed, held, let go, failed, or was in the way."""
    return bool(report.problems) or any(pair.changes or pair.failed for pair in report.pairs)
