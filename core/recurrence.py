"""From Feishu's RRULE to what Outlook can hold: a pattern with the same occurrences, or single ones. Pure.

RFC 5545 section 3.3.10 on one side (core/rrule.py), Graph's recurrencePattern as Exchange expands it on
the other (core/exchange_pattern.py). Nothing here trusts a table of look-alikes: a pattern is proposed and
then both sides are expanded and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice, pairwise, takewhile, zip_longest

from core.exchange_pattern import DAYS, MOST_COUNTED, by_dates, by_rule, pattern_dates
from core.model import EventTime, RecurrencePattern, RecurrenceRange, WallClock
from core.rrule import (
    HORIZON_YEARS,
    EmptyRule,
    InexpressibleRule,
    MalformedRule,
    Rule,
    TooManyOccurrences,
    horizon,
    last_day,
    occurrence_starts,
    parse,
)
from core.zones import date_of, instant, shifted, wall_clock

__all__ = [
    "DAYS",
    "HORIZON_YEARS",
    "MOST_OCCURRENCES",
    "EmptyRule",
    "InexpressibleRule",
    "MalformedRule",
    "Recurrence",
    "TooManyOccurrences",
    "expansion",
    "gap",
    "occurs_at",
    "original_time",
    "pattern_dates",
    "to_outlook",
]

MOST_OCCURRENCES = 10_000
"""Of one series in one stretch of days."""
_EPOCH = date(1970, 1, 1)
_COMPARED = 100
"""Occurrences that a rule and a pattern made from its parts must share; see `by_rule`."""
_MOST_LEFT_OUT = 5
_GAPS_COMPARED = 28 * 12 + 1
"""Dates after which the calendar repeats: 28 years of months."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    pattern: RecurrencePattern
    range: RecurrenceRange
    left_out: tuple[date, ...] = ()
    """Dates of the pattern that the rule has not, to be cancelled: in order, never the first or the last."""


def expansion(rule_text: str, start: EventTime, first_day: date, last_day: date) -> tuple[EventTime, ...]:
    """The starts of all occurrences whose local date lies from `first_day` to `last_day`, in order.

    Raises MalformedRule; TooManyOccurrences for more than MOST_OCCURRENCES, or for a rule that takes too
    long to expand; UnknownZone for an UNTIL in UTC where the start's zone is unknown.
    """
    found = _expansion(rule_text, start, first_day, last_day)
    if found is None:
        raise TooManyOccurrences(rule_text)
    return found


@lru_cache(maxsize=1024)
def _expansion(
    rule_text: str, start: EventTime, first_day: date, last_day: date
) -> tuple[EventTime, ...] | None:
    """None for too many: to find that out takes longest, and is remembered like the rest."""
    starts = occurrence_starts(parse(rule_text), start, since=first_day)
    found = takewhile(lambda each: date_of(each) <= last_day, starts)
    try:
        occurrences = tuple(islice(found, MOST_OCCURRENCES + 1))
    except TooManyOccurrences:
        return None
    return occurrences if len(occurrences) <= MOST_OCCURRENCES else None


def to_outlook(rule_text: str, start: EventTime) -> Recurrence:
    """The Outlook recurrence whose occurrences, without those left out, are exactly those of the rule. The
    range's start is the first occurrence, which may be later than `start`.

    Raises MalformedRule; EmptyRule; InexpressibleRule; UnknownZone for an UNTIL in UTC.
    """
    found = _translation(rule_text, start)
    if isinstance(found, Recurrence):
        return found
    raise found(rule_text)


@lru_cache(maxsize=4096)
def _translation(rule_text: str, start: EventTime) -> Recurrence | type[ValueError]:
    """The kind of error for what can't be translated, which is remembered too."""
    try:
        return _translated(parse(rule_text), start)
    except TooManyOccurrences:
        return InexpressibleRule
    except (MalformedRule, EmptyRule, InexpressibleRule) as error:
        return type(error)


