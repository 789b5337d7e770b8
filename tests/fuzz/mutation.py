"""JSON documents as nobody means to send them: good ones with a few places changed for the worse."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

Json = Any
_Place = tuple[Any, Any]
"""A list or an object, and where in it."""


def nested(depth: int) -> Json:
    value: Json = 0
    for _ in range(depth):
        value = [value]
    return value


NASTY_TEXTS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "null",
        "NaN",
        "\0",
        "\x1b[31m",
        "\u202e\u2066",
        "\ud83d",
        "\udc00\ud800",
        "\ufeff",
    ),
    *("9" * 400, "1e999", "٣", "1" * 5000, "a" * 100_000, "é" * 3000, "🎧" * 1000, "\u0301" * 2000),
    *(
        "<b>" * 2000,
        "<script>",
        "<!--",
        "&#" + "9" * 5000 + ";",
        "'; DROP TABLE link; --",
        "../../etc/passwd",
    ),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-12-01", "16725225600", "16725225601", "-62135596800"),
    *("Etc/GMT+12", "Mars/Base", "/etc/localtime", "Asia/Shanghai\0", "UTC", "cancelled", "confirmed"),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", "2026-12-01T00:00:00+23:59", "true", 'W/"1"'),
)
NASTY_NUMBERS = (
    *(0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**100, 16_725_225_600, 16_725_225_601),
    *(0.5, -0.0, 1e308, float("inf"), float("-inf"), float("nan")),
)
ALPHABET = (
    "aZ09 _-+:;,.=*?&#%@<>()[]{}|^$/\\\"'`\t\r\n\0\x1b\x7f\x85"
    "é中\u0301\u200d\u202e\u2066\ufeff\ufffe\ud83d\udc00🎧🇨"
)
"""What has a meaning somewhere. (All of Unicode would take Hypothesis seconds to look up.)"""
TEXTS = st.text(ALPHABET)
PLAIN = st.sampled_from((None, True, False, *NASTY_NUMBERS, *NASTY_TEXTS)) | st.text(ALPHABET, max_size=20)
WRONG = st.one_of(
    PLAIN,
    PLAIN,
    st.integers(),
    st.lists(PLAIN, max_size=2),
    st.dictionaries(st.sampled_from(("id", "date", "timestamp", "code", "")), PLAIN, max_size=2),
    st.sampled_from((50, 700)).map(nested),
)
"""What may stand in any place of a document, and should not."""
_ANYWHERE = st.integers(0, 10**6)
_WAYS = st.sampled_from(("replace", "replace", "remove", "double"))
_NAMES = st.text(ALPHABET, max_size=3)


def mutated(documents: Sequence[Json], most: int = 4) -> st.SearchStrategy[Json]:
    """One of the documents, in which up to `most` places are left out, doubled, or hold something else."""
    return _mutated(st.sampled_from(documents), st.integers(1, most))


@st.composite
def _mutated(draw: st.DrawFn, documents: st.SearchStrategy[Json], changes: st.SearchStrategy[int]) -> Json:
    document = copy.deepcopy(draw(documents))
    for _ in range(draw(changes)):
        places = list(_places(document))
        if not places:
            break
        holder, place = places[draw(_ANYWHERE) % len(places)]
        match draw(_WAYS):
            case "replace":
                holder[place] = draw(WRONG)
            case "remove":
                del holder[place]
            case "double" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[place]))
            case _:
                holder[draw(_NAMES)] = holder[place]
    return document


def _places(document: Json) -> Iterator[_Place]:
    """Every place of a document, not further down than any document of a service goes."""
    waiting = [(document, 0)]
    while waiting:
        holder, depth = waiting.pop()
        for place in _keys(holder):
            yield holder, place
            if depth < 12:
                waiting.append((holder[place], depth + 1))


def _keys(holder: Json) -> list[Any]:
    if isinstance(holder, dict):
        return list(holder)
    return list(range(len(holder))) if isinstance(holder, list) else []


def as_bytes(document: Json) -> bytes:
    """As a service would send it; half characters escaped or, as JSON has no rule against it, as they are."""
    return json.dumps(document).encode()


def cut(content: bytes) -> st.SearchStrategy[bytes]:
    """A beginning of it, or all of it with a few bytes replaced."""
    ends = st.integers(0, len(content)).map(lambda end: content[:end])
    bad = st.lists(st.tuples(st.integers(0, max(0, len(content) - 1)), st.integers(0, 255)), max_size=4)
    return ends | bad.map(lambda changes: _with_bytes(content, changes))


def _with_bytes(content: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, value in changes:
        if place < len(changed):
            changed[place] = value
    return bytes(changed)
