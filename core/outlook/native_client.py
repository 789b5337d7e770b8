"""Signing in by pasting: the redirect "nativeclient" of older registrations, a page of Microsoft's own.

The browser ends on that page, which is empty; the person copies its address into the window or the terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from core.errors import SignInFailed
from core.model import Side
from core.oauth.interaction import Interaction
from core.outlook.clouds import Endpoints
from core.ports import Stop

_POLL = 0.1
"""Seconds between two looks at what was pasted."""
_LONGEST = 20_000
"""Characters of an address."""


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in that was begun: the address of the page, and the value that comes back with its answer."""

    address: str
    state: str


Trip = Callable[[Callable[[str], Started]], Mapping[str, str]]
"""Begins the sign-in with its redirect URL, and returns the parameters of its answer."""


def redirect_uri(app: Endpoints) -> str:
    """A page of the cloud's own sign-in; of a cloud of one's own that of the worldwide one, as such
    registrations name it."""
    known = urlsplit(app.authority_url).hostname or ""
    is_microsofts = known.startswith("login.") and known.endswith((".cn", ".us"))
    host = app.authority_url if is_microsofts else "https://login.microsoftonline.com"
    return f"{host}/common/oauth2/nativeclient"


def trip(app: Endpoints, interaction: Interaction, timeout: float) -> Trip:
    """Raises SignInFailed."""

    def go(start: Callable[[str], Started]) -> Mapping[str, str]:
        if interaction.pasted is None:
            raise SignInFailed(Side.OUTLOOK, "paste")
        started = start(redirect_uri(app))
        interaction.announce(started.address)
        interaction.browse(started.address)
        return _await_address(started.state, interaction.stop, interaction.pasted, timeout)

    return go


def _await_address(state: str, stop: Stop, pasted: Callable[[], str], timeout: float) -> Mapping[str, str]:
    """What does not belong to this sign-in is refused at once: the person has the wrong page before them."""
    deadline = time.monotonic() + timeout
    while not (address := pasted().strip()):
        if stop():
            raise SignInFailed(Side.OUTLOOK, "cancelled")
        if time.monotonic() >= deadline:
            raise SignInFailed(Side.OUTLOOK, "timeout")
        time.sleep(_POLL)
    answer = parameters(address)
    if answer.get("state") != state:
        raise SignInFailed(Side.OUTLOOK, "state")
    return answer


def parameters(address: str) -> Mapping[str, str]:
    """Those of the query, or of the fragment where a browser has put them there; empty for nonsense."""
    try:
        parts = urlsplit(address[:_LONGEST])
        return dict(parse_qsl(parts.query or parts.fragment, max_num_fields=50))
    except ValueError:
        return {}
