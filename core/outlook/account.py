"""O365's account, connection and token store, on our session. The only module that imports O365.

Four things are stepped around, see docs/quirks.md, "O365 and MSAL": the authority is wired in, requests
and tokens go to the log, an odd error body breaks the request, and repetition is slept inside the call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msal
import requests
from msal.exceptions import MsalServiceError
from O365 import Account, Connection, MSGraphProtocol
from O365.utils import BaseTokenBackend

from core.backoff import parse_retry_after
from core.errors import AppMisconfigured, ServiceFailing, Throttled
from core.model import Side
from core.network import make_session, unreachable
from core.outlook.clouds import Endpoints
from core.outlook.errors import LONG_PENALTY, NOT_JSON
from core.settings import NetworkSettings

# Both write request bodies, headers and unreadable token answers to their logs, at DEBUG and at ERROR.
for _talkative in ("O365", "msal"):
    logging.getLogger(_talkative).setLevel(logging.CRITICAL + 1)


class TokenCache(BaseTokenBackend):  # type: ignore[misc]  # O365 has no types
    """MSAL's cache of one person's tokens, loaded from and saved to text by its owner."""

    def __init__(self, load: Callable[[], str | None], save: Callable[[str], None]) -> None:
        super().__init__()
        self._load, self._save = load, save

    def load_token(self) -> bool:
        text = self._load()
        self._cache = self.deserialize(text) if text else {}
        return bool(self._cache)

    def save_token(self, force: bool = False) -> bool:  # noqa: ARG002, FBT001, FBT002  # O365's signature
        self._save(self.serialize())
        return True

    def delete_token(self) -> bool:
        self._cache = {}
        return True

    def check_token(self) -> bool:
        return bool(self._cache)

    def access_token(self) -> dict[str, Any] | None:
        """The one access token, expired or not: whether it serves is for its user to say, not for
        this computer's clock. `search` would drop it by that clock."""
        entries = list(self._cache.get(self.CredentialType.ACCESS_TOKEN, {}).values())
        return entries[-1] if entries else None

    def keep(self, answer: Mapping[str, Any], received: float) -> None:
        """Drops the tokens that this answer replaces, and dates its own by the program's clock (Unix
        seconds), which is not always the one that MSAL looks at."""
        tokens = self._cache[self.CredentialType.ACCESS_TOKEN]
        for key in [key for key, entry in tokens.items() if entry["secret"] != answer["access_token"]]:
            del tokens[key]
        for token in tokens.values():
            lifetime = int(token["expires_on"]) - int(token["cached_at"])
            token["cached_at"], token["expires_on"] = str(int(received)), str(int(received) + lifetime)


_UNREADABLE = AssertionError, LookupError, ValueError, TypeError, AttributeError, RuntimeError


class _Protocol(MSGraphProtocol):  # type: ignore[misc]  # O365 has no types
    def __init__(self, graph_url: str) -> None:
        self._protocol_url = self._oauth_scope_prefix = f"{graph_url}/"
        # Without a zone O365 reads the machine's and fails on some.
        super().__init__(timezone="UTC")


