"""sync, preview and confirm: one run, one report."""

from __future__ import annotations

from datetime import UTC, datetime

from core.report import Result, RunReport
from terminal.columns import printable
from terminal.commands import Context
from terminal.exit_codes import ExitCode, of_report
from terminal.json_report import preview_object, run_object
from terminal.printing import say_events, say_run
from texts.language import _
from texts.problems.words import account


def sync(context: Context) -> ExitCode:
    with context.open(exclusive=True) as installation:
        installation.switch_on()
        if context.options.take_over:
            installation.take_over()
        report = installation.run(context.interruption.requested, lambda _progress: None)
    say_run(context.terminal, report, with_skipped=context.options.verbose)
    context.terminal.emit(run_object(report))
    return of_report(report)


def preview(context: Context) -> ExitCode:
    with context.open(exclusive=False) as installation:
        report = installation.preview(context.interruption.requested)
    context.terminal.say(_("What the next run would do; nothing has been written:"))
    say_run(context.terminal, report, with_skipped=True)
    context.terminal.emit(preview_object(report))
    code = of_report(report)
    # It looked: that some event was refused before is no failure of looking.
    return ExitCode.ALL_WELL if code is ExitCode.SOME_FAILED else code


def confirm(context: Context) -> ExitCode:
    return _keep(context) if context.options.keep else _delete_held(context)


def _keep(context: Context) -> ExitCode:
    with context.open(exclusive=True) as installation:
        pairs = installation.keep_held()
    now = datetime.now(UTC)
    report = RunReport(Result.OK, started=now, finished=now, pairs=pairs)
    if not any(pair.changes for pair in pairs):
        context.terminal.say(_("No deletion is held."))
    say_events(context.terminal, report, with_skipped=False)
    context.terminal.emit(preview_object(report))
    return ExitCode.ALL_WELL


def _delete_held(context: Context) -> ExitCode:
    """What was left alone, and why, is in the report as skipped."""
    with context.open(exclusive=True) as installation:
        newcomers = installation.newcomers()
        report = installation.confirm(context.interruption.requested)
    for one in newcomers:
        facts = {"account": account(one.side), "found": one.found, "expected": one.expected}
        sentence = _("{account}: {found} is accepted from now on, in the place of {expected}.", **facts)
        context.terminal.say(printable(sentence))
    if not newcomers and not any(
        pair.deleted or pair.held or pair.skipped or pair.failed for pair in report.pairs
    ):
        context.terminal.say(_("No deletion is held."))
    say_run(context.terminal, report, with_skipped=True)
    context.terminal.emit(run_object(report))
    return of_report(report)
