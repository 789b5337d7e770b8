"""Faults of services and networks, struck at one request of a run with the real clients over real sockets.

After each: when the fault is over, three runs at most make both sides equal, nothing is doubled, and what is
not ours, or was not concerned, is as it was. The whole matrix: benchmarks/faults.py.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from core import network
from core.clock import SystemClock
from core.feishu import sdk, token_endpoint
from core.model import Side
from core.report import Result, RunReport
from sandbox import Delay, Fault, Moment, Reply, Request, Reset, Sandbox, Service, Truncated
from sandbox.feishu.rows import EventRow
from tests.ports import free_port
from tests.whole.installed import Installed, add_mixed, browse, install

TIMEOUT = 0.3
"""Seconds: what the program's time-outs are where a service is late."""
LATE = 0.5
"""Seconds, real ones, after which a service acts or answers when everybody has stopped waiting."""
EVENTS = 24
OWN = "Own "
"""How the titles of the person's own events in Outlook begin."""
MOST_RUNS = 3
"""After the end of a fault."""


class Time:
    """One for this computer and both services. It stands still but where somebody waits, and that costs
    nothing: a busy machine changes no result."""

    def __init__(self) -> None:
        self._seconds = time.time()

    def now(self) -> float:
        return self._seconds

    def advance(self, seconds: float) -> None:
        self._seconds += max(0.0, seconds)


@contextmanager
def virtual_time() -> Iterator[Time]:
    """In which the program waits without waiting."""
    passing = Time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda _self: datetime.fromtimestamp(passing.now(), UTC))
        patch.setattr(SystemClock, "monotonic", lambda _self: passing.now())
        patch.setattr(SystemClock, "sleep", lambda _self, seconds: passing.advance(seconds))
        yield passing


@contextmanager
def impatience() -> Iterator[None]:
    """In which the program does not wait long for answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "TIMEOUT", TIMEOUT)
        patch.setattr(sdk, "TIMEOUT", TIMEOUT)
        patch.setattr(token_endpoint, "_TIMEOUT", (TIMEOUT, TIMEOUT))
        yield


@dataclass(frozen=True, slots=True)
class Place:
    """A request of a run: `scene` names what kind of run (SCENES)."""

    scene: str
    service: Service
    path: str
    method: str = ".*"
    batch_item: bool = False


FEISHU_EVENTS = r"/open-apis/calendar/v4/calendars/[^/]+/events"
GRAPH_EVENTS = r"/v1\.0/me/calendars/[^/]+/events"
ONE_EVENT = r"/v1\.0/me/events/[^/]+"

PLACES: Mapping[str, Place] = {
    "who is signed in": Place("first", Service.FEISHU, r".*/calendars/primary"),
    "full list": Place("first", Service.FEISHU, FEISHU_EVENTS),
    "changes": Place("update", Service.FEISHU, FEISHU_EVENTS),
    "Feishu token": Place("expired", Service.FEISHU, r".*/oauth/token"),
    "Microsoft token": Place("expired", Service.MICROSOFT, r".*/token"),
    "calendars": Place("first", Service.MICROSOFT, r"/v1\.0/me/calendars", "GET"),
    "new calendar": Place("first", Service.MICROSOFT, r"/v1\.0/me/calendars", "POST"),
    "mark of the calendar": Place("first", Service.MICROSOFT, r"/v1\.0/me/calendars/[^/]+", "PATCH"),
    "listing": Place("lost ledger", Service.MICROSOFT, GRAPH_EVENTS),
    "first watch": Place("first", Service.MICROSOFT, r".*/calendarView/delta"),
    "watch": Place("update", Service.MICROSOFT, r".*/calendarView/delta"),
    "batch of a first run": Place("first", Service.MICROSOFT, r"/v1\.0/\$batch"),
    "batch": Place("update", Service.MICROSOFT, r"/v1\.0/\$batch"),
    "creation in a first run": Place("first", Service.MICROSOFT, GRAPH_EVENTS, "POST", batch_item=True),
    "creation": Place("update", Service.MICROSOFT, GRAPH_EVENTS, "POST", batch_item=True),
    "change": Place("update", Service.MICROSOFT, ONE_EVENT, "PATCH", batch_item=True),
    "deletion": Place("update", Service.MICROSOFT, ONE_EVENT, "DELETE", batch_item=True),
    "question": Place("update", Service.MICROSOFT, r".*", "GET", batch_item=True),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """`asked`: seconds that the service asks to wait."""

    happens: Reply | Reset | Truncated | Delay
    moment: Moment = Moment.BEFORE
    asked: float | None = None

    @property
    def is_an_outage(self) -> bool:
        """It says nothing of anybody's sign-in, permissions or calendars."""
        match self.happens:
            case Reply(status=status, body=body):
                is_said = isinstance(body, dict) and body.get("code")
                return (status >= 500 and status != 507) or (status in {200, 429} and not is_said)
            case _:
                return True


