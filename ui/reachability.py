"""Noticing that the network has come back. A hint only: what a request meets decides. Any thread.

The same on every system, and without a library's plug-in: the system is asked whether it knows a way for a
packet to the internet. None is sent.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

_OUTSIDE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that belong to nobody (RFC 5737, RFC 3849): only a way to everywhere leads there."""
_DISCARD = 9


def has_way_out() -> bool:
    return any(_leads_to(family, address) for family, address in _OUTSIDE)


def _leads_to(family: int, address: str) -> bool:
    """Connecting a UDP socket chooses a route and sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, _DISCARD))
    except OSError:
        return False
    return True


class NetworkWatch:
    """Asked regularly."""

    def __init__(self, has_way_out: Callable[[], bool]) -> None:
        self._has_way_out = has_way_out
        self._had_way_out = True

    def has_come_back(self) -> bool:
        """Since the last call."""
        before, self._had_way_out = self._had_way_out, self._has_way_out()
        return self._had_way_out and not before
