import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MalformedRow
from core.feishu.rows import LATEST, parse_row
from core.model import AllDayEnd, Row, RowStatus, Span, Visibility, WallClock

SINGLE: dict[str, Any] = {
    "event_id": "0f6d3c1e-1111-4222-8333-aaaaaaaaaaaa_0",
    "organizer_calendar_id": "feishu.cn_AAAAAAAAAAAAAAAAAAAAAA@group.calendar.feishu.cn",
    "summary": "Design review",
    "description": "Agenda:\n1. wire contract",
    "start_time": {"timestamp": "1790229600", "timezone": "Asia/Shanghai"},
    "end_time": {"timestamp": "1790231400", "timezone": "Asia/Shanghai"},
    "vchat": {"vc_type": "vc", "icon_type": "vc", "meeting_url": "https://vc.feishu.cn/j/100000001"},
    "visibility": "default",
    "free_busy_status": "busy",
    "location": {"name": "Room 5F", "address": ""},
    "reminders": [{"minutes": 15}],
    "recurrence": "",
    "status": "confirmed",
    "is_exception": False,
    "recurring_event_id": "",
    "event_organizer": {"user_id": "ou_example0001", "display_name": "Zhang San"},
    "app_link": "https://applink.larkoffice.com/client/calendar/event/detail?key=0f6d3c1e",
}


def parsed(all_day_end: AllDayEnd = AllDayEnd.UNKNOWN, /, **changes: Any) -> Row:
    """The single event with members changed, or left out where the value is None."""
    members = {name: value for name, value in {**SINGLE, **changes}.items() if value is not None}
    return parse_row(json.dumps(members), all_day_end)


def at(hour: int, minute: int = 0, day: int = 24) -> WallClock:
    return WallClock(datetime(2026, 9, day, hour, minute), "Asia/Shanghai")  # noqa: DTZ001  # wall clocks are naive


def test_a_single_event_is_understood_whole() -> None:
    assert parsed() == Row(
        event_id="0f6d3c1e-1111-4222-8333-aaaaaaaaaaaa_0",
        uid="0f6d3c1e-1111-4222-8333-aaaaaaaaaaaa",
        original_start=None,
        status=RowStatus.CONFIRMED,
        span=Span(at(14), at(14, 30)),
        title="Design review",
        description="Agenda:\n1. wire contract",
        location="Room 5F",
        meeting_url="https://vc.feishu.cn/j/100000001",
        organiser="Zhang San",
        app_link="https://applink.larkoffice.com/client/calendar/event/detail?key=0f6d3c1e",
        reminders=(15,),
    )


@pytest.mark.parametrize(
    "recurrence",
    [
        "FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=DAILY;COUNT=3",
        "rrule: FREQ=DAILY;COUNT=3",
        "  RRULE : FREQ=DAILY;COUNT=3\n",
    ],
)
def test_the_rule_comes_without_its_prefix(recurrence: str) -> None:
    assert parsed(recurrence=recurrence).recurrence == "FREQ=DAILY;COUNT=3"


def test_an_exception_tells_which_occurrence_it_was() -> None:
    row = parsed(event_id="a_b_1790040600", is_exception=True, recurrence="FREQ=DAILY")
    assert (row.uid, row.original_start, row.is_exception, row.recurrence) == ("a_b", 1790040600, True, "")


@pytest.mark.parametrize(
    ("event_id", "uid", "original"),
    [
        ("u_0", "u", None),
        ("u_00", "u", None),
        ("u", "u", None),
        ("u_x", "u_x", None),
        ("u_", "u_", None),
        ("u_-86400", "u", -86400),
        ("u_٣", "u_٣", None),
        ("u_9999999999999999999", "u_9999999999999999999", None),
    ],
)
def test_the_id_is_taken_apart_at_its_last_underscore(event_id: str, uid: str, original: int | None) -> None:
    row = parsed(event_id=event_id)
    assert (row.uid, row.original_start) == (uid, original)


DAYS = timedelta(days=1)
spans = st.tuples(st.dates(date(1601, 1, 1), date(2498, 1, 1)), st.integers(1, 400)).map(
    lambda drawn: Span(drawn[0], drawn[0] + drawn[1] * DAYS)
)


