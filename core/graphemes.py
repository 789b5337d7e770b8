"""Where a text can be cut without taking a character apart. Pure. (Unicode UAX #29, in the parts that
meet people: marks, joined and coloured emoji, flags, Hangul.)"""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"
_ZERO_WIDTH_NON_JOINER = "\u200c"


def units(text: str) -> int:
    """UTF-16 units, in which Outlook and Exchange count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def head(text: str, most: int) -> str:
    """As much of the beginning as `most` UTF-16 units hold, ended between two characters as people see
    them. A single one that is longer than that, letters buried in marks, is cut all the same."""
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
    return text[: boundary(text, len(kept))]


def boundary(text: str, index: int) -> int:
    """The last place at or before `index` where a character ends, or `index` if there is none."""
    place = index
    while 0 < place < len(text) and _belongs(text, place):
        place -= 1
    return place or index


def _belongs(text: str, place: int) -> bool:
    """Whether the code points on both sides of `place` are one character."""
    before, after = text[place - 1], text[place]
    if _is_flag_half(before) and _is_flag_half(after):
        return _flag_halves_before(text, place) % 2 == 1
    return before == _ZERO_WIDTH_JOINER or _extends(after)


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in (_ZERO_WIDTH_JOINER, _ZERO_WIDTH_NON_JOINER)
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # colours of skin
        or "\U000e0020" <= character <= "\U000e007f"  # tags, in the flags of Scotland and the like
        or "\u1160" <= character <= "\u11ff"  # vowels and finals of a Hangul syllable
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, place: int) -> int:
    first = place
    while first and _is_flag_half(text[first - 1]):
        first -= 1
    return place - first
