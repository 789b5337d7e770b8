"""Single occurrences at Microsoft's side: found, changed, cancelled, and erased with a new rule."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.microsoft import Json, Service, code, event, expand_tags, series, tagged

WINDOW = {"startDateTime": "2026-11-01T00:00:00Z", "endDateTime": "2027-03-01T00:00:00Z"}
WEEKLY = {"type": "weekly", "daysOfWeek": ["tuesday"]}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def instances(service: Service, series_id: str, **query: str) -> list[Json]:
    answer = service.json(f"/me/events/{series_id}/instances", **{"top": "100", **WINDOW, **query})
    return list(answer["value"])


def weekly(service: Service, calendar: str, count: int = 4, **more: Any) -> str:
    """On Tuesdays from 2026-12-01, 10 to 11 in Shanghai."""
    body = series(WEEKLY, {"type": "numbered", "numberOfOccurrences": count}, **more)
    return str(service.create(calendar, body)["id"])


def times(start: str, end: str, zone: str = "Asia/Shanghai") -> Json:
    body = event(start=start, end=end, zone=zone)
    return {"start": body["start"], "end": body["end"]}


def cancelled(service: Service, series_id: str) -> list[str]:
    answer = service.json(f"/me/events/{series_id}", select="id,cancelledOccurrences")
    return list(answer["cancelledOccurrences"])


# finding


def test_instances_are_the_occurrences_of_a_window(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    window = {"startDateTime": "2026-12-08T03:00:00Z", "endDateTime": "2026-12-22T02:00:00Z"}

    found = instances(service, series_id, select="id,type,start,originalStart,seriesMasterId", **window)

    assert [item["originalStart"] for item in found] == ["2026-12-15T02:00:00.0000000Z"]
    assert found[0]["start"]["dateTime"] == "2026-12-15T02:00:00.0000000"
    assert (found[0]["type"], found[0]["seriesMasterId"]) == ("occurrence", series_id)


def test_instances_need_a_window_and_a_series(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    single = service.create(calendar, event())["id"]

    assert code(service.get(f"/me/events/{series_id}/instances")) == (400, "ErrorInvalidParameter")
    assert code(service.get(f"/me/events/{single}/instances", **WINDOW)) == (400, "ErrorInvalidRequest")


def test_the_original_start_is_only_listed_when_selected(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)

    first = instances(service, series_id)[0]

    assert "originalStart" not in first
    assert service.json(f"/me/events/{first['id']}")["originalStart"] == "2026-12-01T02:00:00.0000000Z"


def test_occurrences_keep_the_wall_clock_when_the_offset_changes(service: Service, calendar: str) -> None:
    body = series(WEEKLY, start="2026-10-27T10:00:00", end="2026-10-27T11:00:00", zone="America/New_York")
    series_id = service.create(calendar, body)["id"]

    found = instances(service, series_id, startDateTime="2026-10-26T00:00:00Z", top="2")

    assert [item["start"]["dateTime"][:16] for item in found] == ["2026-10-27T14:00", "2026-11-03T15:00"]


def test_an_occurrence_has_the_content_but_not_the_hidden_properties_of_its_series(
    service: Service, calendar: str
) -> None:
    series_id = weekly(service, calendar, subject="Talk", singleValueExtendedProperties=tagged("k"))

    first = instances(service, series_id, expand=expand_tags())[0]

    assert first["subject"] == "Talk"
    assert "singleValueExtendedProperties" not in first
    assert first["recurrence"] is None


# changing


def test_a_changed_occurrence_becomes_an_exception_with_the_same_id(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar, subject="Talk")
    second = instances(service, series_id)[1]
    body = {"subject": "Moved", **times("2026-12-09T12:00:00", "2026-12-09T13:00:00")}

    changed = service.change(second["id"], {**body, "singleValueExtendedProperties": tagged("x")})

    found = instances(service, series_id, expand=expand_tags())
    assert (changed["type"], changed["id"]) == ("exception", second["id"])
    assert changed["originalStart"] == "2026-12-08T02:00:00.0000000Z"
    assert [item["subject"] for item in found] == ["Talk", "Moved", "Talk", "Talk"]
    assert found[1]["start"]["dateTime"] == "2026-12-09T04:00:00.0000000"
    assert found[1]["singleValueExtendedProperties"] == tagged("x")
    assert len(service.json(f"/me/calendars/{calendar}/events")["value"]) == 1


def test_changing_or_cancelling_an_occurrence_renews_the_series_etag(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    etags = {service.json(f"/me/events/{series_id}")["@odata.etag"]}
    first, second = instances(service, series_id)[:2]

    service.change(first["id"], {"subject": "Other"})
    etags.add(service.json(f"/me/events/{series_id}")["@odata.etag"])
    service.call("DELETE", f"/me/events/{second['id']}")
    etags.add(service.json(f"/me/events/{series_id}")["@odata.etag"])

    assert len(etags) == 3


def test_an_exception_keeps_its_own_fields_and_follows_the_others(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar, subject="Talk")
    first = instances(service, series_id)[0]["id"]
    service.change(first, {"subject": "Own"})

    service.change(series_id, {"subject": "New", "location": {"displayName": "Hall"}})

    changed = service.json(f"/me/events/{first}")
    assert (changed["subject"], changed["location"]["displayName"]) == ("Own", "Hall")


def test_exceptions_are_listed_with_select_and_expand(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    third = instances(service, series_id)[2]["id"]
    service.change(third, {"subject": "Own"})
    path = f"/me/events/{series_id}"

    listed = service.json(path, select="id,exceptionOccurrences", expand="exceptionOccurrences")

    assert [item["id"] for item in listed["exceptionOccurrences"]] == [third]
    assert "exceptionOccurrences" not in service.json(path, expand="exceptionOccurrences")
    assert "exceptionOccurrences" not in service.json(path, select="id,exceptionOccurrences")


def test_one_cloud_has_neither_list(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    service.world.switches.lists_exceptions = False

    assert code(service.get(f"/me/events/{series_id}", select="cancelledOccurrences")) == (400, "BadRequest")
    assert code(service.get(f"/me/events/{series_id}", expand="exceptionOccurrences")) == (400, "BadRequest")


def test_the_recurrence_of_an_occurrence_cannot_be_changed(service: Service, calendar: str) -> None:
    first = instances(service, weekly(service, calendar))[0]["id"]

    answer = service.call("PATCH", f"/me/events/{first}", {"recurrence": None})

    assert code(answer) == (400, "ErrorInvalidRequest")


# the neighbours


@pytest.mark.parametrize(
    ("start", "end", "is_taken"),
    [
        ("2026-12-02T09:00:00", "2026-12-02T10:00:00", True),  # the day after the one before
        ("2026-12-01T23:00:00", "2026-12-02T10:00:00", False),
        ("2026-12-14T22:00:00", "2026-12-15T00:00:00", True),  # ends as the day of the next begins
        ("2026-12-14T22:00:00", "2026-12-15T00:01:00", False),
        ("2026-12-16T10:00:00", "2026-12-16T11:00:00", False),
        ("2026-11-30T10:00:00", "2026-11-30T11:00:00", False),
    ],
)
def test_an_occurrence_stays_between_the_days_of_its_neighbours(
    service: Service, calendar: str, start: str, end: str, is_taken: bool
) -> None:
    second = instances(service, weekly(service, calendar))[1]["id"]

    answer = service.call("PATCH", f"/me/events/{second}", times(start, end))

    assert (answer.status_code == 200) is is_taken
    if not is_taken:
        assert code(answer) == (400, "ErrorOccurrenceCrossingBoundary")


def test_a_neighbour_counts_even_when_it_was_cancelled(service: Service, calendar: str) -> None:
    first, second = (item["id"] for item in instances(service, weekly(service, calendar))[:2])
    service.call("DELETE", f"/me/events/{first}")

    answer = service.call(
        "PATCH", f"/me/events/{second}", times("2026-12-01T15:00:00", "2026-12-01T16:00:00")
    )

    assert code(answer) == (400, "ErrorOccurrenceCrossingBoundary")


@pytest.mark.parametrize(("neighbour", "day"), [(0, "2026-12-05"), (2, "2026-12-12")])
def test_a_neighbour_counts_where_it_was_moved(
    service: Service, calendar: str, neighbour: int, day: str
) -> None:
    ids = [item["id"] for item in instances(service, weekly(service, calendar))]
    service.change(ids[neighbour], times(f"{day}T10:00:00", f"{day}T11:00:00"))

    answer = service.call("PATCH", f"/me/events/{ids[1]}", times(f"{day}T15:00:00", f"{day}T16:00:00"))

    assert code(answer) == (400, "ErrorOccurrenceCrossingBoundary")


def test_in_a_daily_series_an_occurrence_can_change_its_time_but_not_its_day(
    service: Service, calendar: str
) -> None:
    series_id = service.create(calendar, series({"type": "daily"}))["id"]
    second = instances(service, series_id)[1]["id"]

    moved = service.call("PATCH", f"/me/events/{second}", times("2026-12-03T20:00:00", "2026-12-03T21:00:00"))

    assert code(moved) == (400, "ErrorOccurrenceCrossingBoundary")
    assert service.change(second, times("2026-12-02T20:00:00", "2026-12-02T21:00:00"))["type"] == "exception"


def test_the_day_counts_in_the_zone_of_the_series(service: Service, calendar: str) -> None:
    series_id = service.create(calendar, series({"type": "daily"}))["id"]
    second = instances(service, series_id)[1]["id"]

    still_that_day = times("2026-12-01T17:00:00", "2026-12-01T18:00:00", zone="UTC")

    assert service.change(second, still_that_day)["type"] == "exception"


def test_other_fields_of_an_overnight_occurrence_can_be_changed(service: Service, calendar: str) -> None:
    body = series({"type": "daily"}, start="2026-12-01T22:00:00", end="2026-12-02T02:00:00")
    second = instances(service, service.create(calendar, body)["id"])[1]

    assert service.change(second["id"], {"subject": "Own"})["start"] == second["start"]


# cancelling


def test_a_cancelled_occurrence_is_gone_and_listed_by_its_local_date(service: Service, calendar: str) -> None:
    body = series(
        WEEKLY,
        {"type": "numbered", "numberOfOccurrences": 3},
        start="2026-12-01T07:00:00",
        end="2026-12-01T07:30:00",
    )
    series_id = service.create(calendar, body)["id"]
    second = instances(service, series_id)[1]
    assert second["start"]["dateTime"].startswith("2026-12-07")

    answer = service.call("DELETE", f"/me/events/{second['id']}")

    assert answer.status_code == 204
    assert cancelled(service, series_id) == [f"OID.{series_id}.2026-12-08"]
    assert len(instances(service, series_id)) == 2
    for method in ("GET", "PATCH", "DELETE"):
        body = {"subject": "x"} if method == "PATCH" else {}
        gone = service.call(method, f"/me/events/{second['id']}", body or None)
        assert code(gone) == (404, "ErrorItemNotFound")


def test_cancelling_an_exception_forgets_it(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    first = instances(service, series_id)[0]["id"]
    service.change(first, {"subject": "Own"})

    service.call("DELETE", f"/me/events/{first}")

    assert len(instances(service, series_id)) == 3
    listed = service.json(
        f"/me/events/{series_id}", select="exceptionOccurrences", expand="exceptionOccurrences"
    )
    assert listed["exceptionOccurrences"] == []


def test_the_last_occurrence_cannot_be_cancelled(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar, count=2)
    first, second = (item["id"] for item in instances(service, series_id))
    service.call("DELETE", f"/me/events/{first}")

    assert code(service.call("DELETE", f"/me/events/{second}")) == (400, "ErrorRecurrenceHasNoOccurrence")


def test_deleting_the_series_deletes_its_occurrences(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    first = instances(service, series_id)[0]["id"]

    service.call("DELETE", f"/me/events/{series_id}")

    assert code(service.get(f"/me/events/{first}")) == (404, "ErrorItemNotFound")


def test_a_date_that_the_rule_does_not_have_is_no_occurrence(service: Service, calendar: str) -> None:
    series_id = weekly(service, calendar)
    last = instances(service, series_id)[3]["id"]

    shorter = series(WEEKLY, {"type": "numbered", "numberOfOccurrences": 3})
    service.change(series_id, {"recurrence": shorter["recurrence"]})

    assert code(service.get(f"/me/events/{last}")) == (404, "ErrorItemNotFound")


# a new shape of the series


def with_exceptions(service: Service, calendar: str) -> str:
    """A weekly series with a changed and a cancelled occurrence."""
    series_id = weekly(service, calendar)
    first, second = instances(service, series_id)[:2]
    service.change(first["id"], {"subject": "Own"})
    service.call("DELETE", f"/me/events/{second['id']}")
    return series_id


def kinds(service: Service, series_id: str) -> list[str]:
    return [item["type"] for item in instances(service, series_id)]


SHAPE = series(WEEKLY, {"type": "numbered", "numberOfOccurrences": 4})


@pytest.mark.parametrize(
    "change",
    [
        times("2026-12-01T10:30:00", "2026-12-01T11:30:00"),
        times("2026-12-01T10:00:00", "2026-12-01T12:00:00"),
        series(WEEKLY, {"type": "numbered", "numberOfOccurrences": 5}),
        series({**WEEKLY, "interval": 2}, {"type": "numbered", "numberOfOccurrences": 4}),
        series(WEEKLY, {"type": "numbered", "numberOfOccurrences": 4}, zone="Asia/Tokyo"),
    ],
)
def test_another_time_zone_pattern_or_range_erases_all_exceptions(
    service: Service, calendar: str, change: Json
) -> None:
    series_id = with_exceptions(service, calendar)

    service.change(series_id, change)

    assert set(kinds(service, series_id)) == {"occurrence"}
    assert cancelled(service, series_id) == []


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "New"},
        {"recurrence": SHAPE["recurrence"]},
        {"recurrence": SHAPE["recurrence"], "start": SHAPE["start"], "end": SHAPE["end"]},
        {
            "start": {**SHAPE["start"], "timeZone": "China Standard Time"},
            "end": {**SHAPE["end"], "timeZone": "China Standard Time"},
        },
    ],
)
def test_the_same_shape_keeps_all_exceptions(service: Service, calendar: str, change: Json) -> None:
    series_id = with_exceptions(service, calendar)

    service.change(series_id, change)

    assert kinds(service, series_id) == ["exception", "occurrence", "occurrence"]
    assert len(cancelled(service, series_id)) == 1


def test_some_mailboxes_keep_exceptions_through_a_new_time(service: Service, calendar: str) -> None:
    series_id = with_exceptions(service, calendar)
    service.world.switches.resets_exceptions = False

    service.world.shift_event(series_id, timedelta(minutes=30))

    assert kinds(service, series_id) == ["exception", "occurrence", "occurrence"]


def test_a_series_cannot_change_its_zone_or_its_day_without_its_rule(service: Service, calendar: str) -> None:
    path = f"/me/events/{weekly(service, calendar)}"
    zone = times("2026-12-01T10:00:00", "2026-12-01T11:00:00", zone="Asia/Tokyo")
    day = times("2026-12-02T10:00:00", "2026-12-02T11:00:00")

    assert code(service.call("PATCH", path, zone)) == (400, "ErrorPropertyValidationFailure")
    assert code(service.call("PATCH", path, day)) == (400, "ErrorInvalidRecurrenceRange")


def test_a_series_without_its_rule_is_its_first_occurrence(service: Service, calendar: str) -> None:
    series_id = with_exceptions(service, calendar)

    single = service.change(series_id, {"recurrence": None})

    assert single["type"] == "singleInstance"
    assert single["start"]["dateTime"] == "2026-12-01T02:00:00.0000000"
    view = service.json(f"/me/calendars/{calendar}/calendarView", **WINDOW)["value"]
    assert [item["id"] for item in view] == [series_id]
