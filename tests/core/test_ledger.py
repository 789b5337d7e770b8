"""The local database: what it keeps, what it refuses, and what happens to a file that can't be used."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import ledger_file
from core.errors import LedgerUnusable
from core.ledger import Deletion, Ledger, SourceState, TargetState
from core.links import Creating, Detached, Extent, Link, Live
from core.model import Identity, RawRow, Role, Side, SourceCalendarInfo
from core.report import Reason
from core.run import accept_person

WHERE = Extent("Titel 会议", "2027-02-01T10:00:00+08:00", 1, None, all_day=False)
CREATING = Creating("aa.1", "transaction", 100, WHERE)
LIVE = Live(
    key="aa.2",
    transaction_id="transaction",
    event_id="event",
    etag="etag",
    is_verified=False,
    fingerprint="a.b.c",
    stored_print="print",
    is_series=True,
    occurrences={"2027-02-09T10:00:00": "cancelled"},
    extent=replace(WHERE, ends_at=2, all_day=True),
    held=Reason("too many deletions", (("count", "3"), ("total", "5"))),
    is_adopted=True,
)
DETACHED = Detached("aa.3", "event 3", Reason("attendees added"), WHERE)
CALENDAR = SourceCalendarInfo("feishu", "Name", "primary", Role.OWNER, is_primary=True)
SOURCE = SourceState(CALENDAR, "cursor", anchor=1, pulled_at=2, is_empty=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    made = Ledger(path)
    made.open()
    made.name_target("person", "Feishu", TargetState("target", is_ours=True))
    yield made
    made.close()


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}  # noqa: S608  # its own names
    database.close()
    return found


# --- what it keeps --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [CREATING, LIVE, replace(LIVE, occurrences=None, held=None), replace(LIVE, occurrences={}), DETACHED],
)
def test_every_kind_of_link_comes_back_as_it_was(ledger: Ledger, link: Link) -> None:
    ledger.put_links("target", [link])
    assert ledger.links("target", "aa") == {link.key: link}


def test_links_are_told_apart_by_outlook_calendar_and_by_the_half_that_names_feishus(ledger: Ledger) -> None:
    ledger.name_target("person", "Other", TargetState("other", is_ours=False))
    ledger.put_links("target", [CREATING, replace(CREATING, key="ab.1")])
    ledger.put_links("other", [replace(CREATING, key="aa.9")])
    assert set(ledger.links("target", "aa")) == {"aa.1"}
    assert set(ledger.links("target", "")) == {"aa.1", "ab.1"}
    ledger.drop_links("target", ["aa.1", "aa.9", "unknown"])
    assert (set(ledger.links("target", "")), set(ledger.links("other", ""))) == ({"ab.1"}, {"aa.9"})


def test_ids_that_differ_in_one_character_are_different(ledger: Ledger) -> None:
    ids = ["r3Ug_AAA=", "r3Ug-AAA=", "Qx1aAAA=", "Qx1AAAA="]
    ledger.put_links("target", [replace(LIVE, key=f"aa.{n}", event_id=each) for n, each in enumerate(ids)])
    found = [link.event_id for link in ledger.links("target", "").values() if isinstance(link, Live)]
    assert sorted(found) == sorted(ids)


def test_a_complete_pull_replaces_the_rows_and_a_change_adds_to_them(ledger: Ledger) -> None:
    ledger.replace_rows("person", "primary", SOURCE, [RawRow("a", "1"), RawRow("b", "1")])
    ledger.apply_rows("feishu", [RawRow("b", "2"), RawRow("c", "1")], "next")
    assert {row.event_id: row.raw for row in ledger.rows("feishu")} == {"a": "1", "b": "2", "c": "1"}
    assert ledger.source_state("feishu") == replace(SOURCE, cursor="next")
    ledger.replace_rows("person", "primary", replace(SOURCE, pulled_at=9), [RawRow("d", "1")])
    assert ledger.rows("feishu") == [RawRow("d", "1")]
    assert ledger.source_state("feishu") == replace(SOURCE, pulled_at=9)
    assert ledger.source_id("person", "primary") == "feishu"
    assert ledger.source_id("somebody else", "primary") is None


def test_everything_is_there_after_the_file_was_opened_again(ledger: Ledger, path: Path) -> None:
    ledger.put_links("target", [LIVE])
    ledger.set_note("installation", "one")
    ledger.set_recognised("feishu", "target", 5)
    ledger.close()
    again = Ledger(path)
    again.open()
    assert again.links("target", "") == {LIVE.key: LIVE}
    assert again.note("installation") == "one"
    assert again.recognised_at("feishu", "target") == 5
    assert again.target("person", "Feishu") == TargetState("target", is_ours=True)
    again.set_note("installation", None)
    assert again.note("installation") is None
    again.close()


def test_counted_deletions_are_those_of_the_pair_since_a_time(ledger: Ledger) -> None:
    def deletion(key: str, at: int, *, counted: bool = True) -> Deletion:
        return Deletion(key, at, counted, "Title", "2027-02-01", "{}")

    for each in (deletion("aa.1", 10), deletion("aa.2", 20), deletion("aa.3", 20, counted=False)):
        ledger.put_deletion("target", each)
    ledger.put_deletion("target", deletion("bb.1", 20))
    assert ledger.counted_deletions("target", "aa", 9) == 2
    assert ledger.counted_deletions("target", "aa", 10) == 1
    ledger.drop_deletion("target", "aa.2", 20)
    assert ledger.counted_deletions("target", "aa", 0) == 1


def test_what_is_kept_for_a_time_goes_when_it_is_over(ledger: Ledger, path: Path) -> None:
    day = 86_400
    for age in (29, 31):
        ledger.put_deletion("target", Deletion("aa.1", 100 * day - age * day, True, "", "", ""))
        ledger.put_refusal("target", f"aa.{age}", "wanted", 100 * day - age * day, Reason("x"))
    for age in (89, 91):
        ledger.put_run(100 * day - age * day, {"age": age})
    ledger.tidy(100 * day)
    left = tables(path)
    assert [len(left[name]) for name in ("deletion", "refusal", "run")] == [1, 1, 1]
    assert ledger.last_run() == {"age": 89}
    assert ledger.refusals("target", 0) == {"aa.29": ("wanted", Reason("x"))}


def dropped_and_taken_back(ledger: Ledger) -> None:
    with ledger.together():
        ledger.drop_links("target", [LIVE.key])
        assert ledger.links("target", "aa").keys() == {DETACHED.key}
        raise ZeroDivisionError


def test_links_are_those_of_this_moment(ledger: Ledger, path: Path) -> None:
    ledger.put_links("target", [LIVE])
    assert ledger.links("target", "aa") == {LIVE.key: LIVE}
    ledger.put_links("target", [DETACHED])
    assert ledger.links("target", "aa").keys() == {LIVE.key, DETACHED.key}
    with pytest.raises(ZeroDivisionError):
        dropped_and_taken_back(ledger)
    assert ledger.links("target", "aa").keys() == {LIVE.key, DETACHED.key}
    other = Ledger(path)
    other.open()
    other.drop_links("target", [DETACHED.key])
    other.close()
    assert ledger.links("target", "aa") == {LIVE.key: LIVE}
    assert ledger.links("target", "bb") == {}


def test_reports_are_read_newest_first_without_those_that_make_no_sense(ledger: Ledger) -> None:
    for number in range(3):
        ledger.put_run(number, {"number": number})
    ledger._write("UPDATE run SET report = '{' WHERE started_at = 1")
    assert list(ledger.runs()) == [{"number": 2}, {"number": 0}]


def test_refusals_are_forgotten_when_a_person_wants_everything_tried_again(ledger: Ledger) -> None:
    ledger.put_refusal("target", "aa.1", "wanted", 5, Reason("x"))
    ledger.drop_refusals()
    assert ledger.refusals("target", 0) == {}


def test_a_calendar_belongs_to_whoever_has_a_pair_with_it(ledger: Ledger) -> None:
    assert ledger.belongs_to("person", "target")
    assert not ledger.belongs_to("somebody else", "target")
    assert not ledger.belongs_to("person", "another")


def test_another_person_sees_other_rows_of_the_same_feishu_calendar(ledger: Ledger) -> None:
    ledger.replace_rows("li", "primary", SOURCE, [RawRow("a", "1")])
    for person, pulled_at in (("li", SOURCE.pulled_at), ("li", SOURCE.pulled_at), ("han", 0)):
        accept_person(ledger, Side.FEISHU, Identity(person, person))
        state = ledger.source_state("feishu")
        assert state
        assert state.pulled_at == pulled_at
    accept_person(ledger, Side.OUTLOOK, Identity("li", "li"))
    ledger.replace_rows("han", "primary", SOURCE, [])
    accept_person(ledger, Side.OUTLOOK, Identity("wu", "wu"))
    assert ledger.source_state("feishu") == SOURCE


def test_requests_add_up_by_month(ledger: Ledger, path: Path) -> None:
    for _ in range(3):
        ledger.add_usage("2027-02", Side.FEISHU, 5)
    ledger.add_usage("2027-02", Side.OUTLOOK, 1)
    assert tables(path)["usage"] == [("2027-02", "feishu", 15), ("2027-02", "outlook", 1)]


# --- what it refuses ------------------------------------------------------------------------------

_EXTENT = {"title": "", "start": "", "starts_at": 0, "ends_at": None, "all_day": 0}
_READ = {
    "etag": "x",
    "is_verified": 1,
    "fingerprint": "f",
    "stored_print": "p",
    "is_series": 0,
    "is_adopted": 0,
}
ROWS: dict[str, dict[str, object]] = {
    "creating": {"state": "creating", "transaction_id": "t", "attempted_at": 1, **_EXTENT},
    "live": {"state": "live", "transaction_id": "t", "event_id": "e", **_READ, **_EXTENT},
    "detached": {"state": "detached", "event_id": "e", "reason": '["x", []]', **_EXTENT},
}


def insert(path: Path, row: dict[str, object]) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA foreign_keys = ON")
    row = {"target_id": "target", "key": "aa.1", **row}
    marks = ", ".join(f":{name}" for name in row)
    try:
        database.execute(f"INSERT INTO link ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608  # our own
    finally:
        database.close()


@pytest.mark.parametrize("state", ROWS)
def test_the_schema_takes_each_state_in_its_legal_form(ledger: Ledger, path: Path, state: str) -> None:
    insert(path, ROWS[state])
    assert len(ledger.links("target", "")) == 1


@pytest.mark.parametrize(
    ("state", "wrong"),
    [
        ("creating", {"event_id": "e"}),
        ("creating", {"attempted_at": None}),
        ("creating", {"held": "[]"}),
        ("creating", {"fingerprint": "f"}),
        ("creating", {"reason": "[]"}),
        ("creating", {"is_verified": 0}),
        ("live", {"event_id": None}),
        ("live", {"transaction_id": None}),
        ("live", {"fingerprint": None}),
        ("live", {"is_verified": None}),
        ("live", {"is_verified": 2}),
        ("live", {"etag": None}),
        ("live", {"stored_print": None}),
        ("live", {"is_series": None}),
        ("live", {"is_adopted": None}),
        ("live", {"attempted_at": 1}),
        ("live", {"reason": "[]"}),
        ("live", {"state": "alive"}),
        ("live", {"all_day": 2}),
        ("live", {"starts_at": "soon"}),
        ("live", {"target_id": "unknown"}),
        ("detached", {"reason": None}),
        ("detached", {"transaction_id": "t"}),
        ("detached", {"event_id": None}),
        ("detached", {"held": "[]"}),
        ("detached", {"fingerprint": "f"}),
    ],
)
def test_the_schema_refuses_every_illegal_link(
    ledger: Ledger, path: Path, state: str, wrong: dict[str, object]
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert(path, ROWS[state] | wrong)


def test_two_live_links_cannot_share_a_copy(ledger: Ledger, path: Path) -> None:
    insert(path, ROWS["live"])
    with pytest.raises(sqlite3.IntegrityError):
        insert(path, ROWS["live"] | {"key": "aa.2"})


def test_a_mistake_of_ours_is_no_fault_of_the_file(ledger: Ledger) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        ledger.put_links("unknown calendar", [CREATING])


# --- all or nothing -------------------------------------------------------------------------------


class Crash(BaseException):
    pass


def test_what_is_written_together_is_there_together_or_not_at_all(ledger: Ledger, path: Path) -> None:
    def some_writes_and_a_crash() -> None:
        with ledger.together():
            ledger.put_links("target", [CREATING])
            with ledger.together():
                ledger.set_note("a", "1")
            ledger.drop_links("target", [])
            raise Crash

    with pytest.raises(Crash):
        some_writes_and_a_crash()
    assert (ledger.links("target", ""), ledger.note("a")) == ({}, None)
    with ledger.together():
        ledger.put_links("target", [CREATING])
        assert tables(path)["link"] == [], "nobody else sees half of it"
    assert len(tables(path)["link"]) == 1


def test_a_pull_that_fails_halfway_leaves_the_rows_of_the_last_one(ledger: Ledger) -> None:
    ledger.replace_rows("person", "primary", SOURCE, [RawRow("a", "1")])

    def rows() -> Iterator[RawRow]:
        yield RawRow("b", "2")
        raise Crash

    with pytest.raises(Crash):
        ledger.replace_rows("person", "primary", replace(SOURCE, cursor="next"), rows())
    with pytest.raises(Crash):
        ledger.apply_rows("feishu", rows(), "next")
    assert ledger.rows("feishu") == [RawRow("a", "1")]
    assert ledger.source_state("feishu") == SOURCE


def write_too_much(ledger: Ledger) -> None:
    with ledger.together():
        ledger.set_note("a", "1")
        ledger.set_note("much", "x" * 1_000_000)


def test_after_a_commit_that_failed_the_ledger_goes_on(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, as SQLite has it: no page more than there are."""
    pages = ledger._sql.execute("PRAGMA page_count").fetchone()[0]
    ledger._sql.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerUnusable) as caught:
        ledger.set_note("much", "x" * 1_000_000)
    assert caught.value == LedgerUnusable("disk full", str(path))
    with pytest.raises(LedgerUnusable):
        write_too_much(ledger)
    ledger._sql.execute("PRAGMA max_page_count = 100000")
    assert ledger.note("a") is None
    with ledger.together():
        ledger.set_note("a", "2")
    assert ledger.note("a") == "2"


