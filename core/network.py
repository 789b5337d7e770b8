"""The one HTTP session of an account: system trust store and proxy, time-outs, no secrets to strangers."""

from __future__ import annotations

import ipaddress
import logging
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import NameResolutionError, ReadTimeoutError

from core.answer_limits import read_answer
from core.errors import SettingProblem, SettingsInvalid, Unreachable
from core.model import Side
from core.settings import NetworkSettings

log = logging.getLogger(__name__)

TIMEOUT = 30.0
"""Seconds to connect, and seconds between two pieces of an answer, where the caller names none."""

MOST_REDIRECTS = 5
"""Of one request, within its origin."""

TOLERATED_CLOCK_DIFFERENCE = 300
"""Seconds. The value that Kerberos made customary; both services accept more."""

NO_PROXY = "none"

_Origin = tuple[str, str, int | None]
"""Scheme, host, port."""


def make_session(network: NetworkSettings, *, only: str = "") -> requests.Session:
    """A session with pooled connections for one account.

    A redirect is followed within its origin. `only`: the URL of the one origin that gets any request, for
    libraries that follow the addresses in an answer and sessions that add the token to every request.

    Certificates are verified by the operating system's trust store, and against `network.ca_bundle` in
    addition; REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, certifi and ~/.netrc have no effect, and `verify=False`
    neither. Raises SettingsInvalid when the bundle can't be read.
    """
    session = _Session(network.proxy, _origin(only) if only else None)
    adapter = _SystemTrustAdapter(_trust(network.ca_bundle))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def unreachable(error: requests.RequestException, side: Side, host: str) -> Unreachable:
    """The fact behind an exception of requests: nobody answered at `host`, and why."""
    return Unreachable(side, _why(error), host)


def check_clock(response_date_header: str | None, now: datetime) -> int | None:
    """How many seconds this computer's clock is ahead of the service's (negative: behind).

    None when the two agree within five minutes, or the header tells nothing. `now` is aware.
    """
    if response_date_header is None:
        return None
    try:
        theirs = parsedate_to_datetime(response_date_header)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    difference = round((now - theirs).total_seconds())
    return difference if abs(difference) > TOLERATED_CLOCK_DIFFERENCE else None


class _Session(requests.Session):
    def __init__(self, proxy: str, only: _Origin | None) -> None:
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.trust_env = False  # keeps ~/.netrc and the environment's certificate bundles out
        self._proxy = proxy
        self._only = only

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        settings = dict(super().merge_environment_settings(url, proxies, stream, verify, cert))
        settings["proxies"] = self._proxies_for(str(url))
        settings["verify"] = True
        return settings

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        origin = _origin(request.url or "")
        if self._only not in (None, origin):
            log.warning("an answer led to another host, which gets no request: %s", origin)
            raise requests.exceptions.InvalidURL("another origin", request=request)
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = TIMEOUT
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Redirects to another origin, and to what is no address, are the answer: the caller sees them."""
        try:
            target = super().get_redirect_target(resp)
            is_ours = target is not None and _origin(requests.compat.urljoin(resp.url, target)) == _origin(
                resp.url
            )
        except ValueError:
            return None
        return target if is_ours else None

    def _proxies_for(self, url: str) -> dict[str, str]:
        if self._proxy == NO_PROXY or _is_loopback(urlsplit(url).hostname or ""):
            return {}
        if self._proxy:
            return {"http": self._proxy, "https": self._proxy}
        return dict(get_environ_proxies(url))


class _SystemTrustAdapter(HTTPAdapter):
    """requests hands every connection certifi's file; this adapter hands it our context instead."""

    def __init__(self, context: truststore.SSLContext) -> None:
        self._context = context
        super().__init__()

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        response = super().send(*args, **kwargs)
        read_answer(response)
        return response

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(
            proxy, **kwargs, ssl_context=self._context, proxy_ssl_context=self._context
        )

    def cert_verify(self, conn: ConnectionPool, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002  # the base class would set certifi's file here
        return


def _trust(ca_bundle: str) -> truststore.SSLContext:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_bundle:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:  # ssl.SSLError, for a file without certificates, is one too
            problem = SettingProblem("unreadable", key="network.ca_bundle", value=ca_bundle)
            raise SettingsInvalid(ca_bundle, (problem,)) from error
    return context


def _origin(url: str) -> _Origin:
    """Raises ValueError."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or default


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _why(error: requests.RequestException) -> str:
    match error:
        case requests.exceptions.ProxyError() | requests.exceptions.InvalidProxyURL():
            return "proxy"
        case requests.exceptions.SSLError():
            return "tls"
        case requests.exceptions.Timeout():
            return "timeout"
    causes = _causes(error)
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        return "dns"
    # A body that stops coming is a plain ConnectionError for requests.
    if any(isinstance(cause, ReadTimeoutError) for cause in causes):
        return "timeout"
    return "connection"


def _causes(error: BaseException) -> list[BaseException]:
    """The exceptions that requests and urllib3 wrapped: as first argument, or as `reason`."""
    found: list[BaseException] = []
    cause: object = error
    while isinstance(cause, BaseException) and cause not in found:
        found.append(cause)
        cause = getattr(cause, "reason", None) or (cause.args[0] if cause.args else None)
    return found
