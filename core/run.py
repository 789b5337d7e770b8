"""One run of all pairs: who is signed in, which calendars, pair after pair, and what came of it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core import engine, observation, pair_switch
from core.engine import PairRun
from core.errors import (
    AnotherInstallation,
    CalendarGone,
    DeletionsHeld,
    LedgerUnusable,
    NeedsPerson,
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
    SignInNeeded,
    SyncError,
    TryLater,
    WrongPerson,
)
from core.ledger import Ledger
from core.links import Live, SourceView
from core.model import Identity, Side
from core.policy import CopyWords, Window
from core.ports import Clock, SourceCalendars, Stop, TargetMailbox
from core.report import PairReport, Result
from core.settings import PairSettings, Settings, TextLanguage
from core.tally import Tally

log = logging.getLogger(__name__)

Progress = Callable[[str, str, int, int], None]
"""Pair, phase, done, total."""


@dataclass(slots=True)
class Run:
    settings: Settings
    source: SourceCalendars
    mailbox: TargetMailbox
    ledger: Ledger
    window: Window
    clock: Clock
    words: Callable[[TextLanguage], CopyWords]
    stop: Stop
    progress: Progress
    confirm_held: bool = False
    only_look: bool = False
    now: int = field(init=False)
    """When the run began, in Unix seconds."""
    _views: dict[str, SourceView] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = int(self.clock.now().timestamp())

    def all_pairs(self) -> tuple[list[PairReport], list[SyncError]]:
        """Reports of the pairs, and what kept pairs, or the run, from finishing."""
        off = {pair.id for pair in self.settings.pairs if pair_switch.is_off(self.ledger, pair)}
        reports = [PairReport(pair, is_off=True) for pair in sorted(off)]
        problems: list[SyncError] = []
        if len(off) == len(self.settings.pairs):
            return reports, problems
        try:
            feishu = expected_person(self.ledger, Side.FEISHU, self.source.identity())
            outlook = expected_person(self.ledger, Side.OUTLOOK, self.mailbox.identity())
            self._demand_distinct(feishu, outlook)
            for pair in self.settings.pairs:
                if pair.id in off:
                    continue
                tally = Tally()
                try:
                    report = self._pair(pair, feishu, outlook, tally)
                except (CalendarGone, AnotherInstallation) as problem:
                    report = tally.report(pair.id)
                    problems.append(_of_pair(problem, pair.id))
                except SyncError:
                    if not tally.is_empty:
                        reports.append(_logged(tally.report(pair.id)))
                    raise
                reports.append(_logged(report))
                if report.held:
                    problems.append(DeletionsHeld(pair.id, report.held))
        except SyncError as error:
            problems.append(error)
        return reports, problems

    def _pair(self, pair: PairSettings, feishu: Identity, outlook: Identity, tally: Tally) -> PairReport:
        self.progress(pair.id, "reading", 0, 0)
        view = self._view(pair, feishu)
        state, is_new = observation.find_target(self.mailbox, self.ledger, outlook.id, pair.outlook_calendar)
        self._demand_distinct(feishu, outlook)
        return engine.run_pair(
            PairRun(
                pair=pair,
                source=view,
                target=self.mailbox.open(state.calendar_id),
                is_new_target=is_new,
                person=outlook.id,
                ledger=self.ledger,
                window=self.window,
                words=self.words(pair.text_language),
                clock=self.clock,
                now=self.now,
                installation=installation_id(self.ledger),
                new_transaction_id=lambda: str(uuid.uuid4()),
                largest_share=float(self.settings.sync.max_deletions.rstrip("%")) / 100,
                confirmed=self._held_keys(state.calendar_id) if self.confirm_held else frozenset(),
                only_look=self.only_look,
                stop=self.stop,
                progress=lambda phase, done, total: self.progress(pair.id, phase, done, total),
            ),
            tally,
        )

    def _demand_distinct(self, feishu: Identity, outlook: Identity) -> None:
        """Two pairs of the same two calendars, one by name and one by id, would undo each other for ever.
        Before any request as far as the names are known. Raises SettingsInvalid."""
        known: dict[tuple[str, str], str] = {}
        for pair in self.settings.pairs:
            source = self.ledger.source_id(feishu.id, pair.feishu_calendar)
            target = self.ledger.target(outlook.id, pair.outlook_calendar)
            if source is None or target is None:
                continue
            other = known.setdefault((source, target.calendar_id), pair.id)
            if other != pair.id:
                problem = SettingProblem("duplicate calendars", "pairs", f"{other}, {pair.id}")
                raise SettingsInvalid("settings.toml", (problem,))

    def _view(self, pair: PairSettings, feishu: Identity) -> SourceView:
        """One Feishu calendar is read once, however many pairs it has."""
        name = pair.feishu_calendar
        if name not in self._views:
            self._views[name] = observation.observe_source(
                self.source,
                self.ledger,
                feishu.id,
                name,
                now=self.now,
                past_days=self.settings.sync.past_days,
            )
        return self._views[name]

    def _held_keys(self, calendar_id: str) -> frozenset[str]:
        links = self.ledger.links(calendar_id, "")
        return frozenset(key for key, link in links.items() if isinstance(link, Live) and link.held)


def _of_pair(problem: CalendarGone | AnotherInstallation, pair: str) -> SyncError:
    return replace(problem, pair=pair) if isinstance(problem, CalendarGone) else problem


def _logged(report: PairReport) -> PairReport:
    """Numbers only: titles are private."""
    log.info(
        "pair %s: %d created, %d updated, %d deleted, %d unchanged, %d held, %d skipped, %d failed",
        report.pair,
        report.created,
        report.updated,
        report.deleted,
        report.unchanged,
        report.held,
        len(report.skipped),
        len(report.failed),
    )
    return report


def expected_person(ledger: Ledger, side: Side, found: Identity) -> Identity:
    """The one whose calendars are mirrored since the first run. Raises WrongPerson."""
    name = _person_note(side)
    known = ledger.note(name)
    if known is None:
        accept_person(ledger, side, found)
    elif known.partition("\n")[0] != found.id:
        raise WrongPerson(side, known.partition("\n")[2], found.name or found.address)
    return found


def accept_person(ledger: Ledger, side: Side, person: Identity) -> None:
    """From now on it is this person's calendars that are mirrored."""
    with ledger.together():
        known = ledger.note(_person_note(side))
        if side is Side.FEISHU and known and known.partition("\n")[0] != person.id:
            ledger.distrust_sources()
        ledger.set_note(_person_note(side), f"{person.id}\n{person.name or person.address}")


