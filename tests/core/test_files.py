"""Files are whole or not there, private from their first byte, and leave nothing beside them."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core import files
from core.files import replace_file

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from core import files
def killed(*_):
    print(*(f"{each.name} {each.stat().st_mode & 0o777:o}" for each in Path(sys.argv[1]).parent.iterdir()))
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
files._rename = killed
files.replace_file(Path(sys.argv[1]), b"new")
"""


def test_a_process_that_is_killed_leaves_the_old_content_and_one_private_file(tmp_path: Path) -> None:
    file = tmp_path / "tokens.sealed"
    replace_file(file, b"old")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert set(ended.stdout.split()[1::2]) == {"600"}
    assert file.read_bytes() == b"old"
    (left,) = set(tmp_path.iterdir()) - {file}

    replace_file(file, b"new")
    assert left.exists()  # its process may still be at work
    os.utime(left, (0, left.stat().st_mtime - files._LEFT_BEHIND - 1))
    replace_file(file, b"newer")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"tokens.sealed": b"newer"}


def test_files_of_others_that_look_alike_stay(tmp_path: Path) -> None:
    """An editor's, say, that is open since yesterday."""
    names = {".settings.toml.swp", ".settings.toml.new", ".settings.toml.backup.new", "settings.toml~"}
    for name in names:
        (tmp_path / name).write_text("mine")
        os.utime(tmp_path / name, (0, 0))
    replace_file(tmp_path / "settings.toml", b"x")
    assert {each.name for each in tmp_path.iterdir()} == names | {"settings.toml"}


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_the_mode_is_the_one_that_was_asked_for_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        replace_file(tmp_path / "private", b"x")
        replace_file(tmp_path / "public", b"x", 0o644)
    finally:
        os.umask(before)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == {"private": 0o600, "public": 0o644}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "settings.toml", tmp_path / "settings.toml"
    real.write_text("old")
    link.symlink_to(real)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_what_fails_changes_nothing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    replace_file(file, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(file, b"new")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"file": b"old"}
