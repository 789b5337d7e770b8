"""What every TargetCalendar promises of reading: the one in memory, a preview's over it, and Outlook's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from core.errors import CalendarGone
from core.model import Content, Copy, EventTime, MirrorEvent, ShowAs, Span
from core.ports import TargetCalendar
from core.writes import (
    CopiesOf,
    CreateCopy,
    EventsStartingAt,
    InstancesOf,
    Question,
    ReadBack,
    ReadCopy,
    Stored,
)
from core.zones import instant_of
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
    all_day,
    microsoft,
    service,
    signed_in,
    single,
    tag,
    wall,
    weekly,
)

__all__ = ["calendar", "microsoft", "outlook", "reading", "service", "signed_in"]

LUNCH = Span(wall("2027-03-01T12:00"), wall("2027-03-01T13:00"))


def ids_starting_at(calendar: TargetCalendar, start: EventTime) -> set[str]:
    (found,) = calendar.ask([EventsStartingAt(start)])
    assert isinstance(found, tuple)
    return {copy.event_id for copy in found if isinstance(copy, Copy)}


# --- copies ------------------------------------------------------------------------------------


@also_in_a_preview
def test_what_was_created_is_listed_as_it_was_written(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    written = {
        "a": single("a"),
        "b": all_day("b", date(2027, 3, 5), date(2027, 3, 7)),
        "c": weekly("c"),
        "d": single("d", is_private=True, location="", category="", reminder_minutes=None),
    }
    outcomes = calendar.write([CreateCopy(event, tag(uid)) for uid, event in written.items()])
    copies = {copy.event_id: copy for copy in reading.listing()}
    assert len(copies) == len(written)
    for (uid, event), stored in zip(written.items(), outcomes, strict=True):
        assert isinstance(stored, Stored)
        copy = copies[stored.event_id]
        assert copy == replace(read(reading, stored.event_id), raw=copy.raw)
        assert (copy.etag, copy.print, copy.tag) == (stored.etag, stored.print, tag(uid))
        assert copy.transaction_id == tag(uid).transaction_id
        assert (copy.subject, copy.is_series) == (event.content.subject, event.series is not None)
        assert (type(copy.span.start), type(copy.span.end)) == (type(event.span.start), type(event.span.end))
        assert instant_of(copy.span.start) == instant_of(event.span.start)
        assert instant_of(copy.span.end) == instant_of(event.span.end)
        assert json.loads(copy.raw)["subject"] == event.content.subject
        assert not copy.has_attendees


@also_in_a_preview
def test_times_are_told_in_utc(calendar: TargetCalendar, reading: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    span = Span(wall("2027-03-01T02:00", "UTC"), wall("2027-03-01T03:00", "UTC"))
    assert read(reading, stored.event_id).span == span


@also_in_a_preview
def test_what_people_made_is_listed_without_a_tag(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    event_id = outlook.add_event(calendar.id, "Lunch", LUNCH)
    (copy,) = reading.listing()
    assert (copy.event_id, copy.subject, copy.tag, copy.transaction_id) == (event_id, "Lunch", None, "")


@also_in_a_preview
def test_attendees_that_a_person_added_are_seen(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.invite(stored.event_id)
    copy = read(reading, stored.event_id)
    assert copy.has_attendees
    assert copy.etag != stored.etag


@also_in_a_preview
def test_what_is_gone_is_answered_with_nothing(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, weekly("a"))
    outlook.delete_event(stored.event_id)
    questions: list[Question] = [
        ReadCopy(stored.event_id),
        InstancesOf(stored.event_id, date(2027, 2, 1), date(2027, 3, 1)),
        ReadCopy("no such id"),
        EventsStartingAt(weekly("a").span.start),
    ]
    assert reading.ask(questions) == (None, (), None, ())


@also_in_a_preview
def test_answers_come_in_the_order_of_the_questions(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    stored = [create(calendar, single(uid), uid) for uid in ("a", "b", "c")]
    names = [stored[2].event_id, "no such id", stored[0].event_id, stored[1].event_id, stored[2].event_id]
    answers = reading.ask([ReadCopy(name) for name in names])
    found = [answer.event_id if isinstance(answer, Copy) else "no such id" for answer in answers]
    assert found == names


@also_in_a_preview
def test_twenty_questions_can_be_asked_at_once(reading: TargetCalendar) -> None:
    assert reading.ask([ReadCopy(f"no such id {number}") for number in range(20)]) == (None,) * 20


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York", "Asia/Kathmandu"])
@also_in_a_preview
def test_events_are_found_by_their_start_in_any_zone(
    calendar: TargetCalendar, reading: TargetCalendar, zone: str
) -> None:
    event = MirrorEvent(
        tag("a").key,
        Span(wall("2027-07-01T20:15", zone), wall("2027-07-01T21:00", zone)),
        single("a").content,
    )
    stored = create(calendar, event, "a")
    starts = [event.span.start, read(reading, stored.event_id).span.start, wall("2027-07-01T20:14", zone)]
    found = [ids_starting_at(reading, start) for start in starts]
    assert found == [{stored.event_id}, {stored.event_id}, set()]


@also_in_a_preview
def test_whole_days_and_moments_are_told_apart(calendar: TargetCalendar, reading: TargetCalendar) -> None:
    day = create(calendar, all_day("day", date(2027, 3, 1), date(2027, 3, 2)), "day")
    create(calendar, all_day("before", date(2027, 2, 28), date(2027, 3, 1)), "before")
    create(calendar, all_day("after", date(2027, 3, 2), date(2027, 3, 3)), "after")
    midnight = create(calendar, single("m", "2027-03-01T08:00", "2027-03-01T09:00"), "m")
    assert ids_starting_at(reading, date(2027, 3, 1)) == {day.event_id}
    assert ids_starting_at(reading, wall("2027-03-01T00:00", "UTC")) == {midnight.event_id}


@also_in_a_preview
def test_a_series_is_found_by_its_first_start_beside_what_people_made(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    series = create(calendar, weekly("s"), "s")
    theirs = outlook.add_event(calendar.id, "Theirs", weekly("s").span)
    assert ids_starting_at(reading, weekly("s").span.start) == {series.event_id, theirs}
    assert ids_starting_at(reading, wall("2027-02-09T10:00")) == set()


@also_in_a_preview
def test_a_copy_that_a_person_moved_to_another_calendar_is_read_by_its_id_and_not_listed(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.move_event(stored.event_id, outlook.add_calendar("Another"))
    assert read(reading, stored.event_id).tag == tag("a")
    assert reading.listing() == ()
    assert ids_starting_at(reading, single("a").span.start) == set()


@also_in_a_preview
def test_of_a_deleted_calendar_nothing_is_answered(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        reading.listing()
    with pytest.raises(CalendarGone):
        reading.ask([EventsStartingAt(LUNCH.start)])
    with pytest.raises(CalendarGone):
        reading.ask([ReadCopy(stored.event_id), EventsStartingAt(LUNCH.start)])
    assert reading.ask([ReadCopy(stored.event_id)]) == (None,)


@also_in_a_preview
def test_the_copies_of_a_key_are_those_of_this_calendar(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    written = {uid: create(calendar, event, uid) for uid, event in (("a", single("a")), ("c", weekly("c")))}
    for uid, stored in written.items():
        (found,) = reading.ask([CopiesOf(tag(uid).key)])
        assert isinstance(found, tuple)
        assert [copy.event_id for copy in found if isinstance(copy, Copy)] == [stored.event_id]
    assert reading.ask([CopiesOf(tag("b").key), ReadCopy("nothing")]) == ((), None)
    outlook.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        reading.ask([CopiesOf(tag("a").key)])


# --- prints -------------------------------------------------------------------------------------


@also_in_a_preview
def test_two_readings_of_what_nobody_touched_have_the_same_print(
    calendar: TargetCalendar, reading: TargetCalendar
) -> None:
    for uid, event in (("a", single("a")), ("s", weekly("s"))):
        stored = create(calendar, event, uid)
        (back,) = calendar.write([ReadBack(stored.event_id)])
        assert back == stored
        assert {read(reading, stored.event_id).print for _ in range(2)} == {stored.print}
    assert len({copy.print for copy in reading.listing()}) == 2


@also_in_a_preview
def test_an_edit_by_a_person_changes_print_and_etag_and_undoing_it_the_etag_alone(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.rename_event(stored.event_id, "Mine")
    edited = read(reading, stored.event_id)
    outlook.rename_event(stored.event_id, single("a").content.subject)
    undone = read(reading, stored.event_id)
    assert len({stored.print, edited.print}) == 2
    assert undone.print == stored.print
    assert len({stored.etag, edited.etag, undone.etag}) == 3


@pytest.mark.parametrize(
    ("content", "is_mirrored"),
    [
        (replace(CONTENT, subject="Other"), True),
        (replace(CONTENT, body_html="<p>Other</p>"), True),
        (replace(CONTENT, location="Other"), True),
        (replace(CONTENT, show_as=ShowAs.FREE), True),
        (replace(CONTENT, is_private=True), True),
        (replace(CONTENT, reminder_minutes=30), False),
        (replace(CONTENT, category="Other"), False),
    ],
    ids=["subject", "body", "location", "show as", "sensitivity", "reminder", "category"],
)
def test_a_print_is_of_what_is_mirrored_and_not_of_what_is_the_persons(
    calendar: TargetCalendar, content: Content, is_mirrored: bool
) -> None:
    event = replace(single("a"), content=CONTENT)
    stored = create(calendar, event)
    changed = update(calendar, stored, replace(event, content=content), resend_extras=True)
    assert (changed.print != stored.print) == is_mirrored


@pytest.mark.parametrize(
    "event",
    [
        single("a", "2027-03-02T10:00", "2027-03-02T11:00"),
        single("a", "2027-03-01T10:00", "2027-03-01T11:30"),
        all_day("a", date(2027, 3, 1), date(2027, 3, 2)),
        weekly("a"),
    ],
    ids=["start", "end", "all-day", "series"],
)
def test_a_print_is_of_times_and_recurrence_too(calendar: TargetCalendar, event: MirrorEvent) -> None:
    stored = create(calendar, single("a"))
    content = replace(event, content=single("a").content)
    assert update(calendar, stored, content, reshape=True).print != stored.print
