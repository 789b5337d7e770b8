"""The tests' own promise: nothing real is touched."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.conftest import LeftLoopback


def test_the_home_of_the_person_who_runs_the_tests_is_out_of_reach(private_environment: Path) -> None:
    assert Path.home() == private_environment


def test_connections_leave_loopback_neither_by_address_nor_by_name() -> None:
    with socket.socket() as connection, pytest.raises(LeftLoopback):
        connection.connect(("192.0.2.1", 9))
    with pytest.raises(LeftLoopback):
        socket.create_connection(("example.com", 443))
    with socket.socket() as server, pytest.raises(LeftLoopback):
        server.bind(("0.0.0.0", 0))  # noqa: S104  # this must be refused


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
