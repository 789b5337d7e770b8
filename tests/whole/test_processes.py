"""Two processes at once, one after a kill, and one that sleeps in the middle of its work."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Delay, Fault, Moment, Sandbox, Service
from tests.whole.installed import Installed, add_mixed, install
from tests.whole.killing import demand_exact_mirror, expire_tokens
from tests.whole.processes import started, wait_until

LATENCY = 0.05


@pytest.fixture
def set_up(tmp_path: Path, port: int) -> Iterator[Installed]:
    """Signed in, with 60 events that are not mirrored yet."""
    with Sandbox() as sandbox:
        made = install(sandbox, tmp_path / "data", port)
        add_mixed(made, 60)
        made.installation.close()
        yield made
        made.installation.close()


def slow_batches(installed: Installed) -> None:
    journal = installed.sandbox.journal
    journal.add(Fault(Service.MICROSOFT, r".*/\$batch", Delay(LATENCY), which=None, moment=Moment.AFTER))


def demand_one_mirror(installed: Installed) -> None:
    installed.sandbox.journal.clear_faults()
    installed.restart()
    demand_exact_mirror(installed)


def test_of_two_that_are_started_at_once_one_says_so_and_ends_and_nothing_is_doubled(
    set_up: Installed,
) -> None:
    slow_batches(set_up)
    with started(set_up, "sync") as one, started(set_up, "sync") as other:
        one.go()
        other.go()
        ends = sorted([one.ended(), other.ended()])
    assert [code for code, _ in ends] == [0, 6]
    assert "already running" in ends[1][1]
    demand_one_mirror(set_up)


def test_a_second_one_leaves_the_first_alone_in_the_middle_of_its_work(set_up: Installed) -> None:
    slow_batches(set_up)
    with started(set_up, "sync") as first, started(set_up, "undo", "--yes") as second:
        first.go()
        wait_until(lambda: bool(set_up.sandbox.journal.writes()))
        second.go()
        assert second.ended()[0] == 6
        assert first.ended()[0] == 0
    demand_one_mirror(set_up)


def test_whoever_comes_after_a_kill_finds_the_door_open(set_up: Installed) -> None:
    slow_batches(set_up)
    with started(set_up, "sync") as killed, started(set_up, "sync") as heir:
        killed.go()
        wait_until(lambda: len(set_up.sandbox.journal.writes()) > 20)
        killed.send(signal.SIGKILL)
        assert killed.ended()[0] == -signal.SIGKILL
        heir.go()
        assert heir.ended()[0] == 0
    demand_one_mirror(set_up)


@pytest.mark.parametrize("expires", [False, True], ids=["for a moment", "past the end of its tokens"])
def test_a_computer_that_sleeps_in_the_middle_of_a_run_goes_on_afterwards(
    set_up: Installed, expires: bool
) -> None:
    slow_batches(set_up)
    journal = set_up.sandbox.journal
    with started(set_up, "sync") as sleeper:
        sleeper.go()
        wait_until(lambda: bool(journal.writes()))
        sleeper.send(signal.SIGSTOP)
        if expires:
            expire_tokens(set_up)
        sleeper.send(signal.SIGCONT)
        assert sleeper.ended()[0] == 0
    if expires:
        assert [each.status for each in journal.requests(Service.MICROSOFT) if each.path.endswith("/token")]
    demand_one_mirror(set_up)