def sent_as(span: Span, end: date) -> dict[str, object]:
    """Members of an all-day row. No zone may move its days."""
    return {
        "start_time": {"date": str(span.start), "timezone": "Asia/Shanghai"},
        "end_time": {"date": str(end), "timezone": "UTC"},
    }


@given(spans)
def test_an_end_that_is_the_last_day_is_read_as_one(span: Span) -> None:
    assert isinstance(span.end, date)
    assert parsed(AllDayEnd.INCLUSIVE, **sent_as(span, span.end - DAYS)).span == span


@pytest.mark.parametrize("meaning", [AllDayEnd.EXCLUSIVE, AllDayEnd.UNKNOWN])
@given(spans)
def test_an_end_that_is_the_day_after_is_read_as_one_and_so_is_an_unknown_one(
    meaning: AllDayEnd, span: Span
) -> None:
    assert isinstance(span.end, date)
    assert parsed(meaning, **sent_as(span, span.end)).span == span


@pytest.mark.parametrize("meaning", AllDayEnd)
@pytest.mark.parametrize("day", [date(2026, 10, 1), date(1960, 2, 29)])
def test_equal_dates_are_one_day_whatever_the_end_means(meaning: AllDayEnd, day: date) -> None:
    one_day = Span(day, day + DAYS)
    assert parsed(meaning, **sent_as(one_day, day)).span == one_day


def test_where_the_end_means_both_a_longer_event_is_not_guessed_at() -> None:
    members = sent_as(Span(date(2026, 10, 1), date(2026, 10, 2)), date(2026, 10, 2))
    with pytest.raises(MalformedRow) as malformed:
        parsed(AllDayEnd.CONTRADICTORY, **members)
    assert malformed.value == MalformedRow(SINGLE["event_id"], "all_day_end", "Design review", "2026-10-01")
    assert parsed(AllDayEnd.CONTRADICTORY, status="cancelled", **members).span is None
    assert parsed(AllDayEnd.CONTRADICTORY).span == Span(at(14), at(14, 30))


@pytest.mark.parametrize("meaning", AllDayEnd)
@pytest.mark.parametrize("day", [date.min, date(1600, 12, 31), date(2500, 1, 2), date.max])
def test_days_before_and_after_all_calendars_are_malformed(meaning: AllDayEnd, day: date) -> None:
    with pytest.raises(MalformedRow) as malformed:
        parsed(meaning, **sent_as(Span(day, day), day))
    assert malformed.value.field == "start_time"


def test_an_event_of_thousands_of_years_is_malformed() -> None:
    with pytest.raises(MalformedRow) as malformed:
        parsed(start_time={"date": "2026-12-01"}, end_time={"date": "9999-12-30"}, recurrence="FREQ=WEEKLY")
    assert malformed.value.field == "end_time"


def test_a_date_wins_where_a_timestamp_stands_beside_it() -> None:
    both = {"date": "2026-10-01", "timestamp": "1790229600"}
    assert parsed(start_time=both, end_time=both).span == Span(date(2026, 10, 1), date(2026, 10, 2))


@pytest.mark.parametrize("zone", [None, "", "  ", 8])
def test_a_time_without_a_zone_is_shanghais(zone: object) -> None:
    assert parsed(start_time={"timestamp": "1790229600", "timezone": zone}).span == Span(at(14), at(14, 30))


@pytest.mark.parametrize("zone", ["China Standard Time", "asia/shanghai", " Asia/Shanghai "])
def test_a_zone_is_known_by_other_names_and_kept_by_its_own(zone: str) -> None:
    time = {"timestamp": "1790229600", "timezone": zone}
    row = parsed(start_time=time, recurrence="FREQ=DAILY")
    assert row.span == Span(at(14), at(14, 30))


def test_both_passes_of_a_repeated_hour_are_told_apart() -> None:
    def hour(timestamp: int) -> WallClock:
        time = {"timestamp": str(timestamp), "timezone": "Europe/Berlin"}
        span = parsed(start_time=time, end_time=time).span
        assert span is not None
        assert isinstance(span.start, WallClock)
        return span.start

    first, second = hour(1792888200), hour(1792891800)  # 25 October 2026, 02:30 twice
    assert first.local.replace(fold=0) == second.local.replace(fold=0)
    assert (first.local.fold, second.local.fold) == (0, 1)


