"""Text for a place that has one line and a limit: a subject, a location, a name. Pure.

Marks of direction and joiners stay: without them Hebrew, Persian, Hindi and some emoji read differently.
But whatever opens an embedding, an override or an isolate is closed in the same text, and what closes
one that the text did not open goes: a title turns nothing around but itself, neither what is before it
(the pair's prefix) nor what Outlook shows behind it (time, place, the next event).
"""

from __future__ import annotations

import re
import unicodedata

from core.graphemes import head, units

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSED_BY = dict.fromkeys("\u202a\u202b\u202d\u202e", _POP_EMBEDDING) | dict.fromkeys(
    "\u2066\u2067\u2068", _POP_ISOLATE
)
_TURNING = frozenset({*_CLOSED_BY, *_CLOSED_BY.values()})
_INVISIBLE_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers of Hangul and the empty Braille cell, which Unicode counts as letters and symbols."""


def one_line(text: str) -> str:
    """Line breaks, tabs and control characters become one space; blanks around them and at the ends go."""
    return " ".join(part for part in (part.strip() for part in _BREAKS.split(text)) if part)


def is_blank(text: str) -> bool:
    """Nothing that anybody could see."""
    return all(
        unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp") or character in _INVISIBLE_LETTERS
        for character in text
    )


def fitted(text: str, most: int) -> str:
    """One line of at most `most` UTF-16 units, balanced, with an ellipsis where something is missing."""
    line = one_line(text)
    whole = balanced(line)
    room = most - 1
    while units(whole) > most:
        whole = balanced(head(line, room) + "…")
        room -= units(whole) - most
    return whole


def balanced(text: str) -> str:
    """Every mark that turns direction is closed, none closes what is not open (Unicode UAX #9, X1–X8)."""
    if _TURNING.isdisjoint(text):
        return text
    kept: list[str] = []
    open_until: list[str] = []
    for character in text:
        if character in _CLOSED_BY:
            open_until.append(_CLOSED_BY[character])
        elif character == _POP_EMBEDDING:
            if open_until[-1:] != [_POP_EMBEDDING]:
                continue
            open_until.pop()
        elif character == _POP_ISOLATE:
            if _POP_ISOLATE not in open_until:
                continue
            while open_until.pop() != _POP_ISOLATE:
                pass  # it closes the embeddings inside it as well
        kept.append(character)
    return "".join(kept + open_until[::-1])
