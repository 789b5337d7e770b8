"""The view model of one account: what its fields hold, and what is wrong with it. Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.model import Side
from core.settings import FeishuCloud, OutlookCloud, Redirect, Settings
from texts.language import _

APP_ID = "feishu.app_id"
APP_SECRET = "feishu.app_secret"  # noqa: S105  # the name of a field
CLIENT_ID = "outlook.client_id"
CLIENT_SECRET = "outlook.client_secret"  # noqa: S105  # the name of a field
TENANT = "outlook.tenant"
REDIRECT = "outlook.redirect"

Problems = dict[str, str]
"""What is wrong, by the key in settings.toml of the field that it stands beside."""


@dataclass(frozen=True, slots=True)
class AccountForm:
    """`app`: the App ID or the Client ID. `secret`: typed anew; empty: the stored one stays."""

    side: Side
    cloud: FeishuCloud | OutlookCloud
    app: str
    tenant: str = ""
    redirect: Redirect = Redirect.LOOPBACK
    secret: str = field(default="", repr=False)

    @property
    def app_key(self) -> str:
        return APP_ID if self.side is Side.FEISHU else CLIENT_ID

    @property
    def secret_key(self) -> str:
        return APP_SECRET if self.side is Side.FEISHU else CLIENT_SECRET


def account_form(settings: Settings, side: Side) -> AccountForm:
    if side is Side.FEISHU:
        return AccountForm(side, settings.feishu.cloud, settings.feishu.app_id)
    outlook = settings.outlook
    return AccountForm(side, outlook.cloud, outlook.client_id, outlook.tenant, outlook.redirect)


def with_account(settings: Settings, form: AccountForm) -> Settings:
    match form.cloud:
        case FeishuCloud():
            feishu = replace(settings.feishu, cloud=form.cloud, app_id=form.app.strip())
            return replace(settings, feishu=feishu)
        case OutlookCloud():
            outlook = replace(
                settings.outlook,
                cloud=form.cloud,
                client_id=form.app.strip(),
                tenant=form.tenant.strip(),
                redirect=form.redirect,
            )
            return replace(settings, outlook=outlook)


def missing(form: AccountForm, *, has_secret: bool) -> Problems:
    """What keeps this side from signing in. Microsoft's public registrations have no secret."""
    problems = misspelt(form)
    if form.side is Side.FEISHU:
        if not form.app.strip():
            problems[APP_ID] = _("Enter the App ID of your Feishu app.")
        if not form.secret and not has_secret:
            problems[APP_SECRET] = _("Enter the App Secret of your Feishu app.")
    elif not form.app.strip():
        problems[CLIENT_ID] = _("Enter the client ID of your app at Microsoft.")
    return problems


_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def misspelt(form: AccountForm) -> Problems:
    """What can't be right, also in a form that is not finished. Custom clouds may have other rules."""
    app = form.app.strip()
    if form.side is Side.FEISHU:
        if app and not app.startswith("cli_") and form.cloud is not FeishuCloud.CUSTOM:
            return {APP_ID: _("An App ID begins with “cli_”.")}
        return {}
    problems: Problems = {}
    if app and not _GUID.fullmatch(app) and form.cloud is not OutlookCloud.CUSTOM:
        example = "00000000-0000-0000-0000-000000000000"
        problems[CLIENT_ID] = _("A client ID looks like {example}.", example=example)
    if not form.tenant.strip():
        problems[TENANT] = _("Enter “common”, or the ID or domain of your organisation.")
    return problems
