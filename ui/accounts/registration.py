"""What a person types into the two services' consoles to register the app there. Pure.

The scopes are those that the adapters ask for; a test holds them together. They are repeated here because the
adapters load the network libraries, which the window's thread never does.
"""

from __future__ import annotations

import json

from core.model import Side
from core.outlook.clouds import endpoints
from core.outlook.native_client import redirect_uri
from core.settings import FeishuCloud, OutlookCloud, Redirect, Settings

SCOPES = {
    Side.FEISHU: ("calendar:calendar:readonly", "offline_access"),
    Side.OUTLOOK: ("Calendars.ReadWrite", "User.Read"),
}

_CONSOLES = {
    FeishuCloud.FEISHU: "https://open.feishu.cn/app",
    FeishuCloud.LARK: "https://open.larksuite.com/app",
    OutlookCloud.GLOBAL: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    OutlookCloud.CHINA: "https://portal.azure.cn/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    OutlookCloud.USGOV: "https://portal.azure.us/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
    OutlookCloud.USGOV_DOD: "https://portal.azure.us/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
}
_CALENDARS = {
    OutlookCloud.GLOBAL: "https://outlook.office.com/calendar",
    OutlookCloud.CHINA: "https://partner.outlook.cn/calendar",
    OutlookCloud.USGOV: "https://outlook.office365.us/calendar",
    OutlookCloud.USGOV_DOD: "https://webmail.apps.mil/calendar",
}


def scopes_to_import() -> str:
    """What the permission page of Feishu's console takes as "batch import"."""
    return json.dumps({"scopes": {"tenant": [], "user": list(SCOPES[Side.FEISHU])}})


def console_url(cloud: FeishuCloud | OutlookCloud) -> str:
    """Where apps are registered; empty for a custom cloud."""
    return _CONSOLES.get(cloud, "")


def outlook_calendar_url(settings: Settings) -> str:
    """The person's calendar in the browser. Of a custom cloud only the address of its services is known."""
    return _CALENDARS.get(settings.outlook.cloud, settings.outlook.graph_url)


def redirect_urls(side: Side, settings: Settings) -> tuple[str, ...]:
    """To be registered at the service, each exactly as it stands here."""
    if side is Side.FEISHU:
        return tuple(f"http://127.0.0.1:{port}/callback" for port in settings.feishu.redirect_ports)
    if settings.outlook.redirect is Redirect.NATIVECLIENT:
        return (redirect_uri(endpoints(settings.outlook)),)
    return ("http://localhost",)
