"""calendarView and its delta at Microsoft's side."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.microsoft import Json, Service, code, event, expand_tags, series, tag_filter, tagged

WINDOW = {"startDateTime": "2026-12-01T00:00:00Z", "endDateTime": "2026-12-15T00:00:00Z"}
WEEKLY = {"type": "weekly", "daysOfWeek": ["tuesday"]}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def view(service: Service, calendar: str, **query: str) -> list[Json]:
    path = f"/me/calendars/{calendar}/calendarView"
    return list(service.json(path, **{"top": "100", **WINDOW, **query})["value"])


def at(day: str, hour: int = 10, **more: Any) -> Json:
    return event(start=f"{day}T{hour:02}:00:00", end=f"{day}T{hour + 1:02}:00:00", zone="UTC", **more)


# calendarView


def test_a_view_has_what_overlaps_the_window_in_order(service: Service, calendar: str) -> None:
    service.create(calendar, at("2026-12-20", subject="later"))
    service.create(calendar, at("2026-12-02", subject="single"))
    service.create(calendar, series(WEEKLY, subject="series"))
    service.create(calendar, event("reaches in", "2026-11-30T10:00:00", "2026-12-01T00:00:01", zone="UTC"))
    service.create(calendar, event("ends before", "2026-11-30T10:00:00", "2026-12-01T00:00:00", zone="UTC"))
    service.create(calendar, event("starts after", "2026-12-15T00:00:00", "2026-12-15T01:00:00", zone="UTC"))

    found = view(service, calendar)

    assert [(item["subject"], item["type"]) for item in found] == [
        ("reaches in", "singleInstance"),
        ("series", "occurrence"),
        ("single", "singleInstance"),
        ("series", "occurrence"),
    ]


def test_an_exception_is_seen_where_it_was_moved(service: Service, calendar: str) -> None:
    service.create(calendar, series({"type": "absoluteMonthly", "dayOfMonth": 1}, subject="series"))
    first = view(service, calendar)[0]

    service.change(first["id"], at("2026-12-20"))

    assert view(service, calendar) == []
    later = view(service, calendar, endDateTime="2026-12-31T00:00:00Z")
    assert [(item["id"], item["type"]) for item in later] == [(first["id"], "exception")]


def test_an_event_without_length_is_seen_at_the_edge(service: Service, calendar: str) -> None:
    service.create(calendar, event("moment", "2026-12-01T00:00:00", "2026-12-01T00:00:00", zone="UTC"))

    assert len(view(service, calendar)) == 1


def test_all_day_events_count_from_midnight_in_utc(service: Service, calendar: str) -> None:
    day = {"start": "2026-11-30T00:00:00", "end": "2026-12-01T00:00:00", "zone": "America/New_York"}
    service.create(calendar, event(isAllDay=True, **day))

    assert view(service, calendar) == []


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-12-02T10:00:00", "2026-12-02T11:00:00", 1),
        ("2026-12-02T10:00:00+08:00", "2026-12-02T11:00:00+08:00", 0),
        ("2026-12-02T18:00:00+08:00", "2026-12-02T19:00:00+08:00", 1),
    ],
)
def test_the_window_is_in_utc_unless_it_says_otherwise(
    service: Service, calendar: str, start: str, end: str, count: int
) -> None:
    service.create(calendar, at("2026-12-02"))

    found = service.get(
        f"/me/calendars/{calendar}/calendarView",
        {"Prefer": 'outlook.timezone="Asia/Tokyo"'},
        startDateTime=start,
        endDateTime=end,
    )

    assert len((found.json or {})["value"]) == count


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"startDateTime": "2026-12-01T00:00:00Z"}, "ErrorInvalidParameter"),
        ({"startDateTime": "", "endDateTime": ""}, "ErrorInvalidParameter"),
        ({"startDateTime": "soon", "endDateTime": "later"}, "ErrorInvalidParameter"),
        ({"startDateTime": "2026-12-02", "endDateTime": "2026-12-01"}, "ErrorInvalidParameter"),
        ({"startDateTime": "2026-01-01", "endDateTime": "2031-01-01"}, "ErrorInvalidRequest"),
        ({**WINDOW, "select": "id,createdDateTime"}, "ErrorInvalidProperty"),
    ],
)
def test_a_wrong_view_is_refused(service: Service, calendar: str, query: dict[str, str], answer: str) -> None:
    assert code(service.get(f"/me/calendars/{calendar}/calendarView", **query)) == (400, answer)


def test_a_window_may_span_1825_days(service: Service, calendar: str) -> None:
    assert view(service, calendar, startDateTime="2026-01-01", endDateTime="2030-12-31") == []


def test_a_view_shows_hidden_properties_but_cannot_be_filtered_by_them(
    service: Service, calendar: str
) -> None:
    service.create(calendar, at("2026-12-02", subject="mine", singleValueExtendedProperties=tagged("k")))

    found = view(service, calendar, expand=expand_tags(), select="subject")
    refused = service.get(f"/me/calendars/{calendar}/calendarView", filter=tag_filter("k"), **WINDOW)

    assert found[0]["singleValueExtendedProperties"] == tagged("k")
    assert code(refused) == (500, "ErrorInternalServerError")


def test_a_view_can_be_filtered_and_paged(service: Service, calendar: str) -> None:
    for number in range(12):
        service.create(calendar, at("2026-12-02", subject=f"{number % 2}"))

    first = service.json(f"/me/calendars/{calendar}/calendarView", filter="subject eq '1'", top="4", **WINDOW)
    second = service.json(first["@odata.nextLink"])

    assert [len(first["value"]), len(second["value"])] == [4, 2]


# delta


class Reader:
    """Follows the links of delta for one window, as a client does."""

    def __init__(self, service: Service, calendar: str) -> None:
        self.service = service
        self.link = f"/me/calendars/{calendar}/calendarView/delta"
        self.query = WINDOW
        self.pages = 0

    def round(self, size: int = 50) -> list[Json]:
        rows: list[Json] = []
        link, query = self.link, self.query
        while True:
            prefer = self.service.headers["Prefer"] + f", odata.maxpagesize={size}"
            answer = self.service.get(link, {"Prefer": prefer}, **query)
            assert answer.status_code == 200, answer.text
            page = answer.json or {}
            rows += page["value"]
            self.pages += 1
            assert ("@odata.nextLink" in page) is not ("@odata.deltaLink" in page)
            link, query = str(page.get("@odata.nextLink")), {}
            if "@odata.deltaLink" in page:
                self.link, self.query = page["@odata.deltaLink"], {}
                return rows

    def kinds(self) -> list[tuple[str, str]]:
        return [(row["id"], row.get("type", "removed")) for row in self.round()]


@pytest.fixture
def reader(service: Service, calendar: str) -> Reader:
    return Reader(service, calendar)


def test_the_first_round_tells_everything_in_the_window(
    service: Service, calendar: str, reader: Reader
) -> None:
    single = service.create(calendar, at("2026-12-02"))["id"]
    service.create(calendar, at("2026-12-20"))
    series_id = service.create(calendar, series(WEEKLY))["id"]

    rows = reader.round()

    assert [(row["id"], row["type"]) for row in rows[:2]] == [
        (single, "singleInstance"),
        (series_id, "seriesMaster"),
    ]
    assert [row["type"] for row in rows[2:]] == ["occurrence", "occurrence"]
    assert reader.round() == []


def test_an_occurrence_row_is_a_skeleton_and_the_others_are_whole(
    service: Service, calendar: str, reader: Reader
) -> None:
    series_id = service.create(calendar, series(WEEKLY, subject="series"))["id"]
    first = view(service, calendar)[0]["id"]
    service.change(first, {"subject": "own"})

    master, exception, occurrence = sorted(
        reader.round(), key=lambda row: ["s", "e", "o"].index(row["type"][0])
    )

    assert set(occurrence) == {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
    assert occurrence["seriesMasterId"] == series_id
    assert (master["subject"], exception["subject"]) == ("series", "own")
    assert "originalStart" not in exception


def test_a_round_comes_in_pages_of_the_preferred_size(
    service: Service, calendar: str, reader: Reader
) -> None:
    for _ in range(5):
        service.create(calendar, at("2026-12-02"))

    rows = reader.round(size=2)

    assert len({row["id"] for row in rows}) == 5
    assert reader.pages == 3


def test_own_writes_and_those_of_people_come_back(service: Service, calendar: str, reader: Reader) -> None:
    reader.round()
    own = service.create(calendar, at("2026-12-02"))["id"]
    theirs = service.world.add_event(calendar, at("2026-12-03"))

    assert reader.kinds() == [(own, "singleInstance"), (theirs, "singleInstance")]
    service.world.edit_event(theirs, {"subject": "New"})
    assert reader.kinds() == [(theirs, "singleInstance")]


def test_deleted_moved_and_departed_events_are_removed(
    service: Service, calendar: str, reader: Reader
) -> None:
    deleted, moved, departed = (service.create(calendar, at("2026-12-02"))["id"] for _ in range(3))
    reader.round()

    service.world.delete_event(deleted)
    service.world.move_event(moved, service.calendar("Other"))
    service.world.shift_event(departed, timedelta(days=30))

    rows = reader.round()
    assert {row["id"] for row in rows} == {deleted, moved, departed}
    assert all(row["@removed"] == {"reason": "deleted"} for row in rows)


def test_what_changes_outside_the_window_is_removed_too(
    service: Service, calendar: str, reader: Reader
) -> None:
    reader.round()
    outside = service.create(calendar, at("2027-02-02"))["id"]

    assert reader.kinds() == [(outside, "removed")]


def test_a_changed_series_is_sent_again_with_all_its_occurrences(
    service: Service, calendar: str, reader: Reader
) -> None:
    series_id = service.create(calendar, series(WEEKLY))["id"]
    first = reader.kinds()

    service.world.shift_event(series_id, timedelta(hours=1))

    assert reader.kinds() == first


def test_a_deleted_occurrence_leaves_no_trace_but_its_series(
    service: Service, calendar: str, reader: Reader
) -> None:
    series_id = service.create(calendar, series(WEEKLY))["id"]
    _, (first, _), (second, _) = reader.kinds()

    service.world.delete_event(first)

    assert reader.kinds() == [(series_id, "seriesMaster"), (second, "occurrence")]


def test_some_mailboxes_do_not_even_send_the_series(service: Service, calendar: str, reader: Reader) -> None:
    service.create(calendar, series(WEEKLY))
    first = reader.kinds()[1][0]
    service.world.switches.resends_series_of_deleted_occurrence = False

    service.world.delete_event(first)

    assert reader.kinds() == []


def test_a_hidden_property_alone_is_not_reported(service: Service, calendar: str, reader: Reader) -> None:
    created = service.create(calendar, at("2026-12-02"))["id"]
    reader.round()

    service.change(created, {"singleValueExtendedProperties": tagged("k")})

    assert reader.round() == []


def test_an_old_delta_link_tells_the_same_again(service: Service, calendar: str, reader: Reader) -> None:
    reader.round()
    old_link = reader.link
    created = service.create(calendar, at("2026-12-02"))["id"]
    assert reader.kinds() == [(created, "singleInstance")]

    reader.link = old_link

    assert reader.kinds() == [(created, "singleInstance")]


@pytest.mark.parametrize("name", ["select", "filter", "expand", "orderby", "top", "search"])
def test_delta_takes_no_other_parameters(service: Service, calendar: str, name: str) -> None:
    answer = service.get(f"/me/calendars/{calendar}/calendarView/delta", **WINDOW, **{name: "1"})

    assert code(answer) == (400, "ErrorInvalidUrlQuery")


def test_delta_needs_a_window(service: Service, calendar: str) -> None:
    assert code(service.get(f"/me/calendars/{calendar}/calendarView/delta")) == (400, "ErrorInvalidParameter")


def test_an_expired_token_asks_for_a_new_round(service: Service, calendar: str, reader: Reader) -> None:
    reader.round()
    service.world.expire_sync_states()

    answer = service.get(reader.link)

    assert code(answer) == (410, "SyncStateNotFound")
    assert answer.headers["Location"].endswith("$deltatoken=")


def test_a_token_belongs_to_its_calendar(service: Service, calendar: str, reader: Reader) -> None:
    reader.round()
    other = service.calendar("Other")

    elsewhere = f"/me/calendars/{other}/calendarView/delta?{urlsplit(reader.link).query}"

    assert code(service.call("GET", elsewhere)) == (410, "SyncStateNotFound")


def test_a_deleted_calendar_is_not_found(service: Service, calendar: str, reader: Reader) -> None:
    reader.round()
    service.world.delete_calendar(calendar)

    assert code(service.get(reader.link)) == (404, "ErrorItemNotFound")


def test_delta_says_that_it_tracks_changes(service: Service, calendar: str) -> None:
    answer = service.get(f"/me/calendars/{calendar}/calendarView/delta", **WINDOW)

    applied = 'odata.track-changes, IdType="ImmutableId", outlook.timezone="UTC"'
    assert answer.headers["Preference-Applied"] == applied
