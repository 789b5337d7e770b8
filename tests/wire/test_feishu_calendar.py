import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import (
    AppMisconfigured,
    CalendarGone,
    ConsentNeeded,
    CursorExpired,
    MalformedRow,
    QuotaExhausted,
    ServiceFailing,
    SignInNeeded,
    SyncError,
    Throttled,
    Unreachable,
    WrongPerson,
)
from core.feishu.calendar import FeishuCalendars
from core.model import AllDayEnd, Role, Row, RowStatus, Side, SourceCalendarInfo, SourceChanges, Span
from sandbox.feishu.accounts import PersonState
from sandbox.journal import Fault, Reply, Reset, Service, Truncated
from tests.wire.feishu_fixtures import EVENTS_PATH, Desk, desk, signed_in

__all__ = ["desk", "signed_in"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANCHOR = 1
MORNING = datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI)


def add(desk: Desk, title: str, *, day: int = 0, **more: object) -> str:
    start = MORNING + timedelta(days=day)
    return desk.feishu.add_event(
        desk.calendar_id,
        title,
        start,
        start + timedelta(minutes=30),
        **more,  # type: ignore[arg-type]
    )


def understood(calendars: FeishuCalendars, changes: SourceChanges) -> dict[str, Row]:
    return {row.event_id: calendars.parse(row.raw, AllDayEnd.UNKNOWN) for row in changes.rows}


# who and where


def test_the_list_shows_the_primary_calendar_first_and_every_kind_and_role(signed_in: Desk) -> None:
    world = signed_in.feishu
    shared = world.add_calendar("Releases", role="reader", person=world.person)
    world.add_calendar("Gone", person=world.person)
    world.delete_calendar(list(world.calendars)[-1])
    colleague = world.add_person("Li Si")
    theirs = world.primary_of(colleague).calendar_id
    world.set_role(theirs, "free_busy_reader")
    exchange = world.add_calendar("Old mail", calendar_type="exchange")
    assert signed_in.calendars().calendars() == (
        SourceCalendarInfo(signed_in.calendar_id, world.person.name, "primary", Role.OWNER, is_primary=True),
        SourceCalendarInfo(shared, "Releases", "shared", Role.READER, is_primary=False),
        SourceCalendarInfo(theirs, "Li Si", "primary", Role.FREE_BUSY_READER, is_primary=False),
        SourceCalendarInfo(exchange, "Old mail", "exchange", Role.OWNER, is_primary=False),
    )


def test_a_long_list_of_calendars_is_read_to_its_end(signed_in: Desk) -> None:
    signed_in.feishu.quirks.longest_page = 3
    for number in range(7):
        signed_in.feishu.add_calendar(f"Team {number}")
    assert len(signed_in.calendars().calendars()) == 8
    assert signed_in.asked("/calendars") == 3


def test_primary_is_found_under_its_real_id(signed_in: Desk) -> None:
    found = signed_in.calendars().find("primary")
    assert (found.id, found.role, found.kind, found.is_primary) == (
        signed_in.calendar_id,
        Role.OWNER,
        "primary",
        True,
    )
    assert signed_in.calendars().find(signed_in.calendar_id) == found


def test_a_calendar_is_found_by_its_id(signed_in: Desk) -> None:
    shared = signed_in.feishu.add_calendar("Releases", role="reader")
    assert signed_in.calendars().find(shared) == SourceCalendarInfo(
        shared, "Releases", "shared", Role.READER, is_primary=False
    )


def test_identity_is_known_without_a_request(signed_in: Desk) -> None:
    assert signed_in.calendars().identity().id == signed_in.feishu.person.open_id
    assert signed_in.meter.count == 0


def test_a_service_that_sees_somebody_else_is_noticed(signed_in: Desk) -> None:
    stranger = signed_in.feishu.add_person("Li Si")
    for token in signed_in.feishu.sessions.access.values():
        token.person = stranger
    with pytest.raises(WrongPerson) as wrong:
        signed_in.calendars().find("primary")
    assert wrong.value == WrongPerson(Side.FEISHU, signed_in.feishu.person.open_id, stranger.open_id)


