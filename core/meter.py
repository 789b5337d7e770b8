"""Counts requests: for the report of a run, for the month's estimate, and against what is allowed."""

from __future__ import annotations

from datetime import datetime

from core.errors import SyncError
from core.ledger import Ledger
from core.model import Side
from core.quota import month_of
from core.report import RequestCounts


class Meter:
    """Port RequestMeter."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Counts from nothing again, and nothing is forbidden."""
        self._sent = dict.fromkeys(Side, 0)
        self._batched = 0
        self._most: dict[Side, tuple[int, SyncError]] = {}

    def allow(self, side: Side, requests: int, otherwise: SyncError) -> None:
        """No more than so many from now on: instead of counting one more, `sent` raises `otherwise`."""
        self._most[side] = self._sent[side] + requests, otherwise

    def sent(self, side: Side) -> None:
        if side in self._most and self._sent[side] >= self._most[side][0]:
            raise self._most[side][1]
        self._sent[side] += 1

    def batched(self, items: int) -> None:
        self._batched += items

    def counts(self) -> RequestCounts:
        return RequestCounts(self._sent[Side.FEISHU], self._sent[Side.OUTLOOK], self._batched)


def remember(ledger: Ledger, moment: datetime, requests: RequestCounts) -> None:
    """Adds what was sent at that moment to its month."""
    month = month_of(moment)
    ledger.add_usage(month, Side.FEISHU, requests.feishu)
    ledger.add_usage(month, Side.OUTLOOK, requests.graph)
