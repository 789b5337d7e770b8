"""Where the set-up stands: which of the six steps is the next, seen from what is stored. Plain Python.

Nothing of the wizard is remembered but what it has stored: closed half way, it goes on where something is
missing, on whatever computer and with whatever file a company handed out.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

from core.settings import PairSettings, Settings, TextLanguage
from texts.language import _
from ui.messages import Overview
from ui.settings.form import new_pair


class StepName(IntEnum):
    WELCOME = 0
    FEISHU = 1
    MICROSOFT = 2
    CALENDARS = 3
    PREVIEW = 4
    FIRST_RUN = 5


def title(step: StepName) -> str:
    return {
        StepName.WELCOME: _("Welcome"),
        StepName.FEISHU: _("Feishu"),
        StepName.MICROSOFT: _("Microsoft"),
        StepName.CALENDARS: _("Calendars"),
        StepName.PREVIEW: _("Preview"),
        StepName.FIRST_RUN: _("First sync"),
    }[step]


def is_done(step: StepName, overview: Overview) -> bool:
    match step:
        case StepName.WELCOME:
            return resume_at(overview) > StepName.WELCOME
        case StepName.FEISHU:
            return overview.feishu is not None
        case StepName.MICROSOFT:
            return overview.outlook is not None
        case StepName.CALENDARS:
            return bool(overview.settings.pairs)
        case StepName.PREVIEW:
            return overview.is_set_up
        case StepName.FIRST_RUN:
            return overview.is_set_up and overview.has_run


def resume_at(overview: Overview) -> StepName:
    """The first step with something missing; the welcome only for whoever has nothing at all yet."""
    settings = overview.settings
    is_fresh = settings == replace(Settings(), ui=settings.ui) and not (overview.feishu or overview.outlook)
    if is_fresh and not overview.has_app_secret:
        return StepName.WELCOME
    steps = (StepName.FEISHU, StepName.MICROSOFT, StepName.CALENDARS, StepName.PREVIEW)
    return next((step for step in steps if not is_done(step, overview)), StepName.FIRST_RUN)


def may_enter(step: StepName, overview: Overview) -> bool:
    """All before it are done; going back is always possible."""
    return all(is_done(each, overview) for each in StepName if StepName.WELCOME < each < step)


def proposed_pair(settings: Settings, words: TextLanguage) -> PairSettings:
    """The one that the company's file or an earlier attempt has; else the primary calendar into a new one."""
    return settings.pairs[0] if settings.pairs else new_pair(settings, words)