def test_the_apps_own_token_is_never_asked_for(signed_in: Desk) -> None:
    """The trap of lark-oapi: it would act as the app's bot, whose calendar is empty."""
    add(signed_in, "Mine")
    calendars = signed_in.calendars()
    calendars.find("primary")
    assert len(calendars.pull(signed_in.calendar_id, ANCHOR).rows) == 1
    signed_in.vault.store_tokens(Side.FEISHU, None)
    with pytest.raises(SignInNeeded):
        calendars.pull(signed_in.calendar_id, ANCHOR)
    assert signed_in.asked("tenant_access_token/internal") == 0
    assert signed_in.asked("app_access_token/internal") == 0
    assert signed_in.feishu.sessions.tenant == {}


def test_a_bots_token_would_be_noticed(signed_in: Desk) -> None:
    bot, _ = signed_in.feishu.sessions.tenant_token()
    text = signed_in.vault.tokens(Side.FEISHU)
    assert text is not None
    signed_in.vault.store_tokens(Side.FEISHU, json.dumps({**json.loads(text), "access_token": bot}))
    with pytest.raises(WrongPerson):
        signed_in.calendars().find("primary")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("deleted", "deleted"),
        ("no role", "no access"),
        ("free busy", "no access"),
        ("exchange", "unsupported"),
        ("google", "unsupported"),
        ("resource", "unsupported"),
        ("never there", "not found"),
        ("nonsense", "not found"),
    ],
)
def test_a_calendar_that_can_not_be_read_says_why(signed_in: Desk, what: str, why: str) -> None:
    world = signed_in.feishu
    kind = what if why == "unsupported" else "shared"
    calendar = world.add_calendar("Team", calendar_type=kind)
    match what:
        case "deleted":
            world.delete_calendar(calendar)
        case "no role":
            world.set_role(calendar, None)
        case "free busy":
            world.set_role(calendar, "free_busy_reader")
        case "never there":
            calendar = "feishu.cn_ZZZZZZZZZZZZZZZZZZZZZZ@group.calendar.feishu.cn"
        case "nonsense":
            calendar = "my calendar"
    with pytest.raises(CalendarGone) as gone:
        signed_in.calendars().find(calendar)
    assert gone.value == CalendarGone(Side.FEISHU, calendar, why)


# reading


def test_a_full_pull_brings_rows_as_they_are_and_a_cursor(signed_in: Desk) -> None:
    calendars = signed_in.calendars()
    single = add(
        signed_in, "Review", description="Agenda", location={"name": "5F"}, reminders=[{"minutes": 15}]
    )
    series = add(signed_in, "Stand-up", day=1, recurrence="FREQ=DAILY;COUNT=5")
    moved_from = MORNING + timedelta(days=2)
    moved = signed_in.feishu.move_occurrence(
        signed_in.calendar_id,
        series,
        moved_from,
        moved_from + timedelta(hours=2),
        moved_from + timedelta(hours=3),
    )
    dropped = signed_in.feishu.cancel_occurrence(signed_in.calendar_id, series, MORNING + timedelta(days=3))
    days = signed_in.feishu.add_event(
        signed_in.calendar_id, "Holiday", date(2026, 12, 24), date(2026, 12, 27)
    )

    changes = calendars.pull(signed_in.calendar_id, ANCHOR)

    rows = understood(calendars, changes)
    assert changes.is_complete
    assert changes.cursor
    assert set(rows) == {single, series, moved, dropped, days}
    assert (rows[single].title, rows[single].location, rows[single].reminders) == ("Review", "5F", (15,))
    assert (rows[series].recurrence, rows[series].is_exception) == ("FREQ=DAILY;COUNT=5", False)
    assert (rows[moved].original_start, rows[moved].uid) == (int(moved_from.timestamp()), rows[series].uid)
    assert rows[dropped].status is RowStatus.CANCELLED
    assert rows[days].span == Span(date(2026, 12, 24), date(2026, 12, 27))


