"""The two hidden properties: what is written is read, and what we did not write is nobody's tag."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import tag
from core.model import Tag

MADE = Tag(tag.key("calendar", "uid"), "b0d0f9e2-7f5c-5e4b-9d1b-0f6d6f2f7a11", "0123456789abcdef", "a.b.c")


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["", "1802743200", "2027-02-16"]))
def test_a_key_is_two_halves_of_hexadecimal_digits_whatever_it_is_made_of(
    calendar: str, uid: str, original: str
) -> None:
    calendar, uid = (text.encode("utf-8", "replace").decode() for text in (calendar, uid))
    made = tag.key(calendar, uid, original)
    assert re.fullmatch(r"[0-9a-f]{32}\.[0-9a-f]{32}", made)
    assert made.startswith(tag.calendar_part(calendar))


def test_keys_tell_calendars_events_and_occurrences_apart() -> None:
    keys = [
        tag.key(calendar, uid, original)
        for calendar in ("c", "C")
        for uid in ("a_b", "a-b", "A_b")
        for original in ("", "1", "2027-02-16")
    ]
    assert len(set(keys)) == len(keys)


def test_the_keys_of_copies_that_exist_never_change() -> None:
    """Every copy of every person is found by them."""
    assert tag.key("feishu.cn_1@group", "uid", "1802743200") == (
        "54d1fb37f7b1b696b22cff1d4c25a977.a80eb268de99f9bb2408453b79ad2d72"
    )
    assert [name for name, _ in tag.properties(MADE)] == [
        "String {9a1d5c2e-6f47-4b83-a0d9-3e7c81f2b654} Name FeishuKey",
        "String {9a1d5c2e-6f47-4b83-a0d9-3e7c81f2b654} Name FeishuState",
    ]


@pytest.mark.parametrize("adopted", [False, True])
def test_a_tag_is_read_as_it_was_written(adopted: bool) -> None:
    made = Tag(MADE.key, MADE.transaction_id, MADE.installation, MADE.fingerprint, adopted)
    assert tag.parse(dict(tag.properties(made))) == made


def test_each_value_is_short_enough_to_be_looked_up() -> None:
    longest = Tag(MADE.key, "x" * 36, "y" * 32, f"{'f' * 16}.{'f' * 16}.{'f' * 8}", is_adopted=True)
    for _, value in tag.properties(longest):
        assert len(value) <= 255


def test_names_of_properties_and_the_key_are_compared_without_regard_to_case() -> None:
    swapped = {name.upper(): value for name, value in tag.properties(MADE)}
    swapped[tag.KEY_PROPERTY.upper()] = MADE.key.upper()
    assert tag.parse(swapped) == MADE


@pytest.mark.parametrize(
    ("key", "state"),
    [
        (None, None),
        (MADE.key, None),
        (None, "1;t;i;f;made"),
        ("", "1;t;i;f;made"),
        ("not a key", "1;t;i;f;made"),
        (MADE.key + "0", "1;t;i;f;made"),
        (MADE.key.replace(".", ""), "1;t;i;f;made"),
        (MADE.key, ""),
        (MADE.key, "1;t;i;f"),
        (MADE.key, "1;t;i;f;made;more"),
        (MADE.key, "2;t;i;f;made"),
    ],
)
def test_what_we_do_not_write_is_no_tag(key: str | None, state: str | None) -> None:
    values = {tag.KEY_PROPERTY: key, tag.STATE_PROPERTY: state, "String {other} Name FeishuKey": MADE.key}
    assert tag.parse({name: value for name, value in values.items() if value is not None}) is None


@given(st.dictionaries(st.sampled_from([tag.KEY_PROPERTY, tag.STATE_PROPERTY]), st.text()))
def test_no_value_is_too_strange_to_be_read(values: dict[str, str]) -> None:
    assert tag.parse(values) is None
