"""undo: every copy of ours is removed from Outlook. Asks first."""

from __future__ import annotations

from terminal.columns import printable
from terminal.commands import Context
from terminal.commands.refusal import refuse
from terminal.exit_codes import ExitCode, of_report
from terminal.json_report import preview_object
from terminal.printing import say_run
from terminal.question import agrees, is_somebody_there
from texts.language import _


def undo(context: Context) -> ExitCode:
    """What was left alone, and why, is in the report as skipped."""
    options = context.options
    if not options.yes and not is_somebody_there():
        return refuse(context, _("Nothing was removed: where nobody can be asked, “undo” needs --yes."))
    with context.open(exclusive=True) as installation:
        pairs = [pair.id for pair in installation.settings.pairs]
        if options.pair and options.pair not in pairs:
            # Translators: stands between two names
            names = _(", ").join(pairs)
            words = _("There is no pair “{pair}”. The pairs are: {names}", pair=options.pair, names=names)
            return refuse(context, printable(words))
        if not options.yes and not _agrees(context, [options.pair] if options.pair else pairs):
            return refuse(context, _("Nothing was removed."))
        report = installation.undo(context.interruption.requested, lambda _progress: None, pair=options.pair)
    say_run(context.terminal, report, with_skipped=True)
    context.terminal.say(
        _("These pairs are not synced until “sync”, “Sync now” or “Resume”. “restore” puts events back.")
    )
    context.terminal.emit(preview_object(report))
    return of_report(report)


def _agrees(context: Context, pairs: list[str]) -> bool:
    # Translators: stands between two names
    names = _(", ").join(pairs)
    context.terminal.tell(
        printable(
            _("All copies of Feishu’s events would be removed from Outlook. Pairs: {names}", names=names)
        )
    )
    question = _("For 30 days “restore” can put them back. Remove them? (y/n)")
    return agrees(context.terminal, question) and not context.interruption.requested()