PAGE = "<html><body><h1>Bad Gateway</h1></body></html>"


def graph_error(status: int, code: str, **headers: str) -> Reply:
    spelt = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"error": {"code": code, "message": "m"}}, spelt)


def feishu_error(status: int, code: int, **headers: str) -> Reply:
    spelt = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"code": code, "msg": "m"}, spelt)


_NETWORK: Mapping[str, Trouble] = {
    "reset before": Trouble(Reset()),
    "reset after": Trouble(Reset(), Moment.AFTER),
    "answered too late": Trouble(Delay(LATE), Moment.AFTER),
    "done too late": Trouble(Delay(LATE)),
    "nothing of the answer": Trouble(Truncated(0)),
    "half an answer": Trouble(Truncated(30)),
}
_HTTP: Mapping[str, Trouble] = {
    **{f"{status} with a page": Trouble(Reply(status, PAGE)) for status in (403, 404, 500, 502, 503, 504)},
    **{f"{status} empty": Trouble(Reply(status, "")) for status in (401, 429, 500, 502, 503, 504)},
    "500 with a word": Trouble(Reply(500, {"error": "server_exploded"})),
    **{f"{status} though done": Trouble(Reply(status, PAGE), Moment.AFTER) for status in (500, 502, 504)},
    "200 with a page": Trouble(Reply(200, PAGE)),
    "200 empty": Trouble(Reply(200, "")),
    "200 with a list": Trouble(Reply(200, "[]")),
    "200 with nothing in it": Trouble(Reply(200, {})),
    "429 fractional": Trouble(Reply(429, "", {"Retry-After": "2.128"}), asked=2.128),
    "429 long": Trouble(Reply(429, "", {"Retry-After": "200"}), asked=200),
    "503 long": Trouble(Reply(503, "", {"Retry-After": "200"}), asked=200),
}
_GRAPH: Mapping[str, Trouble] = {
    "400": Trouble(graph_error(400, "ErrorInvalidRequest")),
    "401": Trouble(graph_error(401, "InvalidAuthenticationToken")),
    "403": Trouble(graph_error(403, "ErrorAccessDenied")),
    "404": Trouble(graph_error(404, "ErrorItemNotFound")),
    "409": Trouble(graph_error(409, "ErrorIrresolvableConflict")),
    "410": Trouble(graph_error(410, "SyncStateNotFound")),
    "412": Trouble(graph_error(412, "ErrorIrresolvableConflict")),
    "429": Trouble(graph_error(429, "ApplicationThrottled")),
    "429 though done": Trouble(graph_error(429, "ApplicationThrottled"), Moment.AFTER),
    "500": Trouble(graph_error(500, "ErrorInternalServerError")),
    "500 though done": Trouble(graph_error(500, "ErrorInternalServerError"), Moment.AFTER),
    "503": Trouble(graph_error(503, "ErrorServerBusy")),
    "503 though done": Trouble(graph_error(503, "ErrorServerBusy"), Moment.AFTER),
    "504 though done": Trouble(graph_error(504, "UnknownError"), Moment.AFTER),
    "507": Trouble(graph_error(507, "ErrorQuotaExceeded")),
    "429 fractional": Trouble(graph_error(429, "TooManyRequests", Retry_After="2.128"), asked=2.128),
    "429 long": Trouble(graph_error(429, "TooManyRequests", Retry_After="200"), asked=200),
    "503 long": Trouble(graph_error(503, "ErrorServerBusy", Retry_After="200"), asked=200),
}
VERDICT = _GRAPH["400"]
"""On an item of a batch this is about that one event."""
_ITEM: Mapping[str, Trouble] = {"424": Trouble(graph_error(424, "FailedDependency"))}
_FEISHU: Mapping[str, Trouble] = {
    **{
        f"200 with {code}": Trouble(feishu_error(200, code))
        for code in (99991400, 190003, 190004, 190005, 190010, 190008, 191002, 191003, 99991663, 99991668)
    },
    "400 with 99991400": Trouble(feishu_error(400, 99991400)),
    "401 with 99991677": Trouble(feishu_error(401, 99991677)),
    "403 with 99991679": Trouble(feishu_error(403, 99991679)),
    "403 with 191002": Trouble(feishu_error(403, 191002)),
    "404 with 191000": Trouble(feishu_error(404, 191000)),
    "429 with 99991403": Trouble(feishu_error(429, 99991403)),
    "429 with a reset": Trouble(
        feishu_error(429, 99991400, x_ogw_ratelimit_limit="100", x_ogw_ratelimit_reset="7"), asked=7
    ),
    "429 with a long reset": Trouble(feishu_error(429, 99991400, x_ogw_ratelimit_reset="200"), asked=200),
    "500 with 190003": Trouble(feishu_error(500, 190003)),
    "200 without a list": Trouble(Reply(200, {"code": 0, "msg": "success", "data": {}})),
    "an empty list": Trouble(
        Reply(200, {"code": 0, "data": {"items": [], "has_more": False, "sync_token": "ListSyncToken_x"}})
    ),
    "an empty page": Trouble(
        Reply(200, {"code": 0, "data": {"items": [], "has_more": True, "page_token": "ListPageToken_x"}})
    ),
}


