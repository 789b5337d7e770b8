"""Both services, a clock, the settings and the ledger's file; `run` is one run of the real program."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from random import Random
from types import SimpleNamespace, TracebackType
from typing import Self, TypeVar
from unittest import mock
from zoneinfo import ZoneInfo

import core.ledger_file
import core.run
from core import tag
from core.errors import LedgerUnusable, SyncError, TryLater
from core.ledger import Ledger
from core.links import Live
from core.model import Row
from core.policy import CopyWords, Window
from core.report import PairReport
from core.run import Run
from core.settings import LocalChanges, PairSettings, Settings, SyncSettings
from core.writes import CancelInstance, ChangeInstance
from tests.core.engine.memory import FakeClock, HeldEvent, MemoryFeishu, MemoryOutlook
from tests.simulation import census, model
from tests.simulation.faults import (
    LIES,
    Crash,
    Fault,
    Striker,
    StruckFeishu,
    StruckMailbox,
    struck_connection,
)

Seen = TypeVar("Seen")

WORDS = CopyWords("(No title)", "Busy", "Join", "Organiser", "Open in Feishu", "Copied from Feishu.", "…")
HOME = ZoneInfo("Asia/Shanghai")
"""Where the person's days begin; never this machine's zone."""
_FASTEST = Path("/dev/shm")  # noqa: S108  # memory where the system offers it; the directory in it is our own
STARTS = (
    datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
    datetime(2027, 3, 8, 13, 30, tzinfo=UTC),
    datetime(2027, 10, 20, 20, 5, tzinfo=UTC),
)
"""The second and third are shortly before clocks change in America and Europe."""


@dataclass(slots=True)
class Outcome:
    """What one run came to."""

    reports: list[PairReport] = field(default_factory=list)
    problems: list[SyncError] = field(default_factory=list)
    crashed: bool = False

    @property
    def held(self) -> int:
        return sum(report.held for report in self.reports)


class World:
    """A context: the ledger's file and the patches of names and files end with it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)  # noqa: S311  # the same again from the same seed
        self.clock = FakeClock(self.random.choice(STARTS))
        self.feishu, self.outlook = MemoryFeishu(), MemoryOutlook()
        self.settings = Settings(pairs=(PairSettings("work"),), sync=SyncSettings(future_days=60))
        self.elsewhere = self.outlook.add_calendar("Private")
        self.calendar = "calendar 1"
        """The one that the first run makes."""
        self.striker = Striker()
        self.story: list[str] = []
        self.visited: Counter[str] = Counter()
        """Operations with reasons, faults and acts, for the census."""
        self.uids: dict[str, str] = {}
        """By tag key: the Feishu event that it is of."""
        self.theirs: set[str] = set()
        """Feishu events of which a person took a copy, or a part of one, for good: the model says no more
        of them."""
        self.kept: set[str] = set()
        """Outlook events that we must never write again, since a person made them theirs."""
        self.raced: set[str] = set()
        """Outlook events that a person touched in the middle of the run that is under way."""
        self.touched: set[str] = set()
        """Feishu events whose copies a person touched since everything was last seen to be right."""
        self.lied = False
        """Feishu left out, since the last time that everything was right, what it has."""
        self.lied_empty = False
        self.has_refusals = False
        self.was_struck = False
        self.losses: list[tuple[int, str]] = []
        """Feishu events that lost their last copy, and when."""
        self.left_over: set[str] = set()
        """Copies of events that are gone, and that the ledger has lost: only reported."""
        self.unknown: set[str] = set()
        """Copies that the ledger has lost, until everything came to rest again."""
        self.past: set[str] = set()
        """Copies that were history once: the ledger may have forgotten them."""
        self._patches = contextlib.ExitStack()

    def __enter__(self) -> Self:
        place = _FASTEST if _FASTEST.is_dir() else None
        self.directory = Path(tempfile.mkdtemp(prefix="simulation", dir=place))
        self._patches.callback(shutil.rmtree, self.directory)
        ids = Random(self.seed)  # noqa: S311  # the same again from the same seed
        made = SimpleNamespace(uuid4=lambda: core_uuid(ids))
        for patch in (
            mock.patch.object(core.run, "uuid", made),
            mock.patch.object(core.ledger_file, "_connected", struck_connection(self.striker)),
            census.counting(self.visited),
        ):
            self._patches.enter_context(patch)
        self.ledger = self._opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.close()
        self._patches.close()

    # --- settings and time ------------------------------------------------------------------------

    @property
    def pair(self) -> PairSettings:
        return self.settings.pairs[0]

    def change_pair(self, **changes: object) -> None:
        pair = replace(self.pair, **changes)  # type: ignore[arg-type]
        self.settings = replace(self.settings, pairs=(pair,))

    def change_sync(self, **changes: object) -> None:
        sync = replace(self.settings.sync, **changes)  # type: ignore[arg-type]
        self.settings = replace(self.settings, sync=sync)

    @property
    def window(self) -> Window:
        return _window(self.clock.now(), self.settings.sync)

    # --- what is there ----------------------------------------------------------------------------

    @property
    def events(self) -> dict[str, HeldEvent]:
        """The Outlook calendar that the copies go to."""
        return self.outlook.calendars_.get(self.calendar, {})

    def is_ours(self, event: HeldEvent) -> bool:
        """Made or adopted by us, by the rules of the tag; whoever it belongs to now."""
        made = event.tag is not None and event.tag.transaction_id == event.transaction_id
        return made or (event.tag is not None and event.tag.is_adopted)

    def copies(self) -> list[HeldEvent]:
        return [event for event in self.events.values() if self.is_ours(event)]

    def uid_of(self, event: HeldEvent) -> str:
        return self.uids[event.tag.key] if event.tag else ""

    def rows(self) -> dict[str, list[Row]]:
        """Feishu's, by event."""
        found: dict[str, list[Row]] = {}
        for _, row in self.feishu.rows.values():
            found.setdefault(row.uid, []).append(row)
        return found

    def put(self, row: Row) -> None:
        """Into Feishu; its keys are remembered."""
        self.feishu.put(row)
        names: set[str] = {""}
        if row.original_start is not None:
            day = datetime.fromtimestamp(row.original_start, UTC).date()
            names |= {str(row.original_start), day.isoformat()}
        elif row.recurrence:
            for span in model.expanded(row):
                names.add(str(model.moment(span.start)))
        for name in names:
            self.uids[tag.key(self.feishu.info.id, row.uid, name)] = row.uid

    def look(self, into: Callable[[Ledger], Seen]) -> Seen:
        """Into the ledger, from outside: nothing strikes that."""
        self.striker.is_paused = True
        try:
            return into(self.ledger)
        finally:
            self.striker.is_paused = False

    def link_of(self, event: HeldEvent) -> object:
        """What the ledger remembers of a copy."""
        links = self.look(lambda ledger: ledger.links(self.calendar, ""))
        return next(
            (link for link in links.values() if getattr(link, "event_id", "") == event.event_id), None
        )

    def waiting(self) -> set[str]:
        """Feishu events of which a copy waits for a person's word: it is not put back either."""
        links = self.look(lambda ledger: ledger.links(self.calendar, ""))
        return {self.uids[key] for key, link in links.items() if isinstance(link, Live) and link.held}

    def is_in_doubt(self, event: HeldEvent) -> bool:
        """Whether an answer about this copy never came: nobody can tell then what was edited since."""
        link = self.link_of(event)
        return not (isinstance(link, Live) and link.is_verified and link.occurrences is not None)

    # --- the ledger's file ------------------------------------------------------------------------

    def _opened(self) -> Ledger:
        ledger = Ledger(self.directory / "ledger.sqlite3")
        ledger.open()
        return ledger

    def reopen(self) -> None:
        self.striker.aim(None, 0)
        self.ledger.close()
        self.ledger = self._opened()

    def lose_ledger(self) -> None:
        """What only the ledger knew is lost with it; PRODUCT.md says what of it."""
        self.ledger.close()
        for file in self.directory.glob("ledger*"):
            file.unlink()
        self.striker.aim(None, 0)
        self.ledger = self._opened()
        self.theirs |= self.touched
        self.theirs |= {row.uid for _, row in self.feishu.rows.values() if model.is_far(row)}
        self.losses.clear()
        self.unknown = {event.event_id for event in self.copies()}

    def running_uids(self) -> set[str]:
        """Feishu events that have not ended, and have begun before the window ends."""
        return {uid for uid, rows in self.rows().items() if model.runs(rows, self.pair, self.window)}

    # --- a run ------------------------------------------------------------------------------------

    def run(self, fault: Fault | None = None, *, confirm_held: bool = False) -> Outcome:
        """One run of the program, struck by the fault."""
        self.outlook.writes.clear()
        self.raced.clear()
        self.striker.aim(fault, self.seed)
        outcome = Outcome()
        try:
            outcome.reports, outcome.problems = Run(
                settings=self.settings,
                source=StruckFeishu(self.feishu, self.striker),
                mailbox=StruckMailbox(self.outlook, self.striker),
                ledger=self.ledger,
                window=self.window,
                clock=self.clock,
                words=lambda _language: WORDS,
                stop=lambda: False,
                progress=lambda *_: None,
                confirm_held=confirm_held,
            ).all_pairs()
        except Crash:
            outcome.crashed = True
        except LedgerUnusable as error:
            outcome.problems = [error]
        self.was_struck = self.striker.struck
        if not self.was_struck and not any(isinstance(each, TryLater) for each in outcome.problems):
            self.lied_empty = False
        if fault is not None and self.was_struck:
            self.visited[f"{fault.call}: {fault.how}"] += 1
            self.lied |= fault.how in LIES and fault.call.startswith("feishu")
            if fault.call == "feishu pull" and fault.how in ("empty", "repeated"):
                self.lied_empty = fault.how == "empty"
            self._note_doubt()
            self.has_refusals |= fault.how.startswith("refused") or fault.how == "conflict"
        if outcome.crashed or any(isinstance(each, LedgerUnusable) for each in outcome.problems):
            self.reopen()
        self.striker.aim(None, 0)
        return outcome

    def _note_doubt(self) -> None:
        """Of a series that a struck run wrote to: which of its occurrences differ by a person's hand, and are
        kept, is not known."""
        if self.pair.local_changes is LocalChanges.KEEP:
            for write in self.outlook.writes:
                if isinstance(write, ChangeInstance | CancelInstance):
                    name = write.event_id.partition("/")[0]
                    self.theirs |= {self.uid_of(each) for each in self.copies() if each.event_id == name}


def core_uuid(random: Random) -> object:
    number = random.getrandbits(128)

    class Fixed(str):
        """As much of a UUID as is used."""

        __slots__ = ()
        hex = f"{number:032x}"

    return Fixed(f"{number:032x}")


@lru_cache
def _window(now: datetime, sync: SyncSettings) -> Window:
    today = now.astimezone(HOME).date()
    first, last = today - timedelta(days=sync.past_days), today + timedelta(days=sync.future_days + 1)
    return Window(
        first=_midnight(first, HOME) if sync.past_days else int(now.timestamp()),
        last=_midnight(last, HOME),
        first_day=_midnight(first, UTC),
        last_day=_midnight(last, UTC),
    )


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
