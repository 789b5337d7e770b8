"""Microsoft's codes as our errors: the only module that knows what they mean.

Sign-in: docs/quirks.md, "AADSTS". Graph: docs/quirks.md, "Graph errors". Codes of Graph are compared
without regard to case; an unknown code counts by its status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core import foreign_words
from core.errors import (
    AppMisconfigured,
    ConsentNeeded,
    MailboxUnavailable,
    ServiceFailing,
    SignInFailed,
    SignInNeeded,
    SyncError,
    Throttled,
)
from core.model import Side
from core.outlook.clouds import Endpoints
from core.outlook.reply import Reply

SCOPES = ("Calendars.ReadWrite", "User.Read")
"""What we ask for; MSAL adds openid, profile and offline_access."""

NOT_JSON = "not JSON"
"""Our word for an answer that is not in the service's language, e.g. a hotel's sign-in page."""

LONG_PENALTY = 600.0
"""Seconds to stay away after refusals that name no time: a request inside a penalty renews it."""

# --- the token service ----------------------------------------------------------------------------

_MISCONFIGURED = {
    "AADSTS700016": "client_id",
    "AADSTS700011": "client_id",
    "AADSTS90002": "tenant",
    "AADSTS90023": "tenant",
    "AADSTS50194": "tenant",
    "AADSTS50020": "tenant",
    "AADSTS7000215": "client_secret",
    "AADSTS7000218": "client_secret",
    "AADSTS7000222": "client_secret",
    "AADSTS700025": "client_secret",
    "AADSTS70002": "client_secret",
    "AADSTS50011": "redirect",
    "AADSTS700084": "redirect",
    "AADSTS70011": "scope",
    "AADSTS500011": "cloud",
}
_MISCONFIGURED_ERRORS = {
    "invalid_client": "client_secret",
    "unauthorized_client": "client_id",
    "invalid_scope": "scope",
    "invalid_resource": "cloud",
}
_CONSENT = frozenset({"AADSTS65001"})
_ADMIN_CONSENT = frozenset({"AADSTS90094", "AADSTS90095", "AADSTS90093"})
_DECLINED = frozenset({"AADSTS65004"})
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})


def sign_in_refused(answer: Mapping[str, Any], app: Endpoints) -> SyncError:
    """What the authorize page or the first token request said no with."""
    error, code = foreign_words.code(answer.get("error")), _aadsts(answer)
    if (error == "access_denied" and not _is_about_consent(answer, code)) or code in _DECLINED:
        return SignInFailed(Side.OUTLOOK, "denied", code)
    return _configuration(answer, app) or SignInFailed(Side.OUTLOOK, "refused", code or error, _trace(answer))


def refresh_refused(answer: Mapping[str, Any] | None, app: Endpoints) -> SyncError:
    """`answer` None: MSAL found no refresh token to try."""
    if answer is None:
        return SignInNeeded(Side.OUTLOOK)
    if not isinstance(answer.get("error"), str):  # that was something between us and the token service
        return ServiceFailing(Side.OUTLOOK, 0, NOT_JSON)
    return _configuration(answer, app) or SignInNeeded(
        Side.OUTLOOK, _aadsts(answer) or foreign_words.code(answer["error"])
    )


def _configuration(answer: Mapping[str, Any], app: Endpoints) -> SyncError | None:
    """What is wrong whoever signs in; None if a sign-in can help."""
    error, code = foreign_words.code(answer.get("error")), _aadsts(answer)
    if error in _TRANSIENT:
        return ServiceFailing(Side.OUTLOOK, 0, code or error, _trace(answer))
    if _is_about_consent(answer, code):
        return ConsentNeeded(
            Side.OUTLOOK, SCOPES, by_admin=code in _ADMIN_CONSENT, link=app.admin_consent_url(SCOPES)
        )
    what = _MISCONFIGURED.get(code) or _MISCONFIGURED_ERRORS.get(error)
    return AppMisconfigured(Side.OUTLOOK, what, code or error) if what else None


def _is_about_consent(answer: Mapping[str, Any], code: str) -> bool:
    words = [answer.get(name) for name in ("error", "suberror", "classification")]
    return "consent_required" in words or code in _CONSENT or code in _ADMIN_CONSENT


def _aadsts(answer: Mapping[str, Any]) -> str:
    """The callback of the authorize page has the number only in its text."""
    codes = answer.get("error_codes")
    if isinstance(codes, list) and codes:
        return f"AADSTS{codes[0]}" if isinstance(codes[0], int) else ""
    found = re.search(r"AADSTS\d+", str(answer.get("error_description", "")))
    return found.group() if found else ""


def _trace(answer: Mapping[str, Any]) -> str:
    return foreign_words.request_number(answer.get("trace_id"))


# --- Graph ----------------------------------------------------------------------------------------

_ACCESS_DENIED = frozenset({"erroraccessdenied", "accessdenied", "forbidden", "authorization_requestdenied"})
_CONFLICT = frozenset({"errorirresolvableconflict"})
_TRANSACTION_TAKEN = frozenset({"errorduplicatetransactionid"})
_NAME_TAKEN = frozenset({"errorfolderexists"})
_MALFORMED_ID = frozenset({"errorinvalididmalformed"})
_NO_MAILBOX = frozenset(
    {
        "mailboxnotenabledforrestapi",
        "mailboxnotsupportedforrestapi",
        "errorinvaliduser",
        "errornonexistentmailbox",
    }
)
_MAILBOX_FULL = frozenset({"errorquotaexceeded", "errormessageperfoldercountreceivequotaexceeded"})


def is_gone(reply: Reply) -> bool:
    """The thing asked for is not there. A malformed id can't be there either."""
    missing = reply.status == 404 and reply.code.lower() not in _NO_MAILBOX
    return missing or reply.code.lower() in _MALFORMED_ID


def is_access_denied(reply: Reply) -> bool:
    return reply.status == 403 or reply.code.lower() in _ACCESS_DENIED


def is_conflict(reply: Reply) -> bool:
    """The thing changed since it was read. Seen with both statuses."""
    return reply.status == 412 or reply.code.lower() in _CONFLICT


def is_transaction_taken(reply: Reply) -> bool:
    return reply.code.lower() in _TRANSACTION_TAKEN


def is_name_taken(reply: Reply) -> bool:
    return reply.code.lower() in _NAME_TAKEN


def is_mailbox_full(reply: Reply) -> bool:
    return reply.status == 507 or reply.code.lower() in _MAILBOX_FULL


def is_expired_cursor(reply: Reply) -> bool:
    code = reply.code.lower()
    return reply.status == 410 or (400 <= reply.status < 500 and ("syncstate" in code or "resync" in code))


def failure(reply: Reply) -> SyncError:
    """A reply that says no, where it concerns the account or the service and not one event."""
    code = reply.code.lower()
    if code in _NO_MAILBOX:
        return MailboxUnavailable("none")
    if is_mailbox_full(reply):
        return MailboxUnavailable("full")
    if reply.status >= 500 and reply.retry_after:
        return Throttled(Side.OUTLOOK, reply.retry_after)
    match reply.status:
        case 401:
            return SignInNeeded(Side.OUTLOOK, reply.code)
        case 403:
            return ConsentNeeded(Side.OUTLOOK, SCOPES[:1])
        case 429 | 509:
            return Throttled(Side.OUTLOOK, LONG_PENALTY if reply.retry_after is None else reply.retry_after)
    return ServiceFailing(Side.OUTLOOK, reply.status, reply.code, reply.request_id)
