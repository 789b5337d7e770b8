"""Feishu's descriptions as bodies: every character readable, every link alive, nothing active."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import description


class Reader(HTMLParser):
    """What a person sees, and which links they can follow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links, self.tags = "", list[str](), set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag == "br" else ""
        self.links += [value for name, value in attrs if name == "href" and value]
        assert {name for name, _ in attrs} <= {"href", "rel"}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


PLAIN = "Ask <wei@example.com> if x < 3 & y > 5\nhttps://example.com/a?b=1&_s=2&copy=3&c=%2520x\n<3 Tuesday>"


def test_plain_text_that_looks_like_markup_is_read_as_it_was_written() -> None:
    seen = read(description.to_html(PLAIN))
    assert seen.text == PLAIN
    assert seen.links == ["https://example.com/a?b=1&_s=2&copy=3&c=%2520x"]
    assert seen.tags == {"a", "br"}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_is_one(line_break: str) -> None:
    assert description.to_html(f"a{line_break}{line_break}b") == "a<br><br>b"
    assert description.to_html(f"<b>a</b>{line_break}b") == "<b>a</b><br>b"


def test_text_that_pretends_to_end_the_page_does_not() -> None:
    assert "<" not in description.to_html("before </body></html> after").replace("<br>", "")


RICH = """<p onclick="steal()">Agenda</p><ul><li>One</li><li>Two</li></ul>
<script>alert(1)</script><img src="https://evil.example/x.gif"><style>p{}</style>
<a href="https://example.com/?a=1&amp;copy=2" onmouseover="x()">link</a>
<a href="javascript:alert(1)">bad</a> <a href="mailto:li@example.com">mail</a> <iframe src="https://evil.example">"""


def test_rich_text_keeps_its_structure_and_links_and_nothing_that_acts_or_loads() -> None:
    body = description.to_html(RICH)
    seen = read(body)
    assert {"p", "ul", "li", "a"} <= seen.tags <= {"p", "ul", "li", "a", "br"}
    assert seen.links == ["https://example.com/?a=1&copy=2", "mailto:li@example.com"]
    for active in ("script", "alert", "onclick", "onmouseover", "steal", "img", "style", "iframe", "evil"):
        assert active not in body


def test_special_characters_come_through() -> None:
    text = "a\u00a0b\u202fc\u200bd 🖊\ufe0f &amp; trailing  \t\n\n"
    assert read(description.to_html(text)).text == text


@pytest.mark.parametrize(
    ("text", "link", "rest"),
    [
        ("see https://example.com/a.", "https://example.com/a", "."),
        ("(https://example.com/a)", "https://example.com/a", ")"),
        ("见 https://example.com/a。", "https://example.com/a", "。"),
        ("http://example.com/a?x=%20y!", "http://example.com/a?x=%20y", "!"),
    ],
)
def test_a_link_in_plain_text_ends_before_the_sentence_does(text: str, link: str, rest: str) -> None:
    seen = read(description.to_html(text))
    assert seen.links == [link]
    assert seen.text == text
    assert description.to_html(text).endswith(f"</a>{rest}")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://example.com", "", "data:text/html,x", " https://x"]
)
def test_only_addresses_of_the_web_become_links_of_ours(address: str) -> None:
    assert description.link(address, "<Open>") == "&lt;Open&gt;"


def test_a_link_of_ours_is_escaped_in_both_places() -> None:
    assert description.link('https://example.com/?a=1&b="', "A & B") == (
        '<a href="https://example.com/?a=1&amp;b=&quot;">A &amp; B</a>'
    )


def test_control_characters_go() -> None:
    assert description.to_html("a\x00b\x07c\x1bd\x7fe\tf") == "abcde\tf"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("<>&\"' \n")))
def test_any_text_without_markup_is_read_as_it_was_written(text: str) -> None:
    if not description._LOOKS_LIKE_HTML.search(text):
        assert read(description.to_html(text)).text == text


FRAGMENTS = [
    *("<p>", "</p>", "<script>", "</script>", "<a href='", "'>", "<b onload=x", ">", "&lt;", "x", "\n", '"'),
    *("<!--", "<svg/onload=x>", "javascript:", "JAVA", "script:", "&#106;avascript:"),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_whatever_is_put_together_nothing_active_comes_out(text: str) -> None:
    seen = read(description.to_html(text))
    assert "script" not in seen.tags
    assert "svg" not in seen.tags
    schemes = {found[0].lower() for link in seen.links if (found := re.match(r"[A-Za-z][\w+.-]*:", link))}
    assert schemes <= {"http:", "https:", "mailto:"}
