"""Which days an all-day row covers."""

from __future__ import annotations

from datetime import date, timedelta

from core.model import AllDayEnd, Span

DAY = timedelta(days=1)


def all_day_span(start: date, end: date, meaning: AllDayEnd) -> Span:
    """`start` and `end` as read. Equal ones are one day, whatever the end means: days that follow from
    nothing can't be shown. As long as the meaning is unknown, a later end is the day after the last.

    Source: the official command line tool reads so (docs/quirks.md, "All-day rows"). Raises ValueError when
    `end` is earlier.
    """
    if end < start:
        raise ValueError("the end is earlier than the start")
    is_last_day = end == start or meaning is AllDayEnd.INCLUSIVE
    return Span(start, end + DAY if is_last_day else end)
