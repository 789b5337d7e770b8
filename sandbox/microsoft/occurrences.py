"""The occurrences of a series: where they are, and what may be done to a single one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sandbox.microsoft import ids
from sandbox.microsoft.errors import GraphError, invalid_request, not_found
from sandbox.microsoft.fields import Sent
from sandbox.microsoft.mailbox import Event, Exceptional, Json, Mailbox, Span
from sandbox.microsoft.recurrence import Rule
from sandbox.microsoft.zones import WallTime, zone

_WIDEST_OFFSET = timedelta(days=1)  # a local date and its instant in UTC are less than this apart


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence as it is now. `day` is its original date, in the series' zone."""

    series: Event
    day: date
    exceptional: Exceptional | None

    @property
    def id(self) -> str:
        """The immutable one."""
        return str(ids.EventId(self.series.number, self.day))

    @property
    def span(self) -> Span:
        return self.exceptional.span if self.exceptional else original_span(self.series.span, self.day)

    @property
    def content(self) -> Json:
        own = self.exceptional.content if self.exceptional else {}
        return {**self.series.content, **own}

    @property
    def properties(self) -> dict[str, str]:
        """Hidden properties are not inherited from the series."""
        return self.exceptional.properties if self.exceptional else {}

    @property
    def generation(self) -> int:
        return self.exceptional.generation if self.exceptional else self.series.generation

    @property
    def modified(self) -> datetime:
        return self.exceptional.modified if self.exceptional else self.series.modified


def original_span(span: Span, day: date) -> Span:
    """Where the occurrence of `day` would be unchanged: the series' wall-clock times on that date."""
    shift = day - span.start.local.date()
    return Span.make(
        WallTime.at(span.start.local + shift, span.start.zone, is_floating=True),
        WallTime.at(span.end.local + shift, span.end.zone, is_floating=True),
        is_all_day=span.is_all_day,
    )


def find(series: Event, day: date) -> Occurrence:
    """Raises GraphError (404) if the rule has no such date or the occurrence was cancelled."""
    if series.rule is None or day in series.cancelled or day not in _dates_until(series.rule, day):
        raise not_found()
    return Occurrence(series, day, series.exceptions.get(day))


def between(series: Event, start: datetime, end: datetime) -> list[Occurrence]:
    """The occurrences that overlap the window, in order of their starts."""
    if series.rule is None:
        return []
    length = series.span.end.local - series.span.start.local
    earliest = (start - length - _WIDEST_OFFSET).date()
    latest = (min(end, datetime.max.replace(tzinfo=UTC) - _WIDEST_OFFSET) + _WIDEST_OFFSET).date()
    plain = (
        Occurrence(series, day, None)
        for day in _dates_until(series.rule, latest)
        if day >= earliest and day not in series.cancelled and day not in series.exceptions
    )
    changed = (Occurrence(series, day, own) for day, own in series.exceptions.items())
    found = [item for items in (plain, changed) for item in items if item.span.overlaps(start, end)]
    return sorted(found, key=lambda item: item.span.start.utc)


def change(
    mailbox: Mailbox,
    occurrence: Occurrence,
    sent: Sent,
    span: Span,
    now: float,
    *,
    keeps_equal_values: bool = True,
) -> Occurrence:
    """Makes it an exception. `span` is where it shall be; the rest is as sent."""
    if sent.says_recurrence:
        raise invalid_request("The recurrence of an occurrence can't be changed.")
    series, own = occurrence.series, occurrence.exceptional
    if not span.is_same(occurrence.span):
        _refuse_crossing(series, occurrence.day, span)
    mailbox.touch(series, now, is_reported=not sent.is_hidden)
    content = {**(own.content if own else {}), **sent.content}
    if not keeps_equal_values:
        content = {name: value for name, value in content.items() if value != series.content.get(name)}
    properties = {**occurrence.properties, **sent.properties}
    changed = Exceptional(content, span, series.generation, series.modified, properties)
    series.exceptions[occurrence.day] = changed
    return Occurrence(series, occurrence.day, changed)


def cancel(mailbox: Mailbox, occurrence: Occurrence, now: float, *, is_reported: bool) -> None:
    series = occurrence.series
    if not any(day not in series.cancelled and day != occurrence.day for day in _first_dates(series)):
        raise GraphError(400, "ErrorRecurrenceHasNoOccurrence", "The recurrence has no occurrence left.")
    series.exceptions.pop(occurrence.day, None)
    series.cancelled.add(occurrence.day)
    mailbox.touch(series, now, is_reported=is_reported)


def _first_dates(series: Event) -> Iterator[date]:
    """Enough of a series to find one date that is neither cancelled nor a given one."""
    return islice(series.rule.dates(), len(series.cancelled) + 2) if series.rule else iter(())


def _dates_until(rule: Rule, last: date) -> Iterator[date]:
    for day in rule.dates():
        if day > last:
            return
        yield day


def _refuse_crossing(series: Event, day: date, span: Span) -> None:
    """At most one occurrence a day, in order: [MS-OXOCAL] 3.1.4.7.3.5. A neighbour counts where the rule has
    it, even when it was cancelled, and also where it was moved to."""
    before, after = _neighbours(series, day)
    first, last = _days(series, span)
    if (before and first <= before) or (after and last >= after):
        message = "Modified occurrence is crossing or overlapping adjacent occurrence."
        raise GraphError(400, "ErrorOccurrenceCrossingBoundary", message)


def _neighbours(series: Event, day: date) -> tuple[date | None, date | None]:
    """The latest day of the occurrence before, and the first of the one after."""
    before = after = None
    for other in series.rule.dates() if series.rule else ():
        if other < day:
            before = other
        elif other > day:
            after = other
            break
    if before and before in series.exceptions:
        before = max(before, _days(series, series.exceptions[before].span)[0])
    if after and after in series.exceptions:
        after = min(after, _days(series, series.exceptions[after].span)[0])
    return before, after


def _days(series: Event, span: Span) -> tuple[date, date]:
    """First and last day of a span, in the series' zone; a midnight end belongs to the day that it closes."""
    start, end = span.start.utc, span.end.utc
    if not (span.is_all_day or series.span.is_all_day):
        there = zone(series.span.start.zone)
        start, end = start.astimezone(there), end.astimezone(there)
    first = start.date()
    return first, max(first, (end - timedelta(microseconds=1)).date())
