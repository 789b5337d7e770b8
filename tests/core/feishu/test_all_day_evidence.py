"""How it is found out what the end date of an all-day row means."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from core.feishu.all_day_evidence import Evidence, Probe
from core.model import RawRow

DAY = timedelta(days=1)
FIRST = date(2026, 12, 1)


def seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def raw(event_id: str, start: date = FIRST, days: int = 1, **more: object) -> RawRow:
    """Sent with an end date so many `days` after the start."""
    members = {
        "event_id": event_id,
        "status": "confirmed",
        "start_time": {"date": start.isoformat(), "timezone": "UTC"},
        "end_time": {"date": (start + days * DAY).isoformat(), "timezone": "UTC"},
        **more,
    }
    return RawRow(event_id, json.dumps(members))


def probe_of(*rows: RawRow) -> Probe | None:
    return Evidence.of(rows).probe()


def item(event_id: str, start: object, **more: object) -> dict[str, object]:
    return {"event_id": event_id, "status": "confirmed", "start_time": {"date": str(start)}, **more}


# --- which rows tell ----------------------------------------------------------------------------


def test_one_row_with_equal_dates_among_others_is_seen() -> None:
    assert Evidence.of([raw("a_0"), raw("b_0", days=0)]).has_equal_dates
    assert not Evidence.of([raw("a_0"), raw("b_0", days=2)]).has_equal_dates


@pytest.mark.parametrize(
    "more",
    [
        {"status": "cancelled"},
        {"start_time": {"timestamp": "1790229600"}, "end_time": {"timestamp": "1790229600"}},
        {"start_time": {}},
        {"end_time": {"date": "soon"}},
        {"status": "postponed"},
    ],
)
@pytest.mark.parametrize("days", [0, 1])
def test_rows_that_are_not_live_whole_days_tell_nothing(more: dict[str, Any], days: int) -> None:
    evidence = Evidence.of([raw("a_0", days=days, **more), RawRow("b_0", "no row")])
    assert (bool(evidence), evidence.has_equal_dates, evidence.probe()) == (False, False, None)


def test_a_row_with_equal_dates_is_not_asked_about() -> None:
    assert probe_of(raw("a_0", days=0)) is None


def test_noon_of_the_end_date_is_asked_for() -> None:
    probe = probe_of(raw("a_0", days=3))
    assert probe == Probe("a", FIRST, date(2026, 12, 4))
    noon = int(datetime(2026, 12, 4, 12, tzinfo=UTC).timestamp())
    assert probe.hour == (noon, noon + 3600)


def test_plain_single_events_are_asked_about_first_and_series_last() -> None:
    series = raw("a_0", recurrence="FREQ=DAILY")
    declined = raw("b_0", self_rsvp_status="decline")
    exception = raw(f"c_{seconds(FIRST)}")
    single = raw("d_0")
    rows = [series, declined, exception, single]
    asked = []
    while rows:
        probe = probe_of(*rows)
        assert probe is not None
        asked.append(probe.uid)
        rows = [row for row in rows if not row.event_id.startswith(f"{probe.uid}_")]
    assert asked == ["d", "c", "b", "a"]


@pytest.mark.parametrize("day", [date(1969, 12, 1), date(2600, 1, 1), date(9999, 12, 29)])
def test_a_row_of_a_time_that_can_not_be_asked_for_is_passed_over(day: date) -> None:
    assert probe_of(raw("a_0", day)) is None
    later = probe_of(raw("a_0", day), raw("b_0"))
    assert later is not None
    assert later.uid == "b"


# --- series -------------------------------------------------------------------------------------


def test_the_first_occurrence_of_a_series_is_asked_about_where_its_start_is_none() -> None:
    tuesday = raw("a_0", days=2, recurrence="RRULE:FREQ=WEEKLY;BYDAY=FR")
    assert probe_of(tuesday) == Probe("a", date(2026, 12, 4), date(2026, 12, 6))


@pytest.mark.parametrize("hours", [0, -8, 12])
@pytest.mark.parametrize("status", ["cancelled", "confirmed"])
def test_an_occurrence_that_an_exception_stands_for_is_not_asked_about(hours: int, status: str) -> None:
    series = raw("a_0", recurrence="FREQ=WEEKLY")
    minimal = {"status": status} if status == "cancelled" else {"start_time": {"timestamp": "1790229600"}}
    exception = f"a_{seconds(FIRST) + hours * 3600}"
    row = RawRow(exception, json.dumps({"event_id": exception, "status": "confirmed", **minimal}))
    other = RawRow(f"b_{seconds(FIRST + 7 * DAY)}", "{}")
    assert probe_of(series, row, other) == Probe("a", date(2026, 12, 8), date(2026, 12, 9))


@pytest.mark.parametrize(
    "rule", ["FREQ=SOMETIMES", "COUNT=3", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;UNTIL=20200101"]
)
def test_a_series_whose_rule_says_nothing_is_passed_over(rule: str) -> None:
    assert probe_of(raw("a_0", recurrence=rule)) is None


def test_a_series_without_an_untouched_occurrence_is_passed_over() -> None:
    series = raw("a_0", recurrence="FREQ=DAILY;COUNT=1")
    assert probe_of(series, RawRow(f"a_{seconds(FIRST)}", "{}")) is None


# --- the answer ---------------------------------------------------------------------------------

ASKED = Probe("a", FIRST, FIRST + 2 * DAY)


def test_the_event_is_known_by_its_uid_and_its_first_day() -> None:
    assert ASKED.is_shown([item("b_0", FIRST), item("a_0", FIRST)])
    assert ASKED.is_shown([item(f"a_{seconds(FIRST) - 8 * 3600}", FIRST)])


@pytest.mark.parametrize(
    "shown",
    [
        item("b_0", FIRST),
        item("a_0", FIRST + 2 * DAY),
        item("a_0", FIRST, status="cancelled"),
        item("a_0", FIRST, start_time={"timestamp": str(seconds(FIRST))}),
        item("a_0", FIRST, start_time=FIRST.isoformat()),
        {**item("a_0", FIRST), "event_id": 7},
        None,
        "a_0",
        [],
    ],
)
def test_nothing_else_is_taken_for_it(shown: object) -> None:
    assert not ASKED.is_shown([shown])


RULES = (
    "",
    "FREQ=DAILY;COUNT=9",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=DAILY;INTERVAL=3",
)
true_events = st.lists(
    st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40), st.sampled_from(RULES)),
    min_size=1,
    max_size=4,
)


def shown_at(events: list[tuple[date, int, str]], instant: int) -> list[dict[str, object]]:
    """What a calendar of these events shows at an instant, expanded by python-dateutil."""
    day = datetime.fromtimestamp(instant, UTC).date()
    items = []
    for number, (start, length, rule) in enumerate(events):
        midnight = datetime(start.year, start.month, start.day)  # noqa: DTZ001  # dates, as dateutil takes them
        first_possible = datetime(day.year, day.month, day.day) - (length - 1) * DAY  # noqa: DTZ001  # the same
        last = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the same
        every = rrulestr(rule, dtstart=midnight) if rule else None
        starts = every.between(first_possible, last, inc=True) if every else [midnight]
        items += [
            item(f"u{number}_{seconds(each.date())}", each.date())
            for each in starts
            if first_possible <= each <= last
        ]
    return items


@pytest.mark.parametrize("is_inclusive", [True, False])
@given(true_events)
def test_the_answer_tells_the_two_apart_in_any_calendar(
    is_inclusive: bool, events: list[tuple[date, int, str]]
) -> None:
    rows = [
        raw(f"u{number}_0", start, length - is_inclusive, recurrence=rule)
        for number, (start, length, rule) in enumerate(events)
    ]
    evidence = Evidence.of(rows)
    probe = evidence.probe()
    assert evidence.has_equal_dates == (is_inclusive and any(length == 1 for _, length, _ in events))
    if probe is None:
        assert is_inclusive
        assert all(length == 1 for _, length, _ in events)
    else:
        assert probe.is_shown(shown_at(events, probe.hour[0])) == is_inclusive