def test_unknown_members_are_kept_in_the_raw_row(signed_in: Desk) -> None:
    signed_in.feishu.quirks.unknown_members = True
    event = add(signed_in, "Review")
    signed_in.feishu.distort(signed_in.calendar_id, event, brand_new={"a": [1]}, summary="Half \ud83d")
    changes = signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert json.loads(changes.rows[0].raw)["brand_new"] == {"a": [1]}
    assert changes.rows[0].raw.isascii()
    assert signed_in.calendars().parse(changes.rows[0].raw, AllDayEnd.UNKNOWN).title == "Half \ufffd"


@pytest.mark.parametrize(("rows", "requests"), [(0, 1), (1, 1), (500, 1), (501, 2), (1000, 2)])
def test_a_pull_takes_one_request_for_each_500_rows(signed_in: Desk, rows: int, requests: int) -> None:
    for number in range(rows):
        add(signed_in, f"Event {number}")
    changes = signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert len(changes.rows) == rows
    assert signed_in.asked("/events") == signed_in.meter.count == requests


def test_short_and_empty_pages_are_not_taken_for_the_end(signed_in: Desk) -> None:
    signed_in.feishu.quirks.longest_page = 2
    events = {add(signed_in, f"Event {number}") for number in range(5)}
    calendars = signed_in.calendars()
    first = signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert {row.event_id for row in first.rows} == events
    token = next(r.query["page_token"] for r in signed_in.journal.requests() if "page_token" in r.query)
    empty = {"code": 0, "msg": "success", "data": {"has_more": True, "items": [], "page_token": token}}
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, Reply(200, empty)))
    changes = calendars.pull(signed_in.calendar_id, ANCHOR)
    assert {row.event_id for row in changes.rows} < events
    assert changes.is_complete


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        {"items": []},
        {"items": [], "sync_token": "s"},
        {"has_more": "false", "items": [], "sync_token": "s"},
        {"has_more": False, "items": []},
        {"has_more": False, "items": {}, "sync_token": "s"},
        {"has_more": True, "items": []},
        {"has_more": True, "items": [], "page_token": ""},
        {"has_more": True, "items": [], "page_token": "the same"},
    ],
)
def test_an_answer_that_proves_nothing_is_no_complete_pull(signed_in: Desk, data: object) -> None:
    add(signed_in, "Review")
    answer = {"code": 0, "msg": "success", "data": data}
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, Reply(200, answer), which=None))
    with pytest.raises(ServiceFailing):
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert signed_in.meter.count <= 2


def test_an_empty_calendar_is_a_complete_answer(signed_in: Desk) -> None:
    changes = signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert (changes.rows, changes.is_complete) == ((), True)


def test_a_row_without_an_id_is_kept_to_be_reported(signed_in: Desk) -> None:
    odd = [{"summary": "no id"}, 7, None, "text", {"event_id": "good_0", "status": "cancelled"}]
    answer = {"code": 0, "msg": "", "data": {"has_more": False, "sync_token": "s", "items": odd}}
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, Reply(200, answer)))
    calendars = signed_in.calendars()
    rows = calendars.pull(signed_in.calendar_id, ANCHOR).rows
    assert len({row.event_id for row in rows}) == 5
    for row in rows[:4]:
        with pytest.raises(MalformedRow):
            calendars.parse(row.raw, AllDayEnd.UNKNOWN)
    assert calendars.parse(rows[4].raw, AllDayEnd.UNKNOWN).event_id == "good_0"


