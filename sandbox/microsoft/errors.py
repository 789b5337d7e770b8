"""Graph's refusals: one exception, one envelope, and the codes that are met in several places."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


class GraphError(Exception):
    """An answer with an error envelope. `annotations` are the `@…` members beside code and message."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.annotations = dict(annotations or {})

    def envelope(self, now: float, client_request_id: str) -> dict[str, Any]:
        """The body of the answer. `now` is in Unix seconds."""
        inner = {
            "date": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": str(uuid.uuid4()),
            "client-request-id": client_request_id,
        }
        error = {"code": self.code, "message": self.message, **self.annotations, "innerError": inner}
        return {"error": error}


def not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> GraphError:
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def access_denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def invalid_request(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", message)


def unreadable_body(message: str) -> GraphError:
    return GraphError(400, "RequestBodyRead", message)


def invalid_property() -> GraphError:
    """The service's one answer to most values that it can't take."""
    return GraphError(400, "ErrorPropertyValidationFailure", "At least one property failed validation.")


def throttled(message: str, retry_after: int) -> GraphError:
    return GraphError(429, "ApplicationThrottled", message, headers={"Retry-After": str(retry_after)})


def unauthorized(message: str) -> GraphError:
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    )
    return GraphError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})
