"""The view model of the settings window: what is wrong with the settings that it would save. Plain Python."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from core.errors import SettingsInvalid
from core.settings import PairSettings, Settings, TextLanguage
from texts.language import _, ngettext
from texts.problems.settings import setting_problem
from texts.report import together
from ui.accounts.form import Problems
from ui.messages import CalendarChoice

FIRST_PAIR = "main"
FREE_TENANT = 10_000
"""Feishu calls a month that a tenant without a paid plan has, for all its apps and people together."""
_MINUTES_A_MONTH = 30 * 24 * 60


def problems_of(settings: Settings) -> Problems:
    """What settings.toml would refuse, by key; the file's own rules decide."""
    from core import settings_file, settings_reading

    name = "settings.toml"
    try:
        settings_reading.parse(settings_file.edited(settings_file.default_text(), name, settings), name)
    except SettingsInvalid as error:
        return refused(error)
    return {}


def refused(error: Exception) -> Problems:
    """Beside which fields the settings file's complaints belong."""
    if not isinstance(error, SettingsInvalid):
        return {}
    return {problem.key: setting_problem(problem) for problem in error.problems}


# --- pairs --------------------------------------------------------------------------------------


def new_pair(settings: Settings, words: TextLanguage) -> PairSettings:
    """`words`: the language that its copies speak. A second pair into the same calendar would be refused, so
    only the first one has proposals."""
    if not settings.pairs:
        return PairSettings(FIRST_PAIR, text_language=words)
    taken = {pair.id for pair in settings.pairs}
    number = next(number for number in range(2, len(taken) + 3) if f"pair-{number}" not in taken)
    return PairSettings(f"pair-{number}", feishu_calendar="", outlook_calendar="", text_language=words)


def with_pair(settings: Settings, pair: PairSettings) -> Settings:
    """In the place of the pair of the same id, or as the last one."""
    if all(each.id != pair.id for each in settings.pairs):
        return replace(settings, pairs=(*settings.pairs, pair))
    return replace(settings, pairs=tuple(pair if each.id == pair.id else each for each in settings.pairs))


def without_pair(settings: Settings, pair_id: str) -> Settings:
    return replace(settings, pairs=tuple(pair for pair in settings.pairs if pair.id != pair_id))


def pair_problems(settings: Settings, pair: PairSettings) -> Problems:
    """By the names of PairSettings' fields. `settings`: with the other pairs."""
    problems: Problems = {}
    if not pair.feishu_calendar.strip():
        problems["feishu_calendar"] = _("Choose a Feishu calendar.")
    if not pair.outlook_calendar.strip():
        problems["outlook_calendar"] = _("Choose an Outlook calendar, or type a name for a new one.")
    calendars = pair.feishu_calendar, pair.outlook_calendar
    if any(
        (each.feishu_calendar, each.outlook_calendar) == calendars
        for each in settings.pairs
        if each.id != pair.id
    ):
        problems["outlook_calendar"] = _("Another pair has the same two calendars already.")
    if problems:
        return problems
    names = {field.name for field in fields(PairSettings)}
    found = problems_of(Settings(pairs=(pair,)))
    return {key.rpartition(".")[2]: text for key, text in found.items() if key.rpartition(".")[2] in names}


# --- how many calls -------------------------------------------------------------------------------


def monthly_calls(*, interval_minutes: int, pairs: int) -> int:
    """Each look for changes is one call per Feishu calendar, if the computer is on day and night."""
    return _MINUTES_A_MONTH // interval_minutes * max(1, pairs)


def estimate(calls: int) -> str:
    text = ngettext(
        "About {number} Feishu call a month while the computer is always on.",
        "About {number} Feishu calls a month while the computer is always on.",
        calls,
        number=f"{calls:,}",
    )
    limit = _(
        "A Feishu organisation without a paid plan has about {number} for all its apps and people together.",
        number=f"{FREE_TENANT:,}",
    )
    return together(text, limit)


# --- calendars ----------------------------------------------------------------------------------

Choices = tuple[CalendarChoice, ...]
PRIMARY = "primary"
"""The Feishu calendar of whoever is signed in."""


def calendar_text(value: str, choices: Choices) -> str:
    """What the field shows for a stored id or name."""
    return next((choice_text(choice) for choice in choices if choice.id == value), value)


def calendar_value(text: str, choices: Choices) -> str:
    """The id of the calendar that was chosen or typed by its name; what is typed otherwise stays as it is."""
    typed = text.strip()
    return next((choice.id for choice in choices if typed == choice_text(choice)), typed)


def choice_text(choice: CalendarChoice) -> str:
    if choice.note:
        # Translators: a calendar and why it can't be chosen
        return _("{calendar} ({note})", calendar=choice.name, note=_(choice.note))
    return choice.name


def calendar_name(value: str, choices: Choices) -> str:
    """For a list; an id that nobody can read is told as what it is."""
    known = calendar_text(value, choices)
    if known == value == PRIMARY:
        return _("My calendar")
    return known if len(known) <= 60 else _("Calendar {id}…", id=known[:24])


def lines(text: str) -> tuple[str, ...]:
    """Of a field with one entry a line; blank ones are left out."""
    return tuple(line for line in re.split(r"[\r\n]+", text) if line.strip())
