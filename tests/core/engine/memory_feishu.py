"""Feishu in memory: the port SourceCalendars over one calendar, and what its people do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from core import zones
from core.errors import CalendarGone, CursorExpired, MalformedRow, SyncError
from core.model import (
    AllDayEnd,
    Identity,
    RawRow,
    Role,
    Row,
    RowStatus,
    Side,
    SourceCalendarInfo,
    SourceChanges,
    Span,
)

_DAY = timedelta(days=1)


class MemoryFeishu:
    """Port SourceCalendars with one calendar."""

    def __init__(self) -> None:
        self.info = SourceCalendarInfo("feishu.cn_1@group", "Li Lei", "primary", Role.OWNER, is_primary=True)
        self.rows: dict[str, tuple[int, Row]] = {}
        self.broken: dict[str, int] = {}
        self.nameless: set[str] = set()
        """Ids of rows that are listed without their id, or anything else."""
        self.sent: dict[str, Row] = {}
        """Every version of every row by its raw text, which stands for that version for ever."""
        self.version = 0
        self.requests: list[str] = []
        self.expired = False
        self.forgotten = 0
        """Cursors from before this version have expired for good."""
        self.failure: SyncError | None = None
        self.why_gone = ""
        """As CalendarGone says it; empty while the calendar can be read."""
        self.sends_last_days = False
        """Whether the end date of all-day rows is the last day, and not the day after."""

    def put(self, row: Row) -> None:
        self.version += 1
        self.rows[row.event_id] = (self.version, row)

    def change(self, event_id: str, **changes: object) -> None:
        self.put(replace(self.rows[event_id][1], **changes))  # type: ignore[arg-type]

    def cancel(self, event_id: str) -> None:
        self.change(event_id, status=RowStatus.CANCELLED)

    def vanish(self, event_id: str) -> None:
        """The row goes without a word: only a full pull shows it, which is due."""
        del self.rows[event_id]
        self.forget_cursors()

    def forget_cursors(self) -> None:
        self.version += 1
        self.forgotten = self.version

    def garble(self, event_id: str) -> None:
        """From now on the row can't be understood."""
        del self.rows[event_id]
        self.version += 1
        self.broken[event_id] = self.version

    def identity(self) -> Identity:
        return Identity("ou_1", "Li Lei")

    def calendars(self) -> tuple[SourceCalendarInfo, ...]:
        return (self.info,)

    def find(self, calendar: str) -> SourceCalendarInfo:
        self._refuse_gone(self.info.id if calendar == "primary" else calendar)
        return self.info

    def pull(self, calendar_id: str, anchor: int) -> SourceChanges:
        self.requests.append("pull")
        self._refuse_gone(calendar_id)
        return self._answer(0, anchor)

    def changes(self, calendar_id: str, anchor: int, cursor: str) -> SourceChanges:
        self.requests.append("changes")
        self._refuse_gone(calendar_id)
        if self.expired or not cursor.isdecimal() or int(cursor) < self.forgotten:
            self.expired = False
            raise CursorExpired(Side.FEISHU)
        return self._answer(int(cursor), anchor=None)

    def all_day_end(
        self, calendar_id: str, known: AllDayEnd, new: Sequence[RawRow], old: Sequence[RawRow]
    ) -> AllDayEnd:
        if known is AllDayEnd.INCLUSIVE or not self._lengths(new):
            return known
        lengths = self._lengths([*old, *new])
        if known is AllDayEnd.UNKNOWN and 0 in lengths:
            return AllDayEnd.INCLUSIVE
        if not any(lengths) or (known is AllDayEnd.EXCLUSIVE and 0 not in lengths):
            return known
        self.requests.append("instance view")
        if self.sends_last_days:
            return AllDayEnd.INCLUSIVE
        return AllDayEnd.CONTRADICTORY if 0 in lengths else AllDayEnd.EXCLUSIVE

    def parse(self, raw: str, all_day_end: AllDayEnd) -> Row:
        if raw.startswith("!"):
            raise MalformedRow(raw[1:], "start_time")
        if raw not in self.sent:
            raise MalformedRow("", "json")
        row = self.sent[raw]
        dates = _dates(row)
        if dates is None:
            return row
        start, end = dates[0], dates[1] - _DAY * self.sends_last_days
        if start < end and all_day_end is AllDayEnd.CONTRADICTORY:
            raise MalformedRow(row.event_id, "all_day_end", row.title, start.isoformat())
        is_last_day = start == end or all_day_end is AllDayEnd.INCLUSIVE
        return replace(row, span=Span(start, end + _DAY * is_last_day))

    def _lengths(self, raws: Sequence[RawRow]) -> set[int]:
        """Days between the dates that live all-day rows are sent with."""
        rows = {raw.event_id: self.sent[raw.raw] for raw in raws if raw.raw in self.sent}
        live = [row for row in rows.values() if row.status is not RowStatus.CANCELLED]
        return {(end - start).days - self.sends_last_days for start, end in filter(None, map(_dates, live))}

    def _refuse_gone(self, calendar_id: str) -> None:
        if calendar_id != self.info.id:
            raise CalendarGone(Side.FEISHU, calendar_id, "not found")
        if self.why_gone:
            raise CalendarGone(Side.FEISHU, calendar_id, self.why_gone)

    def _answer(self, since: int, anchor: int | None) -> SourceChanges:
        """Without an anchor: what changed, whenever it is."""
        if self.failure:
            raise self.failure
        found = []
        for event_id, (version, row) in self.rows.items():
            if version > since and (anchor is None or _is_after(row, anchor)):
                raw = f"{event_id} {version}"
                if event_id in self.nameless:
                    found.append(RawRow(f"unidentified {event_id}", f"? {event_id}"))
                    continue
                self.sent[raw] = row
                found.append(RawRow(event_id, raw))
        found += [RawRow(name, f"!{name}") for name, version in self.broken.items() if version > since]
        return SourceChanges(tuple(found), str(self.version), is_complete=anchor is not None)


def _dates(row: Row) -> tuple[date, date] | None:
    if row.span and isinstance(row.span.start, date) and isinstance(row.span.end, date):
        return row.span.start, row.span.end
    return None


def _is_after(row: Row, anchor: int) -> bool:
    """Whether a full pull tells of the row: of series always, of exceptions also by their original start."""
    if row.recurrence or row.span is None:
        return True
    return zones.instant_of(row.span.end) >= anchor and (
        row.original_start is None or row.original_start >= anchor
    )
