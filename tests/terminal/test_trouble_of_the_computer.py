"""Keyrings and disks that fail for real: the program says what it is and what to do, in both languages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.core.keyring_session import (
    KeyringSession,
    session_with_keyring,
    session_without_keyring,
)

ROOT = Path(__file__).parents[2]
ON_A_DISK_OF_ITS_OWN = """
set -e
mount -t tmpfs -o size=64k tmpfs "$DISK"
mkdir -m 700 "$DISK/data"
{trouble}
exec "$@"
"""
FULL = 'head -c 100000 /dev/zero > "$DISK/filling" 2> /dev/null || true'
READ_ONLY = 'mount -o remount,ro "$DISK"'
REFUSING = """
from jeepney import DBusAddress, MessageType, new_error, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection, Proxy
bus = open_dbus_connection()
Proxy(message_bus, bus).RequestName("org.freedesktop.secrets")
print("ready", flush=True)
while True:
    question = bus.receive()
    if question.header.message_type is MessageType.method_call:
        bus.send(new_error(question, "org.freedesktop.DBus.Error.AccessDenied", "s", ("no",)))
"""


def ended(
    session: KeyringSession, *command: str, language: str = "C.UTF-8", prefix: tuple[str, ...] = ()
) -> tuple[int, str]:
    done = subprocess.run(
        [*prefix, sys.executable, "tray_app.py", *command],
        cwd=ROOT,
        env={**session.environment, "LC_ALL": language, "LANGUAGE": "", "PYTHONUTF8": "1"},
        input="s3cret\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return done.returncode, done.stderr


def said(session: KeyringSession, data_dir: Path, *, chinese: bool = False) -> str:
    code, words = ended(
        session,
        *("secret", "feishu.app_secret", "--data-dir", str(data_dir)),
        language="zh_CN.UTF-8" if chinese else "C.UTF-8",
    )
    assert code == 7, words
    assert "Traceback" not in words
    return words


@pytest.fixture
def without(tmp_path: Path) -> Iterator[KeyringSession]:
    with session_without_keyring(tmp_path / "session") as session:
        yield session


def test_a_keyring_that_is_absent(without: KeyringSession, data_dir: Path) -> None:
    words = said(without, data_dir)
    assert "This system has no keyring that is running" in words
    assert "Start or install one" in words
    assert "此系统没有正在运行的凭据库" in said(without, data_dir, chinese=True)


def test_a_keyring_that_is_locked_and_whose_question_is_dismissed(tmp_path: Path, data_dir: Path) -> None:
    with session_with_keyring(tmp_path / "session") as session:
        session.lock()
        words = said(session, data_dir)
        assert "The keyring is locked, and its password was not entered" in words
        assert "log in to the computer again" in words
        assert "凭据库已锁定，且没有输入密码" in said(session, data_dir, chinese=True)


def test_a_keyring_that_refuses(without: KeyringSession, data_dir: Path) -> None:
    with keyring_that_refuses(without):
        words = said(without, data_dir)
        assert "The access to the keyring was refused" in words
        assert "Allow it when the system asks" in words
        assert "访问凭据库被拒绝" in said(without, data_dir, chinese=True)


@contextmanager
def keyring_that_refuses(session: KeyringSession) -> Iterator[None]:
    command = [sys.executable, "-c", REFUSING]
    with subprocess.Popen(command, env=session.environment, stdout=subprocess.PIPE) as service:
        try:
            assert service.stdout
            assert service.stdout.readline() == b"ready\n"
            yield
        finally:
            service.terminate()


def on_a_disk(session: KeyringSession, disk: Path, trouble: str, language: str = "C.UTF-8") -> str:
    """What `status` says with its data directory on a disk in this trouble."""
    disk.mkdir(exist_ok=True)
    namespace = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    script = ON_A_DISK_OF_ITS_OWN.format(trouble=trouble).replace("$DISK", str(disk))
    code, words = ended(
        session,
        *("status", "--data-dir", str(disk / "data")),
        language=language,
        prefix=(*namespace, "sh", "-c", script, "sh"),
    )
    assert code == 7, words
    assert "Traceback" not in words
    return words


def test_a_disk_that_is_full(without: KeyringSession, tmp_path: Path) -> None:
    words = on_a_disk(without, tmp_path / "disk", FULL)
    assert "The disk is full" in words
    assert f"Make room on the disk that holds {tmp_path}" in words
    assert "磁盘已满" in on_a_disk(without, tmp_path / "disk", FULL, "zh_CN.UTF-8")


def test_a_data_directory_that_is_read_only(without: KeyringSession, tmp_path: Path) -> None:
    words = on_a_disk(without, tmp_path / "disk", READ_ONLY)
    assert "The program’s data folder can’t be written" in words
    assert "the disk is not read-only" in words
    assert "程序的数据文件夹无法写入" in on_a_disk(without, tmp_path / "disk", READ_ONLY, "zh_CN.UTF-8")