def _person_note(side: Side) -> str:
    return f"person {side.value}"


def installation_id(ledger: Ledger) -> str:
    """Names this installation in the tags that it writes. Made once per ledger; means nothing else."""
    known = ledger.note("installation")
    if known is None:
        known = uuid.uuid4().hex[:16]
        ledger.set_note("installation", known)
    return known


def result_of(reports: list[PairReport], problems: list[SyncError]) -> Result:
    """The one word for a run. The order is that of the exit codes."""
    kinds: tuple[tuple[Result, tuple[type[SyncError], ...]], ...] = (
        (Result.FAILED, (SettingsInvalid, LedgerUnusable)),
        (Result.SIGN_IN_NEEDED, (SignInNeeded, SignInFailed)),
        (Result.HELD, (DeletionsHeld,)),
        (Result.UNREACHABLE, (TryLater,)),
        (Result.NEEDS_PERSON, (NeedsPerson,)),
        (Result.PARTIAL, (SyncError,)),
    )
    found = {
        next(result for result, classes in kinds if isinstance(problem, classes)) for problem in problems
    }
    if any(report.failed for report in reports):
        found.add(Result.PARTIAL)
    order = (
        *(Result.FAILED, Result.NEEDS_PERSON, Result.SIGN_IN_NEEDED, Result.UNREACHABLE, Result.HELD),
        Result.PARTIAL,
    )
    return next((result for result in order if result in found), Result.OK)
