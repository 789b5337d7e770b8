from datetime import date, timedelta

import pytest

from core.errors import CalendarGone
from core.model import ChangedOccurrence, Copy, Instance, MirrorEvent, Span, WallClock
from core.outlook.calendar import OutlookCalendar
from core.writes import (
    AlreadyGone,
    Answer,
    CancelInstance,
    ChangeInstance,
    Conflict,
    CreateCopy,
    DeleteCopy,
    EventsStartingAt,
    InstancesOf,
    ReadBack,
    ReadCopy,
    Refused,
    Stored,
    TransactionTaken,
    UpdateCopy,
)
from core.zones import instant_of
from tests.wire.outlook_fixtures import (
    CONTENT,
    Microsoft,
    all_day,
    calendar,
    microsoft,
    monthly,
    service,
    signed_in,
    single,
    tag,
    wall,
    weekly,
)

__all__ = ["calendar", "microsoft", "service", "signed_in"]


def create(calendar: OutlookCalendar, event: MirrorEvent, uid: str) -> Stored:
    (stored,) = calendar.write([CreateCopy(event, tag(uid))])
    assert isinstance(stored, Stored)
    return stored


def read(calendar: OutlookCalendar, event_id: str) -> Copy:
    (copy,) = calendar.ask([ReadCopy(event_id)])
    assert isinstance(copy, Copy)
    return copy


def instances(calendar: OutlookCalendar, event_id: str) -> list[Instance]:
    (found,) = calendar.ask([InstancesOf(event_id, date(2027, 2, 1), date(2027, 3, 31))])
    assert isinstance(found, tuple)
    return [instance for instance in found if isinstance(instance, Instance)]


# --- the mailbox ------------------------------------------------------------------------------------


