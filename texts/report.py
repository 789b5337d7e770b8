"""Sentences for what a run did and for how things stand; times and durations as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from core.report import PairReport, Result, RunReport
from core.settings import Settings
from texts.language import _, mark, ngettext

if TYPE_CHECKING:  # the tray icon would wait for the engine that comes with it
    from core.quota import MonthlyCalls


def waived(settings: Settings) -> tuple[str, ...]:
    """What the settings ask for and this version does in another way: accepted, and said."""
    if not settings.sync.push:
        return ()
    sentence = ngettext(
        "Push from Feishu is not there yet: changes are asked for every minute instead.",
        "Push from Feishu is not there yet: changes are asked for every {count} minutes instead.",
        settings.sync.interval_minutes,
    )
    return (sentence,)


class State(Enum):
    """How things stand, as the tray shows it."""

    UP_TO_DATE = "up to date"
    SYNCING = "syncing"
    PAUSED = "paused"
    OFFLINE = "offline"
    NEEDS_YOU = "needs you"


# Translators: how the synchronisation stands, in the tray's tooltip and menu
STATES: dict[State, str] = {
    State.UP_TO_DATE: mark("up to date"),
    State.SYNCING: mark("syncing"),
    State.PAUSED: mark("paused"),
    State.OFFLINE: mark("offline"),
    State.NEEDS_YOU: mark("needs you"),
}

RESULTS: dict[Result, str] = {
    Result.OK: mark("all well"),
    Result.PARTIAL: mark("some events failed"),
    Result.HELD: mark("deletions are held"),
    Result.SIGN_IN_NEEDED: mark("sign-in needed"),
    Result.UNREACHABLE: mark("a service could not be reached"),
    Result.NEEDS_PERSON: mark("something needs you"),
    Result.FAILED: mark("failed"),
}


def state_after(report: RunReport) -> State:
    match report.result:
        case Result.OK | Result.PARTIAL:
            return State.UP_TO_DATE
        case Result.UNREACHABLE:
            return State.OFFLINE
        case Result.HELD | Result.SIGN_IN_NEEDED | Result.NEEDS_PERSON | Result.FAILED:
            return State.NEEDS_YOU


def result(report: RunReport) -> str:
    return _(RESULTS[report.result])


def summary(report: RunReport) -> str:
    """One line: "3 added, 1 updated, 1 removed"; what is zero is left out."""
    return summary_of(report.pairs)


def summary_of(pairs: tuple[PairReport, ...]) -> str:
    created, updated, deleted = (
        sum(getattr(pair, name) for pair in pairs) for name in ("created", "updated", "deleted")
    )
    held, failed = sum(pair.held for pair in pairs), sum(len(pair.failed) for pair in pairs)
    parts = [
        ngettext("{count} added", "{count} added", created) if created else "",
        ngettext("{count} updated", "{count} updated", updated) if updated else "",
        ngettext("{count} removed", "{count} removed", deleted) if deleted else "",
        ngettext("{count} held", "{count} held", held) if held else "",
        ngettext("{count} failed", "{count} failed", failed) if failed else "",
    ]
    # Translators: stands between "3 added" and "1 updated"
    return _(", ").join(part for part in parts if part) or _("nothing to change")


def outcome(report: RunReport) -> str:
    """One line: "all well: 3 added"; of a run that did not come to any pair only the result."""
    return f"{result(report)}: {summary(report)}" if report.pairs else result(report)


def skipped(report: RunReport) -> int:
    return sum(len(pair.skipped) for pair in report.pairs)


def status_line(
    state: State,
    *,
    now: datetime,
    last: datetime | None = None,
    next_run: datetime | None = None,
    paused_until: datetime | None = None,
    skipped: int = 0,
) -> str:
    """The tray's tooltip: "Feishu → Outlook: up to date · last 14:32 · next 14:37 · 2 skipped".

    All times are aware; `paused_until` datetime.max means: until the person resumes.
    """
    parts = [
        _(
            "Feishu → Outlook: {state}",
            state=paused(paused_until, now=now) if paused_until else _(STATES[state]),
        )
    ]
    if last:
        # Translators: when the last run was, in the tooltip
        parts.append(_("last {time}", time=moment(last, now=now)))
    if next_run and not paused_until:
        # Translators: when the next run is due, in the tooltip
        parts.append(_("next {time}", time=moment(next_run, now=now)))
    if skipped:
        parts.append(ngettext("{count} skipped", "{count} skipped", skipped))
    return " · ".join(parts)


def monthly_calls(calls: MonthlyCalls, interval: timedelta, wanted: timedelta) -> str:
    """What is left of the limit that the person set, and what follows: "Feishu calls this month: 812 of 1000.
    So that they last, runs are 43 minutes apart."."""
    told = _("Feishu calls this month: {used} of {limit}.", used=calls.used, limit=calls.limit)
    if interval <= wanted:
        return told
    # Translators: follows "Feishu calls this month: 812 of 1000."
    apart = _("So that they last, runs are {duration} apart.", duration=duration(interval.total_seconds()))
    return f"{told} {apart}"


def together(first: str, second: str) -> str:
    # Translators: two whole sentences, one after the other
    return _("{first} {second}", first=first, second=second)


def off() -> str:
    """Of a pair that `undo` switched off."""
    return _("not synced since its copies were removed; the next sync that you ask for begins again")


def paused(until: datetime, *, now: datetime) -> str:
    if until == datetime.max.replace(tzinfo=UTC):
        return _("paused until you resume")
    return _("paused until {time}", time=moment(until, now=now))


def moment(when: datetime, *, now: datetime) -> str:
    """14:32 today, 2026-11-26 09:00 on another day; on this computer's clock."""
    here = when.astimezone()
    return f"{here:%H:%M}" if here.date() == now.astimezone().date() else f"{here:%Y-%m-%d %H:%M}"


def duration(seconds: float) -> str:
    """In the largest unit that is still exact enough: 45 seconds, 5 minutes, 3 hours, 2 days."""
    whole = max(1, round(seconds))
    if whole < 90:
        return ngettext("{count} second", "{count} seconds", whole)
    if whole < 90 * 60:
        return ngettext("{count} minute", "{count} minutes", round(whole / 60))
    if whole < 36 * 3600:
        return ngettext("{count} hour", "{count} hours", round(whole / 3600))
    return ngettext("{count} day", "{count} days", round(whole / 86400))


def event_start(iso: str) -> str:
    """An event's start in a report, shortened to what people read: 2026-11-25 14:00, or the date alone."""
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        pass
    try:
        return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M}"
    except ValueError:
        return iso
