"""Sentences for sign-ins that are needed or went wrong, and for permissions that are missing."""

from __future__ import annotations

from core.errors import AppMisconfigured, ConsentNeeded, SignInFailed, SignInNeeded, WrongPerson
from core.model import Side
from texts.language import _, mark
from texts.problems import registration
from texts.problems.words import Problem, account, all_stands_still

_AGAIN = mark("Sign in to {account} again.")
_RESTART = mark("Start the sign-in once more and finish it within a few minutes.")
_FEISHU_ADMIN = mark("Ask the administrator of your Feishu organisation.")
_MICROSOFT_ADMIN = mark("Ask the administrator of your Microsoft 365 organisation, and give the code {code}.")

_ENDED = (mark("The sign-in to {account} has ended"), _AGAIN)
_LATE = (mark("The answer of the sign-in page came too late or twice"), _RESTART)
_EXTRA_PROOF = (
    mark("Microsoft wants an additional proof that it is you"),
    mark("Sign in to {account} again and follow its pages."),
)
_OUT_OF_ORDER = (
    mark("{account}’s sign-in is out of order at the moment"),
    mark("Try again in a few minutes."),
)
_NOT_UNDERSTOOD = (
    mark("{account} did not understand how this program signs in ({code})"),
    mark("Install the newest version. If it says the same, please report it with that code."),
)
_NOT_THERE = (mark("This Feishu account is frozen, has left or was never activated"), _FEISHU_ADMIN)
_DEVICE = (mark("Your organisation does not allow this computer to sign in"), _MICROSOFT_ADMIN)

CODES: dict[Side, dict[str, tuple[str, str]]] = {
    # Source: Feishu Open Platform, "Obtain user_access_token" and "Refresh user_access_token", error codes.
    Side.FEISHU: {
        **dict.fromkeys(("20026", "20037", "20064", "20073", "99991668", "99991669", "99991677"), _ENDED),
        **dict.fromkeys(("99991641", "99991642", "99991643", "99991644", "99991645"), _ENDED),
        **dict.fromkeys(("20005", "99991661", "99991663", "99991664", "99991665", "99991671"), _ENDED),
        **dict.fromkeys(("20003", "20004", "20049", "20065"), _LATE),
        "20024": (mark("The sign-in belongs to another Feishu app"), _AGAIN),
        "20008": (mark("Feishu does not know this person any more"), _FEISHU_ADMIN),
        **dict.fromkeys(("20066", "20021", "20022", "20023", "195100"), _NOT_THERE),
        **dict.fromkeys(("20001", "20036", "20063", "20067", "20070"), _NOT_UNDERSTOOD),
        **dict.fromkeys(("20050", "20072"), _OUT_OF_ORDER),
        "21000": (mark("Your organisation’s security rules want an additional check"), _FEISHU_ADMIN),
        "21001": (mark("Your organisation’s security rules forbid this access"), _FEISHU_ADMIN),
    },
    # Source: Microsoft Entra authentication and authorization error codes (AADSTS).
    Side.OUTLOOK: {
        **dict.fromkeys(("70000", "70008", "700082", "70043", "50173", "invalid_grant"), _ENDED),
        **dict.fromkeys(("login_required", "interaction_required"), _ENDED),
        **dict.fromkeys(("54005", "501481"), _LATE),
        **dict.fromkeys(("50072", "50074", "50076", "50078", "50079"), _EXTRA_PROOF),
        **dict.fromkeys(("53000", "53001"), _DEVICE),
        "53003": (mark("Your organisation’s Conditional Access rules forbid this sign-in"), _MICROSOFT_ADMIN),
        "50057": (mark("This Microsoft account is disabled"), _MICROSOFT_ADMIN),
        "50034": (
            mark("Microsoft does not know this account in this tenant"),
            mark("Sign in with the right account, or correct the tenant in the settings."),
        ),
        "50055": (
            mark("The password of this Microsoft account has expired"),
            mark("Change it at Microsoft, then sign in again."),
        ),
        "50105": (mark("You are not among the people who may use this app"), _MICROSOFT_ADMIN),
        "50196": (
            mark("Microsoft has blocked the sign-in for a moment because it was tried too often"),
            mark("Wait five minutes, then sign in again."),
        ),
        **dict.fromkeys(("server_error", "temporarily_unavailable"), _OUT_OF_ORDER),
        **dict.fromkeys(
            ("invalid_request", "unsupported_grant_type", "unsupported_response_type"), _NOT_UNDERSTOOD
        ),
    },
}
CONSENT = {"65001", "consent_required"}
ADMIN_CONSENT = {"90093", "90094", "90095"}
DENIED = {"access_denied", "65004"}


