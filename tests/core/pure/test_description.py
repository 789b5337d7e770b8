"""Feishu's descriptions as bodies: every character readable, every link alive, nothing active."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.description import LONGEST, shortened, to_html
from core.graphemes import units
from core.markup import is_markup

ALLOWED = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
    ),
    *(
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
    ),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}


class Reader(HTMLParser):
    """What a person sees, and which links they can follow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links, self.tags = "", list[str](), set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag == "br" else ""
        self.links += [value for name, value in attrs if name == "href" and value]
        assert {name for name, _ in attrs} <= {"href", "colspan", "rowspan"}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


def as_shown(plain: str) -> str:
    """The rule for blanks: at the start of a line all are no-break spaces, of a run all but the last."""
    lines = plain.replace("\t", "\u00a0" * 4).split("\n")
    lines = [re.sub("^ +", lambda run: "\u00a0" * len(run[0]), line) for line in lines]
    return "\n".join(re.sub(" {2,}", lambda run: "\u00a0" * (len(run[0]) - 1) + " ", line) for line in lines)


# --- plain text -------------------------------------------------------------------------------------

PLAIN = "Ask <wei@example.com> if x < 3 & y > 5\nhttps://example.com/a?b=1&_s=2&copy=3&c=%2520x\n<3 Tuesday>"


def test_plain_text_that_looks_like_markup_is_read_as_it_was_written() -> None:
    seen = read(to_html(PLAIN))
    assert seen.text == PLAIN
    assert seen.links == ["https://example.com/a?b=1&_s=2&copy=3&c=%2520x"]
    assert seen.tags == {"a", "br"}


@pytest.mark.parametrize(
    "text",
    [
        "before </body></html> after",
        "a literal &amp; &lt;b&gt; &copy and &#169;",
        "use <b> for bold",
        "List<String> names = Map<a, b>()",
        "for <i> in list, while <i> > 3",
        "if a <b and c> d",
        "<!-- no comment",
        '<script>alert("x") <img src="x.gif">',
    ],
)
def test_one_stray_tag_does_not_make_markup_of_a_text(text: str) -> None:
    assert read(to_html(text)).text == text


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_is_one(line_break: str) -> None:
    assert to_html(f"a{line_break}{line_break}b") == "a<br><br>b"
    assert to_html(f"<b>a</b>{line_break}b") == "<b>a</b><br>b"


def test_blanks_are_seen_where_html_would_swallow_them() -> None:
    assert read(to_html("a:\n  - b\n\tc   d e  ")).text == (
        "a:\n\u00a0\u00a0- b\n\u00a0\u00a0\u00a0\u00a0c\u00a0\u00a0 d e\u00a0 "
    )


def test_special_characters_come_through() -> None:
    text = "a\u00a0b\u202fc\u200bd 🖊\ufe0f &amp; \u05d0\u200f trailing\n\n"
    assert read(to_html(text)).text == text


def test_control_characters_go() -> None:
    assert to_html("a\x00b\x07c\x1bd\x7fe\x85f\ufffeg") == "abcdefg"
    assert to_html("<b>a&#7;&#0;b</b>").replace("\ufffd", "") == "<b>ab</b>"


@pytest.mark.parametrize("text", ["", "  \n\t", "<p><br></p>", "<img src='https://x.example/a.gif'><br>"])
def test_a_description_without_anything_to_read_is_none(text: str) -> None:
    assert to_html(text) == ""


# --- rich text --------------------------------------------------------------------------------------

RICH = """<p onclick="steal()">Agenda</p><ul><li>One</li><li>Two</li></ul>
<script>alert(1)</script><img src="https://evil.example/x.gif"><style>p{}</style><form action="https://evil.example">
<a href="https://example.com/?a=1&amp;copy=2" onmouseover="x()">link</a> <svg/onload=x()><b style="x">bold</b>
<a href="javascript:alert(1)">bad</a> <a href="data:text/html,x">bad</a> <a href="JAVA&#10;SCRIPT:x">bad</a>
<a href="mailto:li@example.com">mail</a> <a href="/relative">none</a> <iframe src="https://evil.example">"""


