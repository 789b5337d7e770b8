"""A Feishu description, plain or HTML-ish, as safe HTML for a copy's body. Pure."""

from __future__ import annotations

import html
import re

import nh3

LONGEST = 30_000
"""Characters of a description that are copied; Outlook has no documented limit, Graph takes 4 MB."""

_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:a|b|br|blockquote|code|div|em|h[1-6]|i|li|ol|p|pre|s|span|strong|table|tbody|td|th|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TAGS = {
    *("a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li", "ol"),
    *("p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
_LINK = re.compile(r"https?://[^\s<>\"]+")
_TRAILING = ".,;:!?)]}'，。；：！？）】》”"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def to_html(description: str) -> str:
    """Markup is sanitised, plain text is escaped with its links and line breaks kept."""
    text = _CONTROL.sub("", description.replace("\r\n", "\n").replace("\r", "\n"))
    if _LOOKS_LIKE_HTML.search(text):
        return nh3.clean(
            text.replace("\n", "<br>"),
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    return _linked(text).replace("\n", "<br>")


def link(url: str, text: str) -> str:
    """An anchor, or only the text where the address is not one that a browser should open."""
    if not re.match(r"https?://", url):
        return html.escape(text)
    return f'<a href="{html.escape(url)}">{html.escape(text)}</a>'


def _linked(text: str) -> str:
    pieces, position = [], 0
    for match in _LINK.finditer(text):
        url = match[0].rstrip(_TRAILING)
        pieces += [html.escape(text[position : match.start()], quote=False), link(url, url)]
        position = match.start() + len(url)
    return "".join([*pieces, html.escape(text[position:], quote=False)])