class OutlookConnection(Connection):  # type: ignore[misc]  # O365 has no types
    """O365's connection with one authority, sessions of core/network.py, and MSAL's failures as ours."""

    def __init__(self, credentials: Any, *, app: Endpoints, network: NetworkSettings, **kwargs: Any) -> None:
        super().__init__(credentials, **kwargs)
        self.app = app
        self.session: requests.Session | None = None
        self._msal_client: Any = None
        self._network = network
        self._last_token_response: requests.Response | None = None

    @property
    def msal_client(self) -> Any:
        if self._msal_client is None:
            options: dict[str, Any] = {
                "authority": self.app.authority,
                "token_cache": self.token_backend,
                "http_client": self._token_session(),
                # All authorities are ours or the person's own: nobody needs to be asked whether they exist.
                "instance_discovery": False,
            }
            if self.auth_flow_type == "public":
                self._msal_client = msal.PublicClientApplication(self.auth[0], **options)
            else:
                self._msal_client = msal.ConfidentialClientApplication(
                    self.auth[0], client_credential=self.auth[1], **options
                )
        return self._msal_client

    def get_session(self, load_token: bool = False) -> requests.Session:  # noqa: ARG002, FBT001, FBT002  # O365's signature
        return make_session(self._network, only=self.app.graph_url)

    def authorize(self, access_token: str) -> None:
        """From now on requests carry this token."""
        self.session = self.session or self.get_session()
        self.update_session_auth_header(access_token)

    def _internal_request(
        self, session_obj: requests.Session, url: str, method: str, **kwargs: Any
    ) -> requests.Response:
        """One request, as it is: O365's own form logs the body, and repeats, sleeps and raises on its own."""
        kwargs.pop("ignore40x", None)
        return session_obj.request(method, url, allow_redirects=False, **kwargs)

    @contextmanager
    def token_service(self) -> Iterator[Any]:
        """The MSAL client, with whatever goes wrong in it as a SyncError."""
        self._last_token_response = None
        try:
            yield self.msal_client
            if self._is_away():
                raise self._failed()
        except requests.RequestException as error:
            raise unreachable(error, Side.OUTLOOK, urlsplit(self.app.authority_url).netloc) from error
        except (MsalServiceError, *_UNREADABLE):
            # MSAL has no class for an answer that it can't read. Its exceptions may quote the answer.
            raise self._failed() from None
        finally:
            if not self._is_answered():
                # MSAL would answer the same question from memory for a minute.
                self._msal_client = None

    @property
    def has_asked_for_token(self) -> bool:
        """Whether the last answer came from the token endpoint itself."""
        answer = self._last_token_response
        return answer is not None and not _is_discovery(answer)

    def _is_answered(self) -> bool:
        return self._last_token_response is not None and self._last_token_response.ok

    def _is_away(self) -> bool:
        """Whatever the body of such an answer says, it is not about the sign-in."""
        answer = self._last_token_response
        return answer is not None and (answer.status_code == 429 or answer.status_code >= 500)

    def _failed(self) -> Exception:
        """What an answer means that is none of the token service about a sign-in."""
        response = self._last_token_response
        if response is None:  # it did not even ask: the authority is no https URL
            return AppMisconfigured(Side.OUTLOOK, "cloud", "outlook.authority_url")
        named, date = response.headers.get("Retry-After"), response.headers.get("Date")
        asked = parse_retry_after(named, datetime.now(UTC), date)
        if response.status_code == 429 or (asked and self._is_away()):
            return Throttled(Side.OUTLOOK, LONG_PENALTY if asked is None else asked)
        if _is_discovery(response) and response.status_code in (400, 404):
            return AppMisconfigured(Side.OUTLOOK, "tenant", f"HTTP {response.status_code}")
        return ServiceFailing(Side.OUTLOOK, response.status_code, NOT_JSON)

    def _token_session(self) -> requests.Session:
        # The authority itself says where its token service is, and MSAL would go there.
        session = make_session(self._network, only=self.app.authority_url)
        session.hooks["response"].append(self._note)
        return session

    def _note(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._last_token_response = response


def _is_discovery(answer: requests.Response) -> bool:
    return "openid-configuration" in answer.url


class OutlookAccount(Account):  # type: ignore[misc]  # O365 has no types
    connection_constructor = OutlookConnection


def open_account(
    app: Endpoints, client_secret: str | None, network: NetworkSettings, cache: TokenCache
) -> Account:
    """With a secret the registration is of type "Web" (confidential), else of type "Mobile and desktop"."""
    return OutlookAccount(
        (app.client_id, client_secret) if client_secret else app.client_id,
        auth_flow_type="authorization" if client_secret else "public",
        protocol=_Protocol(app.graph_url),
        token_backend=cache,
        app=app,
        network=network,
    )
