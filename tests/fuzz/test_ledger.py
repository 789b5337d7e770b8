"""The database's file, cut, overwritten or another one's: used or refused with a reason, never made worse."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import strategies as st

from core.errors import LedgerUnusable
from core.ledger import Ledger, TargetState
from core.ledger_facts import ledger_facts, private_names
from core.ledger_file import SCHEMA_VERSION
from core.model import RawRow, Side
from tests.core.test_ledger import CREATING, DETACHED, LIVE, SOURCE
from tests.fuzz.effort import fuzz

NOW = 1_795_800_000


@cache
def good_file() -> bytes:
    """A ledger in which every table has a row."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "ledger.sqlite3"
        ledger = Ledger(file)
        ledger.open()
        ledger.name_target("person", "Feishu", TargetState("target", is_ours=True))
        ledger.put_links("target", [CREATING, LIVE, DETACHED])
        rows = [RawRow(f"uid-{number}_0", "{}" * 300) for number in range(60)]
        ledger.replace_rows("person", "primary", SOURCE, rows)
        ledger.set_recognised("feishu", "target", NOW)
        ledger.add_usage("2026-11", Side.FEISHU, 3)
        ledger.put_run(NOW, {"result": "ok"})
        ledger.set_note("person feishu", "ou_1\nLi Lei")
        ledger.close()
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        return file.read_bytes()


def use(file: Path) -> str:
    """Reads everything and writes a little. Empty, or why it can't be used; any other error is a failure."""
    ledger = Ledger(file)
    try:
        ledger.open()
        ledger.source_state("feishu")
        ledger.rows("feishu")
        ledger.links("target", "")
        ledger.target("person", "Feishu")
        ledger.last_run()
        ledger.deletions(NOW)
        ledger.refusals("target", 0)
        ledger.set_note("x", "y")
        ledger.tidy(NOW)
    except LedgerUnusable as error:
        return error.why
    finally:
        ledger.close()
    return ""


def damage(places: list[tuple[int, int]], length: float, content: bytes) -> bytes:
    changed = bytearray(content[: int(length * len(content))])
    for place, value in places:
        if changed:
            changed[place % len(changed)] = value
    return bytes(changed)


places = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from((0, 1, 0x0D, 0x7B, 0x80, 0xFF))), max_size=30
)
damages = st.builds(partial, st.just(damage), places, st.sampled_from((1.0, 1.0, 1.0, 0.5, 0.01)))


@fuzz(50, damaged=damages | st.binary(max_size=200).map(lambda content: lambda _: content))
def test_a_damaged_file_is_used_as_far_as_it_goes_or_refused(damaged: Callable[[bytes], bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "ledger.sqlite3"
        file.write_bytes(damaged(good_file()))
        why = use(file)
        assert why in {"", "damaged", "newer", "unwritable"}
        ledger_facts(file)
        private_names(file)


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 2**31 - 1])
def test_a_ledger_of_a_newer_program_is_left_as_it_is(version: int, tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(good_file())
    change(file, f"PRAGMA user_version = {version}")
    before = dump(file)
    assert use(file) == "newer"
    assert dump(file) == before


OTHERS = {
    "of another program": ("CREATE TABLE photos (a)", "INSERT INTO photos VALUES (1)"),
    "of another program with our version": (
        "CREATE TABLE photos (a)",
        f"PRAGMA user_version = {SCHEMA_VERSION}",
    ),
    "of another program with an old version": ("CREATE TABLE photos (a)", "PRAGMA user_version = 2"),
    "of another program with a negative version": ("CREATE TABLE photos (a)", "PRAGMA user_version = -3"),
}


@pytest.mark.parametrize("statements", OTHERS.values(), ids=OTHERS)
def test_another_database_is_refused_and_left_as_it_is(statements: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    change(file, *statements)
    before = dump(file)
    assert use(file) == "damaged"
    assert dump(file) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE source_calendar SET role = 'king'",
        "UPDATE source_calendar SET all_day_end = 'x'",
        "UPDATE link SET occurrences = '{' WHERE state = 'live'",
        "UPDATE link SET reason = '3' WHERE state = 'detached'",
        "UPDATE link SET held = '{}' WHERE state = 'live'",
        "UPDATE link SET title = CAST(x'ff41' AS TEXT)",
        "UPDATE source_row SET raw = CAST(x'ff41' AS TEXT)",
        "DROP TABLE link",
    ],
)
def test_what_we_never_write_is_damage_and_no_fault_of_ours(statement: str, tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(good_file())
    change(file, statement)
    before = dump(file) if "ff41" not in statement else None
    assert use(file) == "damaged"
    assert before is None or dump(file) == before


def test_a_report_that_can_not_be_read_is_none(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(good_file())
    change(file, "UPDATE run SET report = '{'")
    assert use(file) == ""


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)


def dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def test_a_schema_that_not_even_the_message_can_quote_is_damage(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(good_file().replace(b"CREATE INDEX run_time", b"CR\x80ATE INDEX run_time"))
    assert use(file) == "damaged"
    assert ledger_facts(file)["is_there"]
    assert private_names(file) == []
