"""What the commands say: sentences for people on stdout, or one JSON object there and sentences on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TextIO

from core.errors import AppMisconfigured, DeletionsHeld, SignInFailed, SignInNeeded, WrongPerson
from core.model import Identity
from core.report import Action, Change, EventNote, RunReport
from terminal.columns import fit, printable, width
from texts import reasons
from texts import report as report_texts
from texts.language import _, ngettext
from texts.problems import describe


class Terminal:
    def __init__(
        self, *, as_json: bool, verbose: bool = False, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.verbose = verbose
        self._as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def say(self, line: str = "") -> None:
        """For people; with --json, stdout belongs to the object alone."""
        if not self._as_json:
            print(line, file=self._out, flush=True)

    def tell(self, line: str) -> None:
        """For people in either case: what they have to do, or what went wrong."""
        print(line, file=self._err, flush=True)

    def emit(self, thing: Mapping[str, object]) -> None:
        """The object of --json, in ASCII: whatever the encoding of the pipe is, it arrives."""
        if self._as_json:
            print(json.dumps(thing), file=self._out, flush=True)

    def problem(self, error: Exception) -> None:
        problem = describe(error)
        self.tell(printable_lines(f"! {problem.title}"))
        for line in (problem.meaning, problem.remedy, problem.link, command_for(error)):
            if line:
                self.tell(printable_lines(f"  {line}"))


def command_for(error: Exception) -> str:
    """What to type, where a command of ours is the remedy."""
    match error:
        case SignInNeeded(side=side) | SignInFailed(side=side):
            command = f"sign-in {side.value}"
        case DeletionsHeld() | WrongPerson():
            command = "confirm"
        case AppMisconfigured(what="app_secret"):
            command = "secret feishu.app_secret"
        case AppMisconfigured(what="client_secret"):
            command = "secret outlook.client_secret"
        case AppMisconfigured(what="missing", code="feishu.app_secret" | "outlook.client_secret" as name):
            command = f"secret {name}"
        case _:
            return ""
    return _("Command: {command}", command=command)


def printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def who(identity: Identity) -> str:
    return printable(f"{identity.name} <{identity.address}>" if identity.address else identity.name)


def say_run(terminal: Terminal, report: RunReport, *, with_skipped: bool) -> None:
    """A line per change, then what failed, what was skipped, the problems and a summary."""
    say_events(terminal, report, with_skipped=with_skipped)
    for error in report.problems:
        terminal.problem(error)
    terminal.say(_summary(report))


def say_events(terminal: Terminal, report: RunReport, *, with_skipped: bool) -> None:
    labels = [reasons.action(action) for action in Action] + [_("failed"), _("skipped")]
    column = max(map(width, labels))
    for pair in report.pairs:
        if pair.is_off:
            terminal.say(printable(_("{pair}: {why}", pair=pair.pair, why=report_texts.off())))
        for change in pair.changes:
            terminal.say(_change(change, column))
        for note in pair.failed:
            terminal.say(_note(_("failed"), note, column))
        for note in pair.skipped if with_skipped else ():
            terminal.say(_note(_("skipped"), note, column))


def _summary(report: RunReport) -> str:
    parts = [report_texts.outcome(report)]
    if unchanged := sum(pair.unchanged for pair in report.pairs):
        parts.append(ngettext("{count} unchanged", "{count} unchanged", unchanged))
    if skipped := report_texts.skipped(report):
        parts.append(ngettext("{count} skipped", "{count} skipped", skipped))
    # Translators: stands between "3 added" and "1 updated"
    return _(", ").join(parts)


def _change(change: Change, column: int) -> str:
    return _line(
        reasons.action(change.action), change.start, change.title, reasons.sentence(change.reason), column
    )


def _note(label: str, note: EventNote, column: int) -> str:
    return _line(label, note.start, note.title, reasons.sentence(note.reason), column)


def _line(label: str, start: str, title: str, reason: str, column: int) -> str:
    shown = printable(title) or _("(No title)")
    return f"{fit(label, column)}  {fit(report_texts.event_start(start), 16)}  {shown} – {printable(reason)}"
