"""The ledger's file: opening it, bringing it up to date, and what SQLite says in words of ours."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Self

from core.errors import LedgerUnusable
from core.files import remove_file, why_unwritable

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
_PATIENCE = 5
"""Seconds that a statement waits while another process has the file."""


class LedgerFile:
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

    def copy_in_memory(self) -> Self:
        """The same contents without the file: for a preview, which may change nothing."""
        copy = type(self)(self._path)
        with self._translated():
            copy._database = _connected(":memory:")
            self._sql.backup(copy._database)
            copy._database.execute("PRAGMA foreign_keys = ON")
        return copy

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def remove(self) -> None:
        """Closes it, and removes what SQLite keeps beside it before the database itself: left alone, that
        would be taken for a part of the next one."""
        self.close()
        try:
            for suffix in ("-wal", "-shm", "-journal", ""):
                remove_file(self._path.with_name(self._path.name + suffix))
        except OSError as error:
            raise LedgerUnusable(why_unwritable(error), str(self._path)) from error

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

    @property
    def _sql(self) -> sqlite3.Connection:
        if self._database is None:
            raise LedgerUnusable("closed", str(self._path))
        return self._database

    def _state(self) -> tuple[int, int]:
        """Another one after every change, by this connection or by another."""
        with self._translated():
            version = int(self._sql.execute("PRAGMA data_version").fetchone()[0])
            return version, self._sql.total_changes

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
            raise LedgerUnusable(why_unwritable(error), str(self._path)) from error

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerUnusable(_why(error), str(self._path)) from error
        except UnicodeDecodeError as error:  # SQLite's own message quotes a damaged schema
            raise LedgerUnusable("damaged", str(self._path)) from error

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        """What stands there can be read, and is nothing that we write."""
        try:
            yield
        except (ValueError, TypeError, RecursionError) as error:
            raise LedgerUnusable("damaged", str(self._path)) from error


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
