"""What every TargetCalendar promises of writing, and what a preview's does instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import CalendarGone
from core.ports import TargetCalendar
from core.preview import PretendCalendar
from core.writes import (
    AlreadyGone,
    Conflict,
    CreateCopy,
    DeleteCopy,
    ReadBack,
    ReadCopy,
    Stored,
    TransactionTaken,
    UpdateCopy,
)
from core.zones import instant_of
from tests.conformance.outlook_worlds import (
    OutlookWorld,
    calendar,
    create,
    outlook,
    read,
    reading,
    update,
)
from tests.wire.outlook_fixtures import (
    microsoft,
    service,
    signed_in,
    single,
    tag,
    weekly,
)

__all__ = ["calendar", "microsoft", "outlook", "reading", "service", "signed_in"]

# --- creating -----------------------------------------------------------------------------------


def test_creating_twice_with_one_transaction_id_makes_one_copy(calendar: TargetCalendar) -> None:
    creation = CreateCopy(single("a"), tag("a"))
    first, second = calendar.write([creation, creation])
    assert first == second
    assert calendar.write([creation]) == (first,)
    assert len(calendar.listing()) == 1


def test_a_transaction_id_that_made_something_else_is_taken(calendar: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    other = CreateCopy(single("a", subject="Other"), tag("a"))
    assert calendar.write([other]) == (TransactionTaken(stored.event_id),)
    (copy,) = calendar.listing()
    assert copy.subject == single("a").content.subject


def test_a_transaction_id_stays_taken_in_every_calendar_and_after_its_copy_is_gone(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    creation = CreateCopy(single("a"), tag("a"))
    (stored,) = calendar.write([creation])
    assert isinstance(stored, Stored)
    another = outlook.mailbox.open(outlook.add_calendar("Another"))
    assert another.write([creation]) == (TransactionTaken(stored.event_id),)
    outlook.delete_event(stored.event_id)
    assert calendar.write([creation]) == (TransactionTaken(stored.event_id),)
    assert calendar.listing() == another.listing() == ()


def test_a_repeated_creation_answers_the_copy_as_it_is_now(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.rename_event(stored.event_id, "Mine")
    again = create(calendar, single("a"))
    copy = read(calendar, stored.event_id)
    assert again == Stored(copy.event_id, copy.etag, copy.print) != stored


def test_creating_in_a_deleted_calendar_says_that_it_is_gone(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    outlook.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        calendar.write([CreateCopy(single("a"), tag("a"))])


# --- updating and deleting ----------------------------------------------------------------------


def test_an_update_changes_the_copy_in_place(calendar: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    moved = single("a", "2027-03-02T15:00", "2027-03-02T16:00", subject="Moved")
    new_tag = replace(tag("a"), fingerprint="beef")
    (changed,) = calendar.write([UpdateCopy(stored.event_id, stored.etag, moved, new_tag, reshape=True)])
    copy = read(calendar, stored.event_id)
    assert changed == Stored(stored.event_id, copy.etag, copy.print)
    assert copy.etag != stored.etag
    assert (copy.subject, copy.tag, copy.transaction_id) == ("Moved", new_tag, tag("a").transaction_id)
    assert instant_of(copy.span.start) == instant_of(moved.span.start)


def test_without_reshaping_an_update_leaves_times_alone(calendar: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    update(calendar, stored, single("a", "2028-01-01T10:00", "2028-01-01T11:00", subject="New"))
    copy = read(calendar, stored.event_id)
    assert copy.subject == "New"
    assert instant_of(copy.span.start) == instant_of(single("a").span.start)


def test_an_update_of_what_changed_since_it_was_read_is_a_conflict(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.rename_event(stored.event_id, "Mine")
    write = UpdateCopy(stored.event_id, stored.etag, single("a"), tag("a"), reshape=False)
    assert calendar.write([write]) == (Conflict(),)
    copy = read(calendar, stored.event_id)
    assert copy.subject == "Mine"
    update(calendar, Stored(copy.event_id, copy.etag), single("a"))
    assert read(calendar, stored.event_id).print == stored.print


def test_of_two_updates_that_saw_the_same_the_second_is_a_conflict(calendar: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    one, two = (
        UpdateCopy(stored.event_id, stored.etag, single("a", subject=title), tag("a"), reshape=False)
        for title in ("One", "Two")
    )
    first, second = calendar.write([one, two])
    assert isinstance(first, Stored)
    assert second == Conflict()
    assert read(calendar, stored.event_id).subject == "One"


def test_a_single_event_becomes_a_series_and_a_single_event_again(calendar: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    series = update(calendar, stored, weekly("a"), reshape=True)
    assert read(calendar, stored.event_id).is_series
    update(calendar, series, single("a"), reshape=True)
    copy = read(calendar, stored.event_id)
    assert (copy.is_series, copy.print) == (False, stored.print)


def test_a_deleted_copy_is_gone(calendar: TargetCalendar) -> None:
    stored = create(calendar, single("a"))
    assert calendar.write([DeleteCopy(stored.event_id)]) == (Stored("", ""),)
    assert calendar.ask([ReadCopy(stored.event_id)]) == (None,)
    assert calendar.listing() == ()


def test_writes_to_what_is_gone_say_so_and_the_others_are_done(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    gone, kept = (create(calendar, single(uid), uid) for uid in ("gone", "kept"))
    outlook.delete_event(gone.event_id)
    outcomes = calendar.write(
        [
            UpdateCopy(gone.event_id, gone.etag, single("gone"), tag("gone"), reshape=False),
            CreateCopy(single("new"), tag("new")),
            DeleteCopy(gone.event_id),
            ReadBack(gone.event_id),
            DeleteCopy("no such id"),
            DeleteCopy(kept.event_id),
        ]
    )
    assert [type(outcome) for outcome in outcomes] == [
        AlreadyGone,
        Stored,
        AlreadyGone,
        AlreadyGone,
        AlreadyGone,
        Stored,
    ]
    assert [copy.event_id for copy in calendar.listing()] == [
        outcome.event_id for outcome in outcomes[1:2] if isinstance(outcome, Stored)
    ]


def test_writes_to_the_copies_of_a_deleted_calendar_say_that_they_are_gone(
    calendar: TargetCalendar, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.delete_calendar(calendar.id)
    write = UpdateCopy(stored.event_id, stored.etag, single("a"), tag("a"), reshape=False)
    assert calendar.write([write, DeleteCopy(stored.event_id)]) == (AlreadyGone(), AlreadyGone())


# --- a preview ----------------------------------------------------------------------------------


def test_a_preview_answers_every_write_and_does_none(calendar: TargetCalendar) -> None:
    stored, gone = (create(calendar, single(uid), uid) for uid in ("a", "b"))
    before = calendar.listing()
    outcomes = PretendCalendar(calendar).write(
        [
            UpdateCopy(stored.event_id, stored.etag, weekly("a"), tag("a"), reshape=True),
            CreateCopy(single("c"), tag("c")),
            CreateCopy(single("d"), tag("d")),
            DeleteCopy(gone.event_id),
        ]
    )
    assert all(isinstance(outcome, Stored) for outcome in outcomes)
    made = [outcome.event_id for outcome in outcomes[1:3] if isinstance(outcome, Stored)]
    assert len({*made, stored.event_id, gone.event_id, ""}) == 5
    assert calendar.listing() == before
