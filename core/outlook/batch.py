"""Up to twenty requests in one: sent as a chain, and again for what the chain did not reach.

Every request that we batch may be repeated: reads, deletions, changes (a second one with `If-Match` is a
conflict, which is looked at), and creations because of their transaction id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from core.backoff import LONGEST_WAIT_IN_RUN
from core.errors import SyncError, Throttled
from core.outlook import reply as replies
from core.outlook.errors import failure, is_mailbox_full
from core.outlook.graph import (
    ATTEMPTS,
    THROTTLING,
    TRANSIENT,
    Graph,
    accepted,
    log_refusal,
    preferences,
)
from core.outlook.reply import Reply, Request

MAX_ITEMS = 20

REJECTED = 401
FAILED_DEPENDENCY = 424
NO_ANSWER = 0

ITS_OWN_FAULT = 500
"""What some events are answered however often they are sent; it says nothing of the others."""

NOT_DONE = THROTTLING | {FAILED_DEPENDENCY}
"""Statuses of items that the service certainly did not carry out."""

UNSETTLED = TRANSIENT | {FAILED_DEPENDENCY, NO_ANSWER}


def send_batch(graph: Graph, requests: Sequence[Request]) -> tuple[Reply, ...]:
    """The last answer for each request, in order; UNSETTLED ones were given up.

    A full mailbox has no room for what comes behind either: that is left untried. Every round settles an item
    or uses up one of its ATTEMPTS, and all waits together stay below LONGEST_WAIT_IN_RUN. Raises
    SyncError when not one item got an answer.
    """
    found: dict[int, Reply] = {}
    tries: Counter[int] = Counter()
    pending, waited, is_renewed = list(range(len(requests))), 0.0, False
    for _ in range(ATTEMPTS * len(requests) + 1):
        if not pending or waited > LONGEST_WAIT_IN_RUN:
            break
        found |= _round(graph, requests, pending)
        if any(is_mailbox_full(found[index]) for index in pending):
            break
        rejected = [index for index in pending if found[index].status == REJECTED]
        if rejected and is_renewed:
            raise failure(found[rejected[0]])
        if rejected:
            is_renewed = True
            graph.renew()
        failed = [index for index in pending if found[index].status in UNSETTLED - {FAILED_DEPENDENCY}]
        tries.update(failed)
        if any(tries[index] == ATTEMPTS and found[index].status != ITS_OWN_FAULT for index in failed):
            break
        pending = [i for i in pending if found[i].status in UNSETTLED | {REJECTED} and tries[i] < ATTEMPTS]
        if failed and pending:
            asked = [wait for index in failed if (wait := found[index].retry_after) is not None]
            waited += graph.hold_off(max(tries.values()), max(asked, default=None))
    answers = tuple(found[index] for index in range(len(requests)))
    _give_up(graph, answers)
    return answers


def _round(graph: Graph, requests: Sequence[Request], pending: Sequence[int]) -> dict[int, Reply]:
    graph.meter.batched(len(pending))
    items = list(_chain((index, requests[index]) for index in pending))
    whole = graph.send(Request("POST", "$batch", {"requests": items}), is_repeatable=True)
    answers = accepted(whole).get("responses")
    now = graph.clock.now()
    by_id = {
        str(item.get("id")): replies.of_batch_item(item, now, whole.date)
        for item in (answers if isinstance(answers, list) else [])
        if isinstance(item, dict)
    }
    found = {index: by_id.get(str(index), Reply(NO_ANSWER, {})) for index in pending}
    for index, reply in found.items():
        if not reply.is_success and reply.status != FAILED_DEPENDENCY:
            log_refusal(requests[index], reply)
    return found


def _chain(requests: Iterable[tuple[int, Request]]) -> Iterable[dict[str, Any]]:
    """Each item waits for the one before it: a mailbox takes only four at a time, and more in one batch
    are answered 429 now and then. A failing item costs one more round, its successors answer 424."""
    previous: str | None = None
    for index, request in requests:
        item: dict[str, Any] = {
            "id": str(index),
            "method": request.method,
            "url": f"/{request.path}",
            "headers": {"Prefer": preferences(request)},
        }
        if request.etag:
            item["headers"]["If-Match"] = request.etag
        if request.body is not None:
            item["headers"]["Content-Type"] = "application/json"
            item["body"] = request.body
        if previous is not None:
            item["dependsOn"] = [previous]
        previous = item["id"]
        yield item


def _give_up(graph: Graph, answers: Sequence[Reply]) -> None:
    """What one item was told of waiting holds for the whole mailbox, and of several the longest."""
    failed = [reply for reply in answers if reply.status in UNSETTLED - {FAILED_DEPENDENCY}]
    errors = [graph.given_up(reply) for reply in failed]
    is_away = any(reply.status != ITS_OWN_FAULT for reply in failed)
    if is_away and all(reply.status in UNSETTLED for reply in answers):
        raise max(errors, key=_asked_wait)


def _asked_wait(error: SyncError) -> float:
    return error.after if isinstance(error, Throttled) else 0.0
