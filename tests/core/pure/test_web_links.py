"""Addresses in running text: which part is the link, byte for byte."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web_links import link, linked


def links_in(text: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', linked(text))]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a?b=1&_s=2&copy=3&c=%2520x",
        "http://example.com",
        "HTTPS://Example.COM/A",
        "https://user@example.com:8443/a;b=c/~d/#e-f_g",
        "https://[::1]:8000/a",
        "https://example.com/?ids[]=1&ids[]=2",
        "https://en.wikipedia.org/wiki/Mercury_(planet)",
        "https://example.com/it's",
        "https://例子.测试/路径",
        "https://zh.wikipedia.org/wiki/北京",
        "https://example.com/?q=会议室&r=b_座",
        "https://example.com/café/Straße",
        "https://web.archive.org/web/2026/https://example.com/",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "see {} now", "({})", "<{}>", "见{}。", "“{}”", "{}, then", "[x]({})!"]
)
def test_a_link_is_exactly_what_was_written_whatever_is_around_it(address: str, around: str) -> None:
    assert links_in(around.format(address)) == [address]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("入会https://vc.feishu.cn/j/123密码：456", ["https://vc.feishu.cn/j/123"]),
        ("https://example.com请点击", ["https://example.com"]),
        ("https://example.com/a（附件）", ["https://example.com/a"]),
        ("https://example.com/a，https://example.com/b", ["https://example.com/a", "https://example.com/b"]),
        ("[https://a.example](https://b.example)", ["https://a.example", "https://b.example"]),
        ("(https://a.example)(https://b.example)", ["https://a.example", "https://b.example"]),
        ("(see https://en.wikipedia.org/wiki/A_(b)).", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("https://example.com/a?!...", ["https://example.com/a"]),
        ("https://example.com/a\u200bb", ["https://example.com/a"]),
        ("https://example.com/\u202egpj.exe", ["https://example.com/"]),
        ("https://... http:// https://, ftp://example.com javascript:alert(1) data:text/html,x", []),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(text: str, links: list[str]) -> None:
    assert links_in(text) == links


@given(
    st.lists(st.sampled_from([*"aA1中。)(][ \n<&\"'.", "https://", "](", "&copy=3"]), max_size=30).map(
        "".join
    )
)
def test_linking_changes_no_character(text: str) -> None:
    assert html.unescape(re.sub(r"<[^>]*>", "", linked(text))) == text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://example.com",
        "",
        "data:text/html,x",
        " https://x",
        "zoommtg://x",
        "https://",
    ],
)
def test_only_addresses_of_the_web_become_links(address: str) -> None:
    assert link(address, "<Open>") == "&lt;Open&gt;"


def test_a_link_is_escaped_in_both_places() -> None:
    assert link('https://example.com/?a=1&b="', "A & B") == (
        '<a href="https://example.com/?a=1&amp;b=&quot;">A &amp; B</a>'
    )
