"""The guide in both languages: it tells the same, with the same commands and values."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import page, tables

ENGLISH, CHINESE = "guide.md", "guide.zh_CN.md"


def outline(name: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", without_blocks(page(name)), re.MULTILINE)]


def without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def commands(name: str) -> list[str]:
    """The lines of all blocks without their comments, which are translated."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)
    lines = [re.sub(r"\s*#.*|<.*>", "", line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def values(name: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", without_blocks(page(name))))


@pytest.mark.parametrize("what", [outline, commands, values], ids=["headings", "commands", "values"])
def test_both_languages_have_the_same(what: object) -> None:
    assert callable(what)
    assert what(ENGLISH) == what(CHINESE)
    assert len(what(ENGLISH)) > 10


def test_both_languages_have_the_same_tables() -> None:
    english, chinese = ([len(table) for table in tables(page(name))] for name in (ENGLISH, CHINESE))
    assert english == chinese
