"""What lists and look-ups of Microsoft's side can be asked."""

import pytest

from tests.sandbox.microsoft import KEY, STATE, Service, code, event, expand_tags, series, tag_filter, tagged


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def calendar(service: Service) -> str:
    return service.calendar()


def subjects(service: Service, calendar: str, **query: str) -> list[str]:
    found = service.json(f"/me/calendars/{calendar}/events", **query)["value"]
    return [item["subject"] for item in found]


def refusal(service: Service, calendar: str, **query: str) -> tuple[int, str]:
    return code(service.get(f"/me/calendars/{calendar}/events", **query))


def test_a_list_has_single_events_and_series_of_its_calendar_only(service: Service, calendar: str) -> None:
    service.create(calendar, event("single"))
    service.create(calendar, series({"type": "daily"}, subject="series"))
    service.create(service.calendar("Other"), event("elsewhere"))

    assert subjects(service, calendar) == ["single", "series"]


def test_a_list_comes_in_pages_of_ten(service: Service, calendar: str) -> None:
    for number in range(23):
        service.create(calendar, event(f"{number}"))
    pages = [service.json(f"/me/calendars/{calendar}/events", select="subject")]
    while "@odata.nextLink" in pages[-1]:
        pages.append(service.json(pages[-1]["@odata.nextLink"]))

    assert [len(page["value"]) for page in pages] == [10, 10, 3]
    assert [item["subject"] for page in pages for item in page["value"]] == [str(n) for n in range(23)]
    assert all(set(item) == {"id", "@odata.etag", "subject"} for page in pages for item in page["value"])


def test_the_size_of_a_page_is_asked_with_top_or_preferred(service: Service, calendar: str) -> None:
    for number in range(15):
        service.create(calendar, event(f"{number}"))
    path = f"/me/calendars/{calendar}/events"

    assert len(service.json(path, top="1000")["value"]) == 15
    preferred = service.get(path, {"Prefer": "odata.maxpagesize=4"}).json or {}
    assert len(preferred["value"]) == 4


@pytest.mark.parametrize("top", ["0", "1001", "-1", "many"])
def test_an_impossible_top_is_refused(service: Service, calendar: str, top: str) -> None:
    assert refusal(service, calendar, top=top) == (400, "ErrorInvalidUrlQuery")


def test_a_copy_is_found_by_its_key_whatever_the_case(service: Service, calendar: str) -> None:
    service.create(calendar, event("mine", singleValueExtendedProperties=tagged("Ab.Cd")))
    service.create(calendar, event("other", singleValueExtendedProperties=tagged("Ab.Ce")))
    service.create(calendar, event("plain"))

    assert subjects(service, calendar, filter=tag_filter("aB.cD")) == ["mine"]
    assert subjects(service, calendar, filter=tag_filter("ab.cd").replace("Any", "any")) == ["mine"]
    assert subjects(service, calendar, filter=tag_filter("ab.cd", STATE)) == []
    assert subjects(service, service.calendar("Other"), filter=tag_filter("ab.cd")) == []


def test_a_look_up_follows_changes_moves_and_deletions(service: Service, calendar: str) -> None:
    first = service.create(calendar, event("1", singleValueExtendedProperties=tagged("k")))["id"]
    second = service.create(calendar, event("2", singleValueExtendedProperties=tagged("k")))["id"]
    third = service.create(calendar, event("3", singleValueExtendedProperties=tagged("k")))["id"]

    service.change(first, {"singleValueExtendedProperties": tagged("changed")})
    service.world.move_event(second, service.calendar("Other"))
    service.world.delete_event(third)

    assert subjects(service, calendar, filter=tag_filter("k")) == []
    assert subjects(service, calendar, filter=tag_filter("changed")) == ["1"]


def test_copies_are_found_by_the_start_of_their_key(service: Service, calendar: str) -> None:
    service.create(calendar, event("a1", singleValueExtendedProperties=tagged("aa.1")))
    service.create(calendar, event("a2", singleValueExtendedProperties=tagged("AA.2")))
    service.create(calendar, event("b", singleValueExtendedProperties=tagged("bb.1")))
    start = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and startswith(ep/value, 'aa.'))"

    found = service.json(
        f"/me/calendars/{calendar}/events", filter=start, expand=expand_tags(), select="subject"
    )

    assert [item["subject"] for item in found["value"]] == ["a1", "a2"]
    assert [item["singleValueExtendedProperties"][0]["value"] for item in found["value"]] == ["aa.1", "AA.2"]


