"""calendars: the calendars on both sides, with the ids that settings.toml wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from core.errors import SyncError
from core.model import Side, SourceCalendarInfo, TargetCalendarInfo
from terminal.columns import printable
from terminal.commands import Context
from terminal.exit_codes import ExitCode, first, of_problem, result_of
from texts.language import _
from texts.problems.words import service

Info = TypeVar("Info")


def calendars(context: Context) -> ExitCode:
    """One side's trouble does not hide the other side."""
    problems: list[SyncError] = []
    with context.open(exclusive=False) as installation:
        source = _asked(installation.source_calendars, problems)
        target = _asked(installation.target_calendars, problems)
    for side, lines in ((Side.FEISHU, map(_source_line, source)), (Side.OUTLOOK, map(_target_line, target))):
        context.terminal.say(f"{service(side)}:")
        for line in lines:
            context.terminal.say(printable(f"  {line}"))
    for error in problems:
        context.terminal.problem(error)
    code = first(map(of_problem, problems))
    context.terminal.emit(
        {
            "result": result_of(code).value,
            "feishu": [
                {
                    "id": info.id,
                    "name": info.name,
                    "kind": info.kind,
                    "role": info.role.value,
                    "primary": info.is_primary,
                }
                for info in source
            ],
            "outlook": [
                {"id": info.id, "name": info.name, "can_edit": info.can_edit, "default": info.is_default}
                for info in target
            ],
        }
    )
    return code


def _asked(question: Callable[[], Sequence[Info]], problems: list[SyncError]) -> Sequence[Info]:
    try:
        return question()
    except SyncError as error:
        problems.append(error)
        return ()


def _source_line(info: SourceCalendarInfo) -> str:
    return f"{info.id}  {info.name}  ({info.kind}, {info.role.value})"


def _target_line(info: TargetCalendarInfo) -> str:
    # Translators: stands in brackets behind the name of a calendar
    return f"{info.id}  {info.name}" + ("" if info.can_edit else "  (" + _("read only") + ")")
