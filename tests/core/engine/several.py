"""What tests of more than one pair are made of: several Feishu calendars, several mailboxes, and a program
that is killed again and again until it gets through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import count
from pathlib import Path

from core import run as runs
from core import zones
from core.errors import SyncError
from core.model import (
    AllDayEnd,
    Identity,
    RawRow,
    Role,
    Row,
    RowStatus,
    Side,
    SourceCalendarInfo,
    SourceChanges,
)
from core.ports import TargetCalendar
from core.report import PairReport
from core.settings import PairSettings
from core.undo import Undo
from tests.core.engine.memory import HeldEvent, MemoryFeishu, MemoryOutlook, at, exception, row
from tests.core.engine.test_runs import Killed, World

ONE, TWO = "One", "Two"
"""Outlook calendars that are there, each with events of the person's own."""
FIRST = PairSettings("first", outlook_calendar=ONE)
SECOND = PairSettings("second", outlook_calendar=TWO)
"""The same Feishu calendar in another Outlook calendar."""
MOST_KILLS = 60
Shown = list[tuple[str, str]]
Outcome = tuple[list[PairReport], list[SyncError]]


class Feishu(MemoryFeishu):
    """The primary calendar of Li Lei, and others. A calendar has the same rows for whoever reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.person = super().identity()
        self.others: dict[str, MemoryFeishu] = {}
        self.primaries: dict[str, MemoryFeishu] = {self.person.id: self}

    def add_calendar(self, name: str) -> MemoryFeishu:
        made, number = MemoryFeishu(), len(self.others) + 2
        calendar_id = f"feishu.cn_{number}@group"
        made.info = SourceCalendarInfo(calendar_id, name, "shared", Role.READER, is_primary=False)
        made.version = 1000 * number  # so that no row's raw text is one of another calendar
        self.others[calendar_id] = made
        return made

    def sign_in(self, person: Identity) -> MemoryFeishu:
        """The person's own primary calendar, which is made for who had none."""
        self.person = person
        if person.id not in self.primaries:
            self.primaries[person.id] = self.add_calendar(person.name)
        return self.primaries[person.id]

    def identity(self) -> Identity:
        return self.person

    def _of(self, calendar: str) -> MemoryFeishu:
        return self.primaries[self.person.id] if calendar == "primary" else self.others.get(calendar, self)

    def find(self, calendar: str) -> SourceCalendarInfo:
        found = self._of(calendar)
        return super().find(calendar) if found is self else found.find(found.info.id)

    def pull(self, calendar_id: str, anchor: int) -> SourceChanges:
        found = self._of(calendar_id)
        return super().pull(calendar_id, anchor) if found is self else found.pull(calendar_id, anchor)

    def changes(self, calendar_id: str, anchor: int, cursor: str) -> SourceChanges:
        found = self._of(calendar_id)
        ask = super().changes if found is self else found.changes
        return ask(calendar_id, anchor, cursor)

    def all_day_end(
        self, calendar_id: str, known: AllDayEnd, new: Sequence[RawRow], old: Sequence[RawRow]
    ) -> AllDayEnd:
        found = self._of(calendar_id)
        ask = super().all_day_end if found is self else found.all_day_end
        return ask(calendar_id, known, new, old)

    def parse(self, raw: str, all_day_end: AllDayEnd) -> Row:
        found = next((each for each in self.others.values() if raw in each.sent), None)
        return found.parse(raw, all_day_end) if found else super().parse(raw, all_day_end)


class Mailbox(MemoryOutlook):
    """With the calendars One and Two. No id in it is one of another mailbox."""

    made = count(1)

    def __init__(self, person: Identity) -> None:
        super().__init__()
        self.person = person
        self.number = next(self.made)
        self.calendar_numbers, self.numbers = count(100 * self.number), count(10_000 * self.number)
        for name in (ONE, TWO):
            calendar = self.add_calendar(name)
            for title, start in (("Dentist", "10:00"), ("Yoga", "14:00")):
                self.own_event(calendar, title, at("2026-12-01", start))
        self.own = deepcopy(self.calendars_)
        """What the person had before."""

    def identity(self) -> Identity:
        return self.person

    def open(self, calendar_id: str) -> TargetCalendar:
        assert int(calendar_id.rpartition(" ")[2]) // 100 == self.number, "a calendar of another mailbox"
        return super().open(calendar_id)

    def calendar(self, name: str) -> str:
        (found,) = [calendar_id for calendar_id, each in self.names.items() if each == name]
        return found

    def held(self, name: str) -> dict[str, HeldEvent]:
        return self.calendars_[self.calendar(name)]

    def paste(self, event: HeldEvent, name: str) -> HeldEvent:
        """What a person makes with copy and paste: all comes along but the number of the creation."""
        number = next(self.numbers)
        changes = {"event_id": f"pasted {number}", "created": number, "etag": next(self.etags)}
        pasted = replace(deepcopy(event), transaction_id="", **changes)  # type: ignore[arg-type]
        self.held(name)[pasted.event_id] = pasted
        self.note(self.calendar(name), pasted.event_id)
        return pasted


