"""What people do to a calendar in Feishu, drawn with dice. Every edit says in words what it did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.feishu import FeishuWorld
from sandbox.feishu.rows import EventRow
from tests.fidelity import exceptions, mixed_calendar, rules
from tests.fidelity.exceptions import later

_NOTHING_TO_DO = (LookupError, ValueError)
"""No such event is there, or the Feishu client would not allow it: something else is done instead."""


@dataclass(slots=True)
class Editor:
    """`added` numbers the events that are added; it starts behind those of the calendar.

    `needs_full_pull`: something was done that the list of changes is silent about."""

    world: FeishuWorld
    calendar_id: str
    seed: int
    added: int
    needs_full_pull: bool = False
    log: list[str] = field(default_factory=list)

    def edit(self, count: int) -> None:
        for _ in range(count):
            dice = Random(f"{self.seed}/edit {len(self.log)}")  # noqa: S311  # the same edits every time
            while not (done := self._attempt(dice)):
                pass
            self.log.append(done)

    def _attempt(self, dice: Random) -> str:
        name = dice.choices(list(EDITS), [edit.weight for edit in EDITS.values()])[0]
        try:
            return f"{name}: {EDITS[name].make(self, dice)}"
        except _NOTHING_TO_DO:
            return ""

    # what there is

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.clock(), UTC)

    def _rows(self) -> Iterator[EventRow]:
        """Live ones, in the same order each time; without those whose end is told in a zone of its own."""
        rows = self.world.calendars[self.calendar_id].rows.values()
        return (row for row in rows if row.is_live and "end_time" not in row.distortion)

    def _event(self, dice: Random) -> EventRow:
        """A single event or a master."""
        return dice.choice([row for row in self._rows() if not row.is_exception])

    def _timed_event(self, dice: Random) -> tuple[EventRow, datetime, datetime]:
        """With its start and end."""
        timed = [
            (row, row.start, row.end)
            for row in self._rows()
            if not row.is_exception and isinstance(row.start, datetime) and isinstance(row.end, datetime)
        ]
        return dice.choice(timed)

    def _single(self, dice: Random) -> EventRow:
        return dice.choice([row for row in self._rows() if not row.is_exception and not row.recurrence])

    def _series(self, dice: Random) -> EventRow:
        return dice.choice([row for row in self._rows() if row.recurrence])

    def _exception(self, dice: Random) -> EventRow:
        return dice.choice([row for row in self._rows() if row.is_exception])

    def _occurrence(self, dice: Random, series: EventRow) -> exceptions.Occurrence:
        lower, upper = self.now - timedelta(days=5), self.now + timedelta(days=200)
        found = exceptions.occurrences(self.world, self.calendar_id, series, lower, upper)
        return dice.choice(found)

    def _change(self, row: EventRow, **changes: object) -> str:
        self.world.change_event(self.calendar_id, row.event_id, **changes)
        return _name(row)

    # edits of any event

    def retitle(self, dice: Random) -> str:
        row = self._event(dice)
        word = dice.choice(("改", "new", "\u200fנו"))  # a mark of direction begins the last
        return self._change(row, summary=f"{word} {row.details['summary']}")

    def move(self, dice: Random) -> str:
        row = self._event(dice)
        by = timedelta(days=dice.choice((-40, -7, -1, 1, 1, 3, 30, 400)))
        return self._change(row, start=later(row.start, by), end=later(row.end, by))

    def move_within_the_day(self, dice: Random) -> str:
        row, _, _ = self._timed_event(dice)
        by = timedelta(minutes=dice.choice((-60, -15, 30, 120)))
        return self._change(row, start=later(row.start, by), end=later(row.end, by))

    def resize(self, dice: Random) -> str:
        row = self._event(dice)
        unit = timedelta(minutes=15) if isinstance(row.start, datetime) else timedelta(days=1)
        return self._change(row, start=row.start, end=later(row.start, unit * dice.randint(1, 3)))

    def change_details(self, dice: Random) -> str:
        changes: tuple[dict[str, object], ...] = (
            {"free_busy_status": dice.choice(("free", "busy"))},
            {"visibility": dice.choice(("private", "default"))},
            {"status": dice.choice(("tentative", "confirmed"))},
            {"description": f"Version {dice.randint(1, 99)}"},
            {"location": {"name": f"Room {dice.randint(1, 99)}"}},
        )
        return self._change(self._event(dice), **dice.choice(changes))

    def delete(self, dice: Random) -> str:
        row = self._event(dice)
        leaves = dice.random() < 0.3
        self.world.delete_event(self.calendar_id, row.event_id, leave_exceptions=leaves)
        return f"{_name(row)}{', leaving exceptions' if leaves else ''}"

    def bring_back(self, dice: Random) -> str:
        """A deletion is undone."""
        rows = self.world.calendars[self.calendar_id].rows.values()
        row = dice.choice([row for row in rows if not row.is_live and not row.is_exception])
        return self._change(row, status="confirmed")

    def add(self, dice: Random) -> str:
        self.added += 1
        mixed_calendar.add_event(self.world, self.calendar_id, self.added, self.seed)
        return f"#{self.added}"

    def change_zone(self, dice: Random) -> str:
        """The same time by another clock."""
        row, start, end = self._timed_event(dice)
        zone = ZoneInfo(dice.choice(mixed_calendar.ZONES))
        moved = later(start.replace(tzinfo=zone), timedelta())
        return self._change(row, start=moved, end=later(moved, end - start), zone=zone.key)

    def change_zone_only(self, dice: Random) -> str:
        """The same instant by another clock."""
        row, start, end = self._timed_event(dice)
        zone = ZoneInfo(dice.choice(mixed_calendar.ZONES))
        return self._change(row, start=start.astimezone(zone), end=end.astimezone(zone), zone=zone.key)

    def switch_all_day(self, dice: Random) -> str:
        row = self._event(dice)
        if re.search("BYHOUR|HOURLY|MINUTELY", row.recurrence):
            raise ValueError("whole days have no hours")
        if isinstance(row.start, datetime):
            day = row.start.date()
            return self._change(row, start=day, end=day + timedelta(days=dice.choice((1, 1, 2))))
        start = datetime.combine(row.start, time(9), ZoneInfo(dice.choice(mixed_calendar.ZONES)))
        return self._change(row, start=start, end=later(start, timedelta(hours=1)))

    def edit_several_times(self, dice: Random) -> str:
        row = self._event(dice)
        by = timedelta(days=dice.choice((1, 2)))
        self._change(row, start=later(row.start, by), end=later(row.end, by))
        self._change(row, summary=f"twice {row.details['summary']}", free_busy_status="busy")
        return self._change(row, start=later(row.start, -by), end=later(row.end, -by))

    # edits of series

    def edit_occurrence(self, dice: Random) -> str:
        occurrence = self._occurrence(dice, self._series(dice))
        kind = dice.choice(list(exceptions.KINDS))
        exceptions.KINDS[kind](occurrence, dice)
        return f"{_name(occurrence.series)} {occurrence.start} {kind}"

    def edit_exception(self, dice: Random) -> str:
        row = self._exception(dice)
        by = timedelta(days=dice.choice((0, 0, 1, -1)), hours=dice.choice((0, 1, 2)))
        if not isinstance(row.start, datetime):
            by = timedelta(days=by.days)
        return self._change(
            row, start=later(row.start, by), end=later(row.end, by), summary=f"ex {row.details['summary']}"
        )

    def cancel_exception(self, dice: Random) -> str:
        return self._change(self._exception(dice), status="cancelled")

    def restore_occurrence(self, dice: Random) -> str:
        """A cancelled or changed occurrence is as the series has it again: its row says so, or is gone."""
        calendar = self.world.calendars[self.calendar_id]
        row = dice.choice([row for row in calendar.rows.values() if row.is_exception])
        master = calendar.rows[row.master_id]
        del calendar.rows[row.event_id]
        if dice.random() < 0.3:
            self.needs_full_pull = True
            return f"{_name(row)} {row.start}, without a row"
        original = datetime.fromtimestamp(row.original, UTC)
        start = original if isinstance(master.start, datetime) else original.date()
        event_id = f"{row.event_id}"
        try:
            self.world.change_occurrence(
                self.calendar_id, master.event_id, start, summary=master.details["summary"]
            )
        except ValueError:
            calendar.rows[event_id] = row
            raise
        return f"{_name(row)} {row.start}"

    def change_rule(self, dice: Random) -> str:
        row = self._series(dice)
        draw = dice.choice((rules.with_outlook_pattern, rules.without_outlook_pattern))
        day = row.start.date() if isinstance(row.start, datetime) else row.start
        return self._change(row, recurrence=rules.limited(draw(dice, day), row.start, dice, most=12))

    def shorten_series(self, dice: Random) -> str:
        row = self._series(dice)
        return self._change(
            row,
            recurrence=rules.ending_on(
                _endless(row.recurrence), row.start, self.now.date() + timedelta(days=dice.randint(1, 60))
            ),
        )

    def make_series(self, dice: Random) -> str:
        row = self._single(dice)
        day = row.start.date() if isinstance(row.start, datetime) else row.start
        rule = rules.with_outlook_pattern(dice, day)
        return self._change(row, recurrence=rules.limited(rule, row.start, dice, most=8))

    def make_single(self, dice: Random) -> str:
        return self._change(self._series(dice), recurrence="")

    def split(self, dice: Random) -> str:
        """ "This and following" moves by an hour, as Feishu's client does it."""
        row = self._series(dice)
        pivot = self._occurrence(dice, row)
        for exception in list(self._rows()):
            if exception.uid == row.uid and exception.is_exception and exception.original >= pivot.original:
                self._change(exception, status="cancelled")
        day = pivot.start.date() if isinstance(pivot.start, datetime) else pivot.start
        rule = _endless(row.recurrence)
        by = timedelta(hours=1) if isinstance(pivot.start, datetime) else timedelta()
        self._change(row, recurrence=rules.ending_on(rule, row.start, day - timedelta(days=1)))
        new_rule = rules.ending_on(rule, pivot.start, day + timedelta(days=60))
        self.world.add_event(
            self.calendar_id,
            row.details["summary"],
            later(pivot.start, by),
            later(pivot.end, by),
            zone=row.zone,
            recurrence=new_rule,
        )
        return f"{_name(row)} at {pivot.start}"


