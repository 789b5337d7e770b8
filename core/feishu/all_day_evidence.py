"""Is the end date of an all-day row its last day, or the day after? The documentation does not say; the rows
of a calendar may, and one question for a single hour does (docs/quirks.md, "All-day rows"). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice

from core import rrule
from core.errors import MalformedRow
from core.feishu.all_day import DAY
from core.feishu.rows import LATEST, identity_of, parse_row
from core.model import AllDayEnd, RawRow, Row, RowStatus

HOUR = 3600
_PATIENCE = 100
"""Occurrences of a series that are looked through for one that no exception stands for."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Does the occurrence of `uid` that begins on `start` still go on at noon of `end`, its end as read?"""

    uid: str
    start: date
    end: date

    @property
    def hour(self) -> tuple[int, int]:
        """Unix seconds. In the middle of a day, so that no zone matters."""
        noon = int(datetime.combine(self.end, time(12), UTC).timestamp())
        return noon, noon + HOUR

    def is_shown(self, items: Iterable[object]) -> bool:
        """Whether it is among the items of an instance view. Told by the start, not by the id: an occurrence
        of the same series may begin on `end`, and how ids name an all-day one is not documented."""
        return any(isinstance(item, dict) and self._is(item) for item in items)

    def _is(self, item: dict[str, object]) -> bool:
        event_id, start = item.get("event_id"), item.get("start_time")
        return (
            isinstance(event_id, str)
            and identity_of(event_id)[0] == self.uid
            and isinstance(start, dict)
            and start.get("date") == self.start.isoformat()
            and item.get("status") != RowStatus.CANCELLED.value
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """The live all-day rows of a calendar. `exceptions`: uids with the original starts that have rows."""

    _rows: tuple[_Dates, ...]
    _exceptions: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, raws: Iterable[RawRow]) -> Evidence:
        raws = tuple(raws)
        named = (identity_of(raw.event_id) for raw in raws)
        exceptions = frozenset((uid, original) for uid, original in named if original is not None)
        return cls(tuple(_dates(raws)), exceptions)

    def __bool__(self) -> bool:
        return bool(self._rows)

    @property
    def has_equal_dates(self) -> bool:
        """Impossible where the end is the day after: one row proves that it is the last day."""
        return any(row.start == row.end for row in self._rows)

    def probe(self) -> Probe | None:
        """What to ask: nothing without a row whose end is later than its start."""
        for dates in sorted(self._rows, key=lambda dates: dates.rank):
            if dates.start < dates.end and (probe := self._probe_of(dates)):
                return probe
        return None

    def _probe_of(self, dates: _Dates) -> Probe | None:
        for start in self._starts(dates):
            probe = Probe(dates.row.uid, start, start + (dates.end - dates.start))
            if 1 <= probe.hour[0] < LATEST - HOUR:
                return probe
        return None

    def _starts(self, dates: _Dates) -> Iterator[date]:
        """Of occurrences that are certainly shown as the row says."""
        if not dates.row.recurrence:
            yield dates.start
            return
        try:
            days = rrule.occurrence_dates(rrule.parse(dates.row.recurrence), dates.start)
            yield from (day for day in islice(days, _PATIENCE) if not self._has_exception(dates.row.uid, day))
        except ValueError:  # no rule, or one that leads nowhere
            return

    def _has_exception(self, uid: str, day: date) -> bool:
        """In whichever zone the original start is that day's midnight: that is not documented."""
        midnight = datetime.combine(day, time(), UTC).timestamp()
        return any(
            uid == other and abs(original - midnight) < DAY.total_seconds()
            for other, original in self._exceptions
        )


@dataclass(frozen=True, slots=True)
class _Dates:
    """A row and its two dates as they were sent."""

    row: Row
    start: date
    end: date

    @property
    def rank(self) -> tuple[bool, bool, bool, str]:
        """Plain single events come first: the most certain to be shown."""
        return bool(self.row.recurrence), self.row.is_declined, self.row.is_exception, self.row.event_id


def _dates(raws: Sequence[RawRow]) -> Iterator[_Dates]:
    for raw in raws:
        if '"date"' not in raw.raw:  # as in most rows, which need not be taken apart to know it
            continue
        try:
            row = parse_row(raw.raw, AllDayEnd.INCLUSIVE)
        except MalformedRow:
            continue
        if row.status is RowStatus.CANCELLED or row.span is None:
            continue
        start, after = row.span.start, row.span.end
        if isinstance(start, date) and isinstance(after, date):
            yield _Dates(row, start, after - DAY)  # read as inclusive, its last day is the date that was sent
