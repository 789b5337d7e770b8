"""What every TargetMailbox promises: the one in memory, Outlook's, and a preview's over either."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import CalendarGone
from core.model import Side
from core.ports import TargetMailbox
from core.preview import PretendMailbox
from core.writes import CreateCopy
from tests.conformance.outlook_worlds import OutlookWorld, also_in_a_preview, outlook
from tests.wire.outlook_fixtures import microsoft, service, signed_in, single, tag

__all__ = ["microsoft", "outlook", "service", "signed_in"]


@pytest.fixture
def mailbox(outlook: OutlookWorld) -> TargetMailbox:
    return outlook.mailbox


@pytest.fixture
def reading(outlook: OutlookWorld) -> TargetMailbox:
    """The same mailbox, in a preview where the test is for one."""
    return outlook.reading


def gone(call: Callable[[str], object], calendar: str) -> str:
    with pytest.raises(CalendarGone) as caught:
        call(calendar)
    assert (caught.value.side, caught.value.calendar) == (Side.OUTLOOK, calendar)
    return caught.value.why


# --- reading ------------------------------------------------------------------------------------


@also_in_a_preview
def test_a_mailbox_always_belongs_to_the_same_person(reading: TargetMailbox) -> None:
    assert reading.identity().id
    assert reading.identity() == reading.identity()


@also_in_a_preview
def test_a_calendar_is_found_by_its_id_and_by_its_name(reading: TargetMailbox, outlook: OutlookWorld) -> None:
    calendar_id = outlook.add_calendar("飞书's")
    (info,) = (info for info in reading.calendars() if info.id == calendar_id)
    assert (info.name, info.can_edit, info.is_default) == ("飞书's", True, False)
    assert reading.find(calendar_id) == reading.find("飞书's") == reading.check(calendar_id) == info


@also_in_a_preview
def test_what_is_not_there_is_not_found(reading: TargetMailbox) -> None:
    assert reading.find("Feishu") is None
    assert gone(reading.check, "no such id") == "deleted"


@also_in_a_preview
def test_a_name_is_found_in_any_case(reading: TargetMailbox, outlook: OutlookWorld) -> None:
    calendar_id = outlook.add_calendar("Feishu")
    found = reading.find("FEISHU")
    assert found is not None
    assert (found.id, found.name) == (calendar_id, "Feishu")


@also_in_a_preview
def test_the_very_name_wins_over_one_in_another_case(reading: TargetMailbox, outlook: OutlookWorld) -> None:
    ids = {name: outlook.add_calendar(name) for name in ("FEISHU", "Feishu", "feishu")}
    for name, calendar_id in ids.items():
        found = reading.find(name)
        assert found is not None
        assert found.id == calendar_id
    assert gone(reading.find, "fEISHU") == "ambiguous"


@also_in_a_preview
def test_a_name_that_two_calendars_have_is_ambiguous_and_their_ids_are_not(
    reading: TargetMailbox, outlook: OutlookWorld
) -> None:
    ids = [outlook.add_calendar("Feishu") for _ in range(2)]
    assert gone(reading.find, "Feishu") == "ambiguous"
    assert [found.id for calendar_id in ids if (found := reading.find(calendar_id))] == ids


@also_in_a_preview
def test_an_id_stays_when_a_person_renames_the_calendar(
    reading: TargetMailbox, outlook: OutlookWorld
) -> None:
    calendar_id = outlook.add_calendar("Feishu")
    outlook.rename_calendar(calendar_id, "Lark")
    assert reading.check(calendar_id).name == "Lark"
    assert reading.find(calendar_id) == reading.find("Lark")
    assert reading.find("Feishu") is None


@also_in_a_preview
def test_a_calendar_that_a_person_deleted_is_gone(reading: TargetMailbox, outlook: OutlookWorld) -> None:
    calendar_id = outlook.add_calendar("Feishu")
    outlook.delete_calendar(calendar_id)
    assert gone(reading.check, calendar_id) == "deleted"
    assert reading.find(calendar_id) is None
    assert reading.find("Feishu") is None
    assert calendar_id not in {info.id for info in reading.calendars()}


@also_in_a_preview
def test_a_calendar_that_may_only_be_read_is_found_and_says_so(
    reading: TargetMailbox, outlook: OutlookWorld
) -> None:
    calendar_id = outlook.add_calendar("Holidays")
    outlook.make_read_only(calendar_id)
    assert gone(reading.check, calendar_id) == "read only"
    found = reading.find("Holidays")
    assert found is not None
    assert not found.can_edit


# --- creating and opening -----------------------------------------------------------------------


def test_what_is_created_is_there_under_the_id_that_was_told(mailbox: TargetMailbox) -> None:
    created = mailbox.create("飞书's")
    assert (created.name, created.can_edit, created.is_default) == ("飞书's", True, False)
    assert created in mailbox.calendars()
    assert mailbox.find("飞书's") == mailbox.find(created.id) == mailbox.check(created.id) == created


def test_creating_under_a_name_that_is_taken_takes_what_is_there(
    mailbox: TargetMailbox, outlook: OutlookWorld
) -> None:
    calendar_id = outlook.add_calendar("Feishu")
    before = mailbox.calendars()
    assert mailbox.create("Feishu").id == calendar_id
    assert mailbox.create("FEISHU").id == calendar_id
    assert mailbox.calendars() == before


def test_each_calendar_has_its_own_events(mailbox: TargetMailbox) -> None:
    one, two = (mailbox.create(name) for name in ("One", "Two"))
    mailbox.open(one.id).write([CreateCopy(single("a"), tag("a"))])
    assert mailbox.open(one.id).id == one.id
    assert len(mailbox.open(one.id).listing()) == 1
    assert mailbox.open(two.id).listing() == ()


def test_opening_what_is_gone_is_told_at_the_first_look(
    mailbox: TargetMailbox, outlook: OutlookWorld
) -> None:
    calendar_id = outlook.add_calendar("Feishu")
    outlook.delete_calendar(calendar_id)
    calendar = mailbox.open(calendar_id)
    with pytest.raises(CalendarGone):
        calendar.listing()


def test_what_a_preview_creates_can_be_written_to_and_is_not_there(mailbox: TargetMailbox) -> None:
    before = mailbox.calendars()
    preview = PretendMailbox(mailbox)
    created = preview.create("Feishu")
    assert (created.name, created.can_edit, created.is_default) == ("Feishu", True, False)
    calendar = preview.open(created.id)
    assert calendar.id == created.id
    calendar.write([CreateCopy(single("a"), tag("a"))])
    assert calendar.listing() == ()
    assert mailbox.calendars() == before