def test_changes_bring_what_changed_since_the_cursor_and_the_next_cursor(signed_in: Desk) -> None:
    calendars = signed_in.calendars()
    kept, deleted = add(signed_in, "Kept"), add(signed_in, "Deleted")
    start = calendars.pull(signed_in.calendar_id, ANCHOR)

    nothing = calendars.changes(signed_in.calendar_id, ANCHOR, start.cursor)
    signed_in.feishu.change_event(signed_in.calendar_id, kept, summary="Renamed")
    signed_in.feishu.delete_event(signed_in.calendar_id, deleted)
    new = add(signed_in, "New")
    changes = calendars.changes(signed_in.calendar_id, ANCHOR, nothing.cursor)

    rows = understood(calendars, changes)
    assert (nothing.rows, nothing.is_complete, changes.is_complete) == ((), False, False)
    assert {row.event_id: (row.title, row.status) for row in rows.values()} == {
        kept: ("Renamed", RowStatus.CONFIRMED),
        deleted: ("Deleted", RowStatus.CANCELLED),
        new: ("New", RowStatus.CONFIRMED),
    }
    assert calendars.changes(signed_in.calendar_id, ANCHOR, changes.cursor).rows == ()
    assert signed_in.asked("/events") == signed_in.meter.count == 4


def test_cancelled_rows_may_be_minimal(signed_in: Desk) -> None:
    signed_in.feishu.quirks.minimal_cancelled_rows = True
    calendars = signed_in.calendars()
    event = add(signed_in, "Deleted")
    cursor = calendars.pull(signed_in.calendar_id, ANCHOR).cursor
    signed_in.feishu.delete_event(signed_in.calendar_id, event)
    rows = understood(calendars, calendars.changes(signed_in.calendar_id, ANCHOR, cursor))
    assert (rows[event].status, rows[event].span) == (RowStatus.CANCELLED, None)


@pytest.mark.parametrize("has_pages", [True, False])
def test_many_changes_are_read_to_their_end_in_either_way_of_paging(signed_in: Desk, has_pages: bool) -> None:
    signed_in.feishu.quirks.longest_page = 50
    signed_in.feishu.quirks.pages_in_increments = has_pages
    calendars = signed_in.calendars()
    cursor = calendars.pull(signed_in.calendar_id, ANCHOR).cursor
    events = {add(signed_in, f"Event {number}") for number in range(120)}
    changes = calendars.changes(signed_in.calendar_id, ANCHOR, cursor)
    assert {row.event_id for row in changes.rows} == events
    assert calendars.changes(signed_in.calendar_id, ANCHOR, changes.cursor).rows == ()


def test_increments_without_page_tokens_go_on_by_their_newest_cursor(signed_in: Desk) -> None:
    calendars = signed_in.calendars()

    def increment(cursor: str, *, more: bool) -> Reply:
        row = {"event_id": f"{cursor}_0", "status": "cancelled"}
        return Reply(200, {"code": 0, "data": {"has_more": more, "sync_token": cursor, "items": [row]}})

    for number, reply in enumerate([increment("s1", more=True), increment("s2", more=False)], 1):
        signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, reply, which=range(number, number + 1)))
    changes = calendars.changes(signed_in.calendar_id, ANCHOR, "s0")
    assert ([row.event_id for row in changes.rows], changes.cursor) == (["s1_0", "s2_0"], "s2")
    assert [request.query["sync_token"] for request in signed_in.journal.requests()] == ["s0", "s1"]


def test_increments_that_go_round_in_a_circle_are_stopped(signed_in: Desk) -> None:
    body = {"code": 0, "data": {"has_more": True, "sync_token": "s0", "items": []}}
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, Reply(200, body), which=None))
    with pytest.raises(ServiceFailing):
        signed_in.calendars().changes(signed_in.calendar_id, ANCHOR, "s0")
    assert signed_in.meter.count == 1


def test_an_increment_without_a_new_cursor_keeps_the_old_one(signed_in: Desk) -> None:
    body = {"code": 0, "data": {"has_more": False, "items": []}}
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, Reply(200, body)))
    assert signed_in.calendars().changes(signed_in.calendar_id, ANCHOR, "s0").cursor == "s0"


