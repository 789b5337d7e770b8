"""Which days an all-day row covers. The documentation does not say whether its end is one of them."""

from __future__ import annotations

from datetime import date, timedelta

from core.model import Span

_DAY = timedelta(days=1)


def all_day_span(start: date, end: date) -> Span:
    """`start` and `end` as read. Equal ones are one day; a later end is the day after the last.

    Source: the official command line tool reads so; no row of an exclusive end can have equal dates
    (docs/quirks.md, "All-day rows"). Raises ValueError when `end` is earlier or beyond the calendar's end.
    """
    if end < start:
        raise ValueError("the end is earlier than the start")
    if end > start:
        return Span(start, end)
    try:
        return Span(start, start + _DAY)
    except OverflowError as error:
        raise ValueError("the last day there is") from error
