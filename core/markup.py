"""Whether a text is HTML, and what of it is worth parsing. Pure.

The sanitiser parses as browsers do, and that has a price: elements that are never closed multiply (each
paragraph repeats every open `<b>` with attributes of its own), depth costs time squared, `<script>` without
an end swallows the rest, `<wei@example.com>` vanishes. So it is given only tags that it knows, no deeper
than people write them. This makes nothing safe: the sanitiser does.
"""

from __future__ import annotations

import re
from collections import Counter

_BLOCKS = {
    *("blockquote", "caption", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"),
    *("p", "pre", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_FORMATTING = {"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
_INLINE = {"a", "b", "code", "del", "em", "i", "ins", "s", "span", "strike", "strong", "sub", "sup", "u"}
TAGS = frozenset(_BLOCKS | _INLINE | {"br"})
"""What a body may have."""
BREAKS = frozenset(_BLOCKS | {"br"})
"""What begins and ends lines."""

_LIKE_DIV = {
    *(
        "address",
        "article",
        "aside",
        "center",
        "figure",
        "footer",
        "form",
        "header",
        "main",
        "nav",
        "section",
    ),
}
_SWALLOWING = {"iframe", "noscript", "script", "style", "textarea", "title"}
_VOID = {"base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_DROPPED = {
    *("audio", "body", "button", "colgroup", "head", "html", "label", "math", "object", "option", "picture"),
    *("select", "svg", "video"),
}
_KNOWN = TAGS | _FORMATTING | _LIKE_DIV | _SWALLOWING | _VOID | _DROPPED
_ENDS_BY_ITSELF = {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
"""Elements whose end tag HTML lets one leave out. None of them can hold another of its kind directly."""
_DEEPEST = 50

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>" + "|".join(sorted(_KNOWN, key=len, reverse=True)) + r")"
    r"""(?:[\s/](?:"[^"<]*"|'[^'<]*'|[^'"<>])*)?>""",
    re.IGNORECASE,
)
_NOTABLE = re.compile(
    rf"(?P<tag>{_TAG.pattern})|(?P<doctype><!doctype[^<>]*>)|(?P<comment><!--)"
    r"|<|&(?!(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);)",
    re.IGNORECASE,
)
_END = re.compile(rf"</({'|'.join(_SWALLOWING)})\b|(--)>", re.IGNORECASE)


def is_markup(text: str) -> bool:
    open_elements: set[str] = set()
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name == "br" or (name in open_elements and (tag["end"] or name in _ENDS_BY_ITSELF)):
            return True
        if not tag["end"]:
            open_elements.add(name)
    return False


def tamed(text: str) -> str:
    """HTML in which all that is not a tag worth parsing is text."""
    return _NOTABLE.sub(_Tamer(text).replacement, text)


class _Tamer:
    """Goes through a text once, and knows how deep it is."""

    def __init__(self, text: str) -> None:
        self._last_end = {(found[1] or found[2]).lower(): found.start() for found in _END.finditer(text)}
        self._open: Counter[str] = Counter()

    def replacement(self, found: re.Match[str]) -> str:
        if found["tag"]:
            return self._tag(found)
        if found["doctype"]:
            return ""
        if found["comment"] and self._last_end.get("--", -1) > found.start():
            return found[0]
        return "&lt;" + found[0][1:] if found[0].startswith("<") else "&amp;"

    def _tag(self, tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        if name in _SWALLOWING and not tag["end"] and self._last_end.get(name, -1) < tag.start():
            return ""
        if name not in _VOID | _ENDS_BY_ITSELF and not self._counts(name, is_end=bool(tag["end"])):
            return ""
        if name in _LIKE_DIV:
            return f"<{tag['end']}div>"
        return f"<{tag['end']}{name}>" if name in _FORMATTING else tag[0]

    def _counts(self, name: str, *, is_end: bool) -> bool:
        """False for what is too deep and for its end, and for the end of what was not begun."""
        if not is_end:
            self._open[name] += 1
            return self._open.total() <= _DEEPEST
        if not self._open[name]:
            return False
        is_kept = self._open.total() <= _DEEPEST
        self._open[name] -= 1
        return is_kept