def test_a_forgotten_cursor_asks_for_a_full_pull(signed_in: Desk) -> None:
    calendars = signed_in.calendars()
    cursor = calendars.pull(signed_in.calendar_id, ANCHOR).cursor
    signed_in.feishu.void_sync_tokens()
    with pytest.raises(CursorExpired):
        calendars.changes(signed_in.calendar_id, ANCHOR, cursor)


@pytest.mark.parametrize("code", [190002, 190009])
def test_the_anchor_is_dropped_where_it_may_not_stand_beside_the_cursor(signed_in: Desk, code: int) -> None:
    calendars = signed_in.calendars()
    cursor = calendars.pull(signed_in.calendar_id, ANCHOR).cursor
    event = add(signed_in, "New")
    signed_in.journal.clear()
    signed_in.answers(EVENTS_PATH, 400, code)
    changes = calendars.changes(signed_in.calendar_id, ANCHOR, cursor)
    calendars.changes(signed_in.calendar_id, ANCHOR, changes.cursor)
    assert [row.event_id for row in changes.rows] == [event]
    assert ["anchor_time" in request.query for request in signed_in.journal.requests()] == [
        True,
        False,
        False,
    ]


def test_only_what_ends_after_the_anchor_is_pulled(signed_in: Desk) -> None:
    add(signed_in, "Past", day=-300)
    coming = add(signed_in, "Coming")
    anchor = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    changes = signed_in.calendars().pull(signed_in.calendar_id, anchor)
    assert [row.event_id for row in changes.rows] == [coming]


# refusals


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, 99991401, AppMisconfigured(Side.FEISHU, "ip", "99991401")),
        (400, 99991543, AppMisconfigured(Side.FEISHU, "app_id", "99991543")),
        (403, 99991662, AppMisconfigured(Side.FEISHU, "publish", "99991662")),
        (403, 99991673, AppMisconfigured(Side.FEISHU, "availability", "99991673")),
        (403, 190006, AppMisconfigured(Side.FEISHU, "cloud", "190006")),
        (401, 99991663, SignInNeeded(Side.FEISHU, "99991663")),
        (401, 99991641, SignInNeeded(Side.FEISHU, "99991641")),
        (404, 195100, SignInNeeded(Side.FEISHU, "195100")),
        (403, 99991679, ConsentNeeded(Side.FEISHU, ("calendar:calendar:readonly",))),
        (400, 190002, ServiceFailing(Side.FEISHU, 400, "190002", "log-of-the-test")),
        (418, 123456, ServiceFailing(Side.FEISHU, 418, "123456", "log-of-the-test")),
        (404, 191000, CalendarGone(Side.FEISHU, "", "not found")),
        (403, 191002, CalendarGone(Side.FEISHU, "", "no access")),
        (403, 191003, CalendarGone(Side.FEISHU, "", "deleted")),
        (403, 191004, CalendarGone(Side.FEISHU, "", "unsupported")),
        (403, 190011, CalendarGone(Side.FEISHU, "", "no access")),
        (404, 190007, WrongPerson(Side.FEISHU, "", "bot")),
        (400, 190008, CursorExpired(Side.FEISHU)),
    ],
)
def test_each_code_is_one_error_after_one_request(
    signed_in: Desk, status: int, code: int, error: SyncError
) -> None:
    signed_in.answers(EVENTS_PATH, status, code, times=None)
    with pytest.raises(type(error)) as refused:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    found = refused.value
    if isinstance(found, CalendarGone):
        assert found.calendar == signed_in.calendar_id
        found.calendar = ""
    if isinstance(found, WrongPerson):
        assert found.expected == signed_in.feishu.person.open_id
        found.expected = ""
    if isinstance(found, AppMisconfigured):
        assert found.link == f"{signed_in.settings.open_url}/app/{signed_in.settings.app_id}"
        found.link = ""
    assert found == error
    assert signed_in.meter.count == 1
    assert signed_in.time.waits == []


def test_errors_may_come_with_a_status_of_success(signed_in: Desk) -> None:
    add(signed_in, "Review")
    signed_in.answers(EVENTS_PATH, 200, 191002)
    with pytest.raises(CalendarGone):
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)


