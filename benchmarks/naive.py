"""The obvious way, to compare with: list both calendars each time, then one request per event, one by one.

Reads its orders as JSON from standard input, says what it took as JSON. A copy's text holds its event's id.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from benchmarks.cost import measured

Json = dict[str, Any]


class Pace:
    """Requests begin at least `pause` seconds after one another, as O365's `Connection` spaces its own."""

    def __init__(
        self,
        pause: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._last: float | None = None

    def await_turn(self) -> None:
        if self._last is not None:
            self._sleep(max(0.0, self._last + self._pause - self._clock()))
        self._last = self._clock()


def mirror(orders: Json, ask: Callable[..., Json]) -> None:
    feishu = f"{orders['feishu_url']}/open-apis/calendar/v4/calendars/{orders['calendar']}/events"
    theirs = list(_feishu_events(ask, feishu, orders["feishu_token"]))
    calendar = f"{orders['graph_url']}/v1.0/me/calendars/{orders['mirror']}/events"
    ours = {event["bodyPreview"]: event for event in _graph_events(ask, calendar, orders["graph_token"])}
    for event in theirs:
        wanted = copy_of(event)
        known = ours.get(event["event_id"])
        if known is None:
            ask("POST", calendar, orders["graph_token"], json=wanted)
        elif known["subject"] != wanted["subject"]:
            ask("PATCH", f"{calendar}/{known['id']}", orders["graph_token"], json=wanted)


def copy_of(event: Json) -> Json:
    """What Graph is sent for a row of Feishu's event list."""
    start, end = (
        {"dateTime": _utc(event[name]["timestamp"]), "timeZone": "UTC"} for name in ("start_time", "end_time")
    )
    body = {"contentType": "text", "content": event["event_id"]}
    return {"subject": event["summary"], "start": start, "end": end, "body": body}


def _feishu_events(ask: Callable[..., Json], url: str, token: str) -> Iterator[Json]:
    page_token: str | None = ""
    while page_token is not None:
        asked = {"anchor_time": 1, "page_size": 500, "page_token": page_token or None}
        data = ask("GET", url, token, params=asked)["data"]
        yield from data["items"]
        page_token = data["page_token"] if data["has_more"] else None


def _graph_events(ask: Callable[..., Json], url: str, token: str) -> Iterator[Json]:
    link: str | None = f"{url}?$top=100"
    while link:
        page = ask("GET", link, token)
        yield from page["value"]
        link = page.get("@odata.nextLink")


def _utc(timestamp: str) -> str:
    return datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%dT%H:%M:%S")


def asker(session: requests.Session, pace: Pace) -> Callable[..., Json]:
    """What sends one request, when it is its turn, and returns the answer's JSON."""

    def ask(method: str, url: str, token: str, **options: Any) -> Json:
        pace.await_turn()
        headers = {"Authorization": f"Bearer {token}"}
        answer = session.request(method, url, headers=headers, timeout=60, **options)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    return ask


def main() -> None:
    orders = json.load(sys.stdin)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = orders["ca_file"]
        ask = asker(session, Pace(orders["pause"]))
        print(json.dumps(measured(lambda: mirror(orders, ask))))


if __name__ == "__main__":
    main()
