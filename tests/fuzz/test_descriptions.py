"""Texts that people and other programs put into events: safe and short in the copy, after bounded work."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import strategies as st

from core.description import LONGEST, shortened, to_html
from core.graphemes import units
from core.outlook.visible_text import visible_text
from core.single_line import fitted
from core.web_links import linked
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import NASTY_TEXTS, TEXTS
from tests.fuzz.work import at_most, in_memory_of

LONG = 10_000
"""Characters, or so."""
WORK = 40 * LONG
MEMORY = 3000 * LONG

PIECES = (
    *(
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<p title='x'>",
        "<font color=red>",
        "<ul><li>",
        "</li></ul>",
        "<table>",
        "<td>",
    ),
    *(
        "<script>",
        "</script>",
        "<style>",
        "<title>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<![x]>",
        "<?",
        "<!",
        "</",
    ),
    *(
        "<svg><math>",
        "<a href=",
        "<a href='https://a.b'>",
        "<a href='javascript:x'>",
        "<img src=x onerror=y>",
    ),
    *(
        "<",
        ">",
        "&",
        "&#",
        "&#x110000;",
        "&#0;",
        "&lt",
        "&lt;",
        "&nbsp;",
        "&NotEqualTilde;",
        "&#" + "9" * 5000 + ";",
    ),
    *(
        "https://a.b/c",
        "http://",
        "(",
        ")",
        "[x](https://",
        "例子",
        "。",
        "\n",
        "\r",
        "\t",
        " ",
        "  ",
        "a",
        '"',
        "'",
    ),
    *("\u202e", "\u2066", "\u0301", "🇨", "\u200d", "\ud83d", "\0", "\x85"),
)
pieces = st.sampled_from(PIECES)
texts = st.lists(pieces, max_size=30).map("".join) | TEXTS | st.sampled_from(NASTY_TEXTS)
floods = st.builds(
    lambda piece, other: (piece + other) * (LONG // len(piece + other)), pieces, pieces | st.just("")
)


class Reader(HTMLParser):
    """Tags as they come, and those that are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open += [tag] if tag not in {"br", "hr"} else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_safe(markup: str) -> None:
    reader = Reader()
    reader.feed(markup)
    assert not reader.open
    for tag, attributes in reader.tags:
        assert tag not in {"script", "style", "img", "svg", "iframe", "object", "form"}
        assert not any(name.startswith("on") for name in attributes)
        assert re.match(r"https?:|mailto:|$", attributes.get("href") or "")
    assert units(markup) <= LONGEST


@fuzz(200, text=texts)
def test_a_description_becomes_safe_markup(text: str) -> None:
    with at_most(WORK):
        markup = shortened(to_html(without_halves(text)))
    assert_safe(markup)


def test_of_a_description_beyond_all_limits_only_the_beginning_is_read() -> None:
    with at_most(100 * LONGEST):
        assert_safe(shortened(to_html("<p>x</p>" * 1_000_000)))


@fuzz(15, text=floods)
def test_a_flood_of_anything_costs_no_more_than_its_length(text: str) -> None:
    with at_most(WORK):
        assert_safe(shortened(to_html(without_halves(text))))
        visible_text(text)
        linked(text)
        assert units(fitted(text, 255)) <= 255


@fuzz(150, text=texts, most=st.integers(1, 300))
def test_a_line_is_never_longer_than_there_is_room(text: str, most: int) -> None:
    assert units(fitted(text, most)) <= most


@fuzz(150, text=texts)
def test_what_a_reader_sees_is_the_same_however_the_service_writes_it(text: str) -> None:
    plain = html.escape(without_halves(text).replace("\0", ""))
    assert visible_text(f"<p>{plain}</p>") == visible_text(f"<html><body><div>\n{plain} </div></body></html>")


@pytest.mark.parametrize(
    "text", ["<div>" * 20_000 + "x" + "</div>" * 20_000, "<b><p>" * 20_000, "<table><tr><td>" * 8000]
)
def test_what_is_nested_deeply_takes_little_memory(text: str) -> None:
    with in_memory_of(MEMORY):
        assert_safe(shortened(to_html(text)))


def without_halves(text: str) -> str:
    """As rows are read."""
    return text.encode("utf-8", "replace").decode()
