"""What the sandbox was asked, and what goes wrong on purpose.

`Journal.wrap` puts one layer around each service: it remembers every request and lets the next `Fault` that
matches strike. Requests inside a Graph `$batch` are remembered, and can be struck, like any other.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Service(StrEnum):
    FEISHU = "feishu"
    MICROSOFT = "microsoft"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in. `status` is what was answered; None if the answer was lost on purpose."""

    time: float  # seconds since 1970, by the sandbox's clock
    service: Service
    method: str
    path: str  # decoded, without the query
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case; without Authorization and Cookie
    body: str
    status: int | None
    batch_item: bool = False

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Effect(StrEnum):
    """Whether the service does its work although the answer is spoilt."""

    NONE = "the request never takes effect"
    DONE = "the request takes effect, only its answer is spoilt"


@dataclass(frozen=True, slots=True)
class Reply:
    """This answer instead of the service's own. An empty body and an HTML page are replies like others."""

    status: int
    body: Mapping[str, Any] | str = ""  # a mapping is sent as JSON, a text as HTML
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset; nothing is answered."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """The service's own answer breaks off after so many bytes of its body; the connection closes."""

    after: int


@dataclass(frozen=True, slots=True)
class Delay:
    """The service's own answer, so many real seconds late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with which call.

    A call matches if service, method and path do; the latter two are regular expressions for the whole method
    and the whole decoded path. Matching calls are counted from 1 since the fault was added; it strikes those
    whose number is in `which`, or all if None.
    With `batch_item` it matches only inside `$batch`, where only `Reply` makes sense; without, never inside.
    """

    service: Service
    path: str
    happens: Reply | Reset | Truncated | Delay
    method: str = ".*"
    which: range | None = range(1, 2)
    effect: Effect = Effect.NONE
    batch_item: bool = False

    def matches(self, service: Service, method: str, path: str, *, batch_item: bool) -> bool:
        return (
            service is self.service
            and batch_item is self.batch_item
            and re.fullmatch(self.method, method) is not None
            and re.fullmatch(self.path, path) is not None
        )


class Journal:
    """Thread-safe. Owned by the sandbox; tests read it and add faults to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []

    def record(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    def requests(self, service: Service | None = None) -> list[Request]:
        """In the order of their answers, batch items after the batch that carried them."""
        with self._lock:
            return [r for r in self._requests if service is None or r.service is service]

    def clear(self) -> None:
        """Forget the requests so far; faults stay."""
        with self._lock:
            self._requests.clear()
