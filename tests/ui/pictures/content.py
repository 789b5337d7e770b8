"""What the pictures show: a person's weeks as they are, with long names, failures and two scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.errors import AppMisconfigured, ConsentNeeded, DeletionsHeld, RefusedByOutlook, Unreachable
from core.model import Side
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result, RunReport
from core.settings import FeishuSettings, OutlookSettings, PairSettings, Privacy, Settings, TextLanguage
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK
from texts.language import current
from texts.report import State
from ui.messages import (
    CalendarChoice,
    Calendars,
    Deleted,
    DeletedCopy,
    HeldCopy,
    History,
    LetGo,
    LetGoCopy,
    Overview,
    SignInWaiting,
)
from ui.tray.state import FOR_EVER, TrayState

_CHINESE = {
    "Weekly review with the design team": "设计团队每周评审",
    "Stand-up": "每日站会",
    "Company holiday": "公司假期",
    "Lunch with Li Na": "与李娜共进午餐",
    "Last workday but one: accounts": "月末倒数第二个工作日：结账",
    "Offsite with partners from Munich and Osaka, second day": "与慕尼黑、大阪合作伙伴的外出会议（第二天）",
    "Quarterly planning": "季度规划",
    "Interview: data engineer": "面试：数据工程师",
    "Yoga": "瑜伽",
    "Project Aurora": "极光项目",
    "Shanghai office, meeting rooms and visitors of the third floor": "上海办公室三层会议室与访客预约",
    "Holidays": "节假日",
    "Calendar": "日历",
}


def said(text: str) -> str:
    """The title as this person's colleagues wrote it."""
    return _CHINESE.get(text, text) if current() is TextLanguage.CHINESE else text


def start(days: int, hour: int = 0, minute: int = 0) -> str:
    """ISO 8601, `days` from today; a date alone without an hour."""
    day = datetime.now(UTC).astimezone() + timedelta(days=days)
    if not hour:
        return day.date().isoformat()
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).isoformat()


NEW = Overview(Settings())
REGISTERED = Overview(READY, has_app_secret=True)
FEISHU_DONE = replace(REGISTERED, feishu=WEI)
BOTH_DONE = replace(REGISTERED, settings=replace(READY, pairs=()), feishu=WEI, outlook=WEI_AT_OUTLOOK)
BEFORE_START = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True, paused_until=FOR_EVER)


def at_work() -> Overview:
    pairs = (
        PairSettings("main"),
        PairSettings("aurora", "feishu.cn_2", "AAC=", privacy=Privacy.BUSY, title_exclude=("^Lunch", "瑜伽")),
    )
    settings = Settings(
        FeishuSettings(app_id="cli_a1b2c3d4e5"), OutlookSettings(client_id=READY.outlook.client_id), pairs
    )
    return Overview(
        settings, WEI, WEI_AT_OUTLOOK, has_app_secret=True, held=held(), has_run=True, feishu_calls=3_412
    )


def held() -> tuple[HeldCopy, ...]:
    titles = ("Quarterly planning", "Stand-up", "Interview: data engineer", "Company holiday")
    long = "Offsite with partners from Munich and Osaka, second day"
    names = (*titles, long, *titles, "Yoga", *titles[:3])
    reason = because(Code.TOO_MANY_DELETIONS, count=str(len(names)), total="40")
    return tuple(
        HeldCopy("main", said(title), start(number + 1, 0 if number % 4 == 3 else 9 + number % 7, 30), reason)
        for number, title in enumerate(names)
    )


def calendars() -> tuple[Calendars, Calendars]:
    feishu = (
        CalendarChoice("primary", "王伟"),
        CalendarChoice("feishu.cn_2", said("Project Aurora")),
        CalendarChoice("feishu.cn_3", said("Shanghai office, meeting rooms and visitors of the third floor")),
        CalendarChoice("feishu.cn_4", said("Holidays"), "only free or busy"),
    )
    outlook = (
        CalendarChoice("AAA=", said("Calendar")),
        CalendarChoice("AAC=", said("Project Aurora")),
        CalendarChoice("AAB=", said("Holidays"), "read only"),
    )
    return Calendars(Side.FEISHU, feishu), Calendars(Side.OUTLOOK, outlook)


