"""Feishu's codes as our errors: the one table. Sources: docs/quirks.md, "Feishu codes"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from core.errors import (
    AppMisconfigured,
    CalendarGone,
    ConsentNeeded,
    CursorExpired,
    QuotaExhausted,
    ServiceFailing,
    SignInFailed,
    SignInNeeded,
    SyncError,
    Throttled,
    WrongPerson,
)
from core.feishu.cloud import Cloud
from core.feishu.reply import Reply
from core.model import Side
from core.quota import again_after_refusal

TOKEN_REJECTED = frozenset({99991668, 99991677})
"""Expired, or no longer valid: renewing it once may help."""

RESTRICTED_WITH_CURSOR = frozenset({190002, 190009})
"""What a deployment may say that does not want `anchor_time` together with `sync_token`."""

CALENDAR_SCOPE = "calendar:calendar:readonly"


class Purpose(Enum):
    SIGN_IN = "sign-in"
    REFRESH = "refresh"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Asking:
    """What was being asked when the refusal came: the facts that the reply does not hold."""

    purpose: Purpose
    cloud: Cloud
    app_id: str
    now: datetime
    calendar: str = ""
    person: str = ""


def refusal(reply: Reply, asking: Asking) -> SyncError:
    """The error behind a reply whose `code` is not 0. Does not raise it."""
    if reply.code is None:
        return _throttled(reply, asking) if reply.status == 429 else _failing(reply, asking)
    return _TABLE.get(reply.code, _unforeseen)(reply, asking)


def malformed(reply: Reply) -> ServiceFailing:
    """For a reply that says success without what must come with it."""
    return ServiceFailing(Side.FEISHU, reply.status, str(reply.code or ""), reply.log_id)


_Build = Callable[[Reply, Asking], SyncError]


def _unforeseen(reply: Reply, asking: Asking) -> SyncError:
    match asking.purpose:
        case Purpose.SIGN_IN:
            return SignInFailed(Side.FEISHU, "refused", str(reply.code), reply.log_id)
        case Purpose.REFRESH:  # whatever it is, only a new sign-in brings new tokens
            return _sign_in_again(reply, asking)
        case Purpose.CALL:
            return _failing(reply, asking)


def _failing(reply: Reply, asking: Asking) -> SyncError:
    asked = reply.asked_wait(asking.now) if reply.status >= 500 else None
    if asked:
        return Throttled(Side.FEISHU, asked)
    return ServiceFailing(Side.FEISHU, reply.status, str(reply.code or ""), reply.log_id)


def _throttled(reply: Reply, asking: Asking) -> SyncError:
    """`after` is 0 when the service names no time."""
    return Throttled(Side.FEISHU, reply.asked_wait(asking.now) or 0.0)


def _quota(_reply: Reply, asking: Asking) -> SyncError:
    return QuotaExhausted(again_after_refusal(asking.now).date().isoformat())


def _sign_in_again(reply: Reply, _asking: Asking) -> SyncError:
    return SignInNeeded(Side.FEISHU, str(reply.code))


def _missing_scopes(reply: Reply) -> tuple[str, ...]:
    """The service lists every permission that would do; the one that we ask for is enough."""
    is_ours_enough = not reply.scopes or CALENDAR_SCOPE in reply.scopes
    return (CALENDAR_SCOPE,) if is_ours_enough else reply.scopes


def _consent(reply: Reply, _asking: Asking) -> SyncError:
    return ConsentNeeded(Side.FEISHU, _missing_scopes(reply))


def _bot(_reply: Reply, asking: Asking) -> SyncError:
    return WrongPerson(Side.FEISHU, asking.person, "bot")


def _cursor(_reply: Reply, _asking: Asking) -> SyncError:
    return CursorExpired(Side.FEISHU)


def _scope_not_published(reply: Reply, asking: Asking) -> SyncError:
    link = asking.cloud.permission_page(asking.app_id, _missing_scopes(reply))
    return AppMisconfigured(Side.FEISHU, "scope", str(reply.code), link)


def _app(what: str) -> _Build:
    def build(reply: Reply, asking: Asking) -> SyncError:
        is_on_security_page = what in {"redirect", "refresh_switch"}
        page = asking.cloud.redirect_page if is_on_security_page else asking.cloud.app_page
        return AppMisconfigured(Side.FEISHU, what, str(reply.code), page(asking.app_id))

    return build


def _gone(why: str) -> _Build:
    return lambda _reply, asking: CalendarGone(Side.FEISHU, asking.calendar, why)


_TABLE: dict[int, _Build] = {
    # the gateway
    1500: _failing,
    2200: _failing,
    21000: _sign_in_again,  # the company's security policy wants a challenge
    21001: _app("ip"),  # … or refuses this device
    99991400: _throttled,
    99991401: _app("ip"),
    99991403: _quota,
    99991543: _app("app_id"),
    99991641: _sign_in_again,
    99991642: _sign_in_again,
    99991643: _sign_in_again,
    99991644: _sign_in_again,
    99991645: _sign_in_again,
    99991662: _app("publish"),
    99991663: _sign_in_again,
    99991668: _sign_in_again,
    99991669: _sign_in_again,
    99991671: _sign_in_again,
    99991672: _scope_not_published,
    99991673: _app("availability"),
    99991676: _consent,
    99991677: _sign_in_again,
    99991679: _consent,
    # calendars
    190003: _failing,
    190004: _throttled,
    190005: _throttled,
    190006: _app("cloud"),
    190007: _bot,  # only the app's own identity needs the capability that is missing
    190008: _cursor,
    190010: _throttled,
    190011: _gone("no access"),  # the company deleted its encryption key
    190012: _gone("no access"),
    191000: _gone("not found"),
    191001: _gone("not found"),
    191002: _gone("no access"),
    191003: _gone("deleted"),
    191004: _gone("unsupported"),
    195100: _sign_in_again,
    # tokens and identity
    20002: _app("app_secret"),
    20005: _sign_in_again,
    20008: _sign_in_again,
    20009: _app("publish"),
    20010: _app("availability"),
    20021: _sign_in_again,
    20022: _sign_in_again,
    20023: _sign_in_again,
    20048: _app("app_id"),
    20050: _failing,
    20066: _sign_in_again,
    20069: _app("publish"),
    20071: _app("redirect"),
    20072: _failing,
    20074: _app("refresh_switch"),
}
