"""The items of a Graph `$batch`, taken apart for the journal and for faults."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.journal import Fault, Moment, Reply


@dataclass(frozen=True, slots=True)
class Item:
    sent: Mapping[str, Any]  # as it stands in the batch
    path: str  # like that of a single call: "/v1.0/me/events"

    @property
    def id(self) -> str:
        return str(self.sent.get("id"))

    @property
    def method(self) -> str:
        return str(self.sent.get("method")).upper()

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(str(self.sent.get("url"))).query, keep_blank_values=True))

    @property
    def headers(self) -> dict[str, str]:
        headers = self.sent.get("headers") or {}
        return {str(name).lower(): str(value) for name, value in headers.items()}

    @property
    def body(self) -> str:
        return json.dumps(self.sent["body"], ensure_ascii=False) if "body" in self.sent else ""


def items(path: str, body: bytes) -> list[Item]:
    """The items of a request to `path`; none if it is not a batch, or not one that can be read."""
    prefix, is_batch, _ = path.rpartition("/$batch")
    if not is_batch:
        return []
    try:
        sent = json.loads(body)["requests"]
        return [Item(item, prefix + unquote(urlsplit(str(item["url"])).path)) for item in sent]
    except (ValueError, TypeError, KeyError):
        return []


def with_faults(
    asked: list[Item],
    strike: Callable[[Item], Fault | None],
    serve: Callable[[list[Mapping[str, Any]]], list[Mapping[str, Any]]],
) -> list[Mapping[str, Any]]:
    """Answers a batch, some of whose items may be struck.

    An item that is struck before it takes effect never reaches the service, nor does what depends on it: that
    answers 424, as it does at the service. `serve` takes items and gives their answers.
    """
    spoilt: dict[str, Mapping[str, Any]] = {}
    held_back: set[str] = set()
    for item in asked:
        fault = strike(item)
        if held_back.intersection(item.sent.get("dependsOn", ())):
            spoilt[item.id] = _answer(
                item, Reply(424, {"error": {"code": "FailedDependency", "message": ""}})
            )
            held_back.add(item.id)
        elif fault and isinstance(fault.happens, Reply):
            spoilt[item.id] = _answer(item, fault.happens)
            if fault.moment is Moment.BEFORE:
                held_back.add(item.id)
    passed = [item.sent for item in asked if item.id not in held_back]
    answers = {str(answer.get("id")): answer for answer in (serve(passed) if passed else [])}
    answers.update(spoilt)
    return list(answers.values())


def _answer(item: Item, reply: Reply) -> Mapping[str, Any]:
    return {"id": item.id, "status": reply.status, "headers": dict(reply.headers), "body": reply.body}
