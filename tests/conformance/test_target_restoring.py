"""What every TargetCalendar promises of events that become a person's own: in memory, and over the wire."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import CalendarGone
from core.model import MirrorEvent
from core.ports import TargetCalendar
from core.writes import AlreadyGone, Conflict, DeleteCopy, RestoreEvent, Stored, Untag
from tests.conformance.outlook_worlds import OutlookWorld, calendar, create, outlook, read
from tests.wire.outlook_fixtures import all_day, microsoft, service, signed_in, single, tag, weekly

__all__ = ["calendar", "microsoft", "outlook", "service", "signed_in"]


def delete(calendar: TargetCalendar, event_id: str) -> str:
    """The event's JSON as it was last read."""
    raw = read(calendar, event_id).raw
    assert calendar.write([DeleteCopy(event_id)]) == (Stored("", ""),)
    return raw


@pytest.mark.parametrize(
    "event", [single("a"), all_day("a", date(2027, 3, 1), date(2027, 3, 3)), weekly("a")]
)
def test_a_deleted_event_comes_back_without_our_tag(calendar: TargetCalendar, event: MirrorEvent) -> None:
    before = read(calendar, create(calendar, event).event_id)
    raw = delete(calendar, before.event_id)
    (stored,) = calendar.write([RestoreEvent(raw, "another transaction")])
    assert isinstance(stored, Stored)
    (copy,) = calendar.listing()
    assert copy.event_id == stored.event_id
    assert (copy.subject, copy.span, copy.is_series) == (before.subject, before.span, before.is_series)
    assert (copy.tag, copy.transaction_id, copy.has_attendees) == (None, "another transaction", False)


def test_under_one_transaction_id_an_event_comes_back_once(calendar: TargetCalendar) -> None:
    restoring = RestoreEvent(delete(calendar, create(calendar, single("a")).event_id), "another transaction")
    first, second = calendar.write([restoring, restoring])
    assert first == second
    assert len(calendar.listing()) == 1


def test_into_a_calendar_that_is_gone_nothing_comes_back(
    outlook: OutlookWorld, calendar: TargetCalendar
) -> None:
    raw = delete(calendar, create(calendar, single("a")).event_id)
    outlook.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        calendar.write([RestoreEvent(raw, "another transaction")])


def test_an_event_that_loses_its_tag_is_otherwise_as_it_was(calendar: TargetCalendar) -> None:
    before = read(calendar, create(calendar, single("a")).event_id)
    (stored,) = calendar.write([Untag(before.event_id, before.etag)])
    assert isinstance(stored, Stored)
    after = read(calendar, before.event_id)
    assert (after.tag, after.print, after.etag) == (None, before.print, stored.etag)
    assert stored.etag != before.etag


def test_a_tag_is_not_taken_off_what_changed_meanwhile_or_is_gone(
    outlook: OutlookWorld, calendar: TargetCalendar
) -> None:
    before = create(calendar, single("a"))
    outlook.rename_event(before.event_id, "Edited")
    assert calendar.write([Untag(before.event_id, before.etag)]) == (Conflict(),)
    assert read(calendar, before.event_id).tag == tag("a")
    outlook.delete_event(before.event_id)
    assert calendar.write([Untag(before.event_id, before.etag)]) == (AlreadyGone(),)
