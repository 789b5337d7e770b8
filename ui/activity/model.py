"""The view model of the Activity window: which runs and events it lists. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.history import is_notable
from core.report import RunReport
from texts import reasons, report
from texts.language import _, ngettext
from texts.problems import describe
from texts.report import State
from ui import dates
from ui.event_rows import EventRow, Kind, event_rows
from ui.messages import DeletedCopy, HeldCopy, LetGoCopy
from ui.tray.state import TrayState, status_line


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty or None: whatever it is. `only_notable`: leave out runs that had nothing to tell."""

    pair: str = ""
    kind: Kind | None = None
    text: str = ""
    only_notable: bool = True

    @property
    def asks_for_events(self) -> bool:
        return bool(self.pair or self.kind or self.text.strip())


def matching(report_: RunReport, wanted: Filter) -> tuple[EventRow, ...]:
    words = wanted.text.casefold().split()
    return tuple(
        row
        for row in event_rows(report_)
        if wanted.pair in {"", row.pair}
        and wanted.kind in {None, row.kind}
        and all(word in f"{row.title} {row.why}".casefold() for word in words)
    )


def listed(runs: tuple[RunReport, ...], wanted: Filter) -> tuple[RunReport, ...]:
    """The runs that have an event that is asked for; the newest always, to say how things stand."""
    return tuple(
        run
        for number, run in enumerate(runs)
        if (matching(run, wanted) if wanted.asks_for_events else number == 0 or _is_notable(run, wanted))
    )


def _is_notable(run: RunReport, wanted: Filter) -> bool:
    return not wanted.only_notable or is_notable(run)


def run_row(run: RunReport, now: datetime) -> tuple[str, ...]:
    """When, what came of it, and how many of each."""
    counts = [sum(getattr(pair, name) for pair in run.pairs) for name in ("created", "updated", "deleted")]
    skipped = sum(len(pair.skipped) for pair in run.pairs)
    failed = sum(len(pair.failed) for pair in run.pairs)
    numbers = [str(count or "–") for count in (*counts, skipped, failed)]
    return (dates.moment(run.started, now=now), *numbers, result(run))


def result(run: RunReport) -> str:
    if run.problems:
        return describe(run.problems[0]).title.splitlines()[0]
    return report.result(run)


def pairs_of(runs: tuple[RunReport, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pair.pair for run in runs for pair in run.pairs if pair.pair))


def has_failed(runs: tuple[RunReport, ...]) -> bool:
    """In the last run."""
    return bool(runs) and any(pair.failed for pair in runs[0].pairs)


def held_row(held: HeldCopy | LetGoCopy) -> tuple[str, str, str, str]:
    why = reasons.sentence(held.reason)
    return held.title or _("(No title)"), dates.event_start(held.start), held.pair, why


def deleted_row(deleted: DeletedCopy, now: datetime) -> tuple[str, str, str]:
    title = deleted.title or _("(No title)")
    if deleted.is_series:
        # Translators: stands behind a title in the list of what was deleted
        title += " " + _("(series)")
    return title, dates.event_start(deleted.start), dates.moment(deleted.deleted, now=now)


def status(state: TrayState, now: datetime) -> str:
    """How things stand, and when it goes on: "Up to date · last sync 14:32 · next in 3 minutes"."""
    has_notice = bool(state.problems) and state.kind in {State.OFFLINE, State.NEEDS_YOU}  # which says more
    first = _(report.STATES[state.kind]) if has_notice else status_line(replace(state, last=None), now)
    parts = [first[:1].upper() + first[1:]]
    if state.last and not state.is_starting:
        parts.append(_("last sync {time}", time=dates.moment(state.last, now=now)))
    if state.next and state.kind is not State.SYNCING and not state.paused_until:
        # Translators: {time} is "in 3 minutes" or a time of day
        parts.append(_("next {time}", time=dates.until(state.next, now=now)))
    if state.skipped:
        parts.append(ngettext("{count} skipped", "{count} skipped", state.skipped))
    if state.failed:
        parts.append(ngettext("{count} failed", "{count} failed", state.failed))
    if state.pairs_off:
        # Translators: of pairs that are not synced, in the tooltip
        parts.append(ngettext("{count} pair is off", "{count} pairs are off", state.pairs_off))
    return " · ".join(parts)
