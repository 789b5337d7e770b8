"""Counts requests: for the report of a run, and for the month's estimate."""

from __future__ import annotations

from datetime import datetime

from core.ledger import Ledger
from core.model import RequestCounts, Side


class Meter:
    """Port RequestMeter."""

    def __init__(self) -> None:
        self._sent = dict.fromkeys(Side, 0)
        self._batched = 0

    def sent(self, side: Side) -> None:
        self._sent[side] += 1

    def batched(self, items: int) -> None:
        self._batched += items

    def counts(self) -> RequestCounts:
        return RequestCounts(self._sent[Side.FEISHU], self._sent[Side.OUTLOOK], self._batched)

    def reset(self) -> None:
        self._sent = dict.fromkeys(Side, 0)
        self._batched = 0


def remember(ledger: Ledger, moment: datetime, requests: RequestCounts) -> None:
    """Adds what was sent at that moment to its month."""
    month = f"{moment:%Y-%m}"
    ledger.add_usage(month, Side.FEISHU, requests.feishu)
    ledger.add_usage(month, Side.OUTLOOK, requests.graph)
