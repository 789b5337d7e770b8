"""status: accounts, pairs, the last run and what needs the person. Asks no service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.installation import Installation, PairStatus, Status
from core.model import Side
from terminal.columns import printable
from terminal.commands import Context
from terminal.exit_codes import ExitCode, first, of_problem
from terminal.json_report import status_object
from terminal.printing import Terminal, who
from texts.language import _, ngettext
from texts.problems.words import account
from texts.report import moment, monthly_calls, off, outcome, paused


def status(context: Context) -> ExitCode:
    with context.open(exclusive=False) as installation:
        found = installation.status()
        next_run = installation.next_run()
        limited = _limited(installation)
    _say(context.terminal, found, next_run, datetime.now(UTC))
    if limited:
        context.terminal.say(limited)
    context.terminal.emit(status_object(found, next_run))
    return first(map(of_problem, found.attention))


def _limited(installation: Installation) -> str:
    """How far the calls reach that the settings allow, if they do."""
    sync = installation.settings.sync
    if not sync.monthly_calls:
        return ""
    wanted = timedelta(minutes=sync.interval_minutes)
    return monthly_calls(installation.monthly_calls(), installation.interval(), wanted)


def _say(terminal: Terminal, found: Status, next_run: datetime, now: datetime) -> None:
    for side, identity in ((Side.FEISHU, found.feishu), (Side.OUTLOOK, found.outlook)):
        name = who(identity) if identity else _("not signed in")
        terminal.say(f"{account(side)}: {name}")
    for pair in found.pairs:
        _say_pair(terminal, pair)
    if not found.pairs:
        terminal.say(_("No pair of calendars is set up yet."))
    if run := found.last_run:
        terminal.say(
            _("Last run: {time}, {outcome}", time=moment(run.finished, now=now), outcome=outcome(run))
        )
    else:
        terminal.say(_("There was no run yet."))
    if found.paused_until:
        terminal.say(paused(found.paused_until, now=now))
    else:
        terminal.say(_("The next run is due: {time}", time=moment(next_run, now=now)))
    for error in found.attention:
        terminal.problem(error)


def _say_pair(terminal: Terminal, pair: PairStatus) -> None:
    copies = ngettext("{count} copy", "{count} copies", pair.copies)
    terminal.say(printable(f"{pair.id}: {pair.feishu_calendar} → {pair.outlook_calendar}, {copies}"))
    if pair.is_off:
        terminal.say("  " + off())
    for title in pair.held:
        terminal.say(printable("  " + _("held: {title}", title=title)))
