"""`$filter` and `$orderby`, in the forms that calendars and events are asked with.

Comparisons of a property with a value, startswith and contains, the look-up by a hidden property, and these
joined with `and`, `or` and parentheses. Texts are compared without case.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.microsoft.errors import GraphError
from sandbox.microsoft.fields import property_id
from sandbox.microsoft.zones import parse_instant

Readers = Mapping[str, Callable[[Any], str | datetime]]
"""How to read the properties that may be asked for, off a calendar or an event."""
Test = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<mark>[()]) | (?P<join>and|or)\b
    | singleValueExtendedProperties/any\(\s*(?P<x>\w+)\s*:\s*(?P=x)/id\s+eq\s+'(?P<id>(?:[^']|'')*)'\s+and\s+
        (?: (?P=x)/value\s+(?P<is>eq|ne)\s+'(?P<equal>(?:[^']|'')*)'
          | (?P<has>startswith|contains)\(\s*(?P=x)/value\s*,\s*'(?P<part>(?:[^']|'')*)'\s*\) )\s*\)
    | (?P<function>startswith|contains)\(\s*(?P<argument>\w+)\s*,\s*'(?P<piece>(?:[^']|'')*)'\s*\)
    | (?P<path>[\w/]+)\s+(?P<compare>eq|ne|ge|gt|le|lt)\s+(?:'(?P<quoted>(?:[^']|'')*)'|(?P<bare>[\w:.+-]+))
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "startswith": str.startswith,
    "contains": operator.contains,
}
Token = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Filter:
    matches: Test
    lookup: tuple[str, str] | None
    """The whole filter is this hidden property with this value: an index answers it."""


def parse(text: str, readers: Readers) -> Filter:
    """Raises GraphError (400) for anything else than the forms above."""
    tokens = list(_tokens(text))
    first = tokens[0] if len(tokens) == 1 else {}
    is_lookup = (first.get("is") or "").lower() == "eq"
    lookup = (property_id(_text(first, "id")), _text(first, "equal")) if is_lookup else None
    tokens.reverse()  # so that pop() takes the next one
    matches = _either(tokens, readers)
    if tokens:
        raise _refused(text)
    return Filter(matches, lookup)


def order(text: str, readers: Readers) -> tuple[Callable[[Any], str | datetime], bool]:
    """The key of `$orderby`, and whether it descends."""
    path, _, direction = text.strip().partition(" ")
    if path not in readers or direction.strip().lower() not in ("", "asc", "desc"):
        raise _refused(text)
    return readers[path], direction.strip().lower() == "desc"


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _refused(text)
        position = match.end()
        yield match.groupdict()


def _either(tokens: list[Token], readers: Readers) -> Test:
    tests = [_both(tokens, readers)]
    while tokens and _join(tokens[-1]) == "or":
        tokens.pop()
        tests.append(_both(tokens, readers))
    return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)


def _both(tokens: list[Token], readers: Readers) -> Test:
    tests = [_single(tokens, readers)]
    while tokens and _join(tokens[-1]) == "and":
        tokens.pop()
        tests.append(_single(tokens, readers))
    return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)


def _single(tokens: list[Token], readers: Readers) -> Test:
    token = tokens.pop() if tokens else {}
    if token.get("mark") == "(":
        test = _either(tokens, readers)
        if not tokens or tokens.pop()["mark"] != ")":
            raise _refused("(")
        return test
    if token.get("id") is not None:
        return _hidden_test(token)
    if token.get("function"):
        return _property_test(
            _text(token, "argument"), _text(token, "function"), _text(token, "piece"), readers
        )
    if token.get("path"):
        value = _text(token, "bare" if token["quoted"] is None else "quoted")
        return _property_test(_text(token, "path"), _text(token, "compare"), value, readers)
    raise _refused(str(token.get("join") or token.get("mark") or ""))


def _hidden_test(token: Token) -> Test:
    key = property_id(_text(token, "id"))
    compare = _COMPARE[(token["is"] or token["has"] or "").lower()]
    value = _text(token, "equal" if token["is"] else "part").casefold()

    def test(item: Any) -> bool:
        own = item.properties.get(key)
        return own is not None and compare(own.casefold(), value)

    return test


def _property_test(path: str, comparison: str, text: str, readers: Readers) -> Test:
    if path not in readers:
        raise GraphError(400, "BadRequest", f"Could not find a property named '{path}'.")
    read, compare = readers[path], _COMPARE[comparison.lower()]
    if path.lower().endswith("datetime"):
        try:
            moment = parse_instant(text)
        except ValueError:
            raise _refused(text) from None
        return lambda item: compare(read(item), moment)
    folded = text.casefold()
    return lambda item: compare(str(read(item)).casefold(), folded)


def _text(token: Token, name: str) -> str:
    return (token[name] or "").replace("''", "'")


def _join(token: Token) -> str:
    return (token["join"] or "").lower()


def _refused(text: str) -> GraphError:
    return GraphError(
        400, "ErrorInvalidUrlQueryFilter", f"The query filter contains one or more invalid nodes: '{text}'."
    )
