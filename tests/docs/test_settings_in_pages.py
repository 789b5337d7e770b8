"""What the documents say about settings, held against the settings."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta

import pytest

from core.quota import CALLS_OF_READING, READ_ANEW_EVERY, TOKEN_LIFE
from core.settings_reading import parse
from core.title_pattern import LONGEST_PATTERN, LONGEST_TITLE, NotFollowed, check
from tests.docs.pages import page, tables

MONTH = timedelta(days=30)


def examples(name: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", page(name), re.DOTALL)


@pytest.mark.parametrize("name", ["company.md", "guide.md"])
def test_the_example_is_a_file_that_the_program_takes(name: str) -> None:
    (example,) = [text for text in examples(name) if "[[pairs]]" in text]
    assert parse(example, name).pairs


def test_the_guide_tells_the_limits_of_title_patterns() -> None:
    guide = page("guide.md")
    (example,) = [tomllib.loads(text)["title_exclude"] for text in examples("guide.md") if "title_ex" in text]
    for pattern in (*example, "((ab)*c)*"):
        check(pattern)
    for pattern in (r"(a)\1", "(?P<name>a)(?P=name)", "(a)?(?(1)b)", "(?>a)", "a*+", "(((ab)*c)*d)*"):
        with pytest.raises(NotFollowed):
            check(pattern)
    assert f"at most {LONGEST_PATTERN} characters" in guide
    assert f"the first {LONGEST_TITLE:,} characters" in guide


def calls(interval: timedelta, on: timedelta) -> float:
    """In a month in which the computer is on for so long: runs, renewals of the sign-in, reading anew."""
    return on / interval + on / TOKEN_LIFE + MONTH / READ_ANEW_EVERY * CALLS_OF_READING


def test_the_numbers_of_calls_are_those_that_the_program_makes() -> None:
    rows = [row for table in tables(page("company.md")) for row in table if row[0].endswith(" minutes")]
    assert len(rows) == 4
    for interval, always, at_work in rows:
        every = timedelta(minutes=int(interval.split()[0]))
        for told, on in ((always, MONTH), (at_work, timedelta(hours=220))):
            assert int(told.replace(",", "")) == pytest.approx(calls(every, on), rel=0.03)