def test_a_calendar_is_created_once_and_found_by_id_and_by_name(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    assert mailbox.find("飞书's") is None
    created = mailbox.create("飞书's")
    assert created.can_edit
    assert mailbox.find("飞书's") == mailbox.find(created.id) == mailbox.check(created.id) == created
    assert mailbox.create("飞书's") == created
    assert [info.name for info in mailbox.calendars()] == ["Calendar", "Birthdays", "飞书's"]


def test_the_id_of_a_new_calendar_is_the_one_that_it_is_listed_with(signed_in: Microsoft) -> None:
    signed_in.world.switches.keeps_calendar_id = False
    mailbox = signed_in.start()
    created = mailbox.create("Feishu")
    assert created in mailbox.calendars()


def test_a_calendar_that_is_gone_or_read_only_is_told_so(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    created = mailbox.create("Feishu")
    signed_in.world.rename_calendar(created.id, "Renamed by a person")
    assert mailbox.check(created.id).name == "Renamed by a person"
    signed_in.world.delete_calendar(created.id)
    for broken, why in (
        (created.id, "deleted"),
        ("nonsense", "deleted"),
        (mailbox.calendars()[1].id, "read only"),
    ):
        with pytest.raises(CalendarGone) as caught:
            mailbox.check(broken)
        assert caught.value.why == why


def test_another_marked_calendar_does_not_stand_in_for_one_that_was_deleted(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    first, _ = mailbox.create("One"), mailbox.create("Two")
    signed_in.world.delete_calendar(first.id)
    with pytest.raises(CalendarGone):
        mailbox.check(first.id)


def test_a_mark_that_differs_in_case_only_is_not_the_calendars(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    first, other = mailbox.create("One"), mailbox.create("Two")
    with signed_in.world.lock:
        properties = signed_in.world.mailbox.calendar(other.id).properties
        for name in properties:
            properties[name] = first.id.swapcase()
    signed_in.world.delete_calendar(first.id)
    with pytest.raises(CalendarGone):
        mailbox.check(first.id)


# --- events -----------------------------------------------------------------------------------------


def test_what_is_created_is_listed_with_its_tag_its_times_and_the_same_print(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    written = {
        "a": single("a"),
        "b": all_day("b", date(2027, 3, 5), date(2027, 3, 7)),
        "c": weekly("c"),
        "d": single("d", is_private=True, location="", category="", reminder_minutes=None),
    }
    outcomes = calendar.write([CreateCopy(event, tag(uid)) for uid, event in written.items()])
    copies = {copy.event_id: copy for copy in calendar.listing()}
    assert len(copies) == len(written)
    for (uid, event), stored in zip(written.items(), outcomes, strict=True):
        assert isinstance(stored, Stored)
        copy = copies[stored.event_id]
        assert (copy.etag, copy.print) == (stored.etag, stored.print)
        assert copy.tag == tag(uid)
        assert copy.transaction_id == tag(uid).transaction_id
        assert instant_of(copy.span.start) == instant_of(event.span.start)
        assert isinstance(copy.span.start, WallClock) == isinstance(event.span.start, WallClock)
        assert copy.is_series == (event.series is not None)
        assert not copy.has_attendees
    assert copies.keys() == {event["id"] for event in microsoft.world.events(calendar.id)}


def test_a_batch_is_one_request_and_its_items_are_counted_apart(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    calendar.write([CreateCopy(single(str(number)), tag(str(number))) for number in range(20)])
    assert (microsoft.meter.requests, microsoft.meter.items) == (1, 20)
    assert len(microsoft.graph_requests()) == 1


def test_a_listing_goes_over_all_pages(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    for first in range(0, 220, 20):
        calendar.write(
            [CreateCopy(single(str(number)), tag(str(number))) for number in range(first, first + 20)]
        )
    microsoft.journal.clear()
    assert len(calendar.listing()) == 220
    assert len(microsoft.graph_requests()) == 2


def test_an_update_changes_the_copy_in_place_and_keeps_what_it_does_not_say(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    stored = create(calendar, single("a"), "a")
    microsoft.world.edit_event(stored.event_id, {"categories": ["Mine"], "reminderMinutesBeforeStart": 45})
    etag = read(calendar, stored.event_id).etag
    moved = single("a", "2027-03-02T15:00", "2027-03-02T16:00")
    (outcome,) = calendar.write([UpdateCopy(stored.event_id, etag, moved, tag("a"), reshape=True)])
    copy = read(calendar, stored.event_id)
    assert outcome == Stored(stored.event_id, copy.etag, copy.print)
    assert instant_of(copy.span.start) == instant_of(wall("2027-03-02T15:00"))
    seen = microsoft.world.event(stored.event_id)
    assert (seen["categories"], seen["reminderMinutesBeforeStart"]) == (["Mine"], 45)


def test_an_update_of_what_changed_meanwhile_is_a_conflict(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    stored = create(calendar, single("a"), "a")
    microsoft.world.edit_event(stored.event_id, {"subject": "Mine"})
    for status in (412, 409):
        microsoft.world.switches.conflict_status = status
        update = UpdateCopy(stored.event_id, stored.etag, single("a"), tag("a"), reshape=False)
        assert calendar.write([update]) == (Conflict(),)
    assert read(calendar, stored.event_id).subject == "Mine"


def test_a_single_event_becomes_a_series_and_a_series_a_single_event(calendar: OutlookCalendar) -> None:
    stored = create(calendar, single("a"), "a")
    (series,) = calendar.write(
        [UpdateCopy(stored.event_id, stored.etag, weekly("a"), tag("a"), reshape=True)]
    )
    assert isinstance(series, Stored)
    assert read(calendar, stored.event_id).is_series
    calendar.write([UpdateCopy(stored.event_id, series.etag, single("a"), tag("a"), reshape=True)])
    assert not read(calendar, stored.event_id).is_series


def test_a_deleted_copy_is_gone_and_deleting_it_again_says_so(calendar: OutlookCalendar) -> None:
    stored = create(calendar, single("a"), "a")
    assert calendar.write([DeleteCopy(stored.event_id)]) == (Stored("", ""),)
    assert calendar.write([DeleteCopy(stored.event_id)]) == (AlreadyGone(),)
    update = UpdateCopy(stored.event_id, stored.etag, single("a"), tag("a"), reshape=False)
    assert calendar.write([update]) == (AlreadyGone(),)
    assert calendar.ask([ReadCopy(stored.event_id)]) == (None,)
    assert calendar.ask([ReadCopy("no such id"), ReadCopy(stored.event_id)]) == (None, None)


def test_a_creation_with_a_transaction_that_was_used_makes_no_second_event(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    stored = create(calendar, single("a"), "a")
    again = create(calendar, single("a"), "a")
    assert again.event_id == stored.event_id
    for status in (400, 409):
        microsoft.world.switches.duplicate_transaction_status = status
        other = CreateCopy(single("a", subject="Other"), tag("a"))
        assert calendar.write([other]) == (TransactionTaken(stored.event_id),)
    assert len(microsoft.world.events(calendar.id)) == 1


def test_an_event_that_the_service_refuses_does_not_hold_up_the_others(calendar: OutlookCalendar) -> None:
    backwards = single("b", "2027-03-01T11:00", "2027-03-01T10:00")
    outcomes = calendar.write(
        [
            CreateCopy(single("a"), tag("a")),
            CreateCopy(backwards, tag("b")),
            CreateCopy(single("c"), tag("c")),
        ]
    )
    assert [type(outcome) for outcome in outcomes] == [Stored, Refused, Stored]
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].code == "ErrorPropertyValidationFailure"
    assert outcomes[1].detail


# --- occurrences ------------------------------------------------------------------------------------


def test_occurrences_are_found_by_their_original_start_wherever_they_are_now(
    calendar: OutlookCalendar,
) -> None:
    stored = create(calendar, weekly("s"), "s")
    before = instances(calendar, stored.event_id)
    assert len(before) == 8
    target = next(it for it in before if it.original == wall("2027-02-16T02:00", "UTC"))
    moved = ChangedOccurrence(
        wall("2027-02-16T10:00"),
        Span(wall("2027-02-17T15:00"), wall("2027-02-17T16:00")),
        CONTENT,
        tag("s16").key,
    )
    changed, series = calendar.write(
        [ChangeInstance(target.event_id, moved, tag("s16")), ReadBack(stored.event_id)]
    )
    assert isinstance(changed, Stored)
    copy = read(calendar, stored.event_id)
    assert series == Stored(stored.event_id, copy.etag, copy.print)
    assert copy.etag != stored.etag
    after = next(it for it in instances(calendar, stored.event_id) if it.event_id == target.event_id)
    assert after.original == target.original
    assert after.is_exception
    assert after.tag == tag("s16")
    assert after.span.start == wall("2027-02-17T07:00", "UTC")


def test_an_occurrence_that_was_moved_far_is_found_by_where_it_came_from(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    stored = create(calendar, monthly("m"), "m")
    question = InstancesOf(stored.event_id, date(2027, 3, 1), date(2027, 3, 1))
    (before,) = calendar.ask([question])
    assert isinstance(before, tuple)
    (occurrence,) = before
    microsoft.world.shift_event(occurrence.event_id, timedelta(days=28))
    (after,) = calendar.ask([question])
    assert after is not None
    assert ids(after) == {occurrence.event_id}


def test_only_the_occurrences_that_were_asked_for_are_answered(calendar: OutlookCalendar) -> None:
    stored = create(calendar, weekly("s"), "s")
    (found,) = calendar.ask([InstancesOf(stored.event_id, date(2027, 2, 16), date(2027, 2, 23))])
    assert isinstance(found, tuple)
    assert [it.original for it in found if isinstance(it, Instance)] == [
        wall("2027-02-16T02:00", "UTC"),
        wall("2027-02-23T02:00", "UTC"),
    ]


def test_a_cancelled_occurrence_disappears(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    stored = create(calendar, weekly("s"), "s")
    first, second, *_ = instances(calendar, stored.event_id)
    assert calendar.write([CancelInstance(second.event_id)]) == (Stored("", ""),)
    assert calendar.write([CancelInstance(second.event_id)]) == (AlreadyGone(),)
    left = [it.event_id for it in instances(calendar, stored.event_id)]
    assert first.event_id in left
    assert second.event_id not in left
    assert microsoft.world.event(stored.event_id)["cancelledOccurrences"]


def test_an_occurrence_that_crosses_its_neighbour_is_refused_by_name(calendar: OutlookCalendar) -> None:
    stored = create(calendar, weekly("s"), "s")
    _, second, *_ = instances(calendar, stored.event_id)
    crossing = ChangedOccurrence(
        wall("2027-02-09T10:00"),
        Span(wall("2027-02-16T15:00"), wall("2027-02-16T16:00")),
        CONTENT,
        tag("s9").key,
    )
    (outcome,) = calendar.write([ChangeInstance(second.event_id, crossing, tag("s9"))])
    assert isinstance(outcome, Refused)
    assert outcome.code == "ErrorOccurrenceCrossingBoundary"


def test_original_starts_of_an_all_day_series_are_dates(calendar: OutlookCalendar) -> None:
    template = weekly("s")
    event = MirrorEvent(
        template.key, Span(date(2027, 2, 2), date(2027, 2, 3)), template.content, template.series
    )
    stored = create(calendar, event, "s")
    (found,) = calendar.ask([InstancesOf(stored.event_id, date(2027, 2, 9), date(2027, 2, 9))])
    assert isinstance(found, tuple)
    assert [(it.original, it.span) for it in found if isinstance(it, Instance)] == [
        (date(2027, 2, 9), Span(date(2027, 2, 9), date(2027, 2, 10)))
    ]


def ids(answer: Answer) -> set[str]:
    assert isinstance(answer, tuple)
    return {found.event_id for found in answer}


# --- look-ups ---------------------------------------------------------------------------------------


def test_events_are_found_by_their_start_whoever_made_them(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    times = {
        "start": {"dateTime": "2027-03-01T02:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-03-01T02:30:00", "timeZone": "UTC"},
    }
    theirs = microsoft.world.add_event(calendar.id, {"subject": "Theirs", **times})
    ours = create(calendar, single("a"), "a")
    create(calendar, single("b", "2027-03-01T10:01", "2027-03-01T11:00"), "b")
    day = create(calendar, all_day("c", date(2027, 3, 1), date(2027, 3, 2)), "c")
    midnight = create(calendar, single("d", "2027-03-01T08:00", "2027-03-01T09:00"), "d")
    answers = calendar.ask(
        [
            EventsStartingAt(wall("2027-03-01T10:00")),
            EventsStartingAt(date(2027, 3, 1)),
            EventsStartingAt(wall("2027-03-01T00:00", "UTC")),
            EventsStartingAt(wall("2028-01-01T00:00")),
        ]
    )
    found = [
        {it.event_id for it in answer if isinstance(it, Copy)} for answer in answers if answer is not None
    ]
    assert found == [{theirs, ours.event_id}, {day.event_id}, {midnight.event_id}, set()]


def test_one_question_is_one_plain_request(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    stored = create(calendar, single("a"), "a")
    microsoft.journal.clear()
    read(calendar, stored.event_id)
    assert [request.method for request in microsoft.graph_requests()] == ["GET"]


def test_attendees_that_a_person_added_are_seen(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    stored = create(calendar, weekly("s"), "s")
    _, second, *_ = instances(calendar, stored.event_id)
    microsoft.world.invite(second.event_id, "guest@example.com")
    assert [it.has_attendees for it in instances(calendar, stored.event_id)].count(True) == 1
    microsoft.world.invite(stored.event_id, "guest@example.com")
    assert read(calendar, stored.event_id).has_attendees


def test_nothing_that_we_write_ever_names_an_attendee(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    stored = create(calendar, weekly("s"), "s")
    calendar.write([UpdateCopy(stored.event_id, stored.etag, weekly("s"), tag("s"), reshape=True)])
    bodies = [request.body for request in microsoft.journal.writes()]
    assert len(bodies) == 2
    assert [body for body in bodies if "attendee" in body.lower()] == []
    assert microsoft.world.forbidden == []
