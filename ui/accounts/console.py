"""Which page of the two services' consoles a problem is solved on. Pure.

Feishu's deep links: Open Platform, "Calling an API" (app/<id>/safe, app/<id>/auth). Microsoft's are those of
the Entra admin centre; the same paths work in the portals of the other clouds. As documented; none was tried.
"""

from __future__ import annotations

from core.errors import AppMisconfigured, ConsentNeeded, SignInFailed, SignInNeeded
from core.feishu.cloud import cloud_of
from core.model import Side
from core.outlook.clouds import endpoints
from core.settings import OutlookCloud, Settings
from texts.problems.registration import CODES
from ui.accounts.registration import SCOPES, console_url

_PORTALS = {
    OutlookCloud.GLOBAL: "https://entra.microsoft.com",
    OutlookCloud.CHINA: "https://portal.azure.cn",
    OutlookCloud.USGOV: "https://portal.azure.us",
    OutlookCloud.USGOV_DOD: "https://portal.azure.us",
}
_BLADES = {
    "redirect": "Authentication",
    "client_secret": "Credentials",
    "scope": "CallAnAPI",
}
_FEISHU_PAGES = {"redirect": "safe", "refresh_switch": "safe", "ip": "safe"}


def page_for(error: Exception, settings: Settings) -> str:
    """Where the registration of the app is to be changed; empty where that would not help."""
    match error:
        case ConsentNeeded(link=link) | AppMisconfigured(link=link) if link:
            return link
        case AppMisconfigured(side=side, what=what):
            return _page(side, what, settings)
        case ConsentNeeded(side=Side.FEISHU):
            return _page(Side.FEISHU, "scope", settings)
        case SignInFailed(side=side, why="timeout"):
            return _page(side, "redirect", settings)
        case SignInNeeded(side=side, code=code) | SignInFailed(side=side, code=code) if code:
            what = CODES[side].get(code.upper().removeprefix("AADSTS"), "")
            return _page(side, what, settings) if what else ""
    return ""


def admin_consent_url(settings: Settings) -> str:
    """The page on which an administrator allows the app for the whole organisation; empty while there is no
    app. Only organisations have administrators: "common" and "consumers" name none."""
    if not settings.outlook.client_id:
        return ""
    app = endpoints(settings.outlook)
    return app.admin_consent_url(SCOPES[Side.OUTLOOK])


def _page(side: Side, what: str, settings: Settings) -> str:
    if what == "missing":
        return console_url(settings.feishu.cloud if side is Side.FEISHU else settings.outlook.cloud)
    return _feishu(what, settings) if side is Side.FEISHU else _microsoft(what, settings)


def _feishu(what: str, settings: Settings) -> str:
    try:
        cloud = cloud_of(settings.feishu)
    except AppMisconfigured:
        return ""
    app_id = settings.feishu.app_id
    if what == "app_id" or not app_id:
        return console_url(settings.feishu.cloud)
    if what == "scope":
        return cloud.permission_page(app_id, SCOPES[Side.FEISHU])
    page = _FEISHU_PAGES.get(what, "")
    return f"{cloud.app_page(app_id)}/{page}" if page else cloud.app_page(app_id)


def _microsoft(what: str, settings: Settings) -> str:
    portal, client_id = _PORTALS.get(settings.outlook.cloud, ""), settings.outlook.client_id
    if what == "client_id" or not client_id:
        return console_url(settings.outlook.cloud)
    blade = _BLADES.get(what, "Overview")
    path = f"#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/{blade}/appId/{client_id}"
    return f"{portal}/{path}" if portal else ""
