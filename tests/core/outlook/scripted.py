"""A Graph that answers what a test lays down for it, and a clock that jumps instead of sleeping."""

import json
from datetime import UTC, datetime, timedelta

import requests

from core.outlook.graph import Graph

ROOT = "https://graph.example/v1.0/"


class VirtualClock:
    def __init__(self):
        self.slept = []
        self._start = datetime(2026, 11, 25, 8, tzinfo=UTC)

    def now(self):
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self):
        return sum(self.slept)

    def sleep(self, seconds):
        self.slept.append(seconds)


class CountingMeter:
    def __init__(self):
        self.requests = 0
        self.items = 0

    def sent(self, side):
        self.requests += 1

    def batched(self, items):
        self.items += items


class ScriptedSession:
    """`answers`: per request a response, an exception to raise, or a function of the sent body."""

    root = ROOT

    def __init__(self, *answers):
        self._answers = list(answers)
        self.sent = []
        self.renewals = 0

    def ensure_fresh(self):
        pass

    def renew(self):
        self.renewals += 1

    def send(self, method, url, headers, body):
        self.sent.append((method, url.removeprefix(ROOT), headers, body))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(body) if callable(answer) else answer


def response(status, body=None, **headers):
    """`body`: an object becomes JSON, text stays as it is."""
    answer = requests.Response()
    answer.status_code = status
    text = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    answer._content = text.encode()
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


def error(status, code, **headers):
    return response(status, {"error": {"code": code, "message": "m"}}, **headers)


def graph_answering(*answers):
    """The graph, and its session, clock and meter to look at."""
    session, clock, meter = ScriptedSession(*answers), VirtualClock(), CountingMeter()
    return Graph(session, meter, clock, jitter=lambda: 0.0), session, clock, meter
