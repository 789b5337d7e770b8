"""TOML text as checked settings. Every problem is found and named at once, with its line. Pure."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from core.errors import SettingProblem, SettingsInvalid
from core.setting_rules import Rule
from core.settings import FeishuCloud, OutlookCloud, PairSettings, Settings

Place = tuple[str | int, ...]
"""Where a value stands in the file: ("sync", "push"), or ("pairs", 0, "privacy")."""

SECTIONS: dict[str, type] = {name: hint for name, hint in get_type_hints(Settings).items() if name != "pairs"}
TYPE_NAMES: dict[object, str] = {str: "string", int: "integer", bool: "true | false"}
SECRET_WORDS = re.compile("secret|token|password|passwd")


def parse(text: str, file: str) -> Settings:
    """Raises SettingsInvalid with every problem of the text. `file` is only named in it."""
    reading = _Reading(read_toml(text, file), dict(line_numbers(text)))
    settings = reading.settings()
    if reading.problems:
        raise SettingsInvalid(file, tuple(sorted(reading.problems, key=lambda problem: problem.line)))
    return settings


def read_toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also what Python says of a number with too many digits
        place = re.search(r"at line (\d+)", str(error))
        problem = SettingProblem("syntax", value=str(error), line=int(place[1]) if place else 0)
        raise SettingsInvalid(file, (problem,)) from error


def line_numbers(text: str) -> Iterator[tuple[Place, int]]:
    """The line of each table and key, as far as tables and keys stand on lines of their own (tomllib keeps no
    lines; tomlkit neither)."""
    table: Place = ()
    pairs = Counter[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)\s*([\w-]+)\s*\]", line):
            table = (header[2],)
            if header[1] == "[[":
                table = (header[2], pairs[header[2]])
                pairs[header[2]] += 1
            yield table, number
        elif key := re.match(r"""\s*["']?([\w-]+)["']?\s*=""", line):
            yield (*table, key[1]), number


class _Reading:
    """One way through one file, gathering its problems."""

    def __init__(self, data: dict[str, Any], lines: dict[Place, int]) -> None:
        self.data = data
        self.lines = lines
        self.problems: list[SettingProblem] = []

    def settings(self) -> Settings:
        for key in self.data:
            if key not in SECTIONS and key != "pairs":
                self.unknown((key,), {})
        sections = {name: self.table(cls, self.data.get(name, {}), (name,)) for name, cls in SECTIONS.items()}
        settings = Settings(pairs=self.pairs(), **sections)
        self.check_urls("feishu", settings.feishu.cloud, ("open_url", "accounts_url"))
        self.check_urls("outlook", settings.outlook.cloud, ("authority_url", "graph_url"))
        return settings

    def pairs(self) -> tuple[PairSettings, ...]:
        tables = self.data.get("pairs", [])
        if not isinstance(tables, list):
            self.problem("type", ("pairs",), tables, "[[pairs]]")
            return ()
        pairs = [self.table(PairSettings, table, ("pairs", index)) for index, table in enumerate(tables)]
        self.check_twins("duplicate id", [pair.id for pair in pairs])
        calendars = [f"{pair.feishu_calendar} → {pair.outlook_calendar}" for pair in pairs]
        self.check_twins("duplicate calendars", calendars)
        return tuple(pairs)

    def table(self, cls: type, content: object, place: Place) -> Any:
        """The table as an instance of `cls`; what is wrong in it has its default there."""
        hints = get_type_hints(cls, include_extras=True)
        values: dict[str, Any] = {"id": ""} if "id" in hints else {}
        if not isinstance(content, dict):
            self.problem("type", place, content, "[[pairs]]" if place[0] == "pairs" else f"[{place[0]}]")
            return cls(**values)
        if "id" in hints.keys() - content.keys():
            self.problem("missing", (*place, "id"))
        for key, raw in content.items():
            if key not in hints:
                self.unknown((*place, key), hints)
                continue
            try:
                values[key] = convert(hints[key], raw)
            except _NotAllowed as refusal:
                self.problem(refusal.code, (*place, key), raw, refusal.allowed)
        return cls(**values)

    def check_urls(self, section: str, cloud: FeishuCloud | OutlookCloud, keys: tuple[str, ...]) -> None:
        """A cloud of one's own needs its addresses; beside a known one they would have no effect."""
        wrong = {problem.key for problem in self.problems}
        for key in keys:
            if wrong & {section, f"{section}.cloud", f"{section}.{key}"}:
                continue
            url = self.data.get(section, {}).get(key, "")
            if cloud.value == "custom" and not url:
                self.problem("missing", (section, key))
            elif cloud.value != "custom" and url:
                self.problem("value", (section, key), url, f'"" | {section}.cloud = "custom"')

    def check_twins(self, code: str, labels: list[str]) -> None:
        for label, count in Counter(labels).items():
            if label and count > 1:
                last = len(labels) - 1 - labels[::-1].index(label)
                line = self.lines.get(("pairs", last), 0)
                self.problems.append(SettingProblem(code, "pairs", label, line=line))

    def unknown(self, place: Place, siblings: dict[str, Any]) -> None:
        """The value is not repeated: it may be a secret, which has no place here."""
        suggestion = suggestion_for(str(place[-1]), str(place[0]), list(siblings))
        self.problems.append(
            SettingProblem("unknown key", self.name(place), suggestion=suggestion, line=self.line(place))
        )

    def problem(self, code: str, place: Place, value: object = None, allowed: str = "") -> None:
        text = "" if value is None else shown(value)
        self.problems.append(SettingProblem(code, self.name(place), text, allowed, line=self.line(place)))

    def line(self, place: Place) -> int:
        """Of the key, else of its table."""
        return self.lines.get(place) or self.lines.get(place[:-1], 0)

    def name(self, place: Place) -> str:
        """Dotted; a pair is named by its id, or counted from 1 where it has none."""
        match place:
            case ("pairs", int(index), *rest):
                pair = self.data["pairs"][index]
                label = pair.get("id") if isinstance(pair, dict) else None
                first = f"pairs[{label if label and isinstance(label, str) else index + 1}]"
                return ".".join([first, *map(str, rest)])
            case _:
                return ".".join(map(str, place))


class _NotAllowed(Exception):
    def __init__(self, code: str, allowed: str) -> None:
        self.code, self.allowed = code, allowed


def convert(hint: Any, raw: object) -> Any:
    """`raw`, as tomllib read it, as the type `hint` of a field in core/settings.py."""
    arguments = get_args(hint)
    if get_origin(hint) is Annotated:
        value = convert(arguments[0], raw)
        rule: Rule = arguments[1]
        if not rule.holds(value):
            raise _NotAllowed("value", rule.allowed)
        return value
    if get_origin(hint) is tuple:
        if not isinstance(raw, list):
            raise _NotAllowed("type", "[…]")
        return tuple(convert(arguments[0], item) for item in raw)
    if isinstance(hint, type) and issubclass(hint, Enum):
        if raw in [member.value for member in hint]:
            return hint(raw)
        raise _NotAllowed(
            "value" if isinstance(raw, str) else "type", " | ".join(shown(member) for member in hint)
        )
    kinds = arguments if isinstance(hint, UnionType) else (hint,)
    if type(raw) not in kinds:  # exactly: to Python, true is an integer too
        raise _NotAllowed("type", " | ".join(TYPE_NAMES[kind] for kind in kinds))
    return raw


def shown(value: object) -> str:
    """As the file would say it, without passwords in addresses, cut to a length that fits a message."""
    plain = value.value if isinstance(value, Enum) else value
    try:
        written = json.dumps(plain, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number with too many digits, too many brackets
        return "…"
    text = re.sub("//[^/@]*@", "//…@", written)
    return text if len(text) <= 60 else text[:59] + "…"


def suggestion_for(key: str, section: str, siblings: list[str]) -> str:
    """What was probably meant: the command for secrets, a key of the same table, the same key of another."""
    if SECRET_WORDS.search(key.lower()):
        return (
            "secret outlook.client_secret"
            if "client" in key or section == "outlook"
            else "secret feishu.app_secret"
        )
    if close := difflib.get_close_matches(key, siblings or [*SECTIONS, "pairs"], n=1):
        return close[0]
    tables = {**SECTIONS, "pairs": PairSettings}
    return next((f"{name}.{key}" for name, cls in tables.items() if key in get_type_hints(cls)), "")