def _changes() -> tuple[Change, ...]:
    rule = because(Code.RULE_NOT_EXPRESSIBLE, rule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2")
    return (
        Change(Action.CREATE, said("Weekly review with the design team"), start(2, 10), because(Code.NEW)),
        Change(Action.CREATE, said("Company holiday"), start(5), because(Code.NEW)),
        Change(Action.CREATE, said("Last workday but one: accounts"), start(5, 9), rule),
        Change(Action.UPDATE, said("Stand-up"), start(1, 9, 30), because(Code.OCCURRENCE_CHANGED)),
        Change(Action.UPDATE, said("Quarterly planning"), start(3, 14), because(Code.MOVED)),
        Change(Action.DELETE, said("Yoga"), start(4, 18), because(Code.CANCELLED_IN_FEISHU)),
    )


def _skipped() -> tuple[EventNote, ...]:
    return (
        EventNote(said("Lunch with Li Na"), start(1, 12), because(Code.DECLINED)),
        EventNote(said("Interview: data engineer"), start(1, 15), because(Code.EXISTS_ALREADY)),
    )


def _run(minutes_ago: int, result: Result, pair: PairReport, *problems: Exception) -> RunReport:
    begun = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return RunReport(result, begun, begun + timedelta(seconds=3), (pair,), problems=problems)


def busy_run() -> RunReport:
    long = said("Offsite with partners from Munich and Osaka, second day")
    reason = because(Code.REFUSED_BY_OUTLOOK, code="ErrorItemNotFound", request_id="8f1c2d7e-5b7a")
    failed = (EventNote(long, start(8), reason),)
    pair = PairReport("main", 3, 2, 1, 212, skipped=_skipped(), failed=failed, changes=_changes())
    return _run(2, Result.PARTIAL, pair)


def history() -> History:
    removed = (Change(Action.DELETE, said("Yoga"), start(-1, 18), because(Code.GONE_FROM_FEISHU)),)
    return History(
        (
            busy_run(),
            _run(62, Result.OK, PairReport("main", deleted=1, unchanged=214, changes=removed)),
            _run(
                1500,
                Result.UNREACHABLE,
                PairReport("main"),
                Unreachable(Side.FEISHU, "dns", "open.feishu.cn"),
            ),
            _run(9300, Result.OK, PairReport("main", created=47, unchanged=3, changes=_changes())),
        )
    )


def first_preview() -> RunReport:
    changes = tuple(replace(each, action=Action.CREATE, reason=because(Code.NEW)) for each in _changes())
    return _run(0, Result.OK, PairReport("main", created=len(changes), skipped=_skipped(), changes=changes))


def deleted() -> Deleted:
    now = datetime.now(UTC)
    return Deleted(
        (
            DeletedCopy(1, said("Yoga"), start(4, 18), now - timedelta(minutes=2), is_series=True),
            DeletedCopy(2, said("Company holiday"), start(12), now - timedelta(days=2), is_series=False),
            DeletedCopy(
                3, said("Quarterly planning"), start(-3, 14), now - timedelta(days=20), is_series=False
            ),
        )
    )


def let_go() -> LetGo:
    return LetGo(
        (
            LetGoCopy("main", "a", said("Stand-up"), start(1, 9, 30), because(Code.ATTENDEES_ADDED)),
            LetGoCopy("main", "b", said("Yoga"), start(4, 18), because(Code.CHANGED_IN_OUTLOOK)),
        )
    )


def up_to_date() -> TrayState:
    now = datetime.now(UTC)
    return TrayState(
        State.UP_TO_DATE, now - timedelta(minutes=2), now + timedelta(minutes=3), skipped=2, failed=1
    )


def needs_you() -> TrayState:
    return replace(up_to_date(), kind=State.NEEDS_YOU, problems=(DeletionsHeld("main", len(held())),))


SYNCING = TrayState(State.SYNCING, done=34, total=47)
URL = "https://accounts.feishu.cn/open-apis/authen/v1/authorize?client_id=cli_a1b2c3d4e5&response_type=code"
WAITING = SignInWaiting(Side.FEISHU, URL)
DEVICE = SignInWaiting(Side.FEISHU, "https://accounts.feishu.cn/oauth/v1/device/verify", "WDJB-MJHT")
PASTING = SignInWaiting(
    Side.OUTLOOK, "https://login.microsoftonline.com/common/oauth2/v2.0", wants_address=True
)
WRONG_REDIRECT = AppMisconfigured(Side.FEISHU, "redirect", "20029")
ADMIN = ConsentNeeded(Side.OUTLOOK, ("Calendars.ReadWrite",), by_admin=True)
REFUSED = RefusedByOutlook("ErrorItemNotFound")
