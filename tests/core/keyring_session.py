"""A desktop session of its own: a private D-Bus, and gnome-keyring as its Secret Service."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import secretstorage
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
  </policy>
</busconfig>
"""  # no service directories: nothing but what a test starts can appear on this bus


@dataclass(frozen=True)
class KeyringSession:
    environment: dict[str, str]

    def lock(self) -> None:
        """What a desktop does when its owner says so."""
        address = self.environment["DBUS_SESSION_BUS_ADDRESS"]
        with closing(open_dbus_connection(bus=address)) as bus:
            secretstorage.get_default_collection(bus).lock()

    def unlock(self) -> None:
        """As PAM does it at a login: with the password, without a dialog (gnome-keyring's control socket)."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(Path(self.environment["XDG_RUNTIME_DIR"], "keyring", "control")))
            control.sendall(b"\0")  # carries who we are
            word = PASSWORD.encode()
            control.sendall(struct.pack(">III", 12 + len(word), 1, len(word)) + word)
            length, result = struct.unpack(">II", control.recv(8, socket.MSG_WAITALL))
        assert (length, result) == (8, 0)

    def run(self, code: str, *arguments: str, **environment: str) -> str:
        """What a program in this session prints."""
        program = [sys.executable, "-W", "error", "-c", code, *arguments]
        done = subprocess.run(
            program,
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def session_without_keyring(folder: Path) -> Iterator[KeyringSession]:
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, parents=True)
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(runtime),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
    }
    config = folder / "bus.conf"
    config.write_text(BUS.format(path=runtime / "bus"))
    daemon = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    with _running(daemon, environment) as bus:
        assert bus.stdout is not None
        assert bus.stdout.readline()  # its address, once it listens
        yield KeyringSession(environment)


@contextmanager
def session_with_keyring(folder: Path) -> Iterator[KeyringSession]:
    """Unlocked, as after a login."""
    with ExitStack() as stack:
        session = stack.enter_context(session_without_keyring(folder))
        daemon = ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"]
        keyring = stack.enter_context(_running(daemon, session.environment))
        assert keyring.stdin is not None
        keyring.stdin.write(PASSWORD.encode())
        keyring.stdin.close()
        _wait_for_secret_service(session.environment["DBUS_SESSION_BUS_ADDRESS"])
        yield session


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_for_secret_service(address: str) -> None:
    bus_itself = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    question = new_method_call(bus_itself, "NameHasOwner", "s", ("org.freedesktop.secrets",))
    end = time.monotonic() + 30
    with closing(open_dbus_connection(bus=address)) as bus:
        while not bus.send_and_get_reply(question).body[0]:
            assert time.monotonic() < end, "gnome-keyring did not start"
            time.sleep(0.02)
