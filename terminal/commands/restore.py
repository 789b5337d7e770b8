"""restore: what was deleted in the last 30 days, as a numbered list; and putting it back."""

from __future__ import annotations

from datetime import UTC, datetime

from core.restore import DeletedEvent
from terminal.columns import fit, printable
from terminal.commands import Context
from terminal.commands.refusal import refuse
from terminal.exit_codes import ExitCode, of_report
from terminal.json_report import preview_object
from terminal.printing import say_events
from texts import report as report_texts
from texts.language import _, ngettext


def restore(context: Context) -> ExitCode:
    if context.options.numbers or context.options.all_events:
        return _put_back(context)
    with context.open(exclusive=False) as installation:
        listed = installation.deleted_events()
    for number, event in enumerate(listed, start=1):
        context.terminal.say(_line(number, event))
    if not listed:
        context.terminal.say(_("Nothing was deleted in the last 30 days that was not put back."))
    context.terminal.emit(
        {"result": "ok", "deleted": [_object(number, event) for number, event in enumerate(listed, start=1)]}
    )
    return ExitCode.ALL_WELL


def _put_back(context: Context) -> ExitCode:
    with context.open(exclusive=True) as installation:
        listed = installation.deleted_events()
        numbers = sorted(set(context.options.numbers)) or range(1, len(listed) + 1)
        if any(number > len(listed) for number in numbers):
            return refuse(context, _("The list has no number {number}.", number=max(numbers)))
        chosen = [listed[number - 1] for number in numbers]
        report = installation.restore(chosen, context.interruption.requested)
    say_events(context.terminal, report, with_skipped=True)
    for error in report.problems:
        context.terminal.problem(error)
    restored = sum(pair.created for pair in report.pairs)
    context.terminal.say(ngettext("{count} event put back", "{count} events put back", restored))
    if restored and any(event.is_series for event in chosen):
        context.terminal.say(_("A series comes back without its changed and cancelled occurrences."))
    context.terminal.emit(preview_object(report))
    return of_report(report)


def _line(number: int, event: DeletedEvent) -> str:
    title = printable(event.last.title) or _("(No title)")
    # Translators: stands in brackets behind a title in the list of what was deleted
    kind = " " + _("(series)") if event.is_series else ""
    when = _("deleted {time}", time=report_texts.moment(_deleted_at(event), now=datetime.now(UTC)))
    return f"{number:>4}  {fit(report_texts.event_start(event.last.start), 16)}  {title}{kind} – {when}"


def _object(number: int, event: DeletedEvent) -> dict[str, object]:
    return {
        "number": number,
        "title": event.last.title,
        "start": event.last.start,
        "deleted": _deleted_at(event).isoformat(),
        "series": event.is_series,
    }


def _deleted_at(event: DeletedEvent) -> datetime:
    return datetime.fromtimestamp(event.last.deleted_at, UTC)
