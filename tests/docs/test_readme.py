"""The README's list of commands and exit codes, in both languages, against the program's."""

from __future__ import annotations

import re

import pytest

from terminal.arguments import SECRETS, UsageError, parse
from terminal.exit_codes import ExitCode
from tests.docs.pages import ROOT, tables

NAMES = ("README.md", "README.zh_CN.md")


def readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def told(name: str) -> set[str]:
    """The first words behind `run.py`, of every command in the table; "demo" and "test" stand above it."""
    rows = [row for table in tables(readme(name)) for row in table if row[0].startswith("`python3 run.py")]
    return {word for row in rows for word in re.findall(r"(?:run\.py |, `)([a-z-]+)", row[0])}


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_every_command(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(["no-such-command"])
    known = set(re.findall(r"'?([a-z-]+)'?(?=[,)])", refused.value.message.partition("choose from")[2]))
    assert len(known) > 12
    assert told(name) == known - {"demo"}
    assert f"secret {SECRETS[0]}" in readme(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_exit_code_is_told(name: str) -> None:
    (sentence,) = re.findall(r"(?:Exit codes:|退出码：)\n((?:.+\n)+)", readme(name))
    assert [int(number) for number in re.findall(r"(\d) \w", sentence)] == [code.value for code in ExitCode]
