"""One line, a limit, and characters as people see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.graphemes import head, units
from core.single_line import balanced, fitted, is_blank, one_line

OPENERS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from([*OPENERS, "\u202c", "\u2069", "\u0301", "😀"]),
    max_size=400,
)


@pytest.mark.parametrize(
    "character",
    [
        "👨\u200d👩\u200d👧\u200d👦",
        "e\u0301",
        "👍🏽",
        "🇨🇳",
        "❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e007f",
        "\u1112\u1161\u11ab",
        "कि",
    ],
)
def test_a_character_is_kept_whole_or_not_at_all(character: str) -> None:
    for room in range(1, units(character)):
        assert head("ab" + character + "c", 2 + room) == "ab"
    assert head("ab" + character + "c", 2 + units(character)) == "ab" + character


def test_flags_are_cut_between_two_flags() -> None:
    assert head("🇨🇳🇩🇪🇫🇷", 11) == "🇨🇳🇩🇪"


def test_one_character_that_is_longer_than_the_room_is_cut_all_the_same() -> None:
    assert head("a" + "\u0301" * 300, 255) == "a" + "\u0301" * 254


def test_lines_tabs_and_control_characters_become_one_space_and_all_else_stays() -> None:
    assert one_line(" a\r\nb\tc\u2028d\u2029\x00e  f\u00a0g\u3000h ") == "a b c d e  f\u00a0g\u3000h"
    for text in ("می\u200cخواهم", "👩\u200d💻", "❤\ufe0f", "\u200fabc", "e\u0301"):
        assert one_line(text) == text


@pytest.mark.parametrize(
    "text", ["", "  ", "\t\n", "\u3000\u00a0", "\u200b\ufeff", "\u202e\u2066", "\u3164", "\u2800"]
)
def test_what_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(text + "。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u202eb", "a\u202eb\u202c"),
        ("a\u2066b", "a\u2066b\u2069"),
        ("a\u202eb\u202cc", "a\u202eb\u202cc"),
        ("\u2067\u202ea", "\u2067\u202ea\u202c\u2069"),
        ("\u2067\u202ea\u2069b", "\u2067\u202ea\u2069b"),
        ("a\u202cb\u2069c", "abc"),
        ("\u202e\u2067a\u202cb", "\u202e\u2067ab\u2069\u202c"),
        ("\u200f\u05d0\u200e", "\u200f\u05d0\u200e"),
    ],
)
def test_a_turn_of_direction_ends_with_the_text_that_began_it(text: str, expected: str) -> None:
    assert balanced(text) == expected


def test_room_for_closing_the_turns_is_found_inside_the_limit() -> None:
    said = fitted("\u202e" * 200 + "x" * 100, 255)
    assert units(said) <= 255
    assert said.count("\u202e") == said.count("\u202c")
    assert fitted("\u2066" + "x" * 300, 255) == "\u2066" + "x" * 252 + "…\u2069"


@given(ANY_TEXT)
def test_any_text_fits_on_one_line_whole_and_balanced(text: str) -> None:
    said = fitted(text, 255)
    assert units(said) == len(said.encode("utf-16-le")) // 2 <= 255
    assert not {c for c in said if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029"}
    assert balanced(said) == said
    if units(text) < 100 and text == one_line(text) == balanced(text):
        assert said == text
