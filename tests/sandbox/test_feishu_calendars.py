"""The list of calendars, and who may see what."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.conftest import API, Feishu, code_of


def calendars(feishu: Feishu, **query: Any) -> dict[str, Any]:
    answer = feishu.get(API, **query)
    assert answer.json is not None, answer.text
    assert answer.json["code"] == 0, answer.text
    return dict(answer.json["data"])


def names(data: dict[str, Any]) -> list[str]:
    return [calendar["summary"] for calendar in data["calendar_list"]]


def test_the_list_holds_what_the_person_has_a_role_in(feishu: Feishu) -> None:
    feishu.world.add_calendar("Release plan", role="reader")
    feishu.world.add_calendar("Somebody's own", person=feishu.world.add_person("李四"))
    data = calendars(feishu)
    assert names(data) == [feishu.world.person.name, "Release plan"]
    assert [c["role"] for c in data["calendar_list"]] == ["owner", "reader"]
    assert [c["type"] for c in data["calendar_list"]] == ["primary", "shared"]
    assert data["has_more"] is False


def test_the_list_comes_in_pages(feishu: Feishu) -> None:
    for number in range(100):
        feishu.world.add_calendar(f"Calendar {number}")
    first = calendars(feishu, page_size=50)
    assert "sync_token" not in first
    second = calendars(feishu, page_size=50, page_token=first["page_token"])
    third = calendars(feishu, page_size=50, page_token=second["page_token"])
    assert [data["has_more"] for data in (first, second, third)] == [True, True, False]
    assert len({*names(first), *names(second), *names(third)}) == 101


def test_an_increment_tells_of_new_renamed_lost_and_deleted_calendars_only(feishu: Feishu) -> None:
    lost, deleted, renamed = (feishu.world.add_calendar(name) for name in ("lost", "deleted", "named"))
    sync_token = calendars(feishu)["sync_token"]
    assert calendars(feishu, sync_token=sync_token)["calendar_list"] == []
    feishu.world.set_role(lost, None)
    feishu.world.delete_calendar(deleted)
    feishu.world.rename_calendar(renamed, "renamed")
    feishu.world.add_calendar("new")
    data = calendars(feishu, sync_token=sync_token)
    assert {c["summary"]: c["is_deleted"] for c in data["calendar_list"]} == {
        "lost": True, "deleted": True, "renamed": False, "new": False,
    }  # fmt: skip
    assert names(calendars(feishu)) == [feishu.world.person.name, "renamed", "new"]


def test_a_sync_token_of_the_list_is_too_old_after_ninety_days(feishu: Feishu) -> None:
    feishu.world.sessions.access_lifetime = 100 * 86400
    feishu.sign_in()
    sync_token = calendars(feishu)["sync_token"]
    feishu.clock.now += 90 * 86400 - 1
    assert feishu.get(API, sync_token=sync_token).status_code == 200
    feishu.clock.now += 1
    assert code_of(feishu.get(API, sync_token=sync_token)) == (400, 190008)


@pytest.mark.parametrize("query", [{"page_size": 49}, {"page_size": 1001}, {"page_size": "many"}])
def test_a_page_size_out_of_range_is_refused(feishu: Feishu, query: dict[str, Any]) -> None:
    assert code_of(feishu.get(API, **query)) == (400, 190002)


def test_the_primary_calendar_is_found_by_name_and_says_whose_it_is(feishu: Feishu) -> None:
    answer = feishu.http.post(f"{API}/primary", headers=feishu.headers).json
    assert answer is not None
    [entry] = answer["data"]["calendars"]
    assert entry["user_id"] == feishu.world.person.open_id
    assert entry["calendar"]["calendar_id"] == feishu.world.calendar_id
    other = feishu.http.post(f"{API}/primary?user_id_type=union_id", headers=feishu.headers).json
    assert other is not None
    assert other["data"]["calendars"][0]["user_id"] == feishu.world.person.union_id
    wrong = feishu.http.post(f"{API}/primary?user_id_type=email", headers=feishu.headers)
    assert code_of(wrong) == (400, 190002)


def test_a_single_calendar_is_the_data_itself(feishu: Feishu) -> None:
    for path in ("primary", quote(feishu.world.calendar_id, safe="")):
        answer = feishu.get(f"{API}/{path}").json
        assert answer is not None
        assert answer["data"]["calendar_id"] == feishu.world.calendar_id


def test_calendars_that_are_not_there_are_refused_each_in_its_way(feishu: Feishu) -> None:
    missing = "feishu.cn_AAAAAAAAAAAAAAAAAAAAAA@group.calendar.feishu.cn"
    foreign = feishu.world.primary_of(feishu.world.add_person("李四")).calendar_id
    deleted = feishu.world.add_calendar("deleted")
    feishu.world.delete_calendar(deleted)
    google = feishu.world.add_calendar("google", calendar_type="google")
    assert code_of(feishu.events("my calendar")) == (400, 191001)
    assert code_of(feishu.events(missing)) == (404, 191000)
    assert code_of(feishu.events(deleted)) == (403, 191003)
    assert code_of(feishu.events(foreign)) == (403, 191002)
    assert code_of(feishu.events(google)) == (403, 191004)
    assert feishu.get(f"{API}/{quote(google)}").status_code == 200


def test_a_role_that_is_lowered_or_lost_hides_the_events(feishu: Feishu) -> None:
    shared = feishu.world.add_calendar("shared")
    assert feishu.events(shared).status_code == 200
    feishu.world.set_role(shared, "free_busy_reader")
    assert code_of(feishu.events(shared)) == (403, 191002)
    assert feishu.get(f"{API}/{quote(shared)}").status_code == 200
    feishu.world.set_role(shared, None)
    assert code_of(feishu.get(f"{API}/{quote(shared)}")) == (403, 191002)
