"""Runs that end with SIGKILL at a random moment, and what must hold afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import SignInNeeded
from core.model import Side
from core.report import Result
from sandbox import Delay, Fault, Moment, Service
from tests.whole.installed import Installed, add_mixed, browse
from tests.whole.program import WAIT

ROOT = Path(__file__).parents[2]
EVENTS = 120
MOST_REQUESTS = 12
"""Answered before the kill: fewer than such a run takes, so that several runs die on the way through it."""
MOST_REQUESTS_OF_ROTATION = 5
LATENCY = 0.03
"""Seconds before every second batch takes effect, and before the answer to each other one: a kill finds
writes that are not done yet, and writes whose answer nobody will read."""


def slow_down(installed: Installed) -> None:
    every = range(1, 1_000_000)
    for service, path in ((Service.MICROSOFT, ".*"), (Service.FEISHU, ".*/oauth/token")):
        for which, moment in ((every[::2], Moment.BEFORE), (every[1::2], Moment.AFTER)):
            installed.sandbox.journal.add(Fault(service, path, Delay(LATENCY), which=which, moment=moment))


def killed_run(
    installed: Installed, dice: random.Random, *arguments: str, after: int | None = None
) -> int | None:
    """A run, or the command that `arguments` are, killed when so many requests were answered (by default up
    to MOST_REQUESTS). The number of writes that had been asked for when the kill came; None if it ended
    before."""
    journal = installed.sandbox.journal
    journal.clear()
    program = [sys.executable, "-m", "tests.whole.program", "--data-dir", str(installed.data_dir)]
    with subprocess.Popen(
        [*program, *(arguments or ("sync",))],
        cwd=ROOT,
        env={**os.environ, WAIT: "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        requests = dice.randrange(MOST_REQUESTS) if after is None else after
        moment = dice.uniform(0, 2 * LATENCY)
        while journal.count() < requests and process.poll() is None:
            time.sleep(0.002)
        time.sleep(moment)
        process.kill()
    return len(journal.writes()) if process.returncode == -signal.SIGKILL else None


def killed_until_done(
    installed: Installed, dice: random.Random, kills: int, *, rotates: bool = False
) -> list[int]:
    """Kills so many runs in a row, if none ends before, then lets one end. The writes that each asked for.

    `rotates`: each run has to renew the tokens of both services first, and dies at it or soon after. Feishu's
    refresh token works once: where the answer to it was lost, somebody has to sign in again, and does."""
    installed.installation.close()
    struck: list[int] = []
    while len(struck) < kills:
        if rotates:
            expire_tokens(installed)
        after = dice.randrange(MOST_REQUESTS_OF_ROTATION) if rotates else None
        if (writes := killed_run(installed, dice, after=after)) is None:
            break
        struck.append(writes)
        if rotates:
            installed.restart()
            sign_in_again(installed)
            installed.installation.close()
    installed.restart()
    report = installed.run()
    assert report.result is Result.OK, (report.problems, report.pairs)
    return struck


def expire_tokens(installed: Installed) -> None:
    installed.sandbox.feishu.sessions.expire_access()
    installed.sandbox.microsoft.revoke_access_tokens()


def sign_in_again(installed: Installed) -> None:
    """Who no longer is."""
    for side in Side:
        if not is_signed_in(installed, side):
            follow = browse(installed.sandbox)
            installed.installation.sign_in(side, follow, lambda: False, lambda _address: None)


def is_signed_in(installed: Installed, side: Side) -> bool:
    """Which only the service knows after a kill."""
    try:
        if side is Side.FEISHU:
            installed.installation.source_calendars()
        else:
            installed.installation.target_calendars()
    except SignInNeeded:
        return False
    return True


def demand_exact_mirror(installed: Installed) -> None:
    """No duplicate, nothing missing, nothing left to write."""
    keys = Counter(_key(event) for event in installed.sandbox.microsoft.events(installed.mirror))
    assert max(keys.values()) == 1
    assert installed.outlook_shows() == installed.feishu_shows()
    assert installed.run().result is Result.OK
    assert installed.sandbox.journal.writes() == []
    assert installed.sandbox.microsoft.forbidden == []


def _key(event: dict[str, object]) -> object:
    properties = event["singleValueExtendedProperties"]
    assert isinstance(properties, list)
    return next(entry["value"] for entry in properties if entry["id"].endswith("Key"))


def a_first_run(installed: Installed, seed: int) -> None:
    add_mixed(installed, EVENTS, seed)


def an_update_run(installed: Installed, seed: int) -> None:
    """What a busy week changes: titles, times, places, rules, whole events and single occurrences."""
    add_mixed(installed, EVENTS, seed)
    installed.run()
    world, calendar, dice = installed.sandbox.feishu, installed.calendar, random.Random(seed)  # noqa: S311  # the same changes every time
    rows = list(world.calendars[calendar].rows.values())
    singles = [row for row in rows if not row.recurrence and not row.is_exception]
    for number, row in enumerate(dice.sample(singles, 30)):
        if number < 5:
            world.delete_event(calendar, row.event_id)
        elif number < 15 and isinstance(row.start, datetime):
            later = timedelta(hours=dice.randint(1, 30))
            world.move_event(calendar, row.event_id, row.start + later, row.end + later)
        else:
            world.change_event(calendar, row.event_id, summary=f"Changed {number}")
    for row in (row for row in rows if row.recurrence):
        world.change_event(calendar, row.event_id, summary="Series changed")
        shown = world.occurrences(calendar, datetime.now(UTC), datetime.now(UTC) + timedelta(days=300))
        last = [item for item in shown if item["series_id"] == row.event_id][-1]
        world.cancel_occurrence(calendar, row.event_id, last["start"])
    for number in range(25):
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2, hours=number)
        world.add_event(calendar, f"New {number}", start, start + timedelta(minutes=20))


SCENES: dict[str, Callable[[Installed, int], None]] = {
    "first": a_first_run,
    "update": an_update_run,
    "rotation": an_update_run,
}
ROTATION = "rotation"
"""The scene in which every run renews tokens."""
