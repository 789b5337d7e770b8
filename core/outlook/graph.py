"""Requests to Microsoft Graph: counted, authorised, repeated where that is safe, held back when asked.

One request at a time: a mailbox takes four at once, and another computer of the same person needs some.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from core.backoff import wait_before
from core.errors import ClockWrong, ServiceFailing, SyncError, Throttled, Unreachable
from core.model import Side
from core.network import check_clock, unreachable
from core.outlook import reply as replies
from core.outlook.errors import NOT_JSON, failure, is_gone
from core.outlook.reply import Json, Reply, Request
from core.patience import Patience
from core.ports import Clock, RequestMeter

logger = logging.getLogger(__name__)

ATTEMPTS = 4
"""How often one request, or one item of a batch, is sent at most."""

THROTTLING = frozenset({429, 509})
_AWAY = frozenset({500, 502, 503, 504})
TRANSIENT = THROTTLING | _AWAY
"""Statuses that a repetition may cure."""

_PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'
"""On every request: ids keep their form, times come in UTC."""

MAX_PAGES = 500
"""Of one listing, or one round of a watch: 100,000 events and more. What is longer is a loop."""


class Session(Protocol):
    """core/outlook/session.py: who is asked and with which token."""

    @property
    def root(self) -> str: ...

    def ensure_fresh(self) -> None: ...

    def renew(self) -> None: ...

    def send(self, method: str, url: str, headers: Mapping[str, str], body: Any) -> requests.Response: ...


class Graph:
    """One mailbox. Every method raises SyncError."""

    def __init__(
        self,
        session: Session,
        meter: RequestMeter,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self.meter = meter
        self.clock = clock
        self._jitter = jitter
        self._patience = Patience(Side.OUTLOOK, clock)

    def send(self, request: Request, *, is_repeatable: bool | None = None) -> Reply:
        """The answer, success or a refusal that the caller understands; anything else is raised.

        `is_repeatable`: whether sending it twice does no harm; by default all but POST.
        """
        may_repeat = request.method != "POST" if is_repeatable is None else is_repeatable
        reply = self._persist(request, may_repeat=may_repeat)
        if reply.status == 401:
            self._session.renew()
            reply = self._persist(request, may_repeat=may_repeat)
        return self._understood(reply)

    def demand(
        self, request: Request, *, missing: SyncError | None = None, is_repeatable: bool | None = None
    ) -> Json:
        """The body of a success. `missing` is raised where the thing asked for is not there."""
        reply = self.send(request, is_repeatable=is_repeatable)
        if missing is not None and is_gone(reply):
            raise missing
        return accepted(reply)

    def pages(self, request: Request, *, missing: SyncError | None = None) -> Iterator[Json]:
        """All pages of an answer; the last one may carry an `@odata.deltaLink`."""
        page = self.demand(request, missing=missing)
        yield page
        yield from self.following(page, prefer=request.prefer)

    def following(self, page: Json, *, prefer: str = "") -> Iterator[Json]:
        """The pages after this one, along `@odata.nextLink`."""
        seen: set[str] = set()
        while (link := page.get("@odata.nextLink")) is not None:
            path = self.path_of(link)
            if path in seen or len(seen) == MAX_PAGES:
                raise ServiceFailing(Side.OUTLOOK, 200, "endless paging")
            seen.add(path)
            page = self.demand(Request("GET", path, prefer=prefer))
            yield page

    def path_of(self, link: object) -> str:
        """The path of a link that the service gave. Links to other hosts would carry our token there."""
        root = self._session.root
        if not isinstance(link, str) or not link.startswith(root):
            raise ServiceFailing(Side.OUTLOOK, 200, "foreign link")
        return link.removeprefix(root)

    def hold_off(self, attempt: int, asked: float | None) -> float:
        """No request for so many seconds. The next one waits, or raises Throttled if that is too long."""
        wait = wait_before(attempt, asked, self._jitter)
        self._patience.hold_off(wait)
        return wait

    def given_up(self, reply: Reply) -> SyncError:
        """What a transient failure is that did not pass; after throttling nothing is sent for long."""
        error = failure(reply)
        if isinstance(error, Throttled):
            self._patience.hold_off(error.after)
        return error

    def renew(self) -> None:
        self._session.renew()

    def _persist(self, request: Request, *, may_repeat: bool) -> Reply:
        """Sends until the answer is no passing failure."""
        for attempt in range(1, ATTEMPTS + 1):
            is_last, asked = attempt == ATTEMPTS, None
            try:
                reply = self._exchange(request)
            except Unreachable as error:
                # Time-outs and unknown names take long and are seldom better a second later.
                if is_last or not may_repeat or error.why != "connection":
                    raise
            else:
                if reply.status not in TRANSIENT:
                    return reply
                if is_last or not (may_repeat or reply.status in THROTTLING):
                    raise self.given_up(reply)
                asked = reply.retry_after
            self.hold_off(attempt, asked)
        raise AssertionError("the last attempt returns or raises")

    def _exchange(self, request: Request) -> Reply:
        self._patience.await_turn()
        self._session.ensure_fresh()
        self.meter.sent(Side.OUTLOOK)
        url, request_id = self._session.root + request.path, str(uuid.uuid4())
        try:
            response = self._session.send(request.method, url, _headers(request, request_id), request.body)
        except requests.RequestException as error:
            failed = unreachable(error, Side.OUTLOOK, urlsplit(url).netloc)
            logger.warning(
                "Graph %s %s: %s (client-request-id %s)",
                request.method,
                request.resource,
                failed.why,
                request_id,
            )
            raise failed from error
        reply = replies.of_response(response, self.clock.now())
        if not reply.is_success:
            log_refusal(request, reply, client_request_id=request_id)
        return reply

    def _understood(self, reply: Reply) -> Reply:
        """A refusal must be Graph's own: a proxy's 404 page proves nothing gone."""
        if reply.status == 401:
            # A fresh token was refused too. With a wrong clock that is where to begin.
            seconds = check_clock(reply.date, self.clock.now())
            raise failure(reply) if seconds is None else ClockWrong(seconds)
        is_refusal = reply.status == 410 or (reply.status >= 400 and reply.code)
        if not reply.is_json or not (reply.is_success or is_refusal):
            raise ServiceFailing(Side.OUTLOOK, reply.status, reply.code or NOT_JSON, reply.request_id)
        return reply


def accepted(reply: Reply) -> Json:
    """The body of a success. Raises what a refusal means for the account."""
    if not reply.is_success:
        raise failure(reply)
    return reply.body


def preferences(request: Request) -> str:
    return f"{_PREFER}, {request.prefer}" if request.prefer else _PREFER


def log_refusal(request: Request, reply: Reply, *, client_request_id: str = "") -> None:
    logger.log(
        logging.DEBUG if reply.status == 404 else logging.WARNING,
        "Graph %s %s: %d %s (request-id %s%s)",
        request.method,
        request.resource,
        reply.status,
        reply.code or "-",
        reply.request_id or "-",
        f", client-request-id {client_request_id}" if client_request_id else "",
    )


def _headers(request: Request, request_id: str) -> dict[str, str]:
    headers = {"Prefer": preferences(request), "client-request-id": request_id}
    if request.etag:
        headers["If-Match"] = request.etag
    return headers
