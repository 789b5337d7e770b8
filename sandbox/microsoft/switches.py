"""What a test can turn: points on which accounts of the service differ, and ways in which sign-in goes."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class SignIn(StrEnum):
    """What the authorize page does."""

    PAGE = "page"  # asks the person
    AUTO = "auto"  # accepts at once
    DENY = "deny"  # the person declines to consent
    CANCEL = "cancel"  # the person cancels; the answer carries error_subcode
    ADMIN = "admin"  # "Need admin approval": no callback ever comes


@dataclass(frozen=True, slots=True)
class Failure:
    """A token request that fails. `code` is the number after AADSTS."""

    status: int
    error: str
    code: int
    message: str
    suberror: str = ""
    retry_after: int | None = None


class TokenFailure(Enum):
    EXPIRED = Failure(
        400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.", "bad_token"
    )
    PASSWORD_CHANGED = Failure(
        400, "invalid_grant", 50173, "The provided grant has expired due to it being revoked."
    )
    NOT_CONSENTED = Failure(400, "invalid_grant", 65001, "The user has not consented.", "consent_required")
    INTERACTION_REQUIRED = Failure(
        400, "interaction_required", 50076, "You must use multi-factor authentication."
    )
    BLOCKED = Failure(400, "invalid_grant", 53003, "Access has been blocked by Conditional Access policies.")
    THROTTLED = Failure(429, "temporarily_unavailable", 90033, "Too many requests.", retry_after=5)
    UNAVAILABLE = Failure(503, "temporarily_unavailable", 90033, "A transient error has occurred.")


@dataclass(slots=True)
class Switches:
    sign_in: SignIn = SignIn.PAGE
    token_failure: TokenFailure | None = None
    expires_in: int = 3599
    """Seconds that an access token issued from now on lives."""

    duplicate_transaction_status: int = 400  # or 409
    conflict_status: int = 412  # or 409
    honours_if_match: bool = True
    keeps_calendar_id: bool = True
    """False: the id that creating a calendar answers is not the one that it is listed with."""
    resends_series_of_deleted_occurrence: bool = True
    """Whether delta shows anything when one occurrence is deleted."""
    offers_delta: bool = True
    """False: calendarView/delta is refused, as for a calendar whose changes the service does not follow."""
    resets_exceptions: bool = True
    """Whether a new time or rule of a series erases its exceptions."""
    keeps_equal_values: bool = True
    """False: what an occurrence is told that its series says too is not its own, and follows the series."""
    lists_exceptions: bool = True
    """False as at 21Vianet: no cancelledOccurrences and exceptionOccurrences."""
    throttles_parallel_batches: bool = False
    """Whether items beyond four that don't depend on each other answer 429."""
