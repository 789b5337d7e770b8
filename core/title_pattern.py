"""Whether a regular expression is found in a title, without ever going back. Pure.

Python's `re` tries one way after the other: on `(a+)+$` and thirty letters for hours, and nothing can
interrupt it; and titles come from whoever sends an invitation. Here all ways are followed at once: from the
set of places in the title at which a part of the expression may begin follows the set of those at which it
may end. `re` itself still says what an expression means, and what one of its characters stands for; only its
search is replaced.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from re import _compiler, _parser  # type: ignore[attr-defined]  # the syntax tree has no public name
from typing import Any

LONGEST_TITLE = 1000
"""Characters that are looked at: no title in Feishu has more."""
LONGEST_PATTERN = 300
MOST_NESTED = 2
"""Repetitions inside each other: each can cost as many rounds as the title has characters."""


class NotFollowed(ValueError):
    """No regular expression, or one that is too large, or that only has a meaning for who tries one way after
    the other: with a reference to a group, an atomic group or a possessive repetition."""


def check(pattern: str) -> None:
    """Raises NotFollowed for what `fits` can't be asked."""
    _read(pattern)


def fits(pattern: str, title: str) -> bool:
    """Whether `re.search` would find it in the first LONGEST_TITLE characters. Raises NotFollowed."""
    search = _Search(title[:LONGEST_TITLE])
    return search.walk(_read(pattern), search.everywhere) != 0


# --- an expression --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _One:
    """A single character, or a condition: then `width` is 0."""

    leaf: re.Pattern[str]
    width: int


@dataclass(frozen=True, slots=True)
class _Either:
    ways: tuple[_Sequence, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Sequence
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class _Look:
    part: _Sequence
    is_ahead: bool
    is_wanted: bool


_Sequence = tuple[_One | _Either | _Repeat | _Look, ...]


@lru_cache(maxsize=256)
def _read(pattern: str) -> _Sequence:
    if len(pattern) > LONGEST_PATTERN:
        raise NotFollowed(pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python may read differently one day is valid today
            re.compile(pattern)  # the tree alone does not tell whether a look behind has one length
            tree = _parser.parse(pattern)
        return _sequence(tree, tree.state.flags, MOST_NESTED)
    except (re.error, OverflowError, RecursionError) as error:
        raise NotFollowed(pattern) from error


def _sequence(tree: Iterable[Any], flags: int, depth: int) -> _Sequence:
    return tuple(_part(str(kind), argument, (kind, argument), flags, depth) for kind, argument in tree)


def _part(kind: str, argument: Any, node: object, flags: int, depth: int) -> _One | _Either | _Repeat | _Look:
    match kind:
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" | "AT":
            return _One(_leaf(node, flags), width=0 if kind == "AT" else 1)
        case "SUBPATTERN":
            _, added, removed, tree = argument
            return _Either((_sequence(tree, _compiler._combine_flags(flags, added, removed), depth),))
        case "BRANCH":
            return _Either(tuple(_sequence(tree, flags, depth) for tree in argument[1]))
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, tree = argument
            if depth == 0 and most > 1:
                raise NotFollowed("repetitions inside each other")
            return _Repeat(_sequence(tree, flags, depth - (most > 1)), int(least), int(most))
        case "ASSERT" | "ASSERT_NOT":
            direction, tree = argument
            return _Look(_sequence(tree, flags, depth), direction > 0, kind == "ASSERT")
        case _:
            raise NotFollowed(kind)


def _leaf(node: object, flags: int) -> re.Pattern[str]:
    state = _parser.State()
    state.flags = flags
    leaf: re.Pattern[str] = _compiler.compile(_parser.SubPattern(state, [node]))
    return leaf


# --- a title --------------------------------------------------------------------------------------


class _Search:
    """Sets of places are integers; bit 0 is before the first character."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.everywhere = (2 << len(title)) - 1
        self._known: dict[_One, int] = {}

    def walk(self, sequence: _Sequence, places: int, *, back: bool = False) -> int:
        """Where one may be after going through all of it; with `back`, from its end to its beginning."""
        for part in reversed(sequence) if back else sequence:
            if not places:
                break
            match part:
                case _One(width=width):
                    here = self._places(part)
                    places = (places >> width) & here if back else (places & here) << width
                case _Either(ways):
                    places = _union(self.walk(way, places, back=back) for way in ways)
                case _Repeat(inner, least, most):
                    places = _repeated(partial(self.walk, inner, back=back), least, most, places)
                case _Look(inner, is_ahead, is_wanted):
                    holds = self.walk(inner, self.everywhere, back=is_ahead)
                    places &= holds if is_wanted else ~holds
        return places

    def _places(self, one: _One) -> int:
        """Where it holds, or begins."""
        if one not in self._known:
            self._known[one] = sum(1 << found.start() for found in one.leaf.finditer(self.title))
        return self._known[one]


def _union(sets: Iterator[int]) -> int:
    found = 0
    for places in sets:
        found |= places
    return found


def _repeated(through: Callable[[int], int], least: int, most: int, places: int) -> int:
    """In no more rounds than there are places: whoever goes on leaves one behind, or finds nothing new."""
    for _ in range(least):
        before, places = places, through(places)
        if places == before:
            break
    found = fresh = places
    for _ in range(most - least):
        fresh = through(fresh) & ~found
        if not fresh:
            break
        found |= fresh
    return found
