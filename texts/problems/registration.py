"""Sentences for an app registration that is wrong, there or as typed in here: what to change where."""

from __future__ import annotations

from core.errors import AppMisconfigured
from core.model import Side
from texts.language import _, mark
from texts.problems.words import Problem, account, all_stands_still

CODES: dict[Side, dict[str, str]] = {
    # Source: Feishu Open Platform, "Obtain user_access_token", "General error codes".
    Side.FEISHU: {
        "20048": "app_id",
        "99991543": "app_id",
        "20002": "app_secret",
        "20029": "redirect",
        "20071": "redirect",
        "20027": "scope",
        "20068": "scope",
        "99991672": "scope",
        "20009": "publish",
        "20069": "publish",
        "99991662": "publish",
        "20010": "availability",
        "99991673": "availability",
        "20074": "refresh_switch",
        "99991401": "ip",
    },
    # Source: Microsoft Entra authentication and authorization error codes (AADSTS).
    Side.OUTLOOK: {
        "700011": "client_id",
        "700016": "client_id",
        "unauthorized_client": "client_id",
        "70002": "client_secret",
        "7000215": "client_secret",
        "7000222": "client_secret",
        "7000218": "client_secret",
        "700025": "client_secret",
        "invalid_client": "client_secret",
        "50020": "tenant",
        "50194": "tenant",
        "90002": "tenant",
        "90023": "tenant",
        "50011": "redirect",
        "700084": "redirect",
        "70011": "scope",
        "500011": "cloud",
        "invalid_scope": "scope",
        "invalid_resource": "cloud",
    },
}

# Translators: pages and fields are called as on open.feishu.cn (Chinese), open.larksuite.com (English).
FEISHU: dict[str, tuple[str, str]] = {
    "app_id": (
        mark("Feishu does not know this App ID"),
        mark(
            "Compare the App ID in the settings with “Credentials & Basic Info” in the developer console, "
            "and check that the right cloud is chosen: Feishu or Lark."
        ),
    ),
    "app_secret": (
        mark("The App Secret is wrong"),
        mark("Copy it again from “Credentials & Basic Info” in the developer console and store it here."),
    ),
    "redirect": (
        mark("The redirect URL is not registered in the Feishu app"),
        mark(
            "In the developer console under “Security Settings”, add the redirect URLs that the settings "
            "window shows, letter by letter (127.0.0.1 is not localhost)."
        ),
    ),
    "scope": (
        mark("The Feishu app may not read calendars yet"),
        mark(
            "In the developer console under “Permissions & Scopes”, enable calendar:calendar:readonly and "
            "offline_access as user scopes, then publish a version under “Version Management & Release”."
        ),
    ),
    "publish": (
        mark("The Feishu app is not published or not enabled in your organisation"),
        mark(
            "Create a version in the developer console under “Version Management & Release” and let the "
            "administrator approve it. Changes take effect only then."
        ),
    ),
    "availability": (
        mark("You are not among the people who may use this Feishu app"),
        mark(
            "In the developer console under “Version Management & Release”, publish a version whose "
            "availability range includes you."
        ),
    ),
    "refresh_switch": (
        mark("The Feishu app may not renew sign-ins"),
        mark(
            "In the developer console under “Security Settings”, turn on “Refresh user_access_token”, then "
            "publish a version."
        ),
    ),
    "ip": (
        mark("The Feishu app does not accept this computer’s network address"),
        mark(
            "In the developer console under “Security Settings”, add it to the IP allow list or empty that "
            "list."
        ),
    ),
}

# Translators: the names of pages and fields are those of entra.microsoft.com.
MICROSOFT: dict[str, tuple[str, str]] = {
    "client_id": (
        mark("Microsoft does not know this Client ID in this tenant"),
        mark(
            "Compare the Client ID and the tenant in the settings with the app’s “Overview” page, and check "
            "that the right cloud is chosen."
        ),
    ),
    "client_secret": (
        mark("The Client Secret is wrong or has expired"),
        mark("Create a new one under “Certificates & secrets” and store its value (not its id) here."),
    ),
    "tenant": (
        mark("The tenant does not fit the app"),
        mark(
            "An app of one organisation needs that organisation’s tenant id or domain as “tenant” in the "
            "settings, not “common”."
        ),
    ),
    "redirect": (
        mark("The redirect URL is not registered in the Microsoft app"),
        mark(
            "Under “Authentication”, add the platform “Mobile and desktop applications” with the redirect "
            "URL http://localhost."
        ),
    ),
    "scope": (
        mark("The Microsoft app may not use calendars yet"),
        mark(
            "Under “API permissions”, add the delegated Microsoft Graph permissions Calendars.ReadWrite and "
            "User.Read."
        ),
    ),
    "publish": (
        mark("The Microsoft app is disabled"),
        mark("Ask the administrator to enable sign-in for it under “Enterprise applications”."),
    ),
    "availability": (
        mark("You are not among the people who may use this Microsoft app"),
        mark("Ask the administrator to assign you under “Enterprise applications”."),
    ),
    "ip": (
        mark("Your organisation does not accept this computer’s network address"),
        mark("Ask the administrator about the Conditional Access rules, or use the company’s network."),
    ),
}

MICROSOFT_CODES: dict[str, tuple[str, str]] = {
    "50020": (
        mark("This account belongs to another organisation than the app’s tenant"),
        mark("Sign in with an account of that organisation, or correct the tenant in the settings."),
    ),
    "7000218": (
        mark("This Microsoft app wants a Client Secret"),
        mark(
            "Under “Authentication”, set “Allow public client flows” to Yes and use the platform “Mobile "
            "and desktop applications”; or store a Client Secret here."
        ),
    ),
    "700025": (
        mark("This Microsoft app is public and takes no Client Secret"),
        mark("Remove the Client Secret here."),
    ),
    "700084": (
        mark("The redirect URL stands under the wrong platform"),
        mark(
            "Under “Authentication”, move it from “Single-page application” to “Mobile and desktop "
            "applications”, then sign in again."
        ),
    ),
}

EITHER: dict[str, tuple[str, str]] = {
    "cloud": (
        mark("{account} says that this account belongs to another of its clouds"),
        mark("Choose the right cloud in the settings, then sign in again."),
    ),
    "missing": (
        mark("The registration of the app at {account} is not filled in yet: {key}"),
        mark("Fill in {key}."),
    ),
}


UNKNOWN = (
    mark("{account} does not accept the registration of the app ({key})"),
    mark("Compare what is filled in here with the app’s pages at {account}."),
)


def app_misconfigured(error: AppMisconfigured) -> Problem:
    number = error.code.upper().removeprefix("AADSTS")
    own, codes = (FEISHU, {}) if error.side is Side.FEISHU else (MICROSOFT, MICROSOFT_CODES)
    title, remedy = codes.get(number) or EITHER.get(error.what) or own.get(error.what) or UNKNOWN
    facts = {"account": account(error.side), "key": key(error.code) or error.what}
    return Problem(_(title, **facts), all_stands_still(), _(remedy, **facts), error.link)


def key(name: str) -> str:
    """The name by which the windows call a setting or a secret; anything else is given back."""
    names = {
        "feishu.app_id": _("App ID"),
        "feishu.app_secret": _("App Secret"),
        "outlook.client_id": _("Client ID"),
        "outlook.client_secret": _("Client Secret"),
    }
    return f"{names[name]} ({name})" if name in names else name
