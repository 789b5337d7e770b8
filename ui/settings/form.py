"""The view model of the settings window: what its fields hold, and what is wrong with it. Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum

from core.errors import SettingsInvalid
from core.model import Side
from core.settings import (
    FeishuCloud,
    InterfaceLanguage,
    Notifications,
    OutlookCloud,
    PairSettings,
    Settings,
    TextLanguage,
)
from texts.language import _
from texts.problems.settings import setting_problem
from ui.messages import CalendarChoice, Overview

FIRST_PAIR = "main"


class Field(Enum):
    """A field of the window, by its key in settings.toml."""

    APP_ID = "feishu.app_id"
    APP_SECRET = "feishu.app_secret"  # noqa: S105  # the name of a field
    CLIENT_ID = "outlook.client_id"
    TENANT = "outlook.tenant"
    FEISHU_CALENDAR = "feishu_calendar"
    OUTLOOK_CALENDAR = "outlook_calendar"
    INTERVAL = "sync.interval_minutes"


Problems = dict[Field, str]


@dataclass(frozen=True, slots=True)
class Form:
    feishu_cloud: FeishuCloud
    app_id: str
    outlook_cloud: OutlookCloud
    client_id: str
    tenant: str
    feishu_calendar: str
    outlook_calendar: str
    interval_minutes: int
    language: InterfaceLanguage
    notifications: Notifications
    app_secret: str = field(default="", repr=False)
    """Typed anew; empty: the stored one stays."""


def form_of(settings: Settings) -> Form:
    pair = settings.pairs[0] if settings.pairs else PairSettings(FIRST_PAIR)
    return Form(
        settings.feishu.cloud,
        settings.feishu.app_id,
        settings.outlook.cloud,
        settings.outlook.client_id,
        settings.outlook.tenant,
        pair.feishu_calendar,
        pair.outlook_calendar,
        settings.sync.interval_minutes,
        settings.ui.language,
        settings.ui.notifications,
    )


def with_accounts(settings: Settings, form: Form) -> Settings:
    """What a sign-in needs. The pair is not in it: nothing is copied before its calendars are chosen."""
    return replace(
        settings,
        feishu=replace(settings.feishu, cloud=form.feishu_cloud, app_id=form.app_id.strip()),
        outlook=replace(
            settings.outlook,
            cloud=form.outlook_cloud,
            client_id=form.client_id.strip(),
            tenant=form.tenant.strip(),
        ),
    )


def with_everything(overview: Overview, form: Form, words: TextLanguage) -> Settings:
    """`words`: the language that a first pair's copies speak."""
    settings = with_accounts(overview.settings, form)
    settings = replace(
        settings,
        sync=replace(settings.sync, interval_minutes=form.interval_minutes),
        ui=replace(settings.ui, language=form.language, notifications=form.notifications),
    )
    if not can_choose_calendars(overview):
        return settings
    first = settings.pairs[0] if settings.pairs else PairSettings(FIRST_PAIR, text_language=words)
    pair = replace(
        first,
        feishu_calendar=form.feishu_calendar.strip(),
        outlook_calendar=form.outlook_calendar.strip(),
    )
    return replace(settings, pairs=(pair, *settings.pairs[1:]))


def can_choose_calendars(overview: Overview) -> bool:
    return overview.is_signed_in or bool(overview.settings.pairs)


def account_problems(side: Side, form: Form, *, has_app_secret: bool) -> Problems:
    """What keeps this side from signing in."""
    problems: Problems = {}
    if side is Side.FEISHU:
        if not form.app_id.strip():
            problems[Field.APP_ID] = _("Enter the App ID of your Feishu app.")
        if not form.app_secret.strip() and not has_app_secret:
            problems[Field.APP_SECRET] = _("Enter the App Secret of your Feishu app.")
    elif not form.client_id.strip():
        problems[Field.CLIENT_ID] = _("Enter the client ID of your app at Microsoft.")
    return problems | {name: text for name, text in _misspelt(form).items() if name in _OF_SIDE[side]}


def form_problems(overview: Overview, form: Form) -> Problems:
    """What keeps the form from being saved. An account may still be empty."""
    problems = _misspelt(form)
    if can_choose_calendars(overview):
        if not form.feishu_calendar.strip():
            problems[Field.FEISHU_CALENDAR] = _("Choose a Feishu calendar.")
        if not form.outlook_calendar.strip():
            problems[Field.OUTLOOK_CALENDAR] = _("Choose an Outlook calendar, or type a name for a new one.")
    return problems


_OF_SIDE = {
    Side.FEISHU: {Field.APP_ID, Field.APP_SECRET},
    Side.OUTLOOK: {Field.CLIENT_ID, Field.TENANT},
}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _misspelt(form: Form) -> Problems:
    """What can't be right. Custom clouds may have other rules."""
    problems: Problems = {}
    app_id, client_id = form.app_id.strip(), form.client_id.strip()
    if form.feishu_cloud is not FeishuCloud.CUSTOM and app_id and not app_id.startswith("cli_"):
        problems[Field.APP_ID] = _("An App ID begins with “cli_”.")
    if form.outlook_cloud is not OutlookCloud.CUSTOM and client_id and not _GUID.fullmatch(client_id):
        problems[Field.CLIENT_ID] = _(
            "A client ID looks like {example}.", example="00000000-0000-0000-0000-000000000000"
        )
    if not form.tenant.strip():
        problems[Field.TENANT] = _("Enter “common”, or the ID or domain of your organisation.")
    return problems


def refused_fields(error: Exception) -> Problems:
    """Which fields the settings file's own check complains about; others stay in the error itself."""
    if not isinstance(error, SettingsInvalid):
        return {}
    return {
        name: setting_problem(problem)
        for problem in error.problems
        for name in Field
        if problem.key == name.value or problem.key.endswith(f".{name.value}")
    }


# --- calendars ----------------------------------------------------------------------------------


def calendar_text(value: str, choices: tuple[CalendarChoice, ...]) -> str:
    """What the field shows for a stored id or name."""
    return next((choice_text(choice) for choice in choices if choice.id == value), value)


def calendar_value(text: str, choices: tuple[CalendarChoice, ...]) -> str:
    """The id of the calendar that was chosen or typed by its name; what is typed otherwise stays as it is."""
    typed = text.strip()
    return next((choice.id for choice in choices if typed == choice_text(choice)), typed)


def choice_text(choice: CalendarChoice) -> str:
    if choice.note:
        # Translators: a calendar and why it can't be chosen
        return _("{calendar} ({note})", calendar=choice.name, note=_(choice.note))
    return choice.name