def test_a_transaction_that_sqlite_ended_itself_hides_no_error(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.together():
            ledger._sql.execute("ROLLBACK")
            raise Crash

    with pytest.raises(Crash):
        fail()
    ledger.set_note("a", "1")
    assert ledger.note("a") == "1"


# --- files that can't be used ----------------------------------------------------------------------


def why(path: Path) -> str:
    unusable = Ledger(path)
    with pytest.raises(LedgerUnusable) as caught:
        unusable.open()
    assert caught.value.path == str(path)
    with pytest.raises(LedgerUnusable) as closed:
        unusable.note("installation")
    assert closed.value.why == "closed", "it holds no file open that it can't use"
    return caught.value.why


def test_a_file_that_is_no_database_is_damaged_and_stays_as_it_is(path: Path) -> None:
    path.write_bytes(b"not a database, but somebody's file" * 100)
    before = path.read_bytes()
    assert why(path) == "damaged"
    assert path.read_bytes() == before


def test_a_file_of_a_newer_version_is_refused_untouched(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
        database.execute("CREATE TABLE of_the_future (x)")
    database.close()
    assert why(path) == "newer"
    assert set(tables(path)) == {"of_the_future"}


def test_a_file_of_the_first_version_is_brought_up_to_date(ledger: Ledger, path: Path) -> None:
    ledger.set_note("installation", "abc")
    ledger.close()
    with sqlite3.connect(path) as database:
        for table, column in (
            *(("source_calendar", "all_day_end"), ("link", "series"), ("deletion", "series")),
            *(
                ("deletion", "transaction_id"),
                ("deletion", "restored_at"),
                ("link", "replaced_at"),
                ("link", "is_found_again"),
            ),
        ):
            database.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        database.execute("PRAGMA user_version = 1")
    database.close()
    ledger.open()
    assert ledger.note("installation") == "abc"
    assert ledger.links("outlook", "") == {}
    ledger.put_deletion("outlook", Deletion("key", 1, True, "Title", "2026-12-01", "{}", "series"))
    ledger.close()
    ledger.open()
    assert ledger.counted_deletions("outlook", "", 0) == 1


def test_the_deletions_of_one_series_count_once(ledger: Ledger) -> None:
    for key, series in (("a", ""), ("b", "s"), ("c", "s"), ("d", "t")):
        ledger.put_deletion("outlook", Deletion(key, 1, True, "Title", "2026-12-01", "{}", series))
    assert ledger.counted_deletions("outlook", "", 0) == 3


def test_a_file_that_another_process_holds_is_locked(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_file, "_PATIENCE", 0)
    ledger.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert why(path) == "locked"
    other.close()


def test_a_write_that_another_process_blocks_is_locked(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger._sql.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnusable) as caught:
        ledger.set_note("a", "1")
    assert caught.value.why == "locked"
    other.execute("ROLLBACK")
    other.close()
    ledger.set_note("a", "1")


def test_a_folder_that_is_not_there_or_a_folder_in_its_place_is_unwritable(
    tmp_path: Path, path: Path
) -> None:
    assert why(tmp_path / "nowhere" / "ledger.sqlite3") == "unwritable"
    path.mkdir()
    assert why(path) == "unwritable"


def test_pages_that_were_overwritten_are_damage(ledger: Ledger, path: Path) -> None:
    ledger.replace_rows("person", "primary", SOURCE, [RawRow(f"{n}", "x" * 500) for n in range(200)])
    ledger.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle:] = b"\xff" * (len(content) - middle)
    path.write_bytes(content)
    broken = Ledger(path)
    broken.open()
    with pytest.raises(LedgerUnusable) as caught:
        broken.rows("feishu")
    assert caught.value == LedgerUnusable("damaged", str(path))
    broken.close()


def test_nobody_else_may_read_the_file_or_what_lies_beside_it(ledger: Ledger, path: Path) -> None:
    ledger.set_note("a", "1")
    beside = sorted(path.parent.glob("ledger.sqlite3*"))
    assert len(beside) == 3
    assert [stat.S_IMODE(file.stat().st_mode) for file in beside] == [0o600] * 3


def test_a_file_that_was_readable_for_others_is_made_private(path: Path) -> None:
    path.touch(mode=0o644)
    os.chmod(path, 0o644)  # noqa: PTH101  # the umask does not count here
    made = Ledger(path)
    made.open()
    made.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- copies ---------------------------------------------------------------------------------------


def test_a_copy_in_memory_has_everything_and_changes_nothing(ledger: Ledger, path: Path) -> None:
    ledger.put_links("target", [LIVE])
    before = tables(path)
    copy = ledger.copy_in_memory()
    assert copy.links("target", "") == {LIVE.key: LIVE}
    with copy.together():
        copy.drop_links("target", [LIVE.key])
        copy.name_target("person", "New", TargetState("new", is_ours=True))
        copy.put_links("new", [CREATING])
    copy.close()
    assert tables(path) == before
    assert ledger.links("target", "") == {LIVE.key: LIVE}


def test_a_copy_in_memory_is_held_to_the_same_rules(ledger: Ledger) -> None:
    copy = ledger.copy_in_memory()
    with pytest.raises(sqlite3.IntegrityError):
        copy.put_links("unknown calendar", [CREATING])
    copy.close()


def test_a_closed_ledger_says_so(path: Path) -> None:
    with pytest.raises(LedgerUnusable) as caught:
        Ledger(path).links("target", "")
    assert caught.value.why == "closed"