def _translated(rule: Rule, start: EventTime) -> Recurrence:
    some = list(islice(_dates(rule, start), _COMPARED))
    if not some:
        raise EmptyRule
    span = _range(rule, start, some[0])
    for pattern in by_rule(rule, some[0]):
        if list(islice(_shown(pattern, span, start), _COMPARED)) == some:
            return Recurrence(pattern, span)
    for pattern in by_dates(some, rule.week_start):
        pairs = zip_longest(_shown(pattern, span, start), _dates(rule, start))
        if all(shown == wanted for shown, wanted in pairs):
            return Recurrence(pattern, span)
    if rule.count is None and rule.until is None:
        raise InexpressibleRule
    return _with_dates_left_out(rule, list(_dates(rule, start)))


def _dates(rule: Rule, start: EventTime) -> Iterator[date]:
    """Raises InexpressibleRule at the first occurrence that has not the start's time of day."""
    for each in occurrence_starts(rule, start):
        day = date_of(each)
        if each != shifted(start, (day - date_of(start)).days):
            raise InexpressibleRule
        yield day


def _range(rule: Rule, start: EventTime, first: date) -> RecurrenceRange:
    if rule.count is not None and rule.count > MOST_COUNTED:
        return RecurrenceRange(first, end=max(_dates(rule, start)))
    return RecurrenceRange(first, end=last_day(rule, start), count=rule.count)


def _shown(pattern: RecurrencePattern, span: RecurrenceRange, start: EventTime) -> Iterator[date]:
    """The dates of a pattern as far as those of its rule are known."""
    end = horizon(date_of(start))
    return takewhile(lambda day: day <= end, pattern_dates(pattern, span))


def _with_dates_left_out(rule: Rule, dates: list[date]) -> Recurrence:
    """Of all patterns that have a few dates too many, the one with the fewest."""
    span = RecurrenceRange(dates[0], end=dates[-1])
    wanted = set(dates)
    found: list[Recurrence] = []
    for pattern in chain(by_rule(rule, dates[0]), by_dates(dates, rule.week_start)):
        shown = list(islice(pattern_dates(pattern, span), len(dates) + _MOST_LEFT_OUT + 1))
        left_out = tuple(day for day in shown if day not in wanted)
        is_complete = len(shown) - len(left_out) == len(dates)
        if is_complete and len(left_out) <= _MOST_LEFT_OUT and 2 * len(left_out) < len(dates):
            found.append(Recurrence(pattern, span, left_out))
    if not found:
        raise InexpressibleRule
    return min(found, key=lambda each: len(each.left_out))


@lru_cache(maxsize=4096)
def gap(rule: Recurrence) -> timedelta | None:
    """The least distance of two neighbouring dates of the pattern, those left out included, as Exchange
    counts them; None for a single date."""
    dates = islice(pattern_dates(rule.pattern, rule.range), _GAPS_COMPARED)
    return min((later - earlier for earlier, later in pairwise(dates)), default=None)


def original_time(start: EventTime, seconds: int) -> EventTime:
    """The start that an occurrence would have had, from the number behind its Feishu id: on the
    series' own clock, a date for all-day series: that of the nearest UTC midnight, since the number may be
    a midnight east or west of Greenwich."""
    if isinstance(start, WallClock):
        return wall_clock(seconds, start.zone)
    return _EPOCH + timedelta(days=(seconds + 43_200) // 86_400)


def occurs_at(start: EventTime, original: EventTime) -> bool:
    """True when `original` has the series' time of day, so that its date alone names the occurrence."""
    if isinstance(start, WallClock) and isinstance(original, WallClock):
        same = WallClock(datetime.combine(original.local.date(), start.local.time()), start.zone)
        # Of an hour that passes twice either pass will do; of one that is skipped, what is shown instead.
        return same.local == original.local or instant(same) == instant(original)
    return isinstance(original, date) and not isinstance(start, WallClock)
