"""import FILE: app ids and secrets of the old script. Says names, never values."""

from __future__ import annotations

from pathlib import Path

from core.old_script import OldScript, OldScriptRefused, TakenOver, load, take_over
from core.redaction import redact
from terminal.columns import printable
from terminal.commands import Context
from terminal.exit_codes import ExitCode
from terminal.printing import Terminal
from terminal.question import agrees, is_somebody_there
from texts.language import _
from texts.old_script import how_to_delete, listed, refusal

MOST_NAMES, LONGEST_NAME = 20, 60


def import_(context: Context) -> ExitCode:
    """Ends with 1 when something was left as it was."""
    terminal, file = context.terminal, context.options.file
    try:
        found = load(file)
    except OldScriptRefused as error:
        terminal.tell(printable(refusal(error)))
        terminal.emit({"result": "failed", "file": str(file), "why": error.why, "line": error.line})
        return ExitCode.USAGE
    with context.open(exclusive=True) as installation:
        done = take_over(found, installation, lambda names: _may_replace(context, names))
    not_taken = _shown(found.not_taken)
    _say(terminal, found, done, not_taken, file)
    terminal.emit(
        {
            "result": "partial" if done.left else "ok",
            "file": str(file),
            "taken": list(done.taken),
            "unchanged": list(done.unchanged),
            "left": list(done.left),
            "not_taken": not_taken,
        }
    )
    return ExitCode.SOME_FAILED if done.left else ExitCode.ALL_WELL


def _say(terminal: Terminal, found: OldScript, done: TakenOver, not_taken: list[str], file: Path) -> None:
    for names, words in (
        (done.taken, _("Taken over: {names}", names=listed(done.taken))),
        (done.unchanged, _("The same as before: {names}", names=listed(done.unchanged))),
        (done.left, _("Left as it was, the file has another value: {names}", names=listed(done.left))),
        (not_taken, _("Not taken: {names}", names=listed(not_taken))),
    ):
        if names:
            terminal.say(printable(words))
    if found.has_tokens:
        terminal.say(_("The sign-ins of the old script are not taken over: sign in once to each side."))
    for line in how_to_delete(file):
        terminal.say(printable(line))


def _may_replace(context: Context, names: tuple[str, ...]) -> bool:
    """Only a person at a terminal may say so."""
    if context.options.as_json or not is_somebody_there():
        return False
    context.terminal.tell(_("Another value is stored already: {names}", names=listed(names)))
    return agrees(context.terminal, _("Replace it by the file’s? (y/n)"))


def _shown(names: tuple[str, ...]) -> list[str]:
    """A name that looks like a secret is none."""
    shown = [printable(redact(name))[:LONGEST_NAME] for name in names[:MOST_NAMES]]
    return [*shown, "…"] if len(names) > MOST_NAMES else shown