def troubles(place: Place) -> Mapping[str, Trouble]:
    """All that may happen there."""
    if place.batch_item:
        return {**_GRAPH, **_ITEM}
    own = _GRAPH if place.service is Service.MICROSOFT else _FEISHU
    return {**_NETWORK, **_HTTP, **own}


STRIKES: Mapping[str, range | None] = {
    "once": range(1, 2),
    "twice": range(1, 3),
    "later": range(2, 3),
    "always": None,
}


@dataclass
class Struck:
    """A program that is set up, between two services that can be troubled."""

    installed: Installed
    passing: Time
    own: dict[str, Any] = field(default_factory=dict)
    """Events of the person's in the Outlook calendars, as they were at first."""
    history: list[Request] = field(default_factory=list)
    sign_ins: int = 0
    """How often somebody had to sign in again."""

    def run(self) -> RunReport:
        report = self.installed.run()
        self.history += self.installed.sandbox.journal.requests()
        return report

    def try_out(self, place: Place, trouble: Trouble, which: range | None, seed: int) -> None:
        """Raises AssertionError if anything is not as promised."""
        journal = self.installed.sandbox.journal
        untouched = prepare(self, place.scene, seed)
        journal.clear_faults()
        self.history.clear()
        journal.add(
            Fault(
                place.service, place.path, trouble.happens, place.method, which, trouble.moment,
                batch_item=place.batch_item,
            )
        )  # fmt: skip
        if isinstance(trouble.happens, Delay):
            with impatience():
                report = self.run()
            time.sleep(LATE)  # what comes too late has come
        else:
            report = self.run()
        journal.clear_faults()
        # A refresh token of Feishu works once: where its answer is lost, so is the sign-in. Nowhere else.
        if trouble.is_an_outage and place is not PLACES["Feishu token"]:
            assert report.result in {Result.OK, Result.PARTIAL, Result.UNREACHABLE}, report.problems
        if place.batch_item and trouble is VERDICT:
            self.passing.advance(86_400)  # until then it is believed
        self.recover()
        self.demand_exact_mirror()
        assert untouched.items() <= ids_by_subject(self.installed).items()
        microsoft = self.installed.sandbox.microsoft
        assert {event: microsoft.event(event) for event in self.own} == self.own
        assert self.sign_ins == 0 or place is PLACES["Feishu token"]
        self.sign_ins = 0
        if trouble.asked:
            self._demand_patience(place, trouble.asked)

    def recover(self) -> None:
        reports: list[RunReport] = []
        for _ in range(MOST_RUNS):
            self._sign_in_again()
            due = self.installed.installation.next_run().timestamp()
            self.passing.advance(min(due - self.passing.now(), 86_400))
            reports.append(self.run())
            if reports[-1].result is Result.OK:
                return
        raise AssertionError([(each.result, each.problems, each.pairs) for each in reports])

    def demand_exact_mirror(self) -> None:
        """No duplicate, nothing missing, nothing left to write, nobody mailed."""
        installed, microsoft = self.installed, self.installed.sandbox.microsoft
        keys = Counter(map(_key, copies(installed)))
        assert max(keys.values()) == 1
        shown = [line for line in installed.outlook_shows() if not line[2].startswith(OWN)]
        assert shown == installed.feishu_shows()
        assert self.run().result is Result.OK
        assert installed.sandbox.journal.writes() == []
        assert microsoft.forbidden == []

    def _sign_in_again(self) -> None:
        for side in Side:
            if self.installed.installation.signed_in(side) is None:
                self.sign_ins += 1
                follow = browse(self.installed.sandbox)
                self.installed.installation.sign_in(side, follow, lambda: False, lambda _address: None)

    def _demand_patience(self, place: Place, asked: float) -> None:
        """Nothing is asked of that service before the time that it named."""
        asked_of = [each for each in self.history if each.service is place.service]
        for first, second in pairwise(asked_of):
            if first.status in {429, 503} and not second.batch_item and second.time > first.time:
                assert second.time >= first.time + asked - 0.001, (first, second)


