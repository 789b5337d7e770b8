"""One program at a time in a data directory, and what is private about it."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import AlreadyRunning, LedgerUnusable
from core.instance import InstanceLock
from core.places import default_data_dir, make_private

HOLD = """
import sys
from pathlib import Path
from core.instance import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_refused_until_the_first_lets_go(data_dir: Path) -> None:
    first, second = InstanceLock(data_dir), InstanceLock(data_dir)
    first.acquire()
    with pytest.raises(AlreadyRunning) as caught:
        second.acquire()
    assert caught.value.data_dir == str(data_dir)

    first.release()
    second.acquire()
    second.release()


def test_another_data_directory_is_another_matter(tmp_path: Path) -> None:
    locks = [InstanceLock(tmp_path / name) for name in ("one", "two")]
    for lock in locks:
        lock.acquire()
    for lock in locks:
        lock.release()


def test_acquiring_twice_is_refused_too(data_dir: Path) -> None:
    lock = InstanceLock(data_dir)
    lock.acquire()
    with pytest.raises(AlreadyRunning):
        lock.acquire()
    lock.release()
    InstanceLock(data_dir).acquire()


def test_another_thread_may_release_it(data_dir: Path) -> None:
    lock = InstanceLock(data_dir)
    lock.acquire()
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    InstanceLock(data_dir).acquire()


def test_releasing_what_is_not_held_is_no_error(data_dir: Path) -> None:
    InstanceLock(data_dir).release()
    assert not data_dir.exists()


def test_a_program_that_was_killed_leaves_nothing_locked(data_dir: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdin=pipe, stdout=pipe) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning):
            InstanceLock(data_dir).acquire()
        program.kill()
    InstanceLock(data_dir).acquire()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerUnusable) as caught:
        InstanceLock(tmp_path / "file" / "data").acquire()
    assert caught.value.why == "unwritable"


def test_a_data_directory_is_private_also_when_it_was_not(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o755)
    make_private(data_dir)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_the_default_place_is_the_persons_own(private_environment: Path) -> None:
    assert private_environment in default_data_dir().parents
