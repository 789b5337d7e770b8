"""Addresses of the web in running text, made links. Pure.

Chinese is written without spaces, so that a link may be followed by a sentence. It ends at full-width
punctuation, and where a Chinese or Japanese letter follows a Latin letter or a digit (`/j/123密码`). One
that begins a part of the address (`//例子.测试/路径`, `?q=北京`) belongs to it.
"""

from __future__ import annotations

import html
import re

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ENDS = (
    r"\s<>\"`\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"  # blanks, quotes, marks of direction
    r"\u2014\u2018-\u201d\u2026\u3001-\u3004\u3008-\u3020\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5e"
)
_ANOTHER = r"[)\]}][^\w\s]{0,3}https?://"
"""In `[https://a](https://b)`: brackets between two addresses, and no part of the first."""
_ADDRESS = re.compile(
    rf"https?://[\w\[](?:(?:(?<=[A-Za-z0-9])(?![{_CJK}])|(?<![A-Za-z0-9]))(?!{_ANOTHER})[^{_ENDS}])*",
    re.IGNORECASE,
)
_OPENABLE = re.compile(r"https?://\w|https?://\[", re.IGNORECASE)
_SENTENCE_ENDS = ".,;:!?'*"
_OPENERS = {")": "(", "]": "[", "}": "{"}


def link(address: str, text: str) -> str:
    """An anchor, or only the text where the address is not one that a browser should open."""
    if not _OPENABLE.match(address):
        return html.escape(text, quote=False)
    return f'<a href="{html.escape(address)}">{html.escape(text, quote=False)}</a>'


def linked(text: str) -> str:
    """Text as HTML, its addresses as links to exactly what is written."""
    pieces, position = [], 0
    for match in _ADDRESS.finditer(text):
        address = _without_sentence(match[0])
        pieces += [html.escape(text[position : match.start()], quote=False), link(address, address)]
        position = match.start() + len(address)
    return "".join([*pieces, html.escape(text[position:], quote=False)])


def _without_sentence(address: str) -> str:
    """Without a bracket that it did not open, and what follows, and without the end of the sentence."""
    open_brackets: list[str] = []
    for position, character in enumerate(address):
        if character in _OPENERS.values():
            open_brackets.append(character)
        elif character in _OPENERS:
            if open_brackets[-1:] != [_OPENERS[character]]:
                address = address[:position]
                break
            open_brackets.pop()
    return address.rstrip(_SENTENCE_ENDS)