@contextmanager
def struck(folder: Path) -> Iterator[Struck]:
    """Mirrored once, with two events in Outlook that are the person's own."""
    with virtual_time() as passing, Sandbox(clock=passing.now) as sandbox:
        installed = install(sandbox, folder, free_port())
        try:
            installed.seconds = passing.now
            sandbox.feishu.quirks.longest_page = 10
            unbraked = replace(installed.settings.sync, max_deletions="100%")
            installed.installation.save_settings(replace(installed.settings, sync=unbraked))
            add_mixed(installed, EVENTS)
            made = Struck(installed, passing)
            assert made.run().result is Result.OK
            yield made
        finally:
            installed.installation.close()


def prepare(made: Struck, scene: str, seed: int) -> dict[str, str]:
    """The ids of the copies that nothing is said about."""
    installed = made.installed
    made.own = {}
    sandbox = installed.sandbox
    if scene == "first":
        sandbox.microsoft.delete_calendar(installed.mirror)
        installed.restart(without_ledger=True)
        add_own(made, next(str(each["id"]) for each in sandbox.microsoft.calendars()))
        return {}
    add_own(made, installed.mirror)
    untouched = ids_by_subject(installed)
    if scene == "lost ledger":
        installed.restart(without_ledger=True)
    if scene == "expired":
        sandbox.feishu.sessions.expire_access()
        sandbox.microsoft.revoke_access_tokens()
    # What goes while the ledger is lost is left over: nothing proves that it was ours to delete.
    deletions = 0 if scene == "lost ledger" else 2
    touched = edit(made, random.Random(seed), deletions)  # noqa: S311  # the same every time
    return {subject: event for subject, event in untouched.items() if subject not in touched}


def add_own(made: Struck, calendar: str) -> None:
    microsoft = made.installed.sandbox.microsoft
    tomorrow = datetime.fromtimestamp(made.passing.now(), UTC) + timedelta(days=1)
    for hour in (1, 2):
        times = {
            name: {
                "dateTime": f"{tomorrow + timedelta(hours=hour + more):%Y-%m-%dT%H:%M:%S}",
                "timeZone": "UTC",
            }
            for name, more in (("start", 0), ("end", 1))
        }
        event = microsoft.add_event(calendar, {"subject": f"{OWN}{hour}", **times})
        made.own[event] = microsoft.event(event)


def ids_by_subject(installed: Installed) -> dict[str, str]:
    return {str(event["subject"]): str(event["id"]) for event in copies(installed)}


def copies(installed: Installed) -> list[dict[str, Any]]:
    found = installed.sandbox.microsoft.events(installed.mirror)
    return [event for event in found if not event["subject"].startswith(OWN)]


def _key(event: dict[str, Any]) -> str:
    properties = event["singleValueExtendedProperties"]
    return next(str(entry["value"]) for entry in properties if entry["id"].endswith("Key"))


def edit(made: Struck, dice: random.Random, deletions: int) -> set[str]:
    """A little of everything; the titles of what it concerns."""
    installed, now = made.installed, datetime.fromtimestamp(made.passing.now(), UTC)
    world, calendar = installed.sandbox.feishu, installed.calendar
    rows = [row for row in world.calendars[calendar].rows.values() if row.status != "cancelled"]
    singles = [row for row in rows if not row.recurrence and not row.is_exception]
    chosen = dice.sample(singles, 6)
    touched = {str(row.details["summary"]) for row in chosen}
    for row in chosen[:deletions]:
        world.delete_event(calendar, row.event_id)
    for row in chosen[2:4]:
        world.change_event(calendar, row.event_id, summary=f"{row.details['summary']}'")
    for row in chosen[4:]:
        later = timedelta(days=1)
        world.move_event(calendar, row.event_id, row.start + later, row.end + later)
    for row in [row for row in rows if row.recurrence][:2]:
        touched |= {str(row.details["summary"])}
        _edit_series(installed, row, now, dice)
    for _ in range(4):
        start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2, hours=dice.randint(0, 400))
        world.add_event(calendar, f"New {dice.getrandbits(40)}", start, start + timedelta(minutes=20))
    return touched


def _edit_series(installed: Installed, row: EventRow, now: datetime, dice: random.Random) -> None:
    world, calendar = installed.sandbox.feishu, installed.calendar
    shown = world.occurrences(calendar, now + timedelta(days=1), now + timedelta(days=300))
    rows = world.calendars[calendar].rows
    plain = [each for each in shown if each["series_id"] == row.event_id and each["event_id"] not in rows]
    if plain:
        occurrence = dice.choice(plain)
        world.change_occurrence(
            calendar, row.event_id, occurrence["start"], summary=f"Once {dice.getrandbits(30)}"
        )