def _name(row: EventRow) -> str:
    """The event's number, which ends or begins its title."""
    return next(word for word in str(row.details["summary"]).split() if word.startswith("#"))


def _endless(rule: str) -> str:
    return ";".join(part for part in rule.split(";") if not part.startswith(("COUNT", "UNTIL")))


@dataclass(frozen=True, slots=True)
class Edit:
    weight: int
    make: Callable[[Editor, Random], str]


EDITS = {
    "retitle": Edit(4, Editor.retitle),
    "move": Edit(8, Editor.move),
    "move within the day": Edit(6, Editor.move_within_the_day),
    "resize": Edit(4, Editor.resize),
    "change details": Edit(5, Editor.change_details),
    "delete": Edit(6, Editor.delete),
    "bring back": Edit(2, Editor.bring_back),
    "add": Edit(10, Editor.add),
    "change zone": Edit(3, Editor.change_zone),
    "change zone only": Edit(2, Editor.change_zone_only),
    "switch all-day": Edit(4, Editor.switch_all_day),
    "edit several times": Edit(2, Editor.edit_several_times),
    "edit occurrence": Edit(16, Editor.edit_occurrence),
    "edit exception": Edit(4, Editor.edit_exception),
    "cancel exception": Edit(3, Editor.cancel_exception),
    "restore occurrence": Edit(5, Editor.restore_occurrence),
    "change rule": Edit(4, Editor.change_rule),
    "shorten series": Edit(3, Editor.shorten_series),
    "make series": Edit(3, Editor.make_series),
    "make single": Edit(3, Editor.make_single),
    "split": Edit(4, Editor.split),
}
