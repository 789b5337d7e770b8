import json

import pytest

from core.foreign_json import read_json


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, '{"a": NaNa}', "nul", '"\\ud8"'])
def test_what_is_no_json_is_one_kind_of_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested|Expecting|Invalid|Unterminated"):
        read_json(text)


def test_half_a_character_is_replaced_and_a_whole_one_stays() -> None:
    assert read_json(rb'["\ud83d\ude00 \ud83d x", "\\ud83d", "\\\ude00"]') == [
        "😀 \ufffd x",
        r"\ud83d",
        "\\\ufffd",
    ]


def test_bytes_that_are_no_utf_8_are_replaced_and_a_byte_order_mark_is_none() -> None:
    assert read_json(b'\xef\xbb\xbf["a\xff", "\xed\xa0\xbd"]') == ["a\ufffd", "\ufffd\ufffd\ufffd"]


def test_an_integer_that_no_computer_word_holds_is_a_float() -> None:
    assert read_json(f"[{2**59}, {'9' * 20}, {'9' * 5000}]") == [2**59, 1e20, float("inf")]
    json.dumps(read_json("9" * 5000))
