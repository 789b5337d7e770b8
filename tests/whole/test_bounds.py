"""No service can keep a run for ever, or make it ask without end: docs/architecture.md has the bounds.

Each fault strikes every time; counted are the requests that one run sends to the service that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.backoff import LONGEST_WAIT_IN_RUN
from core.feishu.api import MOST_ATTEMPTS
from core.feishu.session import REFRESH_ATTEMPTS
from core.outlook.graph import ATTEMPTS
from sandbox import Fault, Reply, Request, Reset
from tests.whole.faults import (
    PLACES,
    Place,
    Struck,
    Trouble,
    feishu_error,
    graph_error,
    prepare,
    struck,
)

LISTED = {"code": 0, "msg": "success"}
SAME_PAGE = Reply(200, {**LISTED, "data": {"items": [], "has_more": True, "page_token": "ListPageToken_x"}})
SAME_ROUND = Reply(200, {**LISTED, "data": {"items": [], "has_more": True, "sync_token": "ListSyncToken_x"}})
RENEWALS = 1
"""Of a token that is refused."""
NEW_ROUNDS = 1
"""Of a watch whose place is forgotten."""

LISTINGS = 1
"""In place of a watch that is refused: then the run goes on."""
WORK = 2
"""What such a run looks at, and what it writes."""

FEISHU = (
    ("changes", "429 without a time", feishu_error(429, 99991400), MOST_ATTEMPTS),
    (
        "changes",
        "429 with a short one",
        feishu_error(429, 99991400, x_ogw_ratelimit_reset="1"),
        MOST_ATTEMPTS,
    ),
    ("changes", "429 with a page", Reply(429, "<html>"), MOST_ATTEMPTS),
    ("changes", "503", Reply(503, ""), MOST_ATTEMPTS),
    ("changes", "hung up", Reset(), 2),
    ("changes", "token refused", feishu_error(401, 99991668), 2 + RENEWALS),
    ("changes", "the same page", SAME_PAGE, 2 + 1),
    ("changes", "the same round", SAME_ROUND, 2 + 1),
    ("changes", "cursor expired", feishu_error(400, 190008), 2 + 1),
    ("full list", "the same page", SAME_PAGE, 2 + 2),
    ("Feishu token", "503", Reply(503, ""), 1 + REFRESH_ATTEMPTS),
    ("Feishu token", "429", Reply(429, ""), 1 + 1),
    ("Feishu token", "hung up", Reset(), 1 + REFRESH_ATTEMPTS),
)
GRAPH = (
    ("watch", "429 without a time", graph_error(429, "TooManyRequests"), ATTEMPTS),
    ("watch", "429 with a short one", graph_error(429, "TooManyRequests", Retry_After="1"), ATTEMPTS),
    ("watch", "503", Reply(503, ""), ATTEMPTS),
    ("watch", "hung up", Reset(), ATTEMPTS),
    ("watch", "token refused", graph_error(401, "InvalidAuthenticationToken"), 2 + 2 * RENEWALS),
    ("watch", "410", graph_error(410, "SyncStateNotFound"), 1 + NEW_ROUNDS + LISTINGS + WORK),
    ("batch", "429 without a time", graph_error(429, "TooManyRequests"), ATTEMPTS + 1),
    ("batch", "hung up", Reset(), ATTEMPTS + 1),
    ("question", "429", graph_error(429, "TooManyRequests"), ATTEMPTS + 1),
    ("question", "503", graph_error(503, "ErrorServerBusy"), ATTEMPTS + 1),
    ("Microsoft token", "503", Reply(503, ""), 2 + RENEWALS),
    ("Microsoft token", "429", Reply(429, ""), 2 + RENEWALS),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Struck]:
    with struck(tmp_path_factory.mktemp("bounds") / "data") as made:
        yield made


@pytest.mark.parametrize(("place", "what", "happens", "most"), [*FEISHU, *GRAPH], ids=str)
def test_one_run_asks_no_more_often_and_waits_no_longer(
    world: Struck, place: str, what: str, happens: Reply | Reset, most: int
) -> None:
    asked = requests_of_a_run(world, PLACES[place], happens)
    assert len(asked) <= most
    assert asked[-1].time - asked[0].time <= (ATTEMPTS - 1) * (LONGEST_WAIT_IN_RUN + 1)


def requests_of_a_run(world: Struck, place: Place, happens: Reply | Reset) -> list[Request]:
    """With such a fault at that place; then all is well again."""
    journal = world.installed.sandbox.journal
    trouble = Trouble(happens)
    world.recover()
    prepare(world, place.scene, seed=7)
    journal.add(
        Fault(place.service, place.path, trouble.happens, place.method, None, batch_item=place.batch_item)
    )
    try:
        world.run()
        return [each for each in journal.requests(place.service) if not each.batch_item]
    finally:
        journal.clear_faults()
        world.recover()
