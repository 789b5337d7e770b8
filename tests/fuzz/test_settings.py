"""settings.toml, whatever it holds: settings, or an error that names the key; never another one."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from hypothesis import strategies as st

from core import settings_file
from core.errors import SettingsInvalid
from core.settings import PairSettings, Settings
from core.settings_reading import SECTIONS, parse
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS, cut
from tests.fuzz.work import at_most, in_memory_of

WORK = 2_000_000
KEYS = [(name, key.name) for name, section in SECTIONS.items() for key in fields(section)]
PAIR_KEYS = [key.name for key in fields(PairSettings)]
BOMB = "\n".join(f"a{number} = [{', '.join(['[[1, 2], {b = 3}]'] * 50)}]" for number in range(200))

VALUES = (
    *("true", "false", "0", "-1", "3", "1440", "9" * 5000, "0x" + "f" * 5000, "1e400", "nan", "-inf", "1_0"),
    *(
        '""',
        '"x"',
        '"\\u0000"',
        '"\\u202e"',
        '"é中🎧"',
        '"' + "a" * 5000 + '"',
        '"(a+)+$"',
        '"[" ',
        "'''\n'''",
    ),
    *(
        '"20%"',
        '"common"',
        '"custom"',
        '"https://a.b"',
        '"http://u:p@h"',
        '"https://[::1"',
        '"http://h:99999999"',
    ),
    *("[]", "[1]", '["a"]', '["("]', "[[[]]]", "[" * 300 + "]" * 300, "{}", "{a = 1}", "{a = {b = []}}"),
    *("1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "2026-99-99", "[5000, 53682]", "[0]", "[true]"),
)
values = st.sampled_from(VALUES)
lines = st.builds("{} = {}".format, st.sampled_from(PAIR_KEYS + [key for _, key in KEYS]) | TEXTS, values)
headers = st.sampled_from(
    ("", "[[pairs]]", "[pairs]", *(f"[{name}]" for name in SECTIONS), "[a.b]", "[feishu.x]")
)
tables = st.builds("{}\n{}\n".format, headers, st.lists(lines, max_size=4).map("\n".join))
texts = st.lists(tables | TEXTS, max_size=4).map("\n".join)


def understood(text: str) -> Settings | SettingsInvalid:
    """Any other error is a failure."""
    try:
        return parse(text, "settings.toml")
    except SettingsInvalid as refusal:
        return refusal


@fuzz(100, text=texts)
def test_any_text_is_settings_or_is_refused(text: str) -> None:
    with at_most(WORK):
        found = understood(text)
    if isinstance(found, SettingsInvalid):
        assert found.problems
        assert all(problem.key or problem.code == "syntax" for problem in found.problems)


@fuzz(100, place=st.sampled_from(KEYS + [("pairs", key) for key in PAIR_KEYS]), value=values)
def test_a_wrong_value_is_refused_by_the_name_of_its_key(place: tuple[str, str], value: str) -> None:
    section, key = place
    header = f"[{section}]" if section != "pairs" else "[[pairs]]" if key == "id" else '[[pairs]]\nid = "p"'
    found = understood(f"{header}\n{key} = {value}")
    if isinstance(found, SettingsInvalid) and found.problems[0].code != "syntax":
        assert {problem.key.partition(".")[0].partition("[")[0] for problem in found.problems} == {section}
        assert all(problem.key.endswith(f".{key}") or problem.code == "missing" for problem in found.problems)
        assert all(len(problem.value) <= 60 for problem in found.problems)


files = st.one_of(
    cut(settings_file.default_text().encode()),
    st.binary(max_size=50),
    texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
)


@fuzz(30, content=files)
def test_any_file_is_refused_or_settings_that_can_be_saved_and_read_again(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "settings.toml"
        file.write_bytes(content)
        try:
            found = settings_file.load(file)
        except SettingsInvalid:
            return
        settings_file.save(file, found)
        assert settings_file.load(file) == found


def test_what_is_nested_a_thousand_times_takes_little() -> None:
    for text in (BOMB, "a = " + "[" * 100_000, "[a" + ".a" * 2000 + "]", "x.y" * 2000 + " = 1"):
        with in_memory_of(50_000_000):
            assert isinstance(understood(text), SettingsInvalid)


def test_all_keys_are_among_those_that_are_tried() -> None:
    assert {name for name, _ in KEYS} | {"pairs"} == set(get_type_hints(Settings))
