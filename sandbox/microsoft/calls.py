"""One request to Graph, alone or as an item of a batch, and its answer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sandbox.microsoft import preferences
from sandbox.microsoft.errors import GraphError
from sandbox.microsoft.mailbox import Calendar
from sandbox.microsoft.preferences import Preferences
from sandbox.microsoft.rendering import Owner
from sandbox.microsoft.world import MicrosoftWorld


@dataclass(frozen=True, slots=True)
class Call:
    world: MicrosoftWorld
    method: str
    path: str
    """Decoded, below `root`: "/me/events"."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """The JSON of the body; None if there is none."""
    root: str
    """"https://host/v1.0"."""
    scopes: frozenset[str]
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    """What the route found in the path."""

    @property
    def preferences(self) -> Preferences:
        return preferences.parse(self.headers.get("prefer", ""))

    @property
    def owner(self) -> Owner:
        return self.world.owner

    @property
    def link(self) -> str:
        """The address without its query."""
        return self.root + quote(self.path)

    @property
    def calendar(self) -> Calendar:
        """The calendar of the path; the default one if it names none."""
        return self.world.mailbox.calendar(self.arguments.get("calendar"))

    def context(self, what: str) -> str:
        return f"{self.root}/$metadata#users('{self.world.person.object_id}')/{what}"

    def forbid(self, what: str) -> None:
        """Remembers something that a mirror must never do."""
        self.world.forbidden.append(f"{self.method} {self.path}: {what}")


@dataclass(slots=True)
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def refusal(error: GraphError, call: Call) -> Answer:
    client_request_id = call.headers.get("client-request-id") or str(uuid.uuid4())
    return Answer(error.status, error.envelope(call.world.clock(), client_request_id), dict(error.headers))
