"""What the sandbox was asked, and what goes wrong on purpose.

The layer that fills it lies around each service (`interception.py`). Requests inside a Graph `$batch` are
remembered, and can be struck, like any other.
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


class Moment(StrEnum):
    """Whether a fault strikes before or after the service has done what it was asked."""

    BEFORE = "before"
    AFTER = "after"


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
    """The service does its work, but its answer breaks off after so many bytes of the body."""

    after: int


@dataclass(frozen=True, slots=True)
class Delay:
    """So many real seconds pass before the service does its work, or (`Moment.AFTER`) before it answers."""

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
    moment: Moment = Moment.BEFORE
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
        self._faults: list[Fault] = []
        self._matched: list[int] = []

    def record(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    def requests(self, service: Service | None = None) -> list[Request]:
        """In the order of their answers, the items of a batch after the batch."""
        with self._lock:
            return [r for r in self._requests if service is None or r.service is service]

    def count(self, service: Service | None = None) -> int:
        """How many HTTP requests there were; a batch is one."""
        return sum(not request.batch_item for request in self.requests(service))

    def writes(self, service: Service = Service.MICROSOFT) -> list[Request]:
        """Every attempt to change a calendar, refused ones too; batch items yes, sign-in no."""
        return [request for request in self.requests(service) if _is_write(request)]

    def clear(self) -> None:
        """Forget the requests so far; faults stay."""
        with self._lock:
            self._requests.clear()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)
            self._matched.append(0)

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()
            self._matched.clear()

    def strike(self, service: Service, method: str, path: str, *, batch_item: bool = False) -> Fault | None:
        """The fault that strikes this call, if any. Every fault counts every call that it matches."""
        striking = None
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.matches(service, method, path, batch_item=batch_item):
                    self._matched[index] += 1
                    if striking is None and (fault.which is None or self._matched[index] in fault.which):
                        striking = fault
        return striking


_FEISHU_QUESTIONS = re.compile(r".*/(primary|primarys|mget|search|list|subscription|unsubscription)")


def _is_write(request: Request) -> bool:
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return False
    if request.service is Service.FEISHU:
        return request.path.startswith("/open-apis/calendar/") and not _FEISHU_QUESTIONS.fullmatch(
            request.path
        )
    return request.path.startswith("/v1.0/") and not request.path.endswith("/$batch")