def test_start_and_end_may_stand_in_different_zones() -> None:
    span = parsed(end_time={"timestamp": "1790231400", "timezone": "Asia/Tokyo"}).span
    assert span == Span(at(14), WallClock(datetime(2026, 9, 24, 15, 30), "Asia/Tokyo"))  # noqa: DTZ001  # naive


def test_a_single_event_in_an_unknown_zone_is_read_in_utc() -> None:
    time = {"timestamp": "1790229600", "timezone": "Mars/Olympus"}
    span = parsed(start_time=time, end_time=time).span
    assert span is not None
    assert span.start == WallClock(datetime(2026, 9, 24, 6), "UTC")  # noqa: DTZ001  # wall clocks are naive


def test_a_series_in_an_unknown_zone_can_not_be_understood() -> None:
    time = {"timestamp": "1790229600", "timezone": "Mars/Olympus"}
    with pytest.raises(MalformedRow) as malformed:
        parsed(start_time=time, end_time=time, recurrence="FREQ=DAILY")
    assert malformed.value == MalformedRow(
        SINGLE["event_id"], "zone", "Design review", "2026-09-24T06:00:00Z"
    )


BAD_TIMES: list[object] = [
    None,
    {},
    [],
    "1790229600",
    {"timestamp": ""},
    {"timestamp": "soon"},
    {"timestamp": "0"},
    {"timestamp": "-5"},
    {"timestamp": str(LATEST + 1)},
    {"timestamp": True},
    {"timestamp": 1790229600.5},
    {"timestamp": "9" * 5000},
    {"date": "2026-13-01"},
    {"date": "20261001"},
    {"date": "2026-W40-1"},
    {"date": "9999-12-31x"},
]


@pytest.mark.parametrize("bad", BAD_TIMES)
@pytest.mark.parametrize("name", ["start_time", "end_time"])
def test_a_row_without_good_times_is_malformed(name: str, bad: object) -> None:
    with pytest.raises(MalformedRow) as malformed:
        parsed(**{name: bad})
    assert malformed.value.field == name
    assert malformed.value.title == "Design review"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ({"timestamp": "1790229600"}, {"timestamp": "1790229599"}),
        ({"date": "2026-10-02"}, {"date": "2026-10-01"}),
        ({"date": "2026-10-02"}, {"timestamp": "1790229600"}),
        ({"timestamp": "1790229600"}, {"date": "2026-10-02"}),
    ],
)
def test_times_that_do_not_belong_together_are_malformed(start: object, end: object) -> None:
    with pytest.raises(MalformedRow) as malformed:
        parsed(start_time=start, end_time=end)
    assert malformed.value.field == "end_time"


def test_no_length_is_a_length() -> None:
    assert parsed(end_time=SINGLE["start_time"]).span == Span(at(14), at(14))


@pytest.mark.parametrize("bad", BAD_TIMES)
def test_a_cancelled_row_need_not_tell_its_times(bad: object) -> None:
    row = parsed(status="cancelled", start_time=bad)
    assert (row.status, row.span) == (RowStatus.CANCELLED, None)


def test_a_minimal_cancelled_row_is_understood() -> None:
    row = parse_row('{"event_id": "u_1790040600", "status": "cancelled"}', AllDayEnd.UNKNOWN)
    assert row == Row("u_1790040600", "u", 1790040600, RowStatus.CANCELLED, None, is_exception=True)


@pytest.mark.parametrize(("name", "field"), [("event_id", "event_id"), ("status", "status")])
@pytest.mark.parametrize("bad", [None, "", 7, {}, []])
def test_id_and_status_are_essential(name: str, field: str, bad: object) -> None:
    with pytest.raises(MalformedRow) as malformed:
        parsed(**{name: bad})
    assert malformed.value.field == field


