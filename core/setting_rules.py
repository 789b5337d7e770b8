"""What a setting may be beyond its type: a test and the words for what passes it. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from core import title_pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """`holds` is only asked about values of the right type. `allowed` is notation like the file's own,
    not a sentence: it stands in messages of every language."""

    allowed: str
    holds: Callable[[Any], bool]


def between(least: int, most: int) -> Rule:
    return Rule(f"{least}–{most}", lambda value: least <= value <= most)


def is_pattern(text: str) -> bool:
    """Not the empty one: it fits every title."""
    try:
        title_pattern.check(text)
    except title_pattern.NotFollowed:
        return False
    return bool(text)


def is_url(text: str) -> bool:
    """Secrets travel there: unencrypted only inside this computer."""
    parts = _split(text)
    if parts is None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_proxy(text: str) -> bool:
    parts = _split(text)
    return parts is not None and parts.scheme == "http" and parts.path in ("", "/") and parts.port is not None


def _split(text: str) -> SplitResult | None:
    """A URL with a host and without a user name or password, which have no place in a readable file."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError like urlsplit itself
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc and not re.search(r"\s", text) else None


filled = Rule("not empty", lambda value: bool(value.strip() if isinstance(value, str) else value))
without_spaces = Rule("without spaces", lambda text: not re.search(r"\s", text))
url = Rule("https://… | http://127.0.0.1…", lambda text: text == "" or is_url(text))
proxy = Rule('"" | "none" | "http://host:port"', lambda text: text in ("", "none") or is_proxy(text))
tenant = Rule(
    '"common" | "organizations" | "consumers" | ID | domain',
    lambda text: re.fullmatch(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*", text) is not None,
)
pattern = Rule(r"regular expression, up to 300 characters, without \1 (?P=…) (?>…) x*+", is_pattern)
percentage = Rule('"0%"–"100%"', lambda text: re.fullmatch(r"(\d\d?|100)%", text, re.ASCII) is not None)
reminder = Rule(
    '"feishu" | "none" | 0–2147483647',
    lambda value: value in ("feishu", "none") if isinstance(value, str) else 0 <= value < 2**31,
)
