"""What every TargetCalendar promises of its watch: what changed in it since the last look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import CalendarGone, CursorExpired
from core.model import ChangedOccurrence, Instance, Span
from core.ports import TargetCalendar
from core.writes import (
    CancelInstance,
    ChangeInstance,
    CreateCopy,
    DeleteCopy,
    InstancesOf,
    ReadBack,
    Stored,
    TargetChanges,
)
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

WINDOW = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
NOTHING: tuple[dict[str, str], frozenset[str], frozenset[str]] = ({}, frozenset(), frozenset())


class Watch:
    """Looks again and again from where it was."""

    def __init__(self, calendar: TargetCalendar) -> None:
        self.calendar = calendar
        self.link = ""

    def look(self) -> TargetChanges:
        changes = self.calendar.changes(*WINDOW, self.link)
        self.link = changes.link
        return changes


def told(changes: TargetChanges) -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    return dict(changes.changed), changes.touched_series, changes.removed


@pytest.fixture
def watch(reading: TargetCalendar) -> Watch:
    """After its first look, at an empty calendar."""
    made = Watch(reading)
    assert told(made.look()) == NOTHING
    return made


def first_instance(calendar: TargetCalendar, event_id: str) -> Instance:
    (found,) = calendar.ask([InstancesOf(event_id, date(2027, 2, 2), date(2027, 2, 2))])
    assert isinstance(found, tuple)
    (instance,) = found
    assert isinstance(instance, Instance)
    return instance


@also_in_a_preview
def test_the_first_look_tells_everything_in_the_window(
    calendar: TargetCalendar, reading: TargetCalendar, outlook: OutlookWorld
) -> None:
    inside = [
        create(calendar, single("a"), "a"),
        create(calendar, all_day("b", date(2027, 5, 1), date(2027, 5, 2)), "b"),
        create(calendar, single("c", "2026-12-31T23:00", "2027-01-01T09:00"), "c"),
    ]
    series = [create(calendar, weekly("s"), "s"), create(calendar, endless("t"), "t")]
    create(calendar, single("before", "2026-12-31T10:00", "2026-12-31T11:00"), "before")
    create(calendar, single("after", "2028-03-01T10:00", "2028-03-01T11:00"), "after")
    lunch = Span(wall("2027-03-01T12:00"), wall("2027-03-01T13:00"))
    theirs = read(calendar, outlook.add_event(calendar.id, "Theirs", lunch))
    outlook.delete_event(create(calendar, single("gone"), "gone").event_id)
    assert told(Watch(reading).look()) == (
        {it.event_id: it.etag for it in [*inside, *series]} | {theirs.event_id: theirs.etag},
        frozenset(stored.event_id for stored in series),
        frozenset(),
    )


@also_in_a_preview
def test_a_quiet_time_is_told_as_nothing(calendar: TargetCalendar, watch: Watch) -> None:
    create(calendar, single("a"))
    create(calendar, weekly("s"), "s")
    watch.look()
    assert told(watch.look()) == NOTHING
    assert told(watch.look()) == NOTHING


def test_own_writes_come_back_with_their_etags(calendar: TargetCalendar, watch: Watch) -> None:
    one, two = create(calendar, single("a")), create(calendar, weekly("s"), "s")
    assert told(watch.look()) == (
        {one.event_id: one.etag, two.event_id: two.etag},
        frozenset({two.event_id}),
        frozenset(),
    )
    changed = update(calendar, one, single("a", subject="New"))
    assert told(watch.look()) == ({one.event_id: changed.etag}, frozenset(), frozenset())
    calendar.write([DeleteCopy(one.event_id)])
    assert told(watch.look()) == ({}, frozenset(), frozenset({one.event_id}))


@also_in_a_preview
def test_what_people_do_is_told(calendar: TargetCalendar, watch: Watch, outlook: OutlookWorld) -> None:
    kept, gone = (create(calendar, single(uid), uid) for uid in ("a", "b"))
    watch.look()
    outlook.rename_event(kept.event_id, "Mine")
    outlook.delete_event(gone.event_id)
    etag = read(calendar, kept.event_id).etag
    assert told(watch.look()) == ({kept.event_id: etag}, frozenset(), frozenset({gone.event_id}))
    assert told(watch.look()) == NOTHING


def test_what_came_and_went_between_two_looks_is_not_told_as_there(
    calendar: TargetCalendar, watch: Watch, outlook: OutlookWorld
) -> None:
    outlook.delete_event(create(calendar, single("a")).event_id)
    assert watch.look().changed == {}


def test_a_changed_occurrence_touches_its_series_and_is_listed_itself(
    calendar: TargetCalendar, watch: Watch
) -> None:
    stored = create(calendar, weekly("s"), "s")
    target = first_instance(calendar, stored.event_id)
    watch.look()
    change = ChangedOccurrence(
        wall("2027-02-02T10:00"),
        Span(wall("2027-02-03T10:00"), wall("2027-02-03T11:00")),
        CONTENT,
        tag("x").key,
    )
    _, back = calendar.write([ChangeInstance(target.event_id, change, tag("x")), ReadBack(stored.event_id)])
    assert isinstance(back, Stored)
    changes = watch.look()
    assert changes.changed.keys() == {stored.event_id, target.event_id}
    assert changes.changed[stored.event_id] == back.etag
    assert changes.touched_series == {stored.event_id}
    assert told(watch.look()) == NOTHING


def test_cancelling_an_occurrence_touches_its_series(calendar: TargetCalendar, watch: Watch) -> None:
    stored = create(calendar, weekly("s"), "s")
    target = first_instance(calendar, stored.event_id)
    watch.look()
    _, back = calendar.write([CancelInstance(target.event_id), ReadBack(stored.event_id)])
    assert isinstance(back, Stored)
    changes = watch.look()
    assert changes.touched_series == {stored.event_id}
    assert changes.changed == {stored.event_id: back.etag}


def test_what_leaves_the_window_is_told_as_removed_and_what_enters_it_as_changed(
    calendar: TargetCalendar, watch: Watch
) -> None:
    far = single("a", "2030-03-01T10:00", "2030-03-01T11:00")
    stored = create(calendar, single("a"))
    watch.look()
    stored = update(calendar, stored, far, reshape=True)
    assert told(watch.look()) == ({}, frozenset(), frozenset({stored.event_id}))
    stored = update(calendar, stored, single("a"), reshape=True)
    assert told(watch.look()) == ({stored.event_id: stored.etag}, frozenset(), frozenset())


def test_what_was_never_in_the_window_is_not_told_as_there(calendar: TargetCalendar, watch: Watch) -> None:
    stored = create(calendar, single("a", "2030-03-01T10:00", "2030-03-01T11:00"))
    changes = watch.look()
    assert changes.changed == {}
    assert changes.removed <= {stored.event_id}


def test_a_copy_that_a_person_moves_between_calendars_leaves_one_and_enters_the_other(
    calendar: TargetCalendar, watch: Watch, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    another = outlook.mailbox.open(outlook.add_calendar("Another"))
    other_watch = Watch(another)
    for each in (watch, other_watch):
        each.look()
    outlook.move_event(stored.event_id, another.id)
    assert told(watch.look()) == ({}, frozenset(), frozenset({stored.event_id}))
    assert other_watch.look().changed == {stored.event_id: read(another, stored.event_id).etag}


@also_in_a_preview
def test_the_same_link_tells_the_same_again(calendar: TargetCalendar, watch: Watch) -> None:
    link = watch.link
    stored = create(calendar, single("a"))
    assert watch.look().changed == {stored.event_id: stored.etag}
    watch.link = link
    assert watch.look().changed == {stored.event_id: stored.etag}


def test_a_link_keeps_the_window_that_it_began_with(calendar: TargetCalendar, watch: Watch) -> None:
    stored = create(calendar, single("a", "2030-03-01T10:00", "2030-03-01T11:00"))
    first, last = (time + timedelta(days=3 * 366) for time in WINDOW)
    assert calendar.changes(first, last, watch.link).changed == {}
    assert calendar.changes(first, last, "").changed == {stored.event_id: stored.etag}


@also_in_a_preview
def test_a_link_that_was_forgotten_asks_for_a_new_round(
    calendar: TargetCalendar, watch: Watch, outlook: OutlookWorld
) -> None:
    stored = create(calendar, single("a"))
    outlook.forget_links()
    with pytest.raises(CursorExpired):
        watch.look()
    watch.link = ""
    assert watch.look().changed == {stored.event_id: stored.etag}
    assert told(watch.look()) == NOTHING


@also_in_a_preview
def test_a_calendar_that_is_gone_is_told_so(
    calendar: TargetCalendar, watch: Watch, outlook: OutlookWorld
) -> None:
    outlook.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        watch.look()
    watch.link = ""
    with pytest.raises(CalendarGone):
        watch.look()


def test_many_changes_are_told_at_once(calendar: TargetCalendar, watch: Watch) -> None:
    creations = [CreateCopy(single(f"{number}"), tag(f"{number}")) for number in range(20)]
    created = [it for it in calendar.write(creations) if isinstance(it, Stored)]
    daily = create(calendar, endless("d"), "d")
    assert watch.look().changed == {it.event_id: it.etag for it in [*created, daily]}