def test_an_unknown_status_is_not_guessed() -> None:
    with pytest.raises(MalformedRow):
        parsed(status="postponed")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("vc.feishu.cn/j/123456789", "https://vc.feishu.cn/j/123456789"),
        ("http://x/", "http://x/"),
        ("vc.example.com:8443/j/1", "https://vc.example.com:8443/j/1"),
        ("tel:+8610123456", "tel:+8610123456"),
        ("zoommtg://zoom.us/join?confno=1", "zoommtg://zoom.us/join?confno=1"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_meeting_link_without_a_scheme_gets_one(url: str | None, shown: str) -> None:
    assert parsed(vchat={"meeting_url": url}).meeting_url == shown


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ({"name": "Tower", "address": "1 Main Street"}, "Tower, 1 Main Street"),
        ({"name": "Tower, 1 Main Street", "address": "1 Main Street"}, "Tower, 1 Main Street"),
        ({"address": "1 Main Street"}, "1 Main Street"),
        ("Tower", ""),
    ],
)
def test_a_place_is_its_name_and_its_address(location: object, text: str) -> None:
    assert parsed(location=location).location == text


def test_what_the_person_may_not_see_is_missing_and_no_error() -> None:
    row = parsed(summary=None, description=None, visibility="private", free_busy_status="free")
    assert (row.title, row.description, row.visibility, row.is_free) == ("", "", Visibility.PRIVATE, True)


def test_an_invitation_that_was_declined_says_so_where_the_service_does() -> None:
    assert parsed(self_rsvp_status="decline").is_declined
    assert not parsed(self_rsvp_status="accept").is_declined


@pytest.mark.parametrize(
    ("status", "answer", "shown"),
    [
        ("confirmed", "tentative", RowStatus.TENTATIVE),
        ("confirmed", "needs_action", RowStatus.TENTATIVE),
        ("confirmed", "accept", RowStatus.CONFIRMED),
        ("cancelled", "tentative", RowStatus.CANCELLED),
        ("tentative", "accept", RowStatus.TENTATIVE),
    ],
)
def test_who_is_not_sure_comes_tentatively(status: str, answer: str, shown: RowStatus) -> None:
    assert parsed(status=status, self_rsvp_status=answer).status is shown


def test_odd_reminders_are_left_out() -> None:
    odd = [{"minutes": 5}, {"minutes": "5"}, {"minutes": True}, {"minutes": -10}, {"minutes": 99999}, 3, {}]
    assert parsed(reminders=odd).reminders == (5, -10)
    assert parsed(reminders={"minutes": 5}).reminders == ()


def test_half_a_character_is_replaced() -> None:
    raw = json.dumps(SINGLE).replace("Design review", "\\ud83d review")
    assert parse_row(raw, AllDayEnd.UNKNOWN).title == "\ufffd review"


OPTIONAL = sorted(SINGLE.keys() - {"event_id", "status", "start_time", "end_time"})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(OPTIONAL), json_values, max_size=3))
def test_no_optional_member_can_spoil_a_row(changes: dict[str, Any]) -> None:
    assert parse_row(json.dumps({**SINGLE, **changes}), AllDayEnd.UNKNOWN).span == Span(at(14), at(14, 30))


times = st.dictionaries(
    st.sampled_from(["date", "timestamp", "timezone"]),
    json_values
    | st.sampled_from(["2026-10-01", "9999-12-31", "1790229600", "Asia/Shanghai", "Europe/Berlin", "EST5EDT"])
    | st.integers(-(10**13), 10**13).map(str)
    | st.dates().map(str),
)
rows = st.dictionaries(st.sampled_from(sorted(SINGLE)), json_values) | st.fixed_dictionaries(
    {},
    optional={
        "event_id": st.text() | st.from_regex(r"[a-z]_-?[0-9]{1,20}"),
        "status": st.sampled_from(["confirmed", "tentative", "cancelled"]) | json_values,
        "start_time": times,
        "end_time": times,
        "recurrence": st.text(),
    },
)


@settings(max_examples=400)
@given((rows | json_values).map(json.dumps) | st.text(), st.sampled_from(AllDayEnd))
def test_any_text_is_a_row_or_malformed(raw: str, all_day_end: AllDayEnd) -> None:
    try:
        row = parse_row(raw, all_day_end)
    except MalformedRow:
        return
    assert row.event_id
    assert row.span is not None or row.status is RowStatus.CANCELLED
    row.title.encode()
    row.event_id.encode()


def test_a_bottomless_text_is_malformed() -> None:
    with pytest.raises(MalformedRow):
        parse_row("[" * 200_000, AllDayEnd.UNKNOWN)
