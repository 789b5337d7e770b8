"""Feishu in memory and Feishu over the wire, each with the people who use a calendar."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from core.model import EventTime, RowStatus, Span, WallClock
from core.ports import SourceCalendars
from tests.core.engine.memory import exception, row
from tests.core.engine.memory_feishu import MemoryFeishu
from tests.wire.feishu_fixtures import Desk


class FeishuWorld(Protocol):
    """One calendar, empty at first. Events and changed occurrences are named by the ids of their rows."""

    @property
    def source(self) -> SourceCalendars: ...

    @property
    def calendar_id(self) -> str: ...

    def add(self, title: str, span: Span, rule: str = "") -> str: ...

    def rename(self, event_id: str, title: str) -> None: ...

    def move(self, event_id: str, span: Span) -> None: ...

    def delete(self, event_id: str) -> None: ...

    def move_occurrence(self, series_id: str, original: Span, span: Span) -> str: ...

    def cancel_occurrence(self, series_id: str, original: Span) -> str: ...

    def send_last_days(self) -> None:
        """From now on the end date of all-day rows is the last day, and not the day after."""
        ...

    def send_equal_dates(self, event_id: str) -> None:
        """From now on the row of an all-day event ends on the date of its start, whatever the others do."""
        ...

    def garble(self, event_id: str) -> None:
        """From now on its start is nonsense."""
        ...

    def take_away(self, why: str) -> None:
        """`why`: "deleted" or "no access"."""
        ...

    def forget_cursors(self) -> None: ...


class FeishuInMemory:
    def __init__(self) -> None:
        self.source = MemoryFeishu()
        self._numbers = count(1)

    @property
    def calendar_id(self) -> str:
        return self.source.info.id

    def add(self, title: str, span: Span, rule: str = "") -> str:
        added = row(f"event{next(self._numbers)}", span, title, rule)
        self.source.put(added)
        return added.event_id

    def rename(self, event_id: str, title: str) -> None:
        self.source.change(event_id, title=title)

    def move(self, event_id: str, span: Span) -> None:
        self.source.change(event_id, span=span)

    def delete(self, event_id: str) -> None:
        self.source.cancel(event_id)

    def move_occurrence(self, series_id: str, original: Span, span: Span) -> str:
        _, series = self.source.rows[series_id]
        changed = exception(series.uid, original, span, series.title)
        self.source.put(changed)
        return changed.event_id

    def cancel_occurrence(self, series_id: str, original: Span) -> str:
        event_id = self.move_occurrence(series_id, original, original)
        self.source.change(event_id, status=RowStatus.CANCELLED)
        return event_id

    def send_last_days(self) -> None:
        self.source.sends_last_days = True

    def send_equal_dates(self, event_id: str) -> None:
        span = self.source.rows[event_id][1].span
        assert span is not None
        self.source.change(event_id, span=Span(span.start, span.start))

    def garble(self, event_id: str) -> None:
        self.source.garble(event_id)

    def take_away(self, why: str) -> None:
        self.source.why_gone = why

    def forget_cursors(self) -> None:
        self.source.expired = True


class FeishuOverTheWire:
    """The real adapter and the sandbox; a calendar beside the primary one."""

    def __init__(self, signed_in: Desk) -> None:
        self._world = signed_in.feishu
        self.source = signed_in.calendars()
        self.calendar_id = self._world.add_calendar("Team")

    def add(self, title: str, span: Span, rule: str = "") -> str:
        start, end = _times(span)
        return self._world.add_event(self.calendar_id, title, start, end, recurrence=rule)

    def rename(self, event_id: str, title: str) -> None:
        self._world.change_event(self.calendar_id, event_id, summary=title)

    def move(self, event_id: str, span: Span) -> None:
        self._world.move_event(self.calendar_id, event_id, *_times(span))

    def delete(self, event_id: str) -> None:
        self._world.delete_event(self.calendar_id, event_id)

    def move_occurrence(self, series_id: str, original: Span, span: Span) -> str:
        start, _ = _times(original)
        return self._world.move_occurrence(self.calendar_id, series_id, start, *_times(span))

    def cancel_occurrence(self, series_id: str, original: Span) -> str:
        start, _ = _times(original)
        return self._world.cancel_occurrence(self.calendar_id, series_id, start)

    def send_last_days(self) -> None:
        self._world.quirks.all_day_end = "inclusive"

    def send_equal_dates(self, event_id: str) -> None:
        start = self._world.calendars[self.calendar_id].rows[event_id].start
        self._world.distort(self.calendar_id, event_id, end_time={"date": str(start), "timezone": "UTC"})

    def garble(self, event_id: str) -> None:
        self._world.distort(self.calendar_id, event_id, start_time="soon")

    def take_away(self, why: str) -> None:
        if why == "deleted":
            self._world.delete_calendar(self.calendar_id)
        else:
            self._world.set_role(self.calendar_id, None)

    def forget_cursors(self) -> None:
        self._world.void_sync_tokens()


@pytest.fixture(params=["in memory", "over the wire"])
def feishu(request: pytest.FixtureRequest) -> FeishuWorld:
    if request.param == "in memory":
        return FeishuInMemory()
    return FeishuOverTheWire(request.getfixturevalue("signed_in"))


def _times(span: Span) -> tuple[datetime | date, datetime | date]:
    return _time(span.start), _time(span.end)


def _time(time: EventTime) -> datetime | date:
    return time.local.replace(tzinfo=ZoneInfo(time.zone)) if isinstance(time, WallClock) else time
