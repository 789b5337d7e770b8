"""Two calendars beside each other, day by day, with what differs marked. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from terminal.columns import fit, printable
from texts.language import _

BETWEEN = " │ "
DIFFERENT = " ≠ "
TIME = 13
"""Columns for "09:30 – 09:45"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as a person sees it: dates if it lasts all day (`end` exclusive), else aware times."""

    start: date | datetime
    end: date | datetime
    title: str

    def day(self, zone: tzinfo) -> date:
        return self.start.astimezone(zone).date() if isinstance(self.start, datetime) else self.start

    def ends_after(self, now: datetime, zone: tzinfo) -> bool:
        if isinstance(self.end, datetime):
            return self.end > now
        return self.end > now.astimezone(zone).date()


def are_equal(left: Iterable[Entry], right: Iterable[Entry]) -> bool:
    """Equal instants are equal in whatever zone they are given."""
    return Counter(left) == Counter(right)


def table(
    left: Sequence[Entry], right: Sequence[Entry], *, names: tuple[str, str], zone: tzinfo, columns: int
) -> list[str]:
    """The lines of the table, `columns` wide; days and times of `zone`."""
    half = (columns - len(BETWEEN)) // 2
    lines = [f"{fit(names[0], half)}{BETWEEN}{fit(names[1], half)}".rstrip()]
    counts = Counter(left), Counter(right)
    entries = sorted(counts[0] | counts[1], key=lambda entry: _order(entry, zone))
    shown: date | None = None
    for entry in entries:
        if entry.day(zone) != shown:
            shown = entry.day(zone)
            lines += ["", f"{_weekday(shown)} {shown.isoformat()}"]
        cell = fit(f"{fit(_time(entry, zone), TIME)}  {printable(entry.title)}", half)
        for number in range(max(count[entry] for count in counts)):
            here, there = (number < count[entry] for count in counts)
            between = BETWEEN if here and there else DIFFERENT
            lines.append(f"{cell if here else ' ' * half}{between}{cell if there else ''}".rstrip())
    return lines


def _order(entry: Entry, zone: tzinfo) -> tuple[date, bool, str, str]:
    is_timed = isinstance(entry.start, datetime)
    return entry.day(zone), is_timed, _time(entry, zone), entry.title


def _time(entry: Entry, zone: tzinfo) -> str:
    if isinstance(entry.start, datetime) and isinstance(entry.end, datetime):
        return f"{entry.start.astimezone(zone):%H:%M} – {entry.end.astimezone(zone):%H:%M}"
    last = entry.end - timedelta(days=1)
    # Translators: stands where other events have their time, at most 13 columns
    return _("all day") if last <= entry.start else _("until {date}", date=f"{last:%m-%d}")


def _weekday(day: date) -> str:
    # Translators: the days of the week, short, from Monday on, with blanks between
    return _("Mon Tue Wed Thu Fri Sat Sun").split()[day.weekday()]
