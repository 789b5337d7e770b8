"""The local database: observations and links. SQLite; used in one thread.

Every method that writes commits before it returns, except inside `with ledger.together():`.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from core.errors import LedgerUnusable
from core.link_rows import from_row, reason_from_text, reason_to_text, to_row
from core.links import Link
from core.model import AllDayEnd, RawRow, Reason, Role, Side, SourceCalendarInfo

_MIGRATIONS = (
    """
    ALTER TABLE source_calendar ADD COLUMN all_day_end TEXT NOT NULL DEFAULT 'unknown';
    ALTER TABLE link ADD COLUMN series TEXT NOT NULL DEFAULT '';
    ALTER TABLE deletion ADD COLUMN series TEXT NOT NULL DEFAULT '';
    """,
    """
    ALTER TABLE deletion ADD COLUMN transaction_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE deletion ADD COLUMN restored_at INTEGER;
    """,
    """
    ALTER TABLE link ADD COLUMN replaced_at INTEGER NOT NULL DEFAULT 0;
    """,
    """
    ALTER TABLE link ADD COLUMN is_found_again INTEGER NOT NULL DEFAULT 0 CHECK (is_found_again IN (0, 1));
    """,
)
"""What brings a ledger from each version to the next; core/schema.sql makes one of the newest."""
SCHEMA_VERSION = len(_MIGRATIONS) + 1
_DAY = 86_400
BACKUP_DAYS = 30
_PATIENCE = 5
"""Seconds that a statement waits while another process has the file."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A Feishu calendar and the place that we have read it to. Times in Unix seconds."""

    calendar: SourceCalendarInfo
    cursor: str
    anchor: int
    pulled_at: int
    is_empty: bool
    all_day_end: AllDayEnd = AllDayEnd.UNKNOWN


@dataclass(frozen=True, slots=True)
class TargetState:
    """An Outlook calendar that a setting names. `is_ours`: we made it. `watch_until`: Unix seconds up to
    which the watch sees; `watch_link`: where it goes on, empty before it began."""

    calendar_id: str
    is_ours: bool
    watch_link: str = ""
    watch_until: int = 0


@dataclass(frozen=True, slots=True)
class Deletion:
    """A copy that we deleted; `raw` is its JSON as last read."""

    key: str
    deleted_at: int
    is_counted: bool
    title: str
    start: str
    raw: str
    series: str = ""
    """As the link had it (links.Extent)."""
    target_id: str = ""
    number: int = 0
    """The ledger's own, from when it is kept there."""
    transaction_id: str = ""
    """Under which it is put back; empty until that was tried."""


