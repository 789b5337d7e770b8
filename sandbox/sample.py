"""A believable working calendar around the current week."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sandbox.feishu import FeishuWorld

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def fill(world: FeishuWorld) -> None:
    """Relative to the world's clock: this week and the next ones are busy, older days are not."""
    today = datetime.fromtimestamp(world.clock(), UTC).astimezone(_SHANGHAI).date()
    monday = today - timedelta(days=today.weekday())
    _series(world, monday, today)
    _meetings(world, monday, today)
    _whole_days(world, monday)
    _shared_calendar(world, monday)


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), _SHANGHAI)


def _day(monday: date, number: int) -> date:
    """0 is this week's Monday, 7 the next one."""
    return monday + timedelta(days=number)


def _working_day(day: date) -> date:
    """The day itself, or the next Monday."""
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])


def _series(world: FeishuWorld, monday: date, today: date) -> None:
    me = world.calendar_id
    end_of_quarter = f"{monday + timedelta(days=120):%Y%m%d}T155959Z"
    stand_up = world.add_event(
        me,
        "每日站会 Daily stand-up",
        _at(monday - timedelta(days=14), "09:30"),
        _at(monday - timedelta(days=14), "09:45"),
        recurrence=f"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL={end_of_quarter}",
        vchat={
            "vc_type": "vc",
            "icon_type": "vc",
            "description": "",
            "meeting_url": "vc.feishu.cn/j/100000001",
        },
        reminders=[{"minutes": 5}],
    )
    moved = _working_day(today + timedelta(days=1))
    world.change_occurrence(
        me,
        stand_up,
        _at(moved, "09:30"),
        start=_at(moved, "14:00"),
        end=_at(moved, "14:30"),
        summary="站会（改到下午）",
    )
    cancelled = _working_day(moved + timedelta(days=1))
    world.cancel_occurrence(me, stand_up, _at(cancelled, "09:30"))
    world.add_event(
        me,
        "产品周会 Product weekly",
        _at(_day(monday, -6), "15:00"),
        _at(_day(monday, -6), "16:00"),
        recurrence="FREQ=WEEKLY;BYDAY=TU",
        location={"name": "5F 星辰会议室", "address": "北京市海淀区"},
        description="议程：\n1. 上周进展\n2. 本周计划\n\n文档：https://example.feishu.cn/docx/weekly-agenda",
        reminders=[{"minutes": 15}],
    )
    second_week = (monday - timedelta(days=35)).replace(day=8)
    second_thursday = second_week + timedelta(days=(3 - second_week.weekday()) % 7)
    world.add_event(
        me,
        "All-hands 全员大会",
        _at(second_thursday, "17:00"),
        _at(second_thursday, "18:00"),
        recurrence="FREQ=MONTHLY;BYDAY=2TH",
        vchat={
            "vc_type": "third_party",
            "icon_type": "vc",
            "description": "Live stream",
            "meeting_url": "https://meet.example.com/all-hands",
        },
    )


def _meetings(world: FeishuWorld, monday: date, today: date) -> None:
    me = world.calendar_id
    next_day, later = _working_day(today + timedelta(days=1)), _working_day(today + timedelta(days=3))
    world.add_event(
        me,
        "Design review: calendar sync",
        _at(today, "16:30"),
        _at(today, "17:30"),
        location={"name": "Room 3.12", "address": ""},
        description="Please read before we meet:\nhttps://example.feishu.cn/wiki/sync-design\n\n– Wei",
        reminders=[{"minutes": 15}, {"minutes": 60}],
    )
    world.add_event(
        me, "午餐：和李娜", _at(next_day, "12:15"), _at(next_day, "13:15"), location={"name": "楼下川菜馆"}
    )
    world.add_event(me, "牙医", _at(next_day, "18:30"), _at(next_day, "19:15"), visibility="private")
    interview = world.add_event(me, "Interview: backend engineer", _at(later, "10:30"), _at(later, "11:30"))
    world.change_event(me, interview, status="tentative")
    world.add_event(
        me,
        "Call with Berlin",
        datetime.combine(_day(monday, 8), time(9), ZoneInfo("Europe/Berlin")),
        datetime.combine(_day(monday, 8), time(10), ZoneInfo("Europe/Berlin")),
        vchat={
            "vc_type": "vc",
            "icon_type": "vc",
            "description": "",
            "meeting_url": "https://vc.feishu.cn/j/100000002",
        },
    )
    world.add_event(
        me, "发布上线 Release night", _at(_day(monday, 10), "22:00"), _at(_day(monday, 11), "01:30")
    )


def _whole_days(world: FeishuWorld, monday: date) -> None:
    me = world.calendar_id
    world.add_event(me, "团建 Team day", _day(monday, 4), _day(monday, 5), location={"name": "怀柔"})
    world.add_event(
        me, "上海出差 Business trip", _day(monday, 7), _day(monday, 10), description="高铁 G7，酒店已订"
    )
    world.add_event(
        me, "在家办公 Working from home", _day(monday, 11), _day(monday, 12), free_busy_status="free"
    )


def _shared_calendar(world: FeishuWorld, monday: date) -> None:
    releases = world.add_calendar("Release plan 发布计划", role="reader", person=world.person)
    world.add_event(releases, "Code freeze", _day(monday, 8), _day(monday, 9))
    world.add_event(releases, "Go / no-go", _at(_day(monday, 10), "11:00"), _at(_day(monday, 10), "11:30"))
