"""What a reader of a body sees, however the service writes it. Pure.

Not with html.parser: its time grows with the square of what is never closed, and `<![x]>` is an
AssertionError to it. Here each character is looked at a few times, and nothing is an error.
"""

from __future__ import annotations

import html
import re

_UNSEEN = {"head", "script", "style", "title"}
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-z][^\s/<>"']*+)(?P<attributes>(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>"""
    r"|<[!?/][^<>]*+>",
    re.IGNORECASE,
)
"""A tag, or what else is between angle brackets and not shown. Possessive, and over at the next bracket: what
is not closed is text."""
_ADDRESS = re.compile(r"""(?<![^\s"'/])href\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)


def visible_text(markup: str) -> str:
    """The words and the addresses of links, without any white space. Outlook stores a body anew, with other
    tags, references and blanks, when a person changes something else of an event."""
    text = _without_comments(markup)
    seen: list[str] = []
    place = unseen = 0
    for tag in _TAG.finditer(text):
        if not unseen:
            seen.append(text[place : tag.start()])
        place = tag.end()
        if (tag["name"] or "").lower() in _UNSEEN:
            unseen = max(0, unseen - 1) if tag["end"] else unseen + 1
        seen += ["".join(address) for address in _ADDRESS.findall(tag["attributes"] or "")]
    if not unseen:
        seen.append(text[place:])
    return "".join("".join(map(_unescaped, seen)).split())


def _without_comments(markup: str) -> str:
    """A comment that does not end is text."""
    first, *others = markup.split("<!--")
    kept = [first]
    for other in others:
        _, end, after = other.partition("-->")
        kept.append(after if end else other)
    return "".join(kept)


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a reference by a number that Python finds too long to read
        return text
