"""`$batch`: up to twenty requests in one."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.microsoft.calls import Answer, Call, refusal
from sandbox.microsoft.errors import GraphError
from sandbox.microsoft.mailbox import Json
from sandbox.microsoft.throttle import concurrency

_MOST_ITEMS = 20
_AT_ONCE = 4
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    """In the case in which it was sent; ids are compared without case."""
    call: Call
    depends_on: tuple[str, ...]
    """Keys of the items that come before."""

    @property
    def key(self) -> str:
        return self.id.lower()


def run(call: Call, answer_one: Callable[[Call], Answer]) -> Answer:
    """Raises GraphError (400) when the batch itself is malformed; then no item was run."""
    items = _parse(call)
    _refuse_mixed_dependencies(items)
    is_throttled = call.world.switches.throttles_parallel_batches and not any(
        item.depends_on for item in items
    )
    answers: dict[str, Answer] = {}
    for place, item in enumerate(items):
        if any(answers[other].status >= 400 for other in item.depends_on):
            answers[item.key] = refusal(_failed_dependency(), item.call)
        elif is_throttled and place >= _AT_ONCE:
            answers[item.key] = refusal(concurrency(), item.call)
        else:
            answers[item.key] = answer_one(item.call)
    responses = [_represented(item.id, answers[item.key]) for item in items]
    random.Random(len(items)).shuffle(responses)  # noqa: S311  # any order will do, the same each time
    return Answer(200, {"responses": responses})


def _parse(call: Call) -> list[_Item]:
    sent = call.body.get("requests") if isinstance(call.body, dict) else None
    if not isinstance(sent, list) or not sent or not all(isinstance(item, dict) for item in sent):
        raise _malformed("Invalid batch payload format.")
    if len(sent) > _MOST_ITEMS:
        raise _malformed(f"Number of batch request steps exceeds the maximum value of {_MOST_ITEMS}.")
    items = [_item(call, item) for item in sent]
    if len({item.key for item in items}) < len(items):
        raise _malformed("Request Id is duplicated.")
    return items


def _item(call: Call, sent: Json) -> _Item:
    id_, method, url = sent.get("id"), str(sent.get("method", "")).upper(), sent.get("url")
    headers, depends_on = sent.get("headers") or {}, sent.get("dependsOn") or []
    if not isinstance(id_, str) or not id_ or method not in _METHODS or not isinstance(url, str):
        raise _malformed("Invalid batch payload format.")
    if not isinstance(headers, dict) or not isinstance(depends_on, list):
        raise _malformed("Invalid batch payload format.")
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    if method in ("POST", "PATCH", "PUT") and ("body" not in sent or "content-type" not in lowered):
        raise _malformed(f"Write request id : {id_} does not contain Content-Type header or body.")
    parts = urlsplit("/" + url.lstrip("/"))
    path = unquote(parts.path)
    if parts.netloc or "://" in url.split("?")[0] or path.startswith(("/$batch", "/v1.0")):
        raise _malformed(f"Invalid request url of id : {id_}.")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    inner = replace(call, method=method, path=path, query=query, headers=lowered, body=sent.get("body"))
    return _Item(id_, inner, tuple(str(other).lower() for other in depends_on))


def _refuse_mixed_dependencies(items: Sequence[_Item]) -> None:
    """Three shapes are taken: none depends, all that do depend on the same one, each on the one before."""
    seen: set[str] = set()
    for item in items:
        if not seen.issuperset(item.depends_on):
            raise _malformed(f"Request id : {item.id} depends on an unknown or later request.")
        seen.add(item.key)
    said = [item.depends_on for item in items if item.depends_on]
    is_same = all(len(depends_on) == 1 and depends_on == said[0] for depends_on in said)
    chain = [(items[place - 1].key,) if place else () for place in range(len(items))]
    if not is_same and [item.depends_on for item in items] != chain:
        raise _malformed("The dependsOn properties of a batch must be serial, the same, or absent.")


def _represented(id_: str, answer: Answer) -> Json:
    response: Json = {"id": id_, "status": answer.status, "headers": answer.headers}
    if answer.body is not None:
        response["headers"] = {"Content-Type": "application/json", **answer.headers}
        response["body"] = answer.body
    return response


def _malformed(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _failed_dependency() -> GraphError:
    return GraphError(424, "FailedDependency", "A request that this one depends on has failed.")