class Ledger:
    """Raises LedgerUnusable from every method when the file can't be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._nesting = 0

    def open(self) -> None:
        self._make_private()
        try:
            with self._translated():
                self._database = _connected(str(self._path))
                self._prepare(self._database)
        except BaseException:
            self.close()
            raise

    def _prepare(self, database: sqlite3.Connection) -> None:
        for setting in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
            database.execute(f"PRAGMA {setting}")
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise LedgerUnusable("newer", str(self._path))
        is_blank = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        if version < 0 or (version == 0) != is_blank:  # another program's, or what is left of ours
            raise LedgerUnusable("damaged", str(self._path))
        if version == 0:
            schema = resources.files("core").joinpath("schema.sql").read_text(encoding="utf-8")
            database.executescript(f"BEGIN; {schema} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            return
        for number in range(version, SCHEMA_VERSION):
            migration = _MIGRATIONS[number - 1]
            database.executescript(f"BEGIN; {migration} PRAGMA user_version = {number + 1}; COMMIT;")

    def copy_in_memory(self) -> Ledger:
        """The same contents without the file: for a preview, which may change nothing."""
        copy = Ledger(self._path)
        with self._translated():
            copy._database = _connected(":memory:")
            self._sql.backup(copy._database)
            copy._database.execute("PRAGMA foreign_keys = ON")
        return copy

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """All writes inside are committed at its end, or none."""
        with self._translated():
            if self._nesting == 0:
                self._sql.execute("BEGIN IMMEDIATE")
            self._nesting += 1
            try:
                yield
                if self._nesting == 1:
                    self._sql.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, e.g. when the disk is full.
                if self._nesting == 1 and self._sql.in_transaction:
                    self._sql.execute("ROLLBACK")
                raise
            finally:
                self._nesting -= 1

    # --- notes ------------------------------------------------------------------------------

    def note(self, name: str) -> str | None:
        row = self._one("SELECT value FROM note WHERE name = ?", name)
        return str(row["value"]) if row else None

    def set_note(self, name: str, value: str | None) -> None:
        if value is None:
            self._write("DELETE FROM note WHERE name = ?", name)
        else:
            self._write(
                "INSERT INTO note VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name,
                value,
            )

    # --- Feishu -----------------------------------------------------------------------------

    def source_id(self, person: str, configured: str) -> str | None:
        row = self._one(
            "SELECT calendar_id FROM source_name WHERE person = ? AND configured = ?", person, configured
        )
        return str(row["calendar_id"]) if row else None

    def source_state(self, calendar_id: str) -> SourceState | None:
        row = self._one("SELECT * FROM source_calendar WHERE calendar_id = ?", calendar_id)
        if row is None:
            return None
        with self._understood():
            role, all_day_end = Role(row["role"]), AllDayEnd(row["all_day_end"])
        calendar = SourceCalendarInfo(
            row["calendar_id"], row["name"], row["kind"], role, bool(row["is_primary"])
        )
        return SourceState(
            calendar, row["cursor"], row["anchor"], row["pulled_at"], bool(row["is_empty"]), all_day_end
        )

    def replace_rows(self, person: str, configured: str, state: SourceState, rows: Iterable[RawRow]) -> None:
        """A complete pull: these rows and no others."""
        calendar = state.calendar
        with self.together():
            self._write("DELETE FROM source_row WHERE calendar_id = ?", calendar.id)
            self._write(
                "INSERT INTO source_calendar VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (calendar_id) DO UPDATE SET name = excluded.name, kind = excluded.kind, "
                "role = excluded.role, is_primary = excluded.is_primary, cursor = excluded.cursor, "
                "anchor = excluded.anchor, pulled_at = excluded.pulled_at, is_empty = excluded.is_empty, "
                "all_day_end = excluded.all_day_end",
                calendar.id,
                calendar.name,
                calendar.kind,
                calendar.role.value,
                int(calendar.is_primary),
                state.cursor,
                state.anchor,
                state.pulled_at,
                int(state.is_empty),
                state.all_day_end.value,
            )
            self._write(
                "INSERT OR REPLACE INTO source_name VALUES (?, ?, ?)", person, configured, calendar.id
            )
            self._put_rows(calendar.id, rows)

    def apply_rows(self, calendar_id: str, rows: Iterable[RawRow], cursor: str) -> None:
        """Changes since the last cursor, and the new one."""
        with self.together():
            self._put_rows(calendar_id, rows)
            self._write("UPDATE source_calendar SET cursor = ? WHERE calendar_id = ?", cursor, calendar_id)

    def set_all_day_end(self, calendar_id: str, found: AllDayEnd) -> None:
        self._write(
            "UPDATE source_calendar SET all_day_end = ? WHERE calendar_id = ?", found.value, calendar_id
        )

    def _put_rows(self, calendar_id: str, rows: Iterable[RawRow]) -> None:
        with self._translated():
            self._sql.executemany(
                "INSERT INTO source_row VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET raw = excluded.raw",
                [(calendar_id, row.event_id, row.raw) for row in rows],
            )

    def rows(self, calendar_id: str) -> list[RawRow]:
        found = self._all("SELECT event_id, raw FROM source_row WHERE calendar_id = ?", calendar_id)
        return [RawRow(row["event_id"], row["raw"]) for row in found]

    # --- Outlook ----------------------------------------------------------------------------

    def target(self, person: str, configured: str) -> TargetState | None:
        row = self._one(
            "SELECT * FROM target_name JOIN target_calendar USING (calendar_id) "
            "WHERE person = ? AND configured = ?",
            person,
            configured,
        )
        if row is None:
            return None
        return TargetState(row["calendar_id"], bool(row["is_ours"]), row["watch_link"], row["watch_until"])

    def name_target(self, person: str, configured: str, found: TargetState) -> None:
        """From now on this setting means that calendar; what is known of it already stays."""
        with self.together():
            self._write(
                "INSERT INTO target_calendar (calendar_id, is_ours) VALUES (?, ?) ON CONFLICT DO NOTHING",
                found.calendar_id,
                int(found.is_ours),
            )
            self._write(
                "INSERT OR REPLACE INTO target_name VALUES (?, ?, ?)", person, configured, found.calendar_id
            )

    def put_watch(self, calendar_id: str, link: str, until: int) -> None:
        """Where the watch of an Outlook calendar goes on, and up to when it sees (Unix seconds)."""
        self._write(
            "UPDATE target_calendar SET watch_link = ?, watch_until = ? WHERE calendar_id = ?",
            link,
            until,
            calendar_id,
        )

    def recognised_at(self, source_id: str, target_id: str) -> int | None:
        row = self._one(
            "SELECT recognised_at FROM pairing WHERE source_id = ? AND target_id = ?", source_id, target_id
        )
        return int(row["recognised_at"]) if row else None

    def pairings(self) -> list[tuple[str, str]]:
        """Feishu calendar and Outlook calendar of every pair that there ever was."""
        found = self._all("SELECT source_id, target_id FROM pairing ORDER BY source_id, target_id")
        return [(row["source_id"], row["target_id"]) for row in found]

    def set_recognised(self, source_id: str, target_id: str, at: int) -> None:
        self._write("INSERT OR REPLACE INTO pairing VALUES (?, ?, ?)", source_id, target_id, at)

    def left_over(self, target_id: str, key_prefix: str) -> frozenset[str]:
        """Keys of copies that were found in an Outlook calendar and had no event in Feishu."""
        return frozenset((self.note(f"left over {target_id} {key_prefix}") or "").split())

    def set_left_over(self, target_id: str, key_prefix: str, keys: Iterable[str]) -> None:
        self.set_note(f"left over {target_id} {key_prefix}", " ".join(sorted(keys)) or None)

    # --- links ------------------------------------------------------------------------------

    def links(self, target_id: str, key_prefix: str) -> dict[str, Link]:
        """Links whose key begins with `key_prefix`, the half that names a Feishu calendar."""
        found = self._all(
            "SELECT * FROM link WHERE target_id = ? AND key >= ? AND key < ?",
            target_id,
            key_prefix,
            key_prefix + "~",
        )
        with self._understood():
            return {row["key"]: from_row(dict(row)) for row in found}

    def put_links(self, target_id: str, links: Iterable[Link]) -> None:
        rows = [{"target_id": target_id, **to_row(link)} for link in links]
        if rows:
            names = ", ".join(rows[0])
            values = ", ".join(f":{name}" for name in rows[0])
            with self.together():
                self._sql.executemany(f"INSERT OR REPLACE INTO link ({names}) VALUES ({values})", rows)  # noqa: S608  # our own column names

    def drop_links(self, target_id: str, keys: Iterable[str]) -> None:
        with self.together():
            self._sql.executemany(
                "DELETE FROM link WHERE target_id = ? AND key = ?", [(target_id, key) for key in keys]
            )

    # --- deletions, runs, usage ----------------------------------------------------------------

    def put_deletion(self, target_id: str, deletion: Deletion) -> None:
        self._write(
            "INSERT INTO deletion (target_id, key, deleted_at, is_counted, title, start, raw, series) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            target_id,
            deletion.key,
            deletion.deleted_at,
            int(deletion.is_counted),
            deletion.title,
            deletion.start,
            deletion.raw,
            deletion.series,
        )

    def drop_deletion(self, target_id: str, key: str, deleted_at: int) -> None:
        """It did not happen after all."""
        self._write(
            "DELETE FROM deletion WHERE id = "
            "(SELECT max(id) FROM deletion WHERE target_id = ? AND key = ? AND deleted_at = ?)",
            target_id,
            key,
            deleted_at,
        )

    def deletions(self, now: int) -> list[Deletion]:
        """What was deleted in the last 30 days and not put back since, the newest first."""
        found = self._all(
            "SELECT * FROM deletion WHERE restored_at IS NULL AND deleted_at >= ? "
            "ORDER BY deleted_at DESC, id DESC",
            now - BACKUP_DAYS * _DAY,
        )
        return [
            Deletion(
                key=row["key"],
                deleted_at=row["deleted_at"],
                is_counted=bool(row["is_counted"]),
                title=row["title"],
                start=row["start"],
                raw=row["raw"],
                series=row["series"],
                target_id=row["target_id"],
                number=row["id"],
                transaction_id=row["transaction_id"],
            )
            for row in found
        ]

    def begin_restoring(self, number: int, transaction_id: str) -> None:
        self._write("UPDATE deletion SET transaction_id = ? WHERE id = ?", transaction_id, number)

    def set_restored(self, number: int, at: int) -> None:
        self._write("UPDATE deletion SET restored_at = ? WHERE id = ?", at, number)

    def put_refusal(self, target_id: str, key: str, wanted: str, at: int, reason: Reason) -> None:
        self._write(
            "INSERT OR REPLACE INTO refusal VALUES (?, ?, ?, ?, ?)",
            target_id,
            key,
            wanted,
            at,
            reason_to_text(reason),
        )

    def refusals(self, target_id: str, since: int) -> dict[str, tuple[str, Reason]]:
        """By key: what Outlook would not take since then, and why."""
        found = self._all(
            "SELECT key, wanted, reason FROM refusal WHERE target_id = ? AND refused_at > ?", target_id, since
        )
        with self._understood():
            return {row["key"]: (row["wanted"], reason_from_text(row["reason"])) for row in found}

    def drop_refusals(self) -> None:
        """A person wants everything to be tried again."""
        self._write("DELETE FROM refusal")

    def counted_deletions(self, target_id: str, key_prefix: str, since: int) -> int:
        row = self._one(
            "SELECT count(DISTINCT iif(series = '', key, series)) AS number FROM deletion "
            "WHERE target_id = ? AND key >= ? AND key < ? AND is_counted AND deleted_at > ?",
            target_id,
            key_prefix,
            key_prefix + "~",
            since,
        )
        return int(row["number"]) if row else 0

    def put_run(self, started_at: int, report: object) -> None:
        self._write(
            "INSERT INTO run (started_at, report) VALUES (?, ?)",
            started_at,
            json.dumps(report, ensure_ascii=False),
        )

    def runs(self) -> list[object]:
        """Reports as they were put, the newest first; without those that can't be read."""
        reports = [_report(row["report"]) for row in self._all("SELECT report FROM run ORDER BY id DESC")]
        return [report for report in reports if report is not None]

    def last_run(self) -> object | None:
        row = self._one("SELECT report FROM run ORDER BY id DESC LIMIT 1")
        return _report(row["report"]) if row else None

    def add_usage(self, month: str, side: Side, requests: int) -> None:
        self._write(
            "INSERT INTO usage VALUES (?, ?, ?) "
            "ON CONFLICT (month, side) DO UPDATE SET requests = requests + excluded.requests",
            month,
            side.value,
            requests,
        )

    def usage(self, month: str, side: Side) -> int:
        """Requests that were counted in that month."""
        row = self._one("SELECT requests FROM usage WHERE month = ? AND side = ?", month, side.value)
        return int(row["requests"]) if row else 0

    def tidy(self, now: int) -> None:
        """Drops what is kept for a time only: backups and refusals for 30 days, runs for 90."""
        with self.together():
            self._write("DELETE FROM deletion WHERE deleted_at < ?", now - BACKUP_DAYS * _DAY)
            self._write("DELETE FROM run WHERE started_at < ?", now - 90 * _DAY)
            self._write("DELETE FROM refusal WHERE refused_at < ?", now - 30 * _DAY)

    # --- SQLite -----------------------------------------------------------------------------

    @property
    def _sql(self) -> sqlite3.Connection:
        if self._database is None:
            raise LedgerUnusable("closed", str(self._path))
        return self._database

    def _one(self, statement: str, *values: object) -> sqlite3.Row | None:
        with self._translated():
            row: sqlite3.Row | None = self._sql.execute(statement, values).fetchone()
            return row

    def _all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with self._translated():
            return self._sql.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: object) -> None:
        with self._translated():
            self._sql.execute(statement, values)

    def _make_private(self) -> None:
        """Before SQLite sees it: the files that it puts beside the database take over its permissions."""
        try:
            self._path.touch(mode=0o600)
            self._path.chmod(0o600)
        except OSError as error:
            raise LedgerUnusable("unwritable", str(self._path)) from error

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerUnusable(_why(error), str(self._path)) from error

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        """What stands there can be read, and is nothing that we write."""
        try:
            yield
        except (ValueError, TypeError, RecursionError) as error:
            raise LedgerUnusable("damaged", str(self._path)) from error


def _report(text: str) -> object | None:
    """A report is worth no crash."""
    try:
        report: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return report


def _why(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "locked"
    if name.startswith("SQLITE_FULL"):
        return "disk full"
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        return "unwritable"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_SCHEMA")) or not name:
        return "damaged"  # a table that is not there, a text that is not UTF-8 (which has no name)
    raise error


def _connected(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    database.row_factory = sqlite3.Row
    return database
