"""A Feishu description, plain text or HTML-ish, as safe HTML for a copy's body. Pure.

Nothing says which of the two a description is. It is taken for markup where it has a line break (`<br>`) or
an element that is also closed; a tag that stands alone, like everything else that looks like one, is
text and readable as it was written. In plain text blanks at the start of a line and runs of blanks become
no-break spaces, a tab four of them: HTML would swallow them. In markup a line break is one, unless it
only sets two blocks apart. What the sanitiser lets pass decides in the end, whatever was done before.
"""

from __future__ import annotations

import html
import re

import nh3

from core.graphemes import head, units
from core.markup import BREAKS, TAGS, is_markup, tamed
from core.web_links import linked

LONGEST = 30_000
"""UTF-16 units of a description's markup that are copied. Outlook has no documented limit; twenty of
these, as JSON, stay below the 4 MB that one request to Graph may have."""

_MOST_READ = 100_000
"""Characters of a description that are looked at: more than twice as many as Feishu lets one write."""

_SANITISER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style", "title"},
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_BLANKS = re.compile(r"^ +| {2,}", re.MULTILINE)
_NO_BREAK = "\u00a0"
_TAG = re.compile(r"(<[^>]*>)")
_TAG_NAME = re.compile(r"</?([a-z0-9]+)")
_HALF_REFERENCE = re.compile(r"&[a-z]*$")
_LEADING_BREAK = re.compile(r"^[ \t]*\n[ \t]*")
_TRAILING_BREAK = re.compile(r"(?<![ \t])[ \t]*\n[ \t]*\Z")


def to_html(description: str) -> str:
    """Safe, balanced markup on one line; empty where there is nothing to read."""
    text = _CONTROL.sub("", description[:_MOST_READ].replace("\r\n", "\n").replace("\r", "\n"))
    if is_markup(text):
        markup = _laid_out(_SANITISER.clean(tamed(text)))
    else:
        markup = _broken(linked(_with_visible_blanks(text)))
    safe = _SANITISER.clean(markup)
    return safe if html.unescape(_TAG.sub("", safe)).strip() else ""


def shortened(markup: str, most: int = LONGEST) -> str:
    """The beginning of what `to_html` gave, in `most` UTF-16 units: no tag, link, character or reference is
    cut in two, and every element is closed."""
    if units(markup) <= most:
        return markup
    kept: list[str] = []
    ends: list[str] = []
    for piece in filter(None, _TAG.split(markup)):
        if piece.startswith("</"):
            kept.append(ends.pop())
            continue
        end = f"</{_name(piece)}>" if piece.startswith("<") and _name(piece) not in ("br", "hr") else ""
        size = units(piece + end)
        if size > most:
            rest = "" if piece.startswith("<") else _HALF_REFERENCE.sub("", head(piece, most))
            return "".join([*kept, rest, *reversed(ends)])
        most -= size
        kept.append(piece)
        ends += [end] if end else []
    return markup


def _with_visible_blanks(text: str) -> str:
    def kept(run: re.Match[str]) -> str:
        is_first = run.start() == 0 or text[run.start() - 1] == "\n"
        return _NO_BREAK * (len(run[0]) - (not is_first)) + " " * (not is_first)

    text = text.replace("\t", _NO_BREAK * 4)
    return _BLANKS.sub(kept, text)


def _broken(markup: str) -> str:
    return markup.replace("\n", "<br>")


def _laid_out(markup: str) -> str:
    """Sanitised markup with its bare addresses linked and its line breaks visible, where they are any."""
    pieces = _TAG.split(f"<div>{markup}</div>")  # text, tag, text, tag …
    anchors = preformatted = 0
    for index, piece in enumerate(pieces):
        if index % 2:
            step = -1 if piece.startswith("</") else 1
            anchors += step * (_name(piece) == "a")
            preformatted += step * (_name(piece) == "pre")
        elif piece:
            text = _CONTROL.sub("", html.unescape(piece).replace("\r\n", "\n").replace("\r", "\n"))
            if not preformatted:
                text = _between(pieces[index - 1], text, pieces[index + 1])
            pieces[index] = _broken(html.escape(text, quote=False) if anchors else linked(text))
    return "".join(pieces[2:-2])


def _between(before: str, text: str, after: str) -> str:
    """A line break next to that of a block is the same one, seen in the source."""
    follows, precedes = _name(before) in BREAKS, _name(after) in BREAKS
    if follows and precedes and "\n" in text and not text.strip(" \t\n"):
        return ""
    if follows:
        text = _LEADING_BREAK.sub("", text)
    return _TRAILING_BREAK.sub("", text) if precedes else text


def _name(tag: str) -> str:
    found = _TAG_NAME.match(tag)
    return found[1] if found else ""
