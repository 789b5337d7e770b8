"""What Outlook should show, worked out by brute force: every occurrence of every event on its own.

Written from the product's description, and knowing nothing of how the program goes about it: rules are
expanded by python-dateutil, zones are zoneinfo's, and there are no series, links or keys here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from core.model import EventTime, Row, RowStatus, Span, Visibility, WallClock
from core.policy import Window
from core.settings import PairSettings, Privacy

_UNTIL = re.compile(r";?UNTIL=([0-9TZ]+)")
FURTHEST = timedelta(days=500)
"""No rule is expanded further than that behind its start."""

Moment = int | date
"""Unix seconds, or the date of a whole day."""


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """One thing that a person sees in a calendar."""

    start: str
    end: str
    subject: str
    location: str
    show_as: str
    is_private: bool


@lru_cache(maxsize=100_000)
def moment(time: EventTime) -> Moment:
    if isinstance(time, WallClock):
        return int(time.local.replace(tzinfo=ZoneInfo(time.zone)).timestamp())
    return time


def is_in(window: Window, span: Span) -> bool:
    """Ends after now and starts before the window's end; whole days by the person's own days."""
    start, end = moment(span.start), moment(span.end)
    if isinstance(start, int) and isinstance(end, int):
        return end > window.first and start < window.last
    return _midnight(end) > window.first_day and _midnight(start) < window.last_day


def is_over(window: Window, span: Span) -> bool:
    end = moment(span.end)
    return end <= window.first if isinstance(end, int) else _midnight(end) <= window.first_day


def _midnight(day: Moment) -> float:
    assert isinstance(day, date)
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def expanded(row: Row) -> tuple[Span, ...]:
    """The occurrences that the rule of a series names."""
    assert row.span
    return _expanded(row.span, row.recurrence)


@lru_cache(maxsize=10_000)
def _expanded(first: Span, rule: str) -> tuple[Span, ...]:
    return tuple(_occurrences(first.start, first.end, rule))


def _occurrences(start: EventTime, end: EventTime, rule: str) -> Iterator[Span]:
    naive = start.local if isinstance(start, WallClock) else datetime(start.year, start.month, start.day)  # noqa: DTZ001  # on the event's own clock
    until = _UNTIL.search(rule)
    latest = naive + FURTHEST
    if until:
        latest = min(latest, _until(until[1], start))
    for each in rrulestr(_UNTIL.sub("", rule), dtstart=naive):
        if each > latest:
            return
        if isinstance(start, WallClock) and isinstance(end, WallClock):
            first = WallClock(each, start.zone)
            seconds = int((end.local - start.local).total_seconds())
            yield Span(first, WallClock(each + timedelta(seconds=seconds), end.zone))
        elif not isinstance(start, WallClock) and not isinstance(end, WallClock):
            yield Span(each.date(), each.date() + (end - start))


def _until(text: str, start: EventTime) -> datetime:
    if not isinstance(start, WallClock):
        return datetime.strptime(text[:8], "%Y%m%d")  # noqa: DTZ007  # a date
    at = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return at.astimezone(ZoneInfo(start.zone)).replace(tzinfo=None)


def wanted(rows: Iterable[Row], pair: PairSettings, window: Window) -> list[tuple[Row, Shown, Span]]:
    """Of the rows of one event: everything that is to be seen in the window, with the row that says so."""
    by_original = {row.original_start: row for row in rows}
    master = by_original.pop(None, None)
    spans: list[tuple[Row, Span]] = []
    if master is not None and passes(master, pair):
        assert master.span
        if master.recurrence:
            by_rule = (span for span in expanded(master) if seconds(span.start) not in by_original)
            spans += [(master, span) for span in by_rule]
        else:
            spans.append((master, master.span))
    spans += [(each, each.span) for each in by_original.values() if passes(each, pair) and each.span]
    return [(row, _shown(row, span, pair), span) for row, span in spans if is_in(window, span)]


def runs(rows: Iterable[Row], pair: PairSettings, window: Window) -> bool:
    """Whether the window falls between the first and the last of an event: a monthly series need not have
    anything in this very month."""
    spans = [
        span
        for row in rows
        if passes(row, pair) and row.span
        for span in ((row.span, *expanded(row)) if row.recurrence else (row.span,))
    ]
    is_begun = any(is_in(window, span) or is_over(window, span) for span in spans)
    return is_begun and any(not is_over(window, span) for span in spans)


def seconds(time: EventTime) -> int:
    """How Feishu names the occurrence that starts then."""
    start = moment(time)
    return start if isinstance(start, int) else int(_midnight(start))


def is_far(row: Row) -> bool:
    """An occurrence moved so far ahead that a pull, which goes by its first time, may not list it."""
    if row.span is None or row.original_start is None:
        return False
    return seconds(row.span.start) - row.original_start > 30 * 86_400


def passes(row: Row, pair: PairSettings) -> bool:
    """Whether the pair's rules let it through."""
    is_all_day = row.span is not None and not isinstance(row.span.start, WallClock)
    return not (
        row.status is RowStatus.CANCELLED
        or (row.is_declined and not pair.include_declined)
        or (row.is_free and not pair.include_free)
        or (is_all_day and not pair.include_all_day)
        or any(re.search(pattern, row.title) for pattern in pair.title_exclude)
    )


def subject(row: Row, pair: PairSettings) -> str:
    title = row.title or "(No title)"
    return pair.title_prefix + ("Busy" if pair.privacy is Privacy.BUSY else title)


def _shown(row: Row, span: Span, pair: PairSettings) -> Shown:
    is_open = pair.privacy is Privacy.FULL
    show_as = "tentative" if row.status is RowStatus.TENTATIVE else "busy"
    if row.is_free or row.is_declined:
        show_as = "free"
    return Shown(
        str(moment(span.start)),
        str(moment(span.end)),
        subject(row, pair),
        row.location if is_open else "",
        show_as,
        row.visibility is Visibility.PRIVATE,
    )
