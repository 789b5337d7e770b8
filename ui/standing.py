"""How things stand, from what the installation says to what the tray and the settings window show. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import NeedsPerson, SignInNeeded, Stopped
from core.model import Role, Side, SourceCalendarInfo, TargetCalendarInfo
from core.report import Result, RunReport
from core.settings import Settings
from texts.language import mark
from texts.report import State, skipped
from ui.intents import APP_SECRET, CLIENT_SECRET
from ui.messages import CalendarChoice, HeldCopy, Overview
from ui.tray.state import TrayState

if TYPE_CHECKING:  # the engine behind it loads the network libraries
    from core.installation import Status
    from core.status import CopyNote

READ_ONLY = mark("read only")
NO_ACCESS = mark("no access")
BUSY_ONLY = mark("only free or busy")


def overview(
    settings: Settings,
    status: Status,
    secrets: frozenset[str],
    *,
    held: Iterable[CopyNote] = (),
    feishu_calls: int | None = None,
) -> Overview:
    """`secrets`: names of those that are stored."""
    return Overview(
        settings,
        status.feishu,
        status.outlook,
        has_app_secret=APP_SECRET in secrets,
        has_client_secret=CLIENT_SECRET in secrets,
        held=tuple(HeldCopy(each.pair, each.title, each.start, each.reason) for each in held),
        pairs_off=tuple(pair.id for pair in status.pairs if pair.is_off),
        has_run=status.last_run is not None,
        paused_until=status.paused_until,
        feishu_calls=feishu_calls,
    )


def tray_state(
    shown: Overview,
    status: Status,
    *,
    next_run: datetime | None,
    now: datetime,
    before: TrayState,
    fault: Exception | None,
) -> TrayState:
    """`before`: what the tray shows now; the time of the last run that got through is taken over from it.

    `fault`: a failure of ours since the last run that ended well.
    """
    report = status.last_run
    attention = attention_of(status)
    lost = {error.side for error in attention if isinstance(error, SignInNeeded)}
    kind, problems = _kind(shown, status, attention, fault)
    if kind is State.UP_TO_DATE and report is None and next_run is not None and next_run <= now:
        kind = State.SYNCING  # nothing was ever synced, but will be at once
    return TrayState(
        kind,
        last=report.finished if report and _got_through(report) else before.last,
        next=next_run,
        skipped=skipped(report) if report else 0,
        failed=sum(len(pair.failed) for pair in report.pairs) if report else 0,
        paused_until=status.paused_until if shown.is_set_up or not shown.settings.pairs else None,
        problems=problems,
        sign_in=tuple(side for side in Side if side in lost or shown.identity(side) is None),
        is_set_up=shown.is_set_up,
        pairs_off=len(shown.pairs_off),
    )


def attention_of(status: Status) -> tuple[NeedsPerson, ...]:
    """What needs a person: the rest goes away by itself."""
    return tuple(error for error in status.attention if isinstance(error, NeedsPerson))


def _kind(
    shown: Overview, status: Status, attention: tuple[NeedsPerson, ...], fault: Exception | None
) -> tuple[State, tuple[Exception, ...]]:
    report = status.last_run
    if shown.settings.pairs and not shown.is_set_up:
        return State.NEEDS_YOU, attention
    if status.paused_until is not None:
        return State.PAUSED, attention
    if attention:
        return State.NEEDS_YOU, attention
    if fault is not None:
        return State.NEEDS_YOU, (fault,)
    if not shown.settings.pairs:
        return State.NEEDS_YOU, ()
    if report is None:
        return State.UP_TO_DATE, ()
    if was_interrupted(report):
        return State.SYNCING, ()
    if report.result is Result.UNREACHABLE:
        return State.OFFLINE, report.problems
    if report.result is Result.FAILED:
        return State.NEEDS_YOU, report.problems
    return State.UP_TO_DATE, ()


def was_interrupted(report: RunReport) -> bool:
    return any(isinstance(problem, Stopped) for problem in report.problems)


def _got_through(report: RunReport) -> bool:
    return report.result not in {Result.UNREACHABLE, Result.FAILED} and not was_interrupted(report)


_ROLES = {Role.FREE_BUSY_READER: BUSY_ONLY, Role.UNKNOWN: NO_ACCESS}


def source_choices(calendars: tuple[SourceCalendarInfo, ...]) -> tuple[CalendarChoice, ...]:
    """The primary calendar goes by the word "primary", so that it is whoever's is signed in."""
    return tuple(
        CalendarChoice("primary" if one.is_primary else one.id, one.name, _ROLES.get(one.role, ""))
        for one in calendars
    )


def target_choices(calendars: tuple[TargetCalendarInfo, ...]) -> tuple[CalendarChoice, ...]:
    return tuple(CalendarChoice(one.id, one.name, "" if one.can_edit else READ_ONLY) for one in calendars)