def test_a_permission_that_is_not_published_links_to_its_page(signed_in: Desk) -> None:
    signed_in.feishu.app.scopes.discard("calendar:calendar:readonly")
    with pytest.raises(AppMisconfigured) as missing:
        signed_in.calendars().calendars()
    assert (missing.value.what, missing.value.code) == ("scope", "99991672")
    assert missing.value.link == (
        f"{signed_in.settings.open_url}/app/{signed_in.settings.app_id}"
        "/auth?q=calendar%3Acalendar%3Areadonly&op_from=openapi"
    )


def test_a_permission_that_the_person_took_back_is_asked_for_by_name(signed_in: Desk) -> None:
    signed_in.feishu.sessions.narrow(signed_in.feishu.person, "calendar:calendar:readonly")
    with pytest.raises(ConsentNeeded) as missing:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert missing.value.scopes == ("calendar:calendar:readonly",)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (1_795_000_000.0, "2026-12-01"),
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC).timestamp(), "2026-12-01"),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC).timestamp(), "2026-12-02"),
        (datetime(2027, 1, 31, 3, 0, tzinfo=UTC).timestamp(), "2027-02-01"),
    ],
)
def test_a_used_up_month_ends_in_shanghai_and_on_its_first_day_a_day_is_waited(
    desk: Desk, now: float, until: str
) -> None:
    desk.time.true = now
    desk.sign_in()
    desk.feishu.limits.per_month = 0
    with pytest.raises(QuotaExhausted) as exhausted:
        desk.calendars().calendars()
    assert exhausted.value.until == until
    assert desk.meter.count == 1


@pytest.mark.parametrize("state", [PersonState.FROZEN, PersonState.RESIGNED])
def test_an_account_that_is_gone_needs_a_sign_in(signed_in: Desk, state: PersonState) -> None:
    signed_in.time.true += 7200
    signed_in.feishu.person.state = state
    with pytest.raises(SignInNeeded):
        signed_in.calendars().calendars()


# throttling and failure


def test_the_wait_that_the_gateway_names_is_kept(signed_in: Desk) -> None:
    signed_in.answers(EVENTS_PATH, 429, 99991400, {"x-ogw-ratelimit-reset": "12"}, times=2)
    assert signed_in.calendars().pull(signed_in.calendar_id, ANCHOR).is_complete
    assert signed_in.time.waits == [12, 12]
    assert signed_in.meter.count == 3


def test_the_sandboxs_own_limit_is_waited_out(signed_in: Desk) -> None:
    signed_in.feishu.limits.per_second = 1
    calendars = signed_in.calendars()
    for _ in range(3):
        calendars.calendars()
    assert signed_in.time.waits == [1, 1]


@pytest.mark.parametrize(
    ("status", "code", "headers"),
    [(400, 99991400, {"x-ogw-ratelimit-reset": "2"}), (429, 190004, {"Retry-After": "2"})],
)
def test_a_throttle_is_known_by_its_code_whatever_the_status(
    signed_in: Desk, status: int, code: int, headers: dict[str, str]
) -> None:
    signed_in.answers(EVENTS_PATH, status, code, headers)
    assert signed_in.calendars().pull(signed_in.calendar_id, ANCHOR).is_complete
    assert signed_in.time.waits == [2]


@pytest.mark.parametrize("code", [190004, 190005, 190010])
def test_without_a_word_waits_double_and_end(signed_in: Desk, code: int) -> None:
    signed_in.answers(EVENTS_PATH, 429, code, times=None)
    with pytest.raises(Throttled) as throttled:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert signed_in.time.waits == [1, 2, 4, 8]
    assert throttled.value == Throttled(Side.FEISHU, 16)
    assert signed_in.meter.count == 5


def test_a_long_wait_is_left_to_the_schedule(signed_in: Desk) -> None:
    signed_in.answers(EVENTS_PATH, 429, 99991400, {"x-ogw-ratelimit-reset": "61"})
    with pytest.raises(Throttled) as throttled:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert throttled.value.after == 61
    assert signed_in.time.waits == []


