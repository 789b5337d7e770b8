"""What a Feishu client would not let a person do."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.feishu.occurrences import parse_rule
from sandbox.feishu.rows import DETAILS, EventRow, instant

DEFAULT_ZONE = "Asia/Shanghai"


def zone_name(start: datetime | date) -> str:
    if not isinstance(start, datetime):
        return "UTC"
    return start.tzinfo.key if isinstance(start.tzinfo, ZoneInfo) else DEFAULT_ZONE


def checked_details(details: dict[str, Any]) -> dict[str, Any]:
    if unknown := details.keys() - DETAILS.keys():
        raise ValueError(f"an event has no {sorted(unknown)}")
    return details


def check_times(row: EventRow) -> None:
    kinds = {isinstance(row.start, datetime), isinstance(row.end, datetime)}
    if len(kinds) > 1 or instant(row.end) <= instant(row.start):
        raise ValueError("The end must be after the start, and of its kind: both dates or both times.")
    if isinstance(row.start, datetime) and row.start.tzinfo is None:
        raise ValueError("times need a zone")
    if row.recurrence:
        parse_rule(row.recurrence, row.start, row.zone)
