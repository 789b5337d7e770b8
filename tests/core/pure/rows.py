"""Rows, times and views for tests of the pure rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core import zones
from core.errors import MalformedRow
from core.links import SourceView
from core.mirror import Reach
from core.model import Role, Row, RowStatus, SourceCalendarInfo, Span, WallClock
from core.policy import CopyWords

WORDS = CopyWords("(No title)", "Busy", "Join", "Organiser", "Open in Feishu", "Copied from Feishu.", "…cut…")
REACH = Reach(date(2027, 1, 1), date(2027, 6, 30))
"""Longer than the window of any of these tests."""
CALENDAR = "feishu.cn_1@group"


def view(*rows: Row, malformed: tuple[MalformedRow, ...] = (), role: Role = Role.OWNER) -> SourceView:
    info = SourceCalendarInfo(CALENDAR, "Li Lei", "primary", role, is_primary=True)
    return SourceView(info, rows, malformed, anchor=0, is_empty=not rows)


def at(day: str, clock: str = "", minutes: int = 60, zone: str = "Asia/Shanghai") -> Span:
    """`at("2027-02-02", "10:00")`, or a whole day without a clock time."""
    if not clock:
        first = date.fromisoformat(day)
        return Span(first, first + timedelta(days=1))
    start = datetime.fromisoformat(f"{day}T{clock}")
    return Span(WallClock(start, zone), WallClock(start + timedelta(minutes=minutes), zone))


def row(
    uid: str, span: Span | None, rule: str = "", status: RowStatus = RowStatus.CONFIRMED, **more: object
) -> Row:
    return Row(f"{uid}_0", uid, None, status, span, rule, **{"title": "Meeting", **more})  # type: ignore[arg-type]


def exception(
    uid: str, original: Span | int, span: Span | None, status: RowStatus = RowStatus.CONFIRMED, **more: object
) -> Row:
    seconds = original if isinstance(original, int) else zones.instant_of(original.start)
    values = {"title": "Meeting", "is_exception": True, **more}
    return Row(f"{uid}_{seconds}", uid, seconds, status, span, **values)  # type: ignore[arg-type]


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
