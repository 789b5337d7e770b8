"""Regular expressions of the settings: found exactly where `re` finds them, in bounded work, or refused."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import strategies as st

from core.setting_rules import is_pattern
from core.title_pattern import LONGEST_TITLE, NotFollowed, check, fits
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS
from tests.fuzz.work import at_most

WORK = 200_000
"""Calls for one title of the greatest length."""

atoms = st.sampled_from(
    (
        "a",
        "b",
        "A",
        "1",
        "会",
        " ",
        "-",
        ".",
        r"\w",
        r"\d",
        r"\s",
        "[^a]",
        "[a-c]",
        "^",
        "$",
        r"\b",
        r"\B",
        r"\Z",
        "",
    )
)
times = st.sampled_from(("", "*", "+", "?", "*?", "{2}", "{1,3}", "{0,2}?", "{2,}"))
flags = st.sampled_from(("", "(?i)", "(?s)", "(?m)", "(?a)"))
looks = st.sampled_from(("(?=", "(?!", "(?<=", "(?<!"))


def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}{}".format, parts, parts),
        st.builds("(?:{}|{})".format, parts, parts),
        st.builds("({}){}".format, parts, times),
        st.builds("(?i:{}){}".format, parts, times),
        st.builds("{}{})".format, looks, parts),
    )


patterns = st.builds("{}{}".format, flags, st.recursive(atoms, larger, max_leaves=8))
titles = st.text("aabAB1 会\n-_", max_size=10)


@fuzz(320, pattern=patterns, title=titles)
def test_a_pattern_is_found_where_python_finds_it(pattern: str, title: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compiled = re.compile(pattern)
            check(pattern)
        except (re.error, NotFollowed):
            return
        assert fits(pattern, title) == bool(compiled.search(title))


@fuzz(120, text=st.builds("{}{}{}".format, TEXTS, patterns, TEXTS) | TEXTS)
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    if is_pattern(text):
        with at_most(WORK):
            fits(text, "a1 " * 20)


CATASTROPHES = (
    ("(a+)+$", "a" * 40 + "!"),
    ("(a|a)*b", "a" * 2000),
    ("(?:a?){30}" + "a" * 30 + "b", "a" * 29),
    (".*a.*b.*c.*d.*e", "abcd" * 500),
    (r"(\w+\s?)*:$", "a" * 2000),
    ("x(?:(?:a)*b)*y", "x" + "".join("a" * number + "b" for number in range(42))),
    ("^(?!.*(?:f|fo)*!).*z", "fo" * 500),
)


@pytest.mark.parametrize(("pattern", "title"), CATASTROPHES)
def test_no_title_keeps_a_pattern_busy(pattern: str, title: str) -> None:
    with at_most(WORK):
        assert not fits(pattern, title)


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", "(?P<x>a)(?P=x)", "(?>a+)b", "a++b", "((a*)*)*", "a" * 301, "(", "a{1,"]
)
def test_what_can_only_be_found_by_trying_is_refused(pattern: str) -> None:
    assert is_pattern(pattern) == (pattern == "a{1,")  # which is plain text to Python


def test_a_title_that_is_too_long_is_looked_at_as_far_as_titles_go() -> None:
    assert fits("end", "x" * (LONGEST_TITLE - 3) + "end")
    assert not fits("end", "x" * LONGEST_TITLE + "end")
