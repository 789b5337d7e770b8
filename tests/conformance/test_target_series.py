"""What every TargetCalendar promises of series and their occurrences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from core.model import ChangedOccurrence, Content, Instance, MirrorEvent, Span, WallClock
from core.ports import TargetCalendar
from core.writes import (
    AlreadyGone,
    CancelInstance,
    ChangeInstance,
    CreateCopy,
    DeleteCopy,
    InstancesOf,
    LookBack,
    ReadBack,
    Refused,
    Seen,
    Stored,
)
from core.zones import date_of
from tests.conformance.outlook_worlds import (
    OutlookWorld,
    also_in_a_preview,
    calendar,
    create,
    outlook,
    read,
    reading,
    update,
)
from tests.wire.outlook_fixtures import (
    CONTENT,
    endless,
    microsoft,
    service,
    signed_in,
    single,
    tag,
    wall,
    weekly,
)

__all__ = ["calendar", "microsoft", "outlook", "reading", "service", "signed_in"]

TUESDAYS = [date(2027, 2, 2) + timedelta(weeks=number) for number in range(8)]


def instances(
    calendar: TargetCalendar, event_id: str, first: date = TUESDAYS[0], last: date = TUESDAYS[-1]
) -> dict[date, Instance]:
    """By the dates of their original starts."""
    (found,) = calendar.ask([InstancesOf(event_id, first, last)])
    assert isinstance(found, tuple)
    return {date_of(it.original): it for it in found if isinstance(it, Instance)}


def moved(day: date, by: timedelta, content: Content = CONTENT) -> ChangedOccurrence:
    """An occurrence of the weekly series somewhere else."""
    start, end = (wall(f"{day}T{clock}").local + by for clock in ("10:00", "11:00"))
    span = Span(WallClock(start, "Asia/Shanghai"), WallClock(end, "Asia/Shanghai"))
    return ChangedOccurrence(wall(f"{day}T10:00"), span, content, tag(f"of {day}").key)


def all_day_series() -> MirrorEvent:
    return replace(weekly("a"), span=Span(TUESDAYS[0], TUESDAYS[0] + timedelta(days=1)))


# --- reading ------------------------------------------------------------------------------------


@also_in_a_preview
def test_occurrences_are_told_with_their_original_starts_in_utc(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    stored = create(calendar, weekly("a"))
    found = instances(reading, stored.event_id)
    assert sorted(found) == TUESDAYS
    assert len({it.event_id for it in found.values()}) == len(TUESDAYS)
    for day, instance in found.items():
        assert instance.original == instance.span.start == wall(f"{day}T02:00", "UTC")
        assert instance.span.end == wall(f"{day}T03:00", "UTC")
        assert (instance.is_exception, instance.tag, instance.has_attendees) == (False, None, False)


@also_in_a_preview
def test_original_starts_of_an_all_day_series_are_dates(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    stored = create(calendar, all_day_series())
    found = instances(reading, stored.event_id, TUESDAYS[1], TUESDAYS[2])
    assert [(it.original, it.span) for it in found.values()] == [
        (day, Span(day, day + timedelta(days=1))) for day in TUESDAYS[1:3]
    ]


@also_in_a_preview
def test_only_the_days_that_were_asked_for_are_answered(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    stored = create(calendar, weekly("a"))
    assert sorted(instances(reading, stored.event_id, TUESDAYS[2], TUESDAYS[4])) == TUESDAYS[2:5]
    assert sorted(instances(reading, stored.event_id, TUESDAYS[2], TUESDAYS[2])) == TUESDAYS[2:3]
    between = (TUESDAYS[2] + timedelta(days=2), TUESDAYS[3] - timedelta(days=2))
    assert instances(reading, stored.event_id, *between) == {}


@also_in_a_preview
def test_a_series_without_end_is_answered_where_it_was_asked_for(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    stored = create(calendar, endless("a"))
    found = instances(reading, stored.event_id, date(2028, 6, 1), date(2028, 6, 30))
    assert {date(2028, 6, day) for day in range(1, 31)} <= found.keys()
    assert len(found) <= 32


@also_in_a_preview
def test_attendees_of_a_series_are_seen_on_its_occurrences(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, weekly("a"))
    outlook.invite(stored.event_id)
    assert all(it.has_attendees for it in instances(reading, stored.event_id).values())


# --- changing occurrences -----------------------------------------------------------------------


def test_a_changed_occurrence_is_flagged_and_has_its_own_tag(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, weekly("a"))
    before = instances(calendar, stored.event_id)
    target, change = before[TUESDAYS[2]], moved(TUESDAYS[2], timedelta(days=1, hours=5))
    (changed,) = calendar.write([ChangeInstance(target.event_id, change, tag(f"of {TUESDAYS[2]}"))])
    assert isinstance(changed, Stored)
    assert changed.event_id == target.event_id
    after = instances(outlook.reading.open(calendar.id), stored.event_id)
    assert after.keys() == before.keys()
    now = after[TUESDAYS[2]]
    assert (now.event_id, now.original) == (target.event_id, target.original)
    assert (now.is_exception, now.tag) == (True, tag(f"of {TUESDAYS[2]}"))
    assert now.span == Span(wall("2027-02-17T07:00", "UTC"), wall("2027-02-17T08:00", "UTC"))
    assert [it.is_exception for day, it in after.items() if day != TUESDAYS[2]] == [False] * 7
    assert read(calendar, stored.event_id).tag == tag("a")


def test_an_occurrence_that_only_says_something_else_is_an_exception_too(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    target = instances(calendar, stored.event_id)[TUESDAYS[1]]
    change = moved(TUESDAYS[1], timedelta(), replace(CONTENT, subject="Elsewhere"))
    calendar.write([ChangeInstance(target.event_id, change, tag("x"))])
    now = instances(calendar, stored.event_id)[TUESDAYS[1]]
    assert (now.is_exception, now.span) == (True, target.span)


def test_an_occurrence_can_be_changed_again(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    target = instances(calendar, stored.event_id)[TUESDAYS[1]]
    for number in (1, 2):
        change = moved(TUESDAYS[1], timedelta(hours=number))
        calendar.write([ChangeInstance(target.event_id, change, tag(f"x{number}"))])
    now = instances(calendar, stored.event_id)[TUESDAYS[1]]
    assert (now.event_id, now.tag) == (target.event_id, tag("x2"))
    assert now.span.start == wall("2027-02-09T04:00", "UTC")


def test_a_cancelled_occurrence_is_missing(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    target = instances(calendar, stored.event_id)[TUESDAYS[3]]
    assert calendar.write([CancelInstance(target.event_id)]) == (Stored("", ""),)
    left = instances(calendar, stored.event_id)
    assert sorted(left) == [day for day in TUESDAYS if day != TUESDAYS[3]]
    assert not any(it.is_exception for it in left.values())


def test_an_occurrence_can_be_changed_and_then_cancelled(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    target = instances(calendar, stored.event_id)[TUESDAYS[3]]
    change = ChangeInstance(target.event_id, moved(TUESDAYS[3], timedelta(hours=1)), tag("x"))
    assert len(calendar.write([change, CancelInstance(target.event_id)])) == 2
    assert TUESDAYS[3] not in instances(calendar, stored.event_id)


def test_writes_to_a_cancelled_occurrence_say_that_it_is_gone(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    target = instances(calendar, stored.event_id)[TUESDAYS[3]]
    calendar.write([CancelInstance(target.event_id)])
    change = ChangeInstance(target.event_id, moved(TUESDAYS[3], timedelta(hours=1)), tag("x"))
    assert calendar.write([change, CancelInstance(target.event_id)]) == (AlreadyGone(), AlreadyGone())


def test_writes_to_the_occurrences_of_a_deleted_series_say_that_they_are_gone(
    calendar: TargetCalendar,
) -> None:
    stored = create(calendar, weekly("a"))
    one, two, *_ = instances(calendar, stored.event_id).values()
    outcomes = calendar.write(
        [
            DeleteCopy(stored.event_id),
            ChangeInstance(one.event_id, moved(TUESDAYS[0], timedelta(hours=1)), tag("x")),
            CancelInstance(two.event_id),
            ReadBack(stored.event_id),
        ]
    )
    assert outcomes == (Stored("", ""), AlreadyGone(), AlreadyGone(), AlreadyGone())


def test_the_last_occurrence_that_is_left_is_not_cancelled(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    *others, last = instances(calendar, stored.event_id).values()
    *outcomes, refused = calendar.write([CancelInstance(it.event_id) for it in [*others, last]])
    assert set(outcomes) == {Stored("", "")}
    assert isinstance(refused, Refused)
    assert refused.code == "ErrorRecurrenceHasNoOccurrence"


def test_an_occurrence_does_not_reach_the_day_of_its_neighbour(calendar: TargetCalendar) -> None:
    """Wherever the neighbour is now, and though it is cancelled."""
    stored = create(calendar, weekly("a"))
    found = instances(calendar, stored.event_id)
    calendar.write(
        [
            CancelInstance(found[TUESDAYS[2]].event_id),
            ChangeInstance(found[TUESDAYS[4]].event_id, moved(TUESDAYS[4], timedelta(days=-3)), tag("x")),
        ]
    )
    refused = [(TUESDAYS[1], 7), (TUESDAYS[1], -7), (TUESDAYS[3], 4)]
    taken = [(TUESDAYS[1], 6), (TUESDAYS[3], 3)]
    outcomes = calendar.write(
        [
            ChangeInstance(found[day].event_id, moved(day, timedelta(days=days)), tag("y"))
            for day, days in [*refused, *taken]
        ]
    )
    codes = [it.code if isinstance(it, Refused) else type(it) for it in outcomes]
    assert codes == ["ErrorOccurrenceCrossingBoundary"] * 3 + [Stored] * 2


def test_an_occurrence_that_ends_at_midnight_does_not_reach_the_next_day(calendar: TargetCalendar) -> None:
    stored = create(calendar, endless("a"))
    days = [date(2027, 1, day) for day in (4, 5)]
    found = instances(calendar, stored.event_id, *days)
    until_midnight = Span(wall("2027-01-04T20:00"), wall("2027-01-05T00:00"))
    a_minute_more = Span(wall("2027-01-05T20:00"), wall("2027-01-06T00:01"))
    outcomes = calendar.write(
        [
            ChangeInstance(
                found[day].event_id,
                ChangedOccurrence(wall(f"{day}T10:00"), span, CONTENT, tag("x").key),
                tag("x"),
            )
            for day, span in zip(days, (until_midnight, a_minute_more), strict=True)
        ]
    )
    assert [type(outcome) for outcome in outcomes] == [Stored, Refused]


# --- the series itself --------------------------------------------------------------------------


def test_reading_back_at_the_end_of_a_batch_tells_the_series_as_it_is_then(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    one, two, *_ = instances(calendar, stored.event_id).values()
    *_, back = calendar.write(
        [
            ChangeInstance(one.event_id, moved(TUESDAYS[0], timedelta(hours=1)), tag("x")),
            CancelInstance(two.event_id),
            ReadBack(stored.event_id),
        ]
    )
    copy = read(calendar, stored.event_id)
    assert back == Stored(stored.event_id, copy.etag, copy.print)
    assert copy.etag != stored.etag
    assert isinstance(update(calendar, Stored(copy.event_id, copy.etag), weekly("a")), Stored)


def test_what_happens_to_occurrences_leaves_the_print_of_their_series(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    one, two, *_ = instances(calendar, stored.event_id).values()
    change = ChangeInstance(one.event_id, moved(TUESDAYS[0], timedelta(hours=1)), tag("x"))
    calendar.write([change, CancelInstance(two.event_id)])
    assert read(calendar, stored.event_id).print == stored.print


def test_a_look_back_sees_what_the_writes_before_it_made_of_the_occurrences(calendar: TargetCalendar) -> None:
    stored = create(calendar, weekly("a"))
    one, two, *_ = instances(calendar, stored.event_id).values()
    question = InstancesOf(stored.event_id, TUESDAYS[0], TUESDAYS[2])
    change = ChangeInstance(one.event_id, moved(TUESDAYS[0], timedelta(hours=1)), tag("x"))
    *_, seen = calendar.write([change, CancelInstance(two.event_id), LookBack(question)])
    assert isinstance(seen, Seen)
    assert [(date_of(each.original), each.is_exception) for each in seen.instances] == [
        (TUESDAYS[0], True),
        (TUESDAYS[2], False),
    ]


def with_exceptions(calendar: TargetCalendar) -> Stored:
    """The weekly series: its first occurrence is changed, its second cancelled."""
    stored = create(calendar, weekly("a"))
    one, two, *_ = instances(calendar, stored.event_id).values()
    change = ChangeInstance(one.event_id, moved(TUESDAYS[0], timedelta(hours=1)), tag("x"))
    *_, back = calendar.write([change, CancelInstance(two.event_id), ReadBack(stored.event_id)])
    assert isinstance(back, Stored)
    return back


def test_an_update_without_times_keeps_the_exceptions(calendar: TargetCalendar) -> None:
    stored = with_exceptions(calendar)
    before = instances(calendar, stored.event_id)
    renamed = weekly("a")
    update(calendar, stored, replace(renamed, content=replace(CONTENT, subject="Renamed")))
    after = instances(calendar, stored.event_id)
    assert [(day, it.is_exception, it.tag, it.span) for day, it in after.items()] == [
        (day, it.is_exception, it.tag, it.span) for day, it in before.items()
    ]


def test_a_reshaped_series_loses_its_exceptions(calendar: TargetCalendar) -> None:
    stored = with_exceptions(calendar)
    later = replace(weekly("a"), span=Span(wall("2027-02-02T10:30"), wall("2027-02-02T11:30")))
    update(calendar, stored, later, reshape=True)
    after = instances(calendar, stored.event_id)
    assert sorted(after) == TUESDAYS
    assert not any(it.is_exception or it.tag for it in after.values())
    assert after[TUESDAYS[1]].span.start == wall("2027-02-09T02:30", "UTC")


def test_a_series_whose_rule_changes_loses_its_exceptions_on_the_days_that_stay(
    calendar: TargetCalendar,
) -> None:
    stored = with_exceptions(calendar)
    plain = weekly("a")
    assert plain.series
    longer = replace(plain.series, range=replace(plain.series.range, count=9))
    update(calendar, stored, replace(plain, series=longer), reshape=True)
    after = instances(calendar, stored.event_id)
    assert sorted(after) == TUESDAYS
    assert not any(it.is_exception or it.tag for it in after.values())


def test_a_series_that_is_sent_its_own_shape_keeps_its_exceptions(calendar: TargetCalendar) -> None:
    stored = with_exceptions(calendar)
    update(calendar, stored, weekly("a"), reshape=True)
    after = instances(calendar, stored.event_id)
    assert sorted(after) == [day for day in TUESDAYS if day != TUESDAYS[1]]
    assert [day for day, it in after.items() if it.is_exception] == TUESDAYS[:1]


def test_a_series_that_becomes_a_single_event_has_no_occurrences(calendar: TargetCalendar) -> None:
    stored = with_exceptions(calendar)
    update(calendar, stored, single("a"), reshape=True)
    (copy,) = calendar.listing()
    assert (copy.event_id, copy.is_series) == (stored.event_id, False)


def test_a_creation_makes_the_plain_series_whatever_is_said_of_its_occurrences(
    calendar: TargetCalendar,
) -> None:
    """Exceptions are written one by one, each with its own tag."""
    plain = weekly("a")
    assert plain.series
    series = replace(
        plain.series, changed=(moved(TUESDAYS[0], timedelta(hours=1)),), cancelled=(wall("2027-02-09T10:00"),)
    )
    (stored,) = calendar.write([CreateCopy(replace(plain, series=series), tag("a"))])
    assert isinstance(stored, Stored)
    found = instances(calendar, stored.event_id)
    assert sorted(found) == TUESDAYS
    assert not any(it.is_exception for it in found.values())
    assert create(calendar, plain) == stored