def test_rich_text_keeps_its_structure_and_links_and_nothing_that_acts_or_loads() -> None:
    body = to_html(RICH)
    seen = read(body)
    assert {"p", "ul", "li", "a", "b"} <= seen.tags <= ALLOWED
    assert seen.links == ["https://example.com/?a=1&copy=2", "mailto:li@example.com"]
    for active in (
        "script",
        "alert",
        "onclick",
        "onmouse",
        "onload",
        "steal",
        "img",
        "style",
        "iframe",
        "evil",
        "data:",
    ):
        assert active not in body


def test_tables_keep_their_cells() -> None:
    table = '<table><tr><th>A</th><th rowspan="2">B</th></tr><tr><td colspan="2">1</td></tr></table>'
    assert to_html(table) == table.replace("<tr>", "<tbody><tr>", 1).replace("</table>", "</tbody></table>")


@pytest.mark.parametrize(
    ("rich", "body"),
    [
        ("<p>a</p>\n<p>b</p>\n", "<p>a</p><p>b</p>"),
        ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a<br>\nb\n<br/>c", "a<br>b<br>c"),
        ("a:\n<ul><li>b</li></ul>\nc\n\nd", "a:<ul><li>b</li></ul>c<br><br>d"),
        ("a:\n\n<ul><li>b</li></ul>", "a:<br><ul><li>b</li></ul>"),
        ("<b>a</b>\n<i>b</i>", "<b>a</b><br><i>b</i>"),
        ("<pre>a\n  b\n</pre>", "<pre>a<br>  b<br></pre>"),
        ("<html><head><title>t</title></head>\n<body>a<br>b</body></html>", "a<br>b"),
        ("<section>a</section><section>b</section>", "<div>a</div><div>b</div>"),
    ],
)
def test_a_line_break_of_the_source_is_shown_once(rich: str, body: str) -> None:
    assert to_html(rich) == body


def test_bare_addresses_in_rich_text_are_links_too_and_links_are_not_linked_twice() -> None:
    seen = read(
        to_html('<p>https://a.example/?x=1&amp;copy=3 <a href="https://b.example">https://b.example</a></p>')
    )
    assert seen.links == ["https://a.example/?x=1&copy=3", "https://b.example"]
    assert read(to_html("<b>x</b> https://a.example/?x=1&copy=3")).links == ["https://a.example/?x=1&copy=3"]


def test_text_between_the_tags_is_read_as_it_was_written() -> None:
    assert read(to_html("<b>Ask</b> " + PLAIN)).text == "Ask " + PLAIN


def test_a_tag_that_swallows_the_rest_is_left_out_and_the_rest_is_not() -> None:
    for tag in ("<script>", "<style>", "<title>", "<textarea>", "<!--", "<xmp>", "<plaintext>"):
        assert read(to_html(f"<b>a</b>{tag}rest")).text.endswith("rest")


# --- length -----------------------------------------------------------------------------------------

HUGE = 40_960
MANY = range(3000)


