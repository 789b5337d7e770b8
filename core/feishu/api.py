"""One question to Feishu's API: with a good token, repeated where that helps, within bounds, and counted."""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Callable
from typing import Any

from core.backoff import LONGEST_WAIT_IN_RUN, wait_before
from core.errors import ClockWrong, ServiceFailing, SyncError, Throttled, Unreachable
from core.feishu.cloud import Cloud
from core.feishu.errors import TOKEN_REJECTED, Asking, Purpose, refusal
from core.feishu.reply import Reply, understand
from core.feishu.sdk import FeishuClient
from core.feishu.session import FeishuSession
from core.model import Side
from core.network import check_clock
from core.patience import Patience
from core.ports import Clock, RequestMeter

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
WORST_CLOCK = 86_400
"""Seconds. A clock that is further off takes what is to come for history, and history for what is to come."""


class FeishuApi:
    """Bounds of one question: five attempts at a failing service and a minute of waiting in all; besides
    that one renewed token and one connection that had died in the pool."""

    def __init__(
        self,
        *,
        client: FeishuClient,
        session: FeishuSession,
        cloud: Cloud,
        app_id: str,
        clock: Clock,
        meter: RequestMeter,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.session = session
        self.clock_error: int | None = None
        """Seconds that this computer's clock was ahead in the last answer, if more than is tolerable."""
        self._client = client
        self._cloud = cloud
        self._app_id = app_id
        self._clock = clock
        self._meter = meter
        self._jitter = jitter
        self._patience = Patience(Side.FEISHU, clock)

    def ask(self, make_request: Callable[[], Any], calendar: str = "") -> Reply:
        """The successful reply. Raises every SyncError that core/feishu/errors.py knows, and Unreachable.

        `make_request` is called for each attempt, since the library spoils its requests; they must be safe
        to repeat. `calendar` is the id that the question is about.
        """
        token = self.session.access_token()
        attempts, waited = itertools.count(1), 0.0
        has_renewed = has_reconnected = False
        while True:
            try:
                reply = self._send(make_request(), token)
            except Unreachable as silence:
                if silence.why != "connection" or has_reconnected:
                    raise
                has_reconnected = True
                continue
            if reply.code == 0:
                return reply
            log.warning("Feishu answered %s %s, log id %s", reply.status, reply.code, reply.log_id)
            if reply.code in TOKEN_REJECTED and not has_renewed:
                token = self.session.renew(token)
                has_renewed = True
                continue
            error = refusal(reply, self._asking(calendar))
            waited += self._wait(error, next(attempts), reply, waited)

    def _send(self, request: Any, token: str) -> Reply:
        self._patience.await_turn()
        self._meter.sent(Side.FEISHU)
        reply = understand(self._client.send(request, token))
        self.clock_error = check_clock(reply.headers.get("date"), self._clock.now())
        if abs(self.clock_error or 0) > WORST_CLOCK:
            raise ClockWrong(self.clock_error or 0)
        return reply

    def _wait(self, error: SyncError, attempt: int, reply: Reply, waited: float) -> float:
        """How long the next question has to wait; raises `error` where that does not help or would be too
        long. Whatever is asked next, also in another run, waits for it."""
        is_passing = isinstance(error, Throttled) or (
            isinstance(error, ServiceFailing) and reply.status >= 500
        )
        if not is_passing:
            raise error
        wait = wait_before(attempt, reply.asked_wait(self._clock.now()), self._jitter)
        self._patience.hold_off(wait)
        if attempt == MOST_ATTEMPTS or waited + wait > LONGEST_WAIT_IN_RUN:
            raise Throttled(Side.FEISHU, wait) if isinstance(error, Throttled) else error
        return wait

    def _asking(self, calendar: str) -> Asking:
        person = self.session.identity().id
        return Asking(Purpose.CALL, self._cloud, self._app_id, self._clock.now(), calendar, person)