def sign_in_needed(error: SignInNeeded) -> Problem:
    if error.code:
        return _refused(
            error.side, error.code, _("{account} needs you to sign in again", account=account(error.side))
        )
    return Problem(
        _("You are not signed in to {account}", account=account(error.side)),
        all_stands_still(),
        _("Sign in to {account}.", account=account(error.side)),
    )


WHY: dict[str, tuple[str, str]] = {
    "denied": (
        mark("The permission was refused on {account}’s page"),
        mark("Sign in to {account} again and allow the access to your calendars."),
    ),
    "cancelled": (
        mark("The sign-in to {account} was cancelled"),
        mark("Sign in to {account} when it suits you."),
    ),
    "timeout": (
        mark("The sign-in to {account} was not finished in time"),
        mark(
            "If {account}’s page showed an error, correct what it names (most often the redirect URL or a "
            "permission of the app). Then sign in again."
        ),
    ),
    "state": (
        mark("The answer that came back does not belong to this sign-in"),
        mark("Close the old sign-in pages in the browser, then sign in to {account} again."),
    ),
    "port": (
        mark("Other programs use the ports to which {account} would send you back ({detail})"),
        mark(
            "Close those programs, or choose other ports (“redirect_ports” in the settings) and register "
            "their redirect URLs as well; or sign in to Feishu with a code, which needs neither."
        ),
    ),
    "elsewhere": (
        mark("The name to which {account} would send you back does not lead to this computer ({detail})"),
        mark(
            "Remove the line with that name from this computer’s hosts file, or ask whoever looks after the "
            "network. Then sign in to {account} again."
        ),
    ),
    "shut": (
        mark("Something on this computer blocks the way back from {account}’s page"),
        mark(
            "Let this program receive connections from this computer itself: ask whoever looks after its "
            "firewall or security software. Then sign in to {account} again."
        ),
    ),
    "paste": (
        mark("This sign-in ends on a page whose address has to be pasted"),
        mark("Sign in from the settings window or a terminal: both have a place for it."),
    ),
}


def sign_in_failed(error: SignInFailed) -> Problem:
    if error.why not in WHY:
        return _refused(
            error.side, error.code, _("{account} refused the sign-in", account=account(error.side))
        )
    title, remedy = WHY[error.why]
    facts = {"account": account(error.side), "detail": error.detail or "–"}
    return Problem(_(title, **facts), all_stands_still(), _(remedy, **facts))


def _refused(side: Side, code: str, otherwise: str) -> Problem:
    """What is known of a service's code; `otherwise` with the code itself where nothing is."""
    number = code.upper().removeprefix("AADSTS") if code[:6].upper() == "AADSTS" else code
    if number in DENIED:
        return sign_in_failed(SignInFailed(side, "denied"))
    if number in CONSENT | ADMIN_CONSENT:
        return consent_needed(ConsentNeeded(side, (), by_admin=number in ADMIN_CONSENT))
    if what := registration.CODES[side].get(number):
        return registration.app_misconfigured(AppMisconfigured(side, what, number))
    facts = {"account": account(side), "code": code}
    if number in CODES[side]:
        title, remedy = CODES[side][number]
        return Problem(_(title, **facts), all_stands_still(), _(remedy, **facts))
    title = _("{what} (code {code})", what=otherwise, code=code) if code else otherwise
    return Problem(title, all_stands_still(), _(_AGAIN, **facts))


def consent_needed(error: ConsentNeeded) -> Problem:
    facts = {"account": account(error.side), "scopes": ", ".join(error.scopes)}
    if error.scopes:
        title = _("A permission is missing at {account}: {scopes}", **facts)
    else:
        title = _("A permission is missing at {account}", **facts)
    if error.by_admin:
        remedy = _(
            "Send the link to the administrator of your organisation, who can allow it for everyone. Then "
            "sign in again."
        )
    else:
        remedy = _("Sign in to {account} again and allow everything that its page lists.", **facts)
    return Problem(title, all_stands_still(), remedy, error.link)


def wrong_person(error: WrongPerson) -> Problem:
    return Problem(
        _(
            "Another person is signed in to {account} than before: {found}",
            account=account(error.side),
            found=error.found,
        ),
        _(
            "The pairs stand still, so that the calendars of {expected} are not replaced.",
            expected=error.expected,
        ),
        _(
            "Sign in as {expected}, or confirm in the settings that the calendars change hands.",
            expected=error.expected,
        ),
    )