@pytest.mark.parametrize(
    "text",
    [
        "x" * HUGE,
        "&" * HUGE,
        "https://example.com/" + "x" * HUGE,
        "会议" * (HUGE // 2),
        "<b>" * 5_000 + "x" + "</b>" * 5_000,
        "<div>" * 3_700 + "x" + "</div>" * 3_700,
        "<ul><li>" * 2_000 + "x" + "</li></ul>" * 2_000,
        "<table><tr><td>" * 1_200 + "x" + "</td></tr></table>" * 1_200,
        "<p>" + "".join(f"<b x={n}>" for n in MANY) + "</p>" + "<p>x</p>" * 1_000,
        "<p>" + "".join(f"<b x={n}><object></b></object>" for n in range(800)) + "</p>" + "<p>x</p>" * 1_500,
        "".join(f"<b x={n}></i>" for n in range(1_500)) + "<p>x</p>" * 2_000,
        "<a href='https://x.example'>x" * 1_500 + "</a>",
        "<p>1</p>" * 5_000,
        "<b>x</b>" + "<!--" * 10_000,
        "<b>x</b>" + "<script>" * 5_000,
        "<b>x</b>" + '<b "' * 10_000,
        "[https://a](" * 3_400,
    ],
    ids=lambda text: text[:12],
)
def test_however_a_long_description_is_made_its_body_is_whole_and_within_the_limit(text: str) -> None:
    whole = to_html(text)
    shown = shortened(whole)
    assert units(whole) < 40 * HUGE
    assert units(shown) <= LONGEST
    assert nh3_clean(shown) == shown


def test_a_cut_leaves_nothing_open() -> None:
    assert shortened("<p>a<br>bcd<hr></p>", 14) == "<p>a<br>bc</p>"
    assert shortened("a&lt;b", 4) == shortened("a&lt;b", 1) == "a"


def test_what_is_nested_deeper_than_people_write_is_flat_and_still_read() -> None:
    ends_of_nothing = "</ul></b>" * 500
    seen = to_html(ends_of_nothing + "<ul><li>" * 500 + "deep" + "</li></ul>" * 500 + "<div>after</div>")
    assert seen.count("<ul>") == seen.count("</ul>") == 50
    assert "deep" in seen
    assert seen.endswith("</ul><div>after</div>")


def test_what_fits_is_not_cut() -> None:
    assert shortened("x" * LONGEST) == "x" * LONGEST
    assert shortened("x" * LONGEST + "y") == "x" * LONGEST


@pytest.mark.parametrize(
    ("room", "kept"),
    [
        (6, ""),
        (7, "<b></b>"),
        (8, "<b>a</b>"),
        (12, "<b>a</b>"),
        (13, "<b>a&amp;</b>"),
        (14, "<b>a&amp;</b>"),
        (16, "<b>a&amp;e\u0301c</b>"),
        (47, "<b>a&amp;e\u0301c</b>"),
        (48, '<b>a&amp;e\u0301c</b><a href="https://x.example"></a>'),
        (57, '<b>a&amp;e\u0301c</b><a href="https://x.example">link</a><br>'),
    ],
)
def test_a_cut_breaks_no_tag_no_reference_and_no_character(room: int, kept: str) -> None:
    assert shortened('<b>a&amp;e\u0301c</b><a href="https://x.example">link</a><br>', room) == kept


# --- anything ---------------------------------------------------------------------------------------


def nh3_clean(markup: str) -> str:
    return nh3.clean(
        markup,
        tags=ALLOWED,
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None,
    )


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("<>&\"' \n\t"))
)
def test_any_text_without_markup_is_read_as_it_was_written(text: str) -> None:
    if not is_markup(text):
        shown = read(to_html(text)).text
        assert shown == (as_shown(text) if as_shown(text).strip() else "")


FRAGMENTS = [
    *(
        "<p>",
        "</p>",
        "<script>",
        "</script>",
        "<a href='",
        "<a href=https://x.example>",
        "</a>",
        "'>",
        "<b onload=x",
    ),
    *(
        ">",
        "&lt;",
        "x",
        "\n",
        '"',
        "<!--",
        "-->",
        "<svg/onload=x>",
        "javascript:",
        "JAVA",
        "script:",
        "</b>",
        "<b>",
    ),
    *(
        "&#106;avascript:",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<pre>",
        "</pre>",
        "<br>",
    ),
    *(
        "https://y.example/?a&b",
        "https://y.example/it's",
        "\u00a0",
        "<h1>",
        "</h1>",
        "<div>",
        "</div>",
        "<dt>",
        "<title>",
        "<math>",
        "<style>",
        " ",
        "é",
    ),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=16).map("".join), st.integers(0, 80))
def test_whatever_is_put_together_nothing_active_comes_out_and_nothing_is_left_to_clean(
    text: str, room: int
) -> None:
    body = to_html(text)
    seen = read(body)
    assert seen.tags <= ALLOWED
    assert all(re.match(r"(?i)https?:|mailto:", link) for link in seen.links)
    assert nh3_clean(body) == body
    assert "\n" not in body
    cut = shortened(body, room)
    assert nh3_clean(cut) == cut
    assert body.startswith(re.sub(r"(</\w+>)*$", "", cut))
