"""Sentences for a settings.toml that can't be used: each names key, value and what is allowed."""

from __future__ import annotations

from core.errors import SettingProblem, SettingsInvalid
from texts.language import _, mark, ngettext
from texts.problems.words import Problem

SENTENCES: dict[str, str] = {
    "syntax": mark("this is not TOML: {value}"),
    "encoding": mark("the file is not UTF-8 text"),
    "unknown key": mark("there is no setting “{key}”"),
    "type": mark("“{key}” is {value}, but must be {allowed}"),
    "value": mark("“{key}” is {value}, but must be {allowed}"),
    "duplicate id": mark("two pairs have the id {value}"),
    "duplicate calendars": mark("two pairs have the same two calendars: {value}"),
    "missing": mark("“{key}” is missing"),
    "unreadable": mark("the file can’t be read: {value}"),
    "unwritable": mark("the file can’t be written: {value}"),
}
UNREADABLE_FILE = mark("the file that “{key}” names can’t be read: {value}")
NO_PAIR = mark(
    "no pair of calendars is set up yet: choose two in the settings window, or add a [[pairs]] block"
)


def settings_invalid(error: SettingsInvalid) -> Problem:
    listed = "\n".join(setting_problem(problem) for problem in error.problems)
    title = ngettext(
        "A setting can’t be used in {file}:",
        "{count} settings can’t be used in {file}:",
        len(error.problems),
        file=error.file,
    )
    return Problem(
        f"{title}\n{listed}",
        _(
            "A running program keeps to the last settings that were good; a new one does not start with "
            "these."
        ),
        _("Correct the file, or the same fields in the settings window."),
    )


def _sentence(problem: SettingProblem) -> str:
    match problem:
        case SettingProblem(code="unreadable", key=key) if key:
            return UNREADABLE_FILE
        case SettingProblem(code="missing", key="pairs"):
            return NO_PAIR
        case _:
            return SENTENCES.get(problem.code, SENTENCES["value"])


def setting_problem(problem: SettingProblem) -> str:
    """One line, also for the window to show beside the field."""
    facts = {"key": problem.key, "value": problem.value or "–", "allowed": problem.allowed or "–"}
    sentence = _(_sentence(problem), **facts)
    if problem.suggestion:
        sentence = _(
            "{problem} – did you mean “{suggestion}”?", problem=sentence, suggestion=problem.suggestion
        )
    if problem.line:
        sentence = _("line {line}: {problem}", line=problem.line, problem=sentence)
    return sentence
