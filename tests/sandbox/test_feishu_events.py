"""Reading events: full pulls, increments, windows, single events and instances."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sandbox.feishu import fill
from tests.sandbox.conftest import NOW, SHANGHAI, Feishu, code_of

HOUR = timedelta(hours=1)


def data(feishu: Feishu, part: str = "", calendar_id: str | None = None, **query: Any) -> dict[str, Any]:
    answer = feishu.events(calendar_id, part, **query)
    assert answer.json is not None, answer.text
    assert answer.json["code"] == 0, answer.text
    return dict(answer.json["data"])


def titles(page: dict[str, Any]) -> list[str]:
    return [item["summary"] for item in page["items"]]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in Shanghai in November 2026 (the 25th, a Wednesday, is today)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def stand_up(feishu: Feishu) -> str:
    """Weekdays 9:30 from Monday the 23rd, without end."""
    return feishu.world.add_event(
        feishu.world.calendar_id,
        "站会",
        at(23, 9, 30),
        at(23, 9, 45),
        recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    )


def span(start: datetime, end: datetime) -> dict[str, str]:
    return {"start_time": str(int(start.timestamp())), "end_time": str(int(end.timestamp()))}


def test_a_single_event_is_sent_as_documented(feishu: Feishu) -> None:
    event_id = feishu.world.add_event(
        feishu.world.calendar_id, "评审", at(26, 14), at(26, 15), description="a\nb", location={"name": "5F"}
    )
    [item] = data(feishu, anchor_time="1")["items"]
    assert item["event_id"] == event_id
    assert event_id.endswith("_0")
    assert item["start_time"] == {"timestamp": str(int(at(26, 14).timestamp())), "timezone": "Asia/Shanghai"}
    assert item["end_time"]["timestamp"] == str(int(at(26, 15).timestamp()))
    assert (item["summary"], item["description"], item["location"]["name"]) == ("评审", "a\nb", "5F")
    assert (item["status"], item["recurrence"], item["is_exception"]) == ("confirmed", "", False)
    assert item["create_time"] == str(int(NOW.timestamp()))
    assert item["event_organizer"] == {
        "user_id": feishu.world.person.open_id,
        "display_name": feishu.world.person.name,
    }


@pytest.mark.parametrize(
    ("quirk", "end"),
    [("asymmetric", "2026-11-28"), ("exclusive", "2026-11-28"), ("inclusive", "2026-11-27")],
)
def test_whole_days_have_dates_and_end_as_the_service_is_set_to(feishu: Feishu, quirk: Any, end: str) -> None:
    feishu.world.quirks.all_day_end = quirk
    feishu.world.add_event(feishu.world.calendar_id, "出差", date(2026, 11, 26), date(2026, 11, 28))
    [item] = data(feishu, anchor_time="1")["items"]
    assert item["start_time"] == {"date": "2026-11-26", "timezone": "UTC"}
    assert item["end_time"] == {"date": end, "timezone": "UTC"}


class TestFullPull:
    def test_it_sends_what_ends_after_the_anchor_and_all_masters(self, feishu: Feishu) -> None:
        me, add = feishu.world.calendar_id, feishu.world.add_event
        add(me, "over", at(20, 9), at(20, 10))
        add(me, "running", at(20, 9), at(26, 9))
        add(me, "ended series", at(2, 9), at(2, 10), recurrence="FREQ=DAILY;COUNT=2")
        series = stand_up(feishu)
        feishu.world.cancel_occurrence(me, series, at(23, 9, 30))
        feishu.world.cancel_occurrence(me, series, at(26, 9, 30))
        feishu.world.move_occurrence(
            me, series, at(24, 9, 30), at(27, 14), at(27, 15)
        )  # by its original start
        feishu.world.move_occurrence(me, series, at(27, 9, 30), at(23, 14), at(23, 15))  # by its present end
        page = data(feishu, anchor_time=int(at(25, 0).timestamp()))
        assert titles(page) == ["running", "ended series", "站会", "站会"]
        assert page["items"][-1]["event_id"].endswith(f"_{int(at(26, 9, 30).timestamp())}")

    def test_it_comes_in_pages_if_there_is_an_anchor(self, feishu: Feishu) -> None:
        fill(feishu.world, 120)
        rows = len(feishu.world.calendars[feishu.world.calendar_id].rows)
        seen: list[str] = []
        page: dict[str, Any] = {"has_more": True, "page_token": ""}
        while page["has_more"]:
            page = data(feishu, anchor_time="1", page_size=50, page_token=page["page_token"])
            assert len(page["items"]) <= 50
            assert ("sync_token" in page) is not page["has_more"]
            seen += [item["event_id"] for item in page["items"]]
        assert len(seen) == len(set(seen)) == rows

    def test_without_an_anchor_it_is_cut_at_the_page_size(self, feishu: Feishu) -> None:
        fill(feishu.world, 60)
        page = data(feishu, page_size=50)
        assert (len(page["items"]), page["has_more"], page["page_token"]) == (50, False, "")

    def test_a_change_between_two_pages_is_not_missed(self, feishu: Feishu) -> None:
        ids = fill(feishu.world, 60)
        first = data(feishu, anchor_time="1", page_size=50)
        feishu.world.change_event(feishu.world.calendar_id, ids[0], summary="changed meanwhile")
        second = data(feishu, anchor_time="1", page_size=50, page_token=first["page_token"])
        assert titles(second)[-1] == "changed meanwhile"
        assert data(feishu, sync_token=second["sync_token"])["items"] == []

    def test_the_service_may_send_shorter_pages(self, feishu: Feishu) -> None:
        fill(feishu.world, 9)
        feishu.world.quirks.longest_page = 4
        page = data(feishu, anchor_time="1")
        assert (len(page["items"]), page["has_more"]) == (4, True)


class TestIncrement:
    def test_it_sends_each_changed_row_once_in_its_last_state(self, feishu: Feishu) -> None:
        me = feishu.world.calendar_id
        kept, changed, deleted = fill(feishu.world, 3)
        token = data(feishu, anchor_time="1")["sync_token"]
        assert data(feishu, sync_token=token)["items"] == []
        feishu.world.delete_event(me, deleted)
        feishu.world.change_event(me, changed, summary="once")
        feishu.world.change_event(me, changed, summary="twice")
        page = data(feishu, sync_token=token, anchor_time="1")
        rows = {item["event_id"]: (item["status"], item["summary"]) for item in page["items"]}
        assert kept not in rows
        assert rows[changed] == ("confirmed", "twice")
        assert rows[deleted][0] == "cancelled"
        assert data(feishu, sync_token=page["sync_token"])["items"] == []

    def test_a_cancelled_row_may_be_minimal(self, feishu: Feishu) -> None:
        [event_id] = fill(feishu.world, 1)
        feishu.world.quirks.minimal_cancelled_rows = True
        feishu.world.delete_event(feishu.world.calendar_id, event_id)
        assert data(feishu, anchor_time="1")["items"] == [{"event_id": event_id, "status": "cancelled"}]

    def test_a_moved_occurrence_is_a_row_of_its_own(self, feishu: Feishu) -> None:
        series = stand_up(feishu)
        token = data(feishu, anchor_time="1")["sync_token"]
        moved = feishu.world.move_occurrence(
            feishu.world.calendar_id, series, at(26, 9, 30), at(26, 14), at(26, 14, 15)
        )
        [item] = data(feishu, sync_token=token)["items"]
        assert item["event_id"] == moved == f"{series[:-2]}_{int(at(26, 9, 30).timestamp())}"
        assert (item["is_exception"], item["recurring_event_id"], item["recurrence"]) == (True, series, "")
        assert item["start_time"]["timestamp"] == str(int(at(26, 14).timestamp()))

    def test_it_comes_in_pages_or_not(self, feishu: Feishu) -> None:
        token = data(feishu, anchor_time="1")["sync_token"]
        fill(feishu.world, 60)
        first = data(feishu, sync_token=token, page_size=50)
        assert (first["has_more"], "sync_token" in first) == (True, False)
        second = data(feishu, sync_token=token, page_size=50, page_token=first["page_token"])
        assert len(second["items"]) == len(feishu.world.calendars[feishu.world.calendar_id].rows) - 50
        feishu.world.quirks.pages_in_increments = False
        assert data(feishu, sync_token=token, page_size=50)["has_more"] is False

    def test_tokens_are_refused_that_are_void_made_up_of_another_kind_or_calendar_or_anchor(
        self, feishu: Feishu
    ) -> None:
        fill(feishu.world, 60)
        shared = feishu.world.add_calendar("shared")
        page_token = data(feishu, anchor_time="1", page_size=50)["page_token"]
        token = data(feishu, anchor_time="1")["sync_token"]
        for calendar_id, query in (
            (None, {"sync_token": "ListSyncToken_x"}),
            (None, {"sync_token": page_token}),
            (None, {"page_token": token, "anchor_time": "1"}),
            (shared, {"sync_token": token}),
            (None, {"sync_token": token, "anchor_time": "2"}),
        ):
            assert code_of(feishu.events(calendar_id, **query)) == (400, 190008)
        feishu.world.void_sync_tokens()
        assert code_of(feishu.events(sync_token=token)) == (400, 190008)
        assert feishu.events(sync_token=data(feishu, anchor_time="1")["sync_token"]).status_code == 200

    def test_a_token_is_bound_to_the_person(self, feishu: Feishu) -> None:
        token = data(feishu, anchor_time="1")["sync_token"]
        me = feishu.world.calendar_id
        feishu.world.person = feishu.world.add_person("李四")
        feishu.world.set_role(me, "reader")
        feishu.sign_in()
        assert code_of(feishu.events(me, sync_token=token)) == (400, 190008)


class TestWindow:
    def test_it_sends_what_takes_place_in_it_and_masters_with_an_occurrence_there(
        self, feishu: Feishu
    ) -> None:
        add, me = feishu.world.add_event, feishu.world.calendar_id
        add(me, "before", at(25, 8), at(25, 9))
        add(me, "inside", at(25, 9), at(25, 10))
        add(me, "ended", at(2, 9), at(2, 10), recurrence="FREQ=DAILY;COUNT=2")
        stand_up(feishu)
        page = data(feishu, **span(at(25, 9), at(25, 12)))
        assert titles(page) == ["inside", "站会"]
        assert "sync_token" not in page

    def test_it_is_silently_cut_at_the_page_size(self, feishu: Feishu) -> None:
        fill(feishu.world, 60)
        page = data(feishu, page_size=50, **span(NOW - timedelta(days=1), NOW + timedelta(days=365)))
        assert (len(page["items"]), page["has_more"]) == (50, False)

    def test_it_goes_with_nothing_else(self, feishu: Feishu) -> None:
        token = data(feishu, anchor_time="1")["sync_token"]
        window = span(at(25, 9), at(25, 12))
        assert code_of(feishu.events(sync_token=token, **window)) == (400, 190009)
        assert code_of(feishu.events(anchor_time="1", **window)) == (400, 190002)
        assert code_of(feishu.events(page_token="x", **window)) == (400, 190002)
        assert code_of(feishu.events(start_time=window["start_time"])) == (400, 190002)
        assert code_of(feishu.events(**span(at(25, 12), at(25, 9)))) == (400, 190002)


@pytest.mark.parametrize(
    "query", [{"page_size": 49}, {"page_size": 1001}, {"anchor_time": "0"}, {"anchor_time": "soon"},
              {"anchor_time": "16725225601"}, {"user_id_type": "email"}],
)  # fmt: skip
def test_wrong_parameters_are_refused(feishu: Feishu, query: dict[str, Any]) -> None:
    assert code_of(feishu.events(**query)) == (400, 190002)


class TestVisibility:
    def test_a_reader_sees_a_private_event_without_its_details(self, feishu: Feishu) -> None:
        shared = feishu.world.add_calendar("shared", role="reader")
        feishu.world.add_event(shared, "牙医", at(26, 9), at(26, 10), visibility="private", description="x")
        [item] = data(feishu, calendar_id=shared, anchor_time="1")["items"]
        assert {"summary", "description", "location", "vchat"}.isdisjoint(item)
        assert item["visibility"] == "private"
        feishu.world.set_role(shared, "writer")
        assert titles(data(feishu, calendar_id=shared, anchor_time="1")) == ["牙医"]

    def test_titles_may_vanish_when_the_role_falls_to_free_busy(self, feishu: Feishu) -> None:
        shared = feishu.world.add_calendar("shared")
        feishu.world.add_event(shared, "default", at(26, 9), at(26, 10))
        feishu.world.add_event(shared, "public", at(26, 9), at(26, 10), visibility="public")
        feishu.world.quirks.free_busy_rows = True
        feishu.world.set_role(shared, "free_busy_reader")
        items = data(feishu, calendar_id=shared, anchor_time="1")["items"]
        assert [item.get("summary") for item in items] == [None, "public"]


class TestOneEvent:
    def test_it_is_found_by_id(self, feishu: Feishu) -> None:
        [event_id] = fill(feishu.world, 1)
        assert data(feishu, f"/{event_id}")["event"]["event_id"] == event_id

    def test_an_occurrence_that_is_no_row_is_virtual_or_not_found(self, feishu: Feishu) -> None:
        series = stand_up(feishu)
        event_id = f"{series[:-2]}_{int(at(27, 9, 30).timestamp())}"
        event = data(feishu, f"/{event_id}")["event"]
        assert (event["event_id"], event["recurrence"], event["is_exception"]) == (event_id, "", False)
        assert event["start_time"]["timestamp"] == str(int(at(27, 9, 30).timestamp()))
        feishu.world.quirks.virtual_instances = False
        assert code_of(feishu.events(part=f"/{event_id}")) == (404, 193001)

    def test_what_is_no_id_no_event_or_deleted_is_refused(self, feishu: Feishu) -> None:
        [event_id] = fill(feishu.world, 1)
        assert code_of(feishu.events(part="/nonsense")) == (400, 193000)
        assert code_of(feishu.events(part="/unknown_0")) == (404, 193001)
        series = stand_up(feishu)
        assert code_of(feishu.events(part=f"/{series[:-2]}_{int(at(28, 9, 30).timestamp())}")) == (
            404,
            193001,
        )
        feishu.world.delete_event(feishu.world.calendar_id, event_id)
        assert code_of(feishu.events(part=f"/{event_id}")) == (403, 193003)
        feishu.world.quirks.deleted_events_readable = True
        assert data(feishu, f"/{event_id}")["event"]["status"] == "cancelled"

    def test_attendees_come_on_request_if_the_caller_may_see_them(self, feishu: Feishu) -> None:
        me, wei = feishu.world.calendar_id, feishu.world.add_person("Wei")
        theirs = feishu.world.primary_of(wei).calendar_id
        event_id = feishu.world.add_event(theirs, "planning", at(26, 9), at(26, 10), attendee_ability="none")
        people = [{"type": "user", "display_name": f"Guest {number}"} for number in range(3)]
        feishu.world.change_event(theirs, event_id, attendees=people)
        feishu.world.invite(theirs, event_id, feishu.world.person)
        assert code_of(feishu.events(part=f"/{event_id}", need_attendee="true")) == (403, 194001)
        feishu.world.change_event(me, event_id, attendee_ability="can_see_others")
        event = data(feishu, f"/{event_id}", need_attendee="true", max_attendee_num=2)["event"]
        assert (event["attendees"], event["has_more_attendee"]) == (people[:2], True)
        assert "attendees" not in data(feishu, f"/{event_id}")["event"]
        assert code_of(feishu.events(part=f"/{event_id}", max_attendee_num=101)) == (400, 190002)


class TestInstanceView:
    def test_it_expands_series_and_marks_what_was_cancelled(self, feishu: Feishu) -> None:
        me, series = feishu.world.calendar_id, stand_up(feishu)
        feishu.world.cancel_occurrence(me, series, at(24, 9, 30))
        feishu.world.move_occurrence(me, series, at(25, 9, 30), at(25, 14), at(25, 14, 15))
        feishu.world.add_event(me, "午餐", at(25, 12), at(25, 13))
        items = data(feishu, "/instance_view", **span(at(23, 0), at(26, 0)))["items"]
        seen = [(item["summary"], item["status"], item["is_exception"]) for item in items]
        assert seen == [
            ("站会", "confirmed", False),
            ("站会", "cancelled", True),
            ("午餐", "confirmed", False),
            ("站会", "confirmed", True),
        ]
        assert items[0]["recurring_event_id"] == series
        assert {"recurrence", "reminders", "create_time"}.isdisjoint(items[0])

    def test_it_takes_less_than_forty_days_and_at_most_a_thousand_instances(self, feishu: Feishu) -> None:
        start = at(1, 0)
        long = span(start, start + timedelta(days=40))
        assert code_of(feishu.events(part="/instance_view", **long)) == (400, 193103)
        feishu.world.add_event(
            feishu.world.calendar_id,
            "tick",
            start,
            start + timedelta(minutes=5),
            recurrence="FREQ=HOURLY;COUNT=936",
        )
        window = span(start, start + timedelta(days=40) - timedelta(seconds=1))
        assert len(data(feishu, "/instance_view", **window)["items"]) == 936
        for _ in range(64):
            feishu.world.add_event(feishu.world.calendar_id, "more", at(2, 9), at(2, 10))
        assert len(data(feishu, "/instance_view", **window)["items"]) == 1000
        feishu.world.add_event(feishu.world.calendar_id, "one too many", at(2, 9), at(2, 10))
        assert code_of(feishu.events(part="/instance_view", **window)) == (400, 193104)

    def test_it_needs_both_ends(self, feishu: Feishu) -> None:
        assert code_of(feishu.events(part="/instance_view", start_time="1")) == (400, 190002)
        assert code_of(feishu.events(part="/instance_view")) == (400, 190002)

    @pytest.mark.parametrize(("quirk", "hits"), [("asymmetric", 0), ("exclusive", 0), ("inclusive", 1)])
    def test_noon_of_the_sent_end_date_tells_how_whole_days_end(
        self, feishu: Feishu, quirk: Any, hits: int
    ) -> None:
        feishu.world.quirks.all_day_end = quirk
        feishu.world.add_event(feishu.world.calendar_id, "出差", date(2026, 11, 26), date(2026, 11, 28))
        [item] = data(feishu, anchor_time="1")["items"]
        noon = datetime.fromisoformat(item["end_time"]["date"] + "T12:00:00+00:00")
        assert len(data(feishu, "/instance_view", **span(noon, noon + HOUR))["items"]) == hits

    @pytest.mark.parametrize("quirk", ["asymmetric", "exclusive", "inclusive"])
    def test_it_shows_whole_days_on_their_true_days_however_they_are_sent(
        self, feishu: Feishu, quirk: Any
    ) -> None:
        feishu.world.quirks.all_day_end = quirk
        me, add = feishu.world.calendar_id, feishu.world.add_event
        add(me, "one", date(2026, 11, 26), date(2026, 11, 27))
        add(me, "two", date(2026, 11, 26), date(2026, 11, 28))
        week = add(me, "week", date(2026, 11, 19), date(2026, 11, 21), recurrence="FREQ=WEEKLY;COUNT=2")
        feishu.world.move_occurrence(me, week, date(2026, 11, 19), date(2026, 11, 24), date(2026, 11, 25))
        shown = {}
        for day in range(23, 30):
            noon = datetime(2026, 11, day, 12, tzinfo=UTC)
            shown[day] = [
                item["summary"] for item in data(feishu, "/instance_view", **span(noon, noon + HOUR))["items"]
            ]
        assert {day: sorted(titles) for day, titles in shown.items() if titles} == {
            24: ["week"],
            26: ["one", "two", "week"],
            27: ["two", "week"],
        }


class TestInstances:
    def test_they_come_in_pages(self, feishu: Feishu) -> None:
        series = stand_up(feishu)
        window = span(at(23, 0), at(23, 0) + timedelta(days=28))
        first = data(feishu, f"/{series}/instances", page_size=15, **window)
        second = data(feishu, f"/{series}/instances", page_size=15, page_token=first["page_token"], **window)
        assert (len(first["items"]), first["has_more"]) == (15, True)
        assert (len(second["items"]), second["has_more"]) == (5, False)
        assert first["items"][0]["start_time"]["timestamp"] == str(int(at(23, 9, 30).timestamp()))

    def test_only_a_series_has_them_and_at_most_for_two_years(self, feishu: Feishu) -> None:
        [event_id] = fill(feishu.world, 1)
        series = stand_up(feishu)
        assert code_of(feishu.events(part=f"/{event_id}/instances", **span(at(1, 0), at(2, 0)))) == (
            400,
            190002,
        )
        long = span(at(1, 0), at(1, 0) + timedelta(days=732))
        assert code_of(feishu.events(part=f"/{series}/instances", **long)) == (400, 193103)


def test_the_service_may_prefix_rules_and_add_members(feishu: Feishu) -> None:
    stand_up(feishu)
    feishu.world.quirks.rule_prefix = "RRULE: "
    feishu.world.quirks.unknown_members = True
    [item] = data(feishu, anchor_time="1")["items"]
    assert item["recurrence"] == "RRULE: FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    assert "member_of_the_future" in item


def test_a_row_can_be_distorted_to_try_a_reader(feishu: Feishu) -> None:
    [event_id] = fill(feishu.world, 1)
    feishu.world.distort(feishu.world.calendar_id, event_id, start_time=None)
    [item] = data(feishu, anchor_time="1")["items"]
    assert item["start_time"] is None
