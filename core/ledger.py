"""The local database: observations and links. SQLite; used in one thread.

Every method that writes commits before it returns, except inside `with ledger.together():`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.ledger_file import LedgerFile
from core.link_rows import from_row, reason_from_text, reason_to_text, to_row
from core.links import Link
from core.model import AllDayEnd, RawRow, Role, Side, SourceCalendarInfo
from core.report import Reason

_DAY = 86_400
BACKUP_DAYS = 30


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


class Ledger(LedgerFile):
    """Raises LedgerUnusable from every method when the file can't be used."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._links: dict[str, Link] = {}
        """The last answer, and to which question it was."""
        self._asked_for_links: tuple[str, str, tuple[int, int]] | None = None

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

    def distrust_sources(self) -> None:
        """The rows of all Feishu calendars are as another person sees them: each is read anew."""
        self._write("UPDATE source_calendar SET pulled_at = 0")

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

    def belongs_to(self, person: str, calendar_id: str) -> bool:
        """Whether a pair of this person's has named that Outlook calendar."""
        found = self._one(
            "SELECT 1 FROM target_name WHERE person = ? AND calendar_id = ?", person, calendar_id
        )
        return found is not None

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
        # Asked several times in a run, and mostly nothing was written meanwhile: decoding is what takes time.
        asked = (target_id, key_prefix, self._state())
        if self._sql.in_transaction or asked != self._asked_for_links:
            found = self._all(
                "SELECT * FROM link WHERE target_id = ? AND key >= ? AND key < ?",
                target_id,
                key_prefix,
                key_prefix + "~",
            )
            with self._understood():
                self._links = {row["key"]: from_row(dict(row)) for row in found}
            self._asked_for_links = None if self._sql.in_transaction else asked
        return dict(self._links)

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

    def runs(self) -> Iterator[object]:
        """Reports as they were put, the newest first, one by one; without those that can't be read."""
        for row in self._all("SELECT id FROM run ORDER BY id DESC"):
            found = self._one("SELECT report FROM run WHERE id = ?", row["id"])
            report = _report(found["report"]) if found else None
            if report is not None:
                yield report

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


def _report(text: str) -> object | None:
    """A report is worth no crash."""
    try:
        report: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return report
