from datetime import UTC, datetime

import pytest

from core.errors import CalendarGone, CursorExpired, ServiceFailing
from core.outlook.calendar import OutlookCalendar
from core.outlook.watch import OutlookWatch
from core.writes import CreateCopy, Stored, TargetChanges
from sandbox.journal import Reply
from tests.wire.outlook_fixtures import (
    Microsoft,
    calendar,
    endless,
    microsoft,
    service,
    signed_in,
    single,
    tag,
    weekly,
)

__all__ = ["calendar", "microsoft", "service", "signed_in"]

DELTA = r".*/calendarView/delta"
WINDOW = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


class Watched:
    """A watch and the two events in its calendar, after the first round."""

    def __init__(self, microsoft: Microsoft, calendar: OutlookCalendar) -> None:
        outcomes = calendar.write([CreateCopy(single("a"), tag("a")), CreateCopy(weekly("s"), tag("s"))])
        self.single, self.series = (it for it in outcomes if isinstance(it, Stored))
        self.watch = OutlookWatch(microsoft.start().graph, calendar.id)
        self.first = self.watch.changes(*WINDOW, link="")
        self.link = self.first.link

    def next(self) -> TargetChanges:
        changes = self.watch.changes(*WINDOW, link=self.link)
        self.link = changes.link
        return changes


@pytest.fixture
def watched(microsoft: Microsoft, calendar: OutlookCalendar) -> Watched:
    return Watched(microsoft, calendar)


def occurrence(microsoft: Microsoft, calendar: OutlookCalendar, number: int) -> str:
    found = microsoft.world.occurrences(calendar.id, *WINDOW)
    return str([it for it in found if it["type"] == "occurrence"][number]["id"])


def test_the_first_round_tells_everything_in_the_window(watched: Watched) -> None:
    assert watched.first.changed == {
        watched.single.event_id: watched.single.etag,
        watched.series.event_id: watched.series.etag,
    }
    assert watched.first.touched_series == {watched.series.event_id}
    assert watched.first.removed == frozenset()


def test_a_quiet_round_is_one_request_and_tells_nothing(microsoft: Microsoft, watched: Watched) -> None:
    microsoft.journal.clear()
    quiet = watched.next()
    assert (dict(quiet.changed), quiet.touched_series, quiet.removed) == ({}, frozenset(), frozenset())
    assert len(microsoft.graph_requests()) == 1


def test_a_calendar_of_which_no_changes_are_told_is_listed_each_time(
    microsoft: Microsoft, calendar: OutlookCalendar, watched: Watched
) -> None:
    microsoft.world.switches.offers_delta = False
    with pytest.raises(CursorExpired):
        watched.next()
    watched.link = ""
    everything = {watched.single.event_id: watched.single.etag, watched.series.event_id: watched.series.etag}
    assert [watched.next().changed, watched.next().changed] == [everything, everything]
    microsoft.world.edit_event(occurrence(microsoft, calendar, 2), {"subject": "Mine"})
    microsoft.world.delete_event(watched.single.event_id)
    listed = watched.next()
    assert listed.changed.keys() == {watched.series.event_id}
    assert listed.changed != {watched.series.event_id: watched.series.etag}
    assert listed.is_complete
    requests = microsoft.graph_requests()
    assert [request.path.rpartition("/")[2] for request in requests[-4:]] == ["delta", *["events"] * 3]


def test_a_calendar_that_is_gone_is_not_taken_for_one_of_which_no_changes_are_told(
    microsoft: Microsoft, calendar: OutlookCalendar, watched: Watched
) -> None:
    microsoft.world.delete_calendar(calendar.id)
    watched.link = ""
    with pytest.raises(CalendarGone):
        watched.next()


def test_an_edit_is_told_with_its_new_etag_and_a_deletion_as_removed(
    microsoft: Microsoft, watched: Watched
) -> None:
    microsoft.world.edit_event(watched.single.event_id, {"subject": "Mine"})
    etag = microsoft.world.event(watched.single.event_id)["@odata.etag"]
    assert watched.next().changed == {watched.single.event_id: etag}
    microsoft.world.delete_event(watched.single.event_id)
    gone = watched.next()
    assert gone.removed == {watched.single.event_id}
    assert gone.changed == {}


def test_a_changed_occurrence_touches_its_series(
    microsoft: Microsoft, calendar: OutlookCalendar, watched: Watched
) -> None:
    changed = occurrence(microsoft, calendar, 2)
    microsoft.world.edit_event(changed, {"subject": "Mine"})
    changes = watched.next()
    assert changes.touched_series == {watched.series.event_id}
    assert changed in changes.changed


def test_a_deleted_occurrence_touches_its_series_where_the_service_shows_anything(
    microsoft: Microsoft, calendar: OutlookCalendar, watched: Watched
) -> None:
    microsoft.world.delete_event(occurrence(microsoft, calendar, 2))
    assert watched.next().touched_series == {watched.series.event_id}


def test_many_rows_come_in_pages_that_are_all_read(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    daily = [CreateCopy(endless(uid), tag(uid)) for uid in ("a", "b", "c", "d", "e", "f")]
    series = {it.event_id for it in calendar.write(daily) if isinstance(it, Stored)}
    microsoft.journal.clear()
    found = OutlookWatch(microsoft.start().graph, calendar.id).changes(*WINDOW, link="")
    assert found.changed.keys() == found.touched_series == series
    pages = microsoft.graph_requests()
    assert len(pages) > 1
    assert len({page.headers["prefer"] for page in pages}) == 1


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Reply(410, ""),
        Reply(400, {"error": {"code": "ErrorInvalidSyncStateData"}}),
        Reply(400, {"error": {"code": "ResyncRequired"}}),
    ],
    ids=["unknown token", "410", "syncstate", "resync"],
)
def test_a_forgotten_place_asks_for_a_new_round(
    microsoft: Microsoft, watched: Watched, answer: Reply | None
) -> None:
    if answer is None:
        microsoft.world.expire_sync_states()
    else:
        microsoft.fail(DELTA, answer)
    with pytest.raises(CursorExpired):
        watched.next()
    assert len(watched.watch.changes(*WINDOW, link="").changed) == 2


def test_a_calendar_that_is_gone_is_told_so(
    microsoft: Microsoft, calendar: OutlookCalendar, watched: Watched
) -> None:
    microsoft.world.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        watched.next()


@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
def test_a_link_to_another_host_is_neither_followed_nor_kept(
    microsoft: Microsoft, watched: Watched, name: str
) -> None:
    foreign = f"{microsoft.sandbox.feishu_url}/v1.0/me/calendars/x/calendarView/delta?$skiptoken=1"
    microsoft.fail(DELTA, Reply(200, {"value": [], name: foreign}))
    with pytest.raises(ServiceFailing):
        watched.next()
    with pytest.raises(ServiceFailing):
        watched.watch.changes(*WINDOW, link=foreign)


def test_a_page_that_leads_nowhere_is_an_error(microsoft: Microsoft, watched: Watched) -> None:
    microsoft.fail(DELTA, Reply(200, {"value": []}))
    with pytest.raises(ServiceFailing):
        watched.next()