def test_waits_that_add_up_are_left_to_the_schedule_too(signed_in: Desk) -> None:
    signed_in.answers(EVENTS_PATH, 429, 99991400, {"x-ogw-ratelimit-reset": "25"}, times=None)
    with pytest.raises(Throttled):
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert signed_in.time.waits == [25, 25]


@pytest.mark.parametrize("times", [1, 4])
def test_a_service_that_stumbles_is_asked_again(signed_in: Desk, times: int) -> None:
    signed_in.answers(EVENTS_PATH, 500, 190003, times=times)
    assert signed_in.calendars().pull(signed_in.calendar_id, ANCHOR).is_complete
    assert signed_in.meter.count == times + 1


@pytest.mark.parametrize(
    "happens", [Reply(502, "<html>Bad gateway</html>"), Reply(503, ""), Reply(500, {"code": 2200})]
)
def test_a_service_that_stays_down_is_given_up(signed_in: Desk, happens: Reply) -> None:
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, happens, which=None))
    with pytest.raises(ServiceFailing) as failing:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert failing.value.status == happens.status
    assert signed_in.meter.count == 5


@pytest.mark.parametrize(
    "happens",
    [
        Reply(200, "<html>Hotel: please sign in</html>"),
        Reply(200, ""),
        Reply(200, "[]"),
        Reply(200, '{"code": 0, "data": {"has_more": false, "sync_token": "s", "items": [{"event'),
        Reply(200, '{"code": true}'),
        Reply(200, "[" * 100_000),
        Reply(302, "", {"Location": "http://192.0.2.1/portal"}),
    ],
)
def test_an_answer_in_another_language_is_the_services_failure(signed_in: Desk, happens: Reply) -> None:
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, happens))
    with pytest.raises(ServiceFailing) as failing:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert failing.value.status == happens.status
    assert signed_in.meter.count == 1


def test_a_bad_page_in_the_middle_makes_the_whole_pull_an_error(signed_in: Desk) -> None:
    signed_in.feishu.quirks.longest_page = 2
    for number in range(6):
        add(signed_in, f"Event {number}")
    page = Fault(Service.FEISHU, EVENTS_PATH, Reply(200, "<html>Hotel</html>"), which=range(2, 3))
    signed_in.journal.add(page)
    with pytest.raises(ServiceFailing):
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)


@pytest.mark.parametrize("happens", [Reset(), Truncated(50)])
def test_one_lost_answer_is_asked_for_again_and_a_second_is_not(
    signed_in: Desk, happens: Reset | Truncated
) -> None:
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, happens))
    assert signed_in.calendars().pull(signed_in.calendar_id, ANCHOR).is_complete
    signed_in.journal.add(Fault(Service.FEISHU, EVENTS_PATH, happens, which=None))
    with pytest.raises(Unreachable) as silent:
        signed_in.calendars().pull(signed_in.calendar_id, ANCHOR)
    assert silent.value == Unreachable(Side.FEISHU, "connection", "127.0.0.1")
    assert signed_in.meter.count == 4


def test_the_log_id_is_written_down_with_a_failure_however_it_is_spelled(
    signed_in: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    signed_in.feishu.quirks.log_id_header = "x-tt-logid"
    signed_in.feishu.limits.per_month = 0
    with pytest.raises(QuotaExhausted):
        signed_in.calendars().calendars()
    sent = [record.getMessage() for record in caplog.records if record.name == "core.feishu.api"]
    assert len(sent) == 1
    assert "99991403, log id 2" in sent[0]


def test_one_connection_serves_a_whole_run(signed_in: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="urllib3")
    calendars = signed_in.calendars()
    calendars.find("primary")
    calendars.pull(signed_in.calendar_id, ANCHOR)
    calendars.calendars()
    assert "Starting new HTTP connection" not in caplog.text  # the one of the sign-in is still open
