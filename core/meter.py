"""Counts requests: for the report of a run, and for the month's estimate."""

from __future__ import annotations

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
