"""The ways in which the service says no: code, HTTP status and text."""

from collections.abc import Mapping
from typing import Any, Self


class Refusal(Exception):
    """Raised anywhere while a request is served; becomes the answer."""

    def __init__(self, code: int, detail: str = "", **error: Any) -> None:
        self.code = code
        self.status, self.text = _REFUSALS[code]
        self.error: dict[str, Any] = dict(error)
        if detail:
            self.error["details"] = [{"value": detail}]
        self.headers: Mapping[str, str] = {}
        super().__init__(code, detail)


class TokenRefusal(Exception):
    """A refusal of the token endpoint, whose answers are flat."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.status, self.error, self.description = _TOKEN_REFUSALS[code]
        super().__init__(code)

    @classmethod
    def of_device(cls, error: str) -> Self:
        """In the words of RFC 8628, 3.5, which have no code of the service's."""
        refusal = cls(0)
        refusal.error, refusal.description = error, error
        return refusal


class PageRefusal(Exception):
    """A refusal of the authorize page: the person reads it, no callback is made."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(code)


_REFUSALS: Mapping[int, tuple[int, str]] = {
    # gateway; the statuses are not documented
    99991201: (404, "path not found"),
    99991301: (405, "method not allowed"),
    99991400: (429, "request trigger frequency limit"),
    99991403: (429, "This month's API call quota has been exceeded"),
    99991661: (401, "Missing access token for authorization. Please make a request with token attached."),
    99991662: (401, "app is disabled"),
    99991663: (401, "Invalid access token for authorization. Please make a request with token attached."),
    99991668: (401, "Invalid access token for authorization. Please make a request with token attached."),
    99991672: (403, "Access denied. The app has not enabled the scope."),
    99991677: (401, "Authentication token expired"),
    99991679: (
        403,
        "Unauthorized. You do not have permission to perform the requested operation on the resource.",
    ),
    # user_info answers its errors with 200
    20005: (200, "The user access token passed is invalid. Please check the value"),
    20008: (200, "The user does not exist."),
    20021: (200, "The user has resigned."),
    20022: (200, "The user is frozen."),
    # tenant token
    10003: (400, "invalid param"),
    10014: (400, "app secret invalid"),
    10015: (400, "app not found"),
    # calendar; all documented
    190002: (400, "invalid parameters in request"),
    190007: (404, "app bot_id not found"),
    190008: (400, "page_token or sync_token expired"),
    190009: (400, "sync token cannot be used with other request restrictions"),
    191000: (404, "calendar not found"),
    191001: (400, "invalid calendar_id"),
    191002: (403, "no calendar access_role"),
    191003: (403, "calendar is deleted"),
    191004: (403, "invalid calendar type"),
    193000: (400, "invalid event_id"),
    193001: (404, "event not found"),
    193003: (403, "event is deleted"),
    193103: (400, "requested time exceeds the allowed range"),
    193104: (400, "exceeded the maximum instance number"),
    194001: (403, "no permission to list event attendees"),
}

_TOKEN_REFUSALS: Mapping[int, tuple[int, str, str]] = {
    0: (400, "", ""),
    20001: (400, "invalid_request", "The request is missing a required parameter."),
    20002: (400, "invalid_client", "The client secret is invalid."),
    20003: (400, "invalid_grant", "The authorization code is not found."),
    20004: (400, "invalid_grant", "The authorization code has expired."),
    20008: (400, "invalid_grant", "The user does not exist."),
    20009: (400, "unauthorized_client", "The specified app is not installed."),
    20010: (400, "unauthorized_client", "The user does not have permission to use this app."),
    20026: (400, "invalid_grant", "The refresh token passed is invalid."),
    20036: (400, "unsupported_grant_type", "The grant_type passed is not supported."),
    20037: (400, "invalid_grant", "The refresh token passed has expired."),
    20048: (400, "invalid_client", "The specified app does not exist."),
    20049: (400, "invalid_grant", "PKCE check failed."),
    20063: (400, "invalid_request", "The request is malformed."),
    20064: (400, "invalid_grant", "The refresh token has been revoked."),
    20065: (400, "invalid_grant", "The authorization code has been used. It can only be used once."),
    20066: (400, "invalid_grant", "The user status is invalid."),
    20067: (400, "invalid_request", "The scope list contains duplicates."),
    20068: (400, "invalid_scope", "The scope list contains scopes that are not permitted."),
    20069: (400, "unauthorized_client", "The specified app is not enabled."),
    20070: (400, "invalid_request", "Multiple authentication methods were used."),
    20071: (400, "invalid_grant", "The redirect URI does not match that of the authorization request."),
    20073: (400, "invalid_grant", "The refresh token has been used. It can only be used once."),
    20074: (400, "unauthorized_client", "The specified app is not allowed to refresh tokens."),
}
