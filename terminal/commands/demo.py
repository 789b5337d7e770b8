"""demo in the terminal: one run with --once, or syncing until interrupted where there is no screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from core.installation import Installation
from core.model import Side
from terminal.build import opened
from terminal.commands import Context
from terminal.commands.watch import watch
from terminal.demo import ZONE, Demo, prepare_demo
from terminal.exit_codes import ExitCode, first, of_report
from terminal.json_report import run_object
from terminal.printing import say_run
from terminal.side_by_side import are_equal, table
from texts.language import _
from texts.problems.words import service

WIDEST = 120


def demo(context: Context) -> ExitCode:
    terminal = context.terminal
    with prepare_demo() as prepared:
        prepared.sign_in_by_itself()
        prepared.choose_calendars()
        with _opened(prepared) as installation:
            for side in Side:
                installation.sign_in(
                    side, prepared.browse, context.interruption.requested, lambda _address: None
                )
        if context.options.once:
            return _once(context, prepared)
        terminal.say(_("There is no screen for the tray icon, so the demo runs here in the terminal."))
        if not context.options.as_json:
            prepared.introduce()
        return watch(replace(context, open=partial(_opened, prepared)))


def _once(context: Context, prepared: Demo) -> ExitCode:
    terminal = context.terminal
    with _opened(prepared) as installation:
        report = installation.run(context.interruption.requested, lambda _progress: None)
    say_run(terminal, report, with_skipped=True)
    now = datetime.now(UTC)
    feishu, outlook = prepared.feishu_entries(now), prepared.outlook_entries(now)
    names = (service(Side.FEISHU), service(Side.OUTLOOK))
    columns = min(shutil.get_terminal_size((100, 24)).columns, WIDEST)
    terminal.say()
    for line in table(feishu, outlook, names=names, zone=ZONE, columns=columns):
        terminal.say(line)
    terminal.say()
    is_equal = bool(feishu) and are_equal(feishu, outlook)
    terminal.say(_("Both calendars are equal.") if is_equal else _("The calendars differ (≠)."))
    terminal.emit(run_object(report) | {"equal": is_equal})
    return ExitCode.ALL_WELL if is_equal else first((of_report(report), ExitCode.SOME_FAILED))


@contextmanager
def _opened(prepared: Demo, *, exclusive: bool = True) -> Iterator[Installation]:
    installation = prepared.installation()
    installation.reload_settings()
    with opened(installation, exclusive=exclusive):
        yield installation
