"""A port of a test's own, for a program that is told of it before it listens."""

from __future__ import annotations

import random
import socket

_PORTS = range(15_000, 32_000)
"""Below those that systems give to whoever asks for any (from 32768 on Linux): nobody gets one by chance
between the look and the use."""


def free_port() -> int:
    chance = random.SystemRandom()  # the same seed in two processes would be the same port
    while True:
        port = chance.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
