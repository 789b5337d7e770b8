from __future__ import annotations

import pytest

from terminal.columns import fit, printable, width

WIDTHS = {
    "": 0,
    "abc": 3,
    "每日站会": 8,
    "每日 stand-up": 13,
    "ｆｕｌｌ": 8,
    "（空）": 6,
    "é": 1,
    "e\u0301": 1,
    "한국": 4,
    "🎉": 2,
    "a\u200bb": 2,
    "–…": 2,
}


@pytest.mark.parametrize("text", WIDTHS)
def test_wide_characters_take_two_columns_and_combining_ones_none(text: str) -> None:
    assert width(text) == WIDTHS[text]


@pytest.mark.parametrize("text", WIDTHS)
@pytest.mark.parametrize("columns", [1, 2, 3, 5, 8, 20])
def test_what_is_fitted_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width(fit(text, columns)) == columns


def test_what_is_too_long_ends_in_an_ellipsis_and_never_in_half_a_character() -> None:
    assert fit("每日站会", 8) == "每日站会"
    assert fit("每日站会", 7) == "每日站…"
    assert fit("每日站会", 6) == "每日… "
    assert fit("stand-up", 6) == "stand…"


def test_a_title_can_neither_break_the_line_nor_colour_the_terminal() -> None:
    assert printable("a\nb\tc\x1b[31md\u2028e\x9b") == "a b c [31md e "