class Pairs(World):
    """A world with as many pairs as wanted. The events of the person's own have to stay as they are."""

    feishu: Feishu
    outlook: Mailbox

    def __init__(self, path: Path, *, is_killed: bool) -> None:
        """`is_killed`: the program is killed after the first write of a run, after the second of the next,
        and so on, each time before it reads the answer."""
        super().__init__(path)
        self.feishu = Feishu()
        self.outlook = Mailbox(Identity("tid.li", "Li Lei"))
        self.mailboxes = [self.outlook]
        self.is_killed = is_killed

    def use(self, *pairs: PairSettings) -> None:
        self.settings = replace(self.settings, pairs=pairs)

    def settle_all(self) -> list[PairReport]:
        """Runs until one gets through, and one more, which writes nothing. The former's reports."""
        reports = self.got_through(self.runs)
        self.demand_quiet()
        return reports

    def demand_quiet(self) -> None:
        assert self.runs()[1] == []
        assert self.outlook.writes == []
        for mailbox in self.mailboxes:
            for calendar in mailbox.names.keys() & mailbox.own.keys():
                assert mailbox.own[calendar].items() <= mailbox.calendars_[calendar].items()

    def got_through(self, act: Callable[[], Outcome]) -> list[PairReport]:
        reports, problems = self.until_through(act)
        assert problems == []
        assert not [report for report in reports if report.failed]
        return reports

    def until_through(self, act: Callable[[], Outcome]) -> Outcome:
        for number in range(1, MOST_KILLS):
            writes = count(1)

            def kill(point: str, number: int = number, writes: count[int] = writes) -> None:
                if point.startswith("after") and next(writes) == number:
                    raise Killed

            self.outlook.step = kill if self.is_killed else lambda _point: None
            try:
                return act()
            except Killed:
                self.reopen()
            finally:
                self.outlook.step = lambda _point: None
        raise AssertionError("it never gets through")

    def undo(self, *pairs: PairSettings, removed_too: bool = False) -> list[PairReport]:
        def act() -> Outcome:
            undone = Undo(
                source=lambda: self.feishu,
                mailbox=self.outlook,
                ledger=self.ledger,
                clock=self.clock,
                stop=lambda: False,
                progress=lambda *_: None,
            )
            return undone.carry_out(pairs, removed_too=removed_too)

        return self.got_through(act)

    def open_mailbox(self, mailbox: Mailbox) -> None:
        """Another person is signed in to Outlook; not yet confirmed."""
        self.outlook = mailbox
        self.mailboxes.append(mailbox)

    def accept(self, side: Side) -> None:
        """A person confirms that this is who is meant."""
        person = self.feishu.identity() if side is Side.FEISHU else self.outlook.identity()
        runs.accept_person(self.ledger, side, person)

    def copies_in(self, name: str, mailbox: Mailbox | None = None) -> Shown:
        """Starts and titles, occurrence by occurrence, of all but the person's own events."""
        mailbox = mailbox or self.outlook
        calendar = mailbox.calendar(name)
        events = [
            event
            for event in mailbox.calendars_[calendar].values()
            if event.event_id not in mailbox.own.get(calendar, ())
        ]
        return sorted(
            (zones.text(span.start)[:16], title) for event in events for span, title in event.shown()
        )

    def copy_in(self, name: str, title: str) -> HeldEvent:
        (found,) = [event for event in self.outlook.held(name).values() if event.subject == title]
        return found


def add_all_kinds(calendar: MemoryFeishu, of: str = "") -> None:
    """A single event, a whole day, a series with a moved and a cancelled occurrence, and one that has to be
    taken apart. `of` ends each title."""
    calendar.put(row("single", at("2026-12-01", "10:00"), f"Review{of}"))
    calendar.put(row("day", at("2026-12-03"), f"Holiday{of}"))
    calendar.put(row("series", at("2026-12-01", "14:00"), f"Weekly{of}", "FREQ=WEEKLY;COUNT=4"))
    moved = at("2026-12-09", "16:00")
    calendar.put(exception("series", at("2026-12-08", "14:00"), moved, f"Moved{of}"))
    calendar.put(exception("series", at("2026-12-15", "14:00"), None, status=RowStatus.CANCELLED))
    rule = "FREQ=MONTHLY;BYMONTHDAY=1,13;COUNT=3"
    calendar.put(row("apart", at("2026-12-01", "08:00"), f"Odd{of}", rule))


def all_kinds(of: str = "") -> Shown:
    """How Outlook shows them."""
    return [
        ("2026-12-01T08:00", f"Odd{of}"),
        ("2026-12-01T10:00", f"Review{of}"),
        ("2026-12-01T14:00", f"Weekly{of}"),
        ("2026-12-03", f"Holiday{of}"),
        ("2026-12-09T16:00", f"Moved{of}"),
        ("2026-12-13T08:00", f"Odd{of}"),
        ("2026-12-22T14:00", f"Weekly{of}"),
        ("2027-01-01T08:00", f"Odd{of}"),
    ]


def add_team(pairs: Pairs, of: str = " of the team") -> tuple[MemoryFeishu, PairSettings]:
    """A second Feishu calendar, and a pair that brings it into the Outlook calendar of the first pair."""
    team = pairs.feishu.add_calendar("Team")
    add_all_kinds(team, of)
    return team, PairSettings("team", feishu_calendar=team.info.id, outlook_calendar=ONE)


def edit_feishu(calendar: MemoryFeishu) -> None:
    """One event is cancelled, one moved, one is new, and a series has another rule and title."""
    calendar.cancel("single_0")
    calendar.change("series_0", title="Fortnightly", recurrence="FREQ=WEEKLY;INTERVAL=2;COUNT=2")
    calendar.change("day_0", span=at("2026-12-04"))
    calendar.put(row("new", at("2026-12-02", "09:00"), "New"))


EDITED = [
    ("2026-12-01T08:00", "Odd"),
    ("2026-12-01T14:00", "Fortnightly"),
    ("2026-12-02T09:00", "New"),
    ("2026-12-04", "Holiday"),
    ("2026-12-09T16:00", "Moved"),
    ("2026-12-13T08:00", "Odd"),
    ("2027-01-01T08:00", "Odd"),
]
"""What Outlook shows of all kinds then."""
