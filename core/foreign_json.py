"""JSON of others, read so that nothing in it can hurt later. Pure."""

from __future__ import annotations

import json
import re

_LONGEST_INTEGER = 18
"""Digits: what fits 64 bits, and SQLite."""

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\."
)
_HALF = re.compile(r"\\u[dD].{3}")


def read_json(content: bytes | str) -> object:
    """Raises ValueError, and nothing else, for what is not JSON or nested beyond reason.

    One bad character must not make a whole page unreadable: bytes that are not UTF-8, and halves of a
    surrogate pair, which neither UTF-8 nor SQLite can hold, become U+FFFD. Integers beyond 64 bits come as
    floats: Python refuses to read, and to write, very long ones.
    """
    text = content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else content
    try:
        return _DECODER.decode(_ESCAPE.sub(_whole, text) if "\\u" in text else text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _whole(escape: re.Match[str]) -> str:
    return r"\ufffd" if _HALF.fullmatch(escape[0]) else escape[0]


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)
