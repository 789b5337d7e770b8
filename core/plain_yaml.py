"""The plain part of YAML: mappings of mappings, one `key: value` a line, plain or quoted.

What else PyYAML's `dump` writes in block style, lists and texts over several lines, is passed over. All the
rest of YAML (anchors, tags, flow style, block texts, documents) ends the reading with the line's number:
small enough to be trusted with secrets, and no dependency. Pure; its errors never quote what was read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_KEY = re.compile(r"""([\w@/.+-]+(?: [\w@/.+-]+)*|"[^"\\]*"|'[^']*') *:(?: +(.*))?""")
_QUOTED = {"'": re.compile(r"(?:[^']|'')*"), '"': re.compile(r'(?:[^"\\]|\\.|\\$)*')}
_AFTER = re.compile(r" *(?: #.*)?")
_NOT_PLAIN = re.compile(r"[&*!|>{\[%@`?,\]}]|- |.*:(?:\s|$)")
"""Anchors, tags, block and flow texts; and a mapping where a text should be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and where it stands. `is_readable`: False for a list, a text over several lines, and one with
    escapes that are not JSON's; `text` says nothing then."""

    path: tuple[str, ...]
    line: int
    text: str = field(repr=False)
    is_readable: bool = True

    @property
    def name(self) -> str:
        return ".".join(self.path)


class NotPlain(Exception):
    """`why`: "syntax", or "twice" for a key that stands there already. `line` counts from 1."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why, line)
        self.why, self.line = why, line


def read(text: str) -> list[Entry]:
    """Every value; a list, or a mapping without a value, is one that can't be read. Raises NotPlain."""
    return _Reading(text).entries()


class _Reading:
    """One way down the lines. `levels`: indentation and key of each mapping's newest entry."""

    def __init__(self, text: str) -> None:
        self.lines = [line.removesuffix("\r") for line in text.split("\n")]
        self.number = 0
        self.levels: list[tuple[int, str]] = []
        self.found: dict[tuple[str, ...], Entry] = {}
        self.parents: set[tuple[str, ...]] = set()
        self.list_at: int | None = None

    def entries(self) -> list[Entry]:
        while self.number < len(self.lines):
            line = self.lines[self.number].rstrip(" ")
            self.number += 1
            if line and not line.lstrip(" ").startswith("#") and not (line == "---" and not self.found):
                self.line(len(line) - len(line.lstrip(" ")), line.lstrip(" "))
        return [entry for path, entry in self.found.items() if path not in self.parents]

    def line(self, indent: int, content: str) -> None:
        if self.list_at is not None and indent + (content[:2] in ("-", "- ")) > self.list_at:
            return
        self.list_at = None
        if content[:2] in ("-", "- ") and self.levels and indent >= self.levels[-1][0]:
            self.mark(opens_list_at=indent)
        elif match := _KEY.fullmatch(content):
            self.entry(indent, match[1].strip("\"'"), match[2] or "")
        elif self.levels and indent > self.levels[-1][0] and self.newest.text and content[0] not in "?|>\t":
            self.mark()
        else:
            raise NotPlain("syntax", self.number)

    @property
    def newest(self) -> Entry:
        return next(reversed(self.found.values()))

    def mark(self, *, opens_list_at: int | None = None) -> None:
        """The newest entry is more than one value on its line."""
        newest = self.newest
        if opens_list_at is not None and newest.text:
            raise NotPlain("syntax", self.number)
        self.found[newest.path] = Entry(newest.path, newest.line, newest.text, is_readable=False)
        self.list_at = opens_list_at

    def entry(self, indent: int, key: str, rest: str) -> None:
        while self.levels and self.levels[-1][0] > indent:
            self.levels.pop()
            if not self.levels or self.levels[-1][0] < indent:
                raise NotPlain("syntax", self.number)
        if self.levels and self.levels[-1][0] == indent:
            self.levels.pop()
        elif self.levels and (self.newest.text or not self.newest.is_readable):
            raise NotPlain("syntax", self.number)
        self.parents.add(tuple(name for _, name in self.levels))
        self.levels.append((indent, key))
        path = tuple(name for _, name in self.levels)
        if path in self.found:
            raise NotPlain("twice", self.number)
        self.found[path] = self.value(path, rest)

    def value(self, path: tuple[str, ...], rest: str) -> Entry:
        start = self.number
        if rest[:1] in _QUOTED:
            inside = self.quoted(rest)
            return Entry(path, start, inside or "", is_readable=inside is not None)
        text = re.sub(r"(?:^|\s)#.*", "", rest).rstrip()
        if text in ("{}", "[]"):
            return Entry(path, start, "")
        if _NOT_PLAIN.match(text):
            raise NotPlain("syntax", start)
        return Entry(path, start, text)

    def quoted(self, rest: str) -> str | None:
        """What stands between the quotes; None where it is of several lines or can't be decoded."""
        mark, pattern = rest[0], _QUOTED[rest[0]]
        end = _end(pattern, rest, 1)
        if rest[end:] and _AFTER.fullmatch(rest, end + 1):
            return rest[1:end].replace("''", "'") if mark == "'" else _decoded(rest[: end + 1])
        start = self.number
        while not rest[end:] and self.number < len(self.lines):
            rest = self.lines[self.number]
            self.number += 1
            end = _end(pattern, rest, 0)
        if not rest[end:] or not _AFTER.fullmatch(rest, end + 1):
            raise NotPlain("syntax", start)
        return None


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _decoded(quoted: str) -> str | None:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return None
