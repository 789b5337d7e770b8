"""What the tray shows, as pure functions of one frozen state: icon, tooltip, menu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.model import Side
from texts import report
from texts.language import _, ngettext
from texts.problems import describe
from texts.report import State
from ui.tray.menu import SEPARATOR, Item, Menu

FOR_EVER = datetime.max.replace(tzinfo=UTC)
"""A pause that ends when the person resumes."""


class Key(StrEnum):
    """What a menu entry asks for."""

    STATUS = "status"
    SIGN_IN_FEISHU = "sign in feishu"
    SIGN_IN_OUTLOOK = "sign in outlook"
    SYNC = "sync"
    PAUSE = "pause"
    PAUSE_30_MINUTES = "pause 30 minutes"
    PAUSE_1_HOUR = "pause 1 hour"
    PAUSE_4_HOURS = "pause 4 hours"
    PAUSE_UNTIL_MORNING = "pause until morning"
    PAUSE_UNTIL_RESUMED = "pause until resumed"
    RESUME = "resume"
    PROBLEMS = "problems"
    ACTIVITY = "activity"
    HELD = "held"
    """The page of Activity with the deletions that are held; no entry of the menu."""
    PREVIEW = "preview"
    """The window; no entry of the menu."""
    SETTINGS = "settings"
    OUTLOOK = "outlook"
    HELP = "help"
    GUIDE = "guide"
    DIAGNOSTICS = "diagnostics"
    ABOUT = "about"
    QUIT = "quit"


SIGN_IN = {Side.FEISHU: Key.SIGN_IN_FEISHU, Side.OUTLOOK: Key.SIGN_IN_OUTLOOK}


@dataclass(frozen=True, slots=True)
class TrayState:
    """Times are aware, in UTC. `done` of `total` events while a run writes; `total` 0: not known."""

    kind: State
    last: datetime | None = None
    next: datetime | None = None
    skipped: int = 0
    failed: int = 0
    is_starting: bool = False
    done: int = 0
    total: int = 0
    paused_until: datetime | None = None
    problems: tuple[Exception, ...] = ()
    """What is in the way, the most important first."""
    sign_in: tuple[Side, ...] = ()
    """The sides that nobody is signed in to."""
    is_set_up: bool = True
    """The calendars are chosen and the first run was asked for."""
    pairs_off: int = 0
    """Pairs whose copies were removed, which are not synced until a person asks for it."""


STARTING = TrayState(State.SYNCING, is_starting=True)


def status_line(state: TrayState, now: datetime) -> str:
    """One line without times of runs: the first, disabled entry of the menu."""
    match state.kind:
        case State.SYNCING if state.is_starting:
            return _("Starting…")
        case State.SYNCING if state.total:
            return _("Syncing… {done} of {total}", done=state.done, total=state.total)
        case State.SYNCING:
            return _("Syncing…")
        case State.PAUSED:
            return _capital(report.paused(state.paused_until or FOR_EVER, now=now))
        case State.OFFLINE | State.NEEDS_YOU if state.problems:
            return describe(state.problems[0]).title.splitlines()[0]
        case State.OFFLINE:
            return _("Offline")
        case State.NEEDS_YOU:
            return _("The set-up is not finished")
        case State.UP_TO_DATE if state.last:
            return _("Up to date · last {time}", time=report.moment(state.last, now=now))
        case State.UP_TO_DATE:
            return _("Up to date")


def tooltip(state: TrayState, now: datetime) -> str:
    """For example "Feishu → Outlook: up to date · last 14:32 · next 14:37 · 2 skipped"."""
    if state.is_starting:
        return _("Feishu → Outlook: {state}", state=_("starting…"))
    line = report.status_line(
        state.kind,
        now=now,
        last=state.last,
        next_run=state.next,
        paused_until=state.paused_until,
        skipped=state.skipped,
    )
    more = [line]
    if state.failed:
        more.append(ngettext("{count} failed", "{count} failed", state.failed))
    if state.pairs_off:
        # Translators: of pairs that are not synced, in the tooltip
        more.append(ngettext("{count} pair is off", "{count} pairs are off", state.pairs_off))
    return " · ".join(more)


def menu(state: TrayState, now: datetime) -> Menu:
    is_paused = state.paused_until is not None
    may_sync = state.kind is not State.SYNCING and not state.sign_in and state.is_set_up
    troubles = len(state.problems) + state.failed
    paused = report.paused(state.paused_until or FOR_EVER, now=now)
    return (
        Item(Key.STATUS, status_line(state, now), enabled=False),
        Item(Key.SIGN_IN_FEISHU, _("Sign in to Feishu…"), visible=Side.FEISHU in state.sign_in),
        Item(Key.SIGN_IN_OUTLOOK, _("Sign in to Outlook…"), visible=Side.OUTLOOK in state.sign_in),
        SEPARATOR,
        Item(Key.SYNC, _("Sync now"), enabled=may_sync),
        Item(Key.PAUSE, _("Pause"), visible=not is_paused, children=_durations()),
        Item(Key.RESUME, _("Resume ({paused})", paused=paused), visible=is_paused),
        SEPARATOR,
        Item(Key.PROBLEMS, _("Problems ({count})…", count=troubles), visible=troubles > 0),
        Item(Key.ACTIVITY, _("Activity…"), is_default=True),
        Item(Key.SETTINGS, _("Settings…")),
        Item(Key.OUTLOOK, _("Open Outlook calendar")),
        Item(Key.HELP, _("Help"), children=_help()),
        SEPARATOR,
        Item(Key.QUIT, _("Quit")),
    )


def _help() -> Menu:
    return (
        Item(Key.GUIDE, _("Guide")),
        Item(Key.DIAGNOSTICS, _("Save diagnostics…")),
        Item(Key.ABOUT, _("About")),
    )


def _durations() -> Menu:
    return (
        Item(Key.PAUSE_30_MINUTES, ngettext("{count} minute", "{count} minutes", 30)),
        Item(Key.PAUSE_1_HOUR, ngettext("{count} hour", "{count} hours", 1)),
        Item(Key.PAUSE_4_HOURS, ngettext("{count} hour", "{count} hours", 4)),
        # Translators: in the menu "Pause"
        Item(Key.PAUSE_UNTIL_MORNING, _("Until tomorrow morning")),
        # Translators: in the menu "Pause"
        Item(Key.PAUSE_UNTIL_RESUMED, _("Until I resume")),
    )


def pause_until(key: str, now: datetime) -> datetime | None:
    """When the pause that `key` asks for ends, in UTC; None if `key` asks for none."""
    match key:
        case Key.PAUSE_30_MINUTES:
            return now + timedelta(minutes=30)
        case Key.PAUSE_1_HOUR:
            return now + timedelta(hours=1)
        case Key.PAUSE_4_HOURS:
            return now + timedelta(hours=4)
        case Key.PAUSE_UNTIL_MORNING:
            return _next_morning(now)
        case Key.PAUSE_UNTIL_RESUMED:
            return FOR_EVER
    return None


def _next_morning(now: datetime) -> datetime:
    """Eight o'clock on this computer's clock. To somebody still up at one, tomorrow is after the night."""
    local = now.astimezone()
    day = local.date() if local.hour < 4 else local.date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 8).astimezone(UTC)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