def test_contains_and_ne_look_into_hidden_properties_too(service: Service, calendar: str) -> None:
    service.create(calendar, event("a", singleValueExtendedProperties=tagged("x-1")))
    service.create(calendar, event("b", singleValueExtendedProperties=tagged("y-2")))
    service.create(calendar, event("plain"))
    contains = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and contains(ep/value,'-2'))"

    assert subjects(service, calendar, filter=contains) == ["b"]
    assert subjects(service, calendar, filter=tag_filter("x-1").replace("value eq", "value ne")) == ["b"]


def test_events_are_found_by_subject_and_start_in_utc(service: Service, calendar: str) -> None:
    service.create(calendar, event("Li's"))
    service.create(calendar, event("Li's", "2026-12-02T10:00:00", "2026-12-02T11:00:00"))
    service.create(calendar, series({"type": "daily"}, subject="series"))

    same_time = "start/dateTime eq '2026-12-01T02:00:00'"
    assert subjects(service, calendar, filter=same_time) == ["Li's", "series"]
    assert subjects(service, calendar, filter=f"subject eq 'li''s' and {same_time}") == ["Li's"]
    assert subjects(service, calendar, filter=f"({same_time}) and subject eq 'series'") == ["series"]
    window = "start/dateTime ge '2026-12-01T18:00:00Z' and start/dateTime lt '2026-12-03T00:00:00+08:00'"
    assert len(subjects(service, calendar, filter=window)) == 1
    either = "subject eq 'series' or start/dateTime gt '2026-12-02T00:00:00.0000000'"
    assert subjects(service, calendar, filter=either) == ["Li's", "series"]


def test_events_are_found_by_the_start_of_their_subject_and_by_their_age(
    service: Service, calendar: str
) -> None:
    service.create(calendar, event("Talk A"))
    service.now += 60
    service.create(calendar, event("Walk A"))

    assert subjects(service, calendar, filter="startswith(subject,'talk')") == ["Talk A"]
    assert subjects(service, calendar, filter="lastModifiedDateTime ge 2026-11-25T12:00:30Z") == ["Walk A"]


def test_and_binds_closer_than_or(service: Service, calendar: str) -> None:
    for subject in ("a", "b", "c"):
        service.create(calendar, event(subject))

    found = subjects(service, calendar, filter="subject eq 'a' or subject eq 'b' and subject eq 'c'")

    assert found == ["a"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("colour eq 'red'", "BadRequest"),
        ("subject eq", "ErrorInvalidUrlQueryFilter"),
        ("subject eq 'a", "ErrorInvalidUrlQueryFilter"),
        ("subject eq 'a' and", "ErrorInvalidUrlQueryFilter"),
        ("(subject eq 'a'", "ErrorInvalidUrlQueryFilter"),
        ("subject eq 'a')", "ErrorInvalidUrlQueryFilter"),
        ("", "ErrorInvalidUrlQueryFilter"),
        ("start/dateTime ge 'tomorrow'", "ErrorInvalidUrlQueryFilter"),
        ("endswith(subject,'a')", "ErrorInvalidUrlQueryFilter"),
        (tag_filter("a", "Key"), "ErrorInvalidExtendedProperty"),
        ("singleValueExtendedProperties/Any(ep: ep/value eq 'a')", "ErrorInvalidUrlQueryFilter"),
    ],
)  # fmt: skip
def test_an_unreadable_filter_is_refused(service: Service, calendar: str, text: str, answer: str) -> None:
    assert refusal(service, calendar, filter=text) == (400, answer)


def test_unknown_parameters_properties_and_expansions_are_refused(service: Service, calendar: str) -> None:
    assert refusal(service, calendar, search="x") == (400, "ErrorInvalidUrlQuery")
    assert refusal(service, calendar, select="subject,colour") == (400, "BadRequest")
    assert refusal(service, calendar, expand="attachments") == (400, "BadRequest")
    assert refusal(service, calendar, expand="singleValueExtendedProperties") == (400, "BadRequest")
    unnamed = "singleValueExtendedProperties($filter=value eq 'x')"
    assert refusal(service, calendar, expand=unnamed) == (400, "ErrorInvalidUrlQueryFilter")


def test_a_list_is_sorted_when_asked(service: Service, calendar: str) -> None:
    for subject, hour in (("b", 10), ("c", 8), ("a", 9)):
        service.create(
            calendar, event(subject, f"2026-12-01T{hour:02}:00:00", f"2026-12-01T{hour + 1:02}:00:00")
        )

    assert subjects(service, calendar, orderby="start/dateTime") == ["c", "a", "b"]
    assert subjects(service, calendar, orderby="subject desc") == ["c", "b", "a"]
    assert refusal(service, calendar, orderby="colour") == (400, "ErrorInvalidUrlQueryFilter")
