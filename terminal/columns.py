"""Text in columns of a terminal, where a Chinese character is as wide as two Latin ones. Pure."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Mn", "Me", "Cf", "Cc"}
"""Unicode categories that take no column: combining marks, joiners, control characters."""


def width(text: str) -> int:
    """Columns that `text` takes (Unicode Standard Annex 11: wide and full-width characters take two)."""
    return sum(_width(character) for character in text)


def fit(text: str, columns: int) -> str:
    """`text` in exactly `columns` columns: cut with an ellipsis, or filled up with blanks."""
    text = printable(text)
    if width(text) > columns:
        text = _cut(text, columns - 1) + "…"
    return text + " " * (columns - width(text))


def printable(text: str) -> str:
    """One line without control characters: a title must not move the cursor or colour the terminal."""
    return "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character for character in text
    )


def _cut(text: str, columns: int) -> str:
    kept, taken = "", 0
    for character in text:
        taken += _width(character)
        if taken > columns:
            break
        kept += character
    return kept


def _width(character: str) -> int:
    if unicodedata.category(character) in _INVISIBLE:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
