"""Rows of Feishu's event list as the service sends them: every kind of time, rule and person's answer."""

from __future__ import annotations

from itertools import cycle
from typing import Any

START = 1_795_800_000
"""28 November 2026, in the evening in China."""
_ZONES = cycle(("Asia/Shanghai", "America/New_York", "Europe/London", "UTC", ""))
_ANSWERS = cycle(("accept", "decline", "needs_action", "tentative"))
_STATUSES = cycle(("confirmed", "confirmed", "tentative", "confirmed", "cancelled"))
_VISIBILITIES = cycle(("default", "public", "private"))
_TITLES = cycle(("Design review", "评审", "", "a" * 300 + "!", "\U0001f3a7 Standup"))
_TEXTS = cycle(("Agenda:\n1. contract", "<p>one<br><a href='https://a.b'>x</a></p>", ""))
RULES = (
    "FREQ=DAILY;COUNT=9",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270601T000000Z",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=20",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=HOURLY;INTERVAL=5",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
)


def _timed(start: int, minutes: int) -> dict[str, Any]:
    zone = next(_ZONES)
    return {
        "start_time": {"timestamp": str(start), "timezone": zone},
        "end_time": {"timestamp": str(start + 60 * minutes), "timezone": zone},
    }


def _whole_days(first: str, last: str) -> dict[str, Any]:
    return {
        "start_time": {"date": first, "timezone": "UTC"},
        "end_time": {"date": last, "timezone": "UTC"},
    }


_TIMES = (
    _timed(START, 30),
    _whole_days("2026-12-01", "2026-12-01"),
    _timed(START + 86_400, 0),
    _whole_days("2026-12-05", "2026-12-07"),
    _timed(START + 40 * 86_400, 1440),
)


def row(uid: str, times: dict[str, Any], rule: str = "", original: int = 0) -> dict[str, Any]:
    """All that may be said of an event is said."""
    return {
        "event_id": f"{uid}_{original}",
        "organizer_calendar_id": "feishu.cn_1@group.calendar.feishu.cn",
        "summary": next(_TITLES),
        "description": next(_TEXTS),
        **times,
        "vchat": {"vc_type": "vc", "icon_type": "vc", "meeting_url": "vc.feishu.cn/j/100000001"},
        "visibility": next(_VISIBILITIES),
        "free_busy_status": "busy",
        "location": {"name": "Room 5F", "address": "12 Long Street"},
        "reminders": [{"minutes": 15}, {"minutes": -5}],
        "recurrence": rule,
        "status": next(_STATUSES),
        "self_rsvp_status": next(_ANSWERS),
        "is_exception": original != 0,
        "recurring_event_id": f"{uid}_0" if original else "",
        "create_time": "1789900000",
        "event_organizer": {"user_id": "ou_1", "display_name": "Zhang San"},
        "app_link": "https://applink.feishu.cn/client/calendar/event/detail?key=0f6d3c1e",
    }


SINGLES = tuple(row(f"single-{number}", times) for number, times in enumerate(_TIMES * 4))
SERIES = tuple(row("series", times, rule) for rule in RULES for times in _TIMES)
EXCEPTIONS = tuple(
    row("series", times, original=original)
    for times in _TIMES
    for original in (START, START + 86_400, 1_796_083_200)
)
ROWS = SINGLES + SERIES + EXCEPTIONS
