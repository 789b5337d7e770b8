"""Signing in to Microsoft where the browser ends on a page whose address is pasted into the terminal."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from core.settings import NetworkSettings, OutlookCloud, OutlookSettings, Redirect, Settings
from core.settings_file import save
from sandbox import Sandbox
from sandbox.microsoft.switches import SignIn
from tests.whole.program import vault_of

if sys.platform != "win32":
    import pty
    import termios

ROOT = Path(__file__).parents[2]
HINT = "address bar, paste it here and press Enter"


@dataclass(frozen=True)
class Person:
    """At a terminal, with a browser that does not open by itself."""

    sandbox: Sandbox
    data_dir: Path
    program: subprocess.Popen[str]
    keyboard: int

    def hears(self, words: str) -> str:
        """All up to the line with these words."""
        said = ""
        assert self.program.stderr
        for line in self.program.stderr:
            said += line
            if words in line:
                return said
        raise AssertionError(said)

    def is_sent_to(self) -> str:
        (address,) = re.findall(r"^https?://\S+$", self.hears(HINT), re.MULTILINE)
        return str(address)

    def ends_on(self, address: str) -> str:
        with requests.Session() as browser:
            browser.trust_env, browser.verify = False, str(self.sandbox.ca_file)
            return browser.get(address, allow_redirects=False, timeout=20).headers["Location"]

    def types(self, text: str) -> None:
        while text:
            text = text[os.write(self.keyboard, text[:512].encode()) :]

    @property
    def is_signed_in(self) -> bool:
        return "outlook" in vault_of(self.data_dir)._read()


@contextmanager
def at_a_terminal(sandbox: Sandbox, data_dir: Path, stdin: int, keyboard: int) -> Iterator[Person]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.whole.program", "--data-dir", str(data_dir), "sign-in", "outlook"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "BROWSER": "false"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            yield Person(sandbox, data_dir, program, keyboard)
        finally:
            program.kill()


@pytest.fixture
def data_dir(tmp_path: Path, sandbox: Sandbox) -> Path:
    outlook = OutlookSettings(
        cloud=OutlookCloud.CUSTOM,
        client_id=sandbox.microsoft.client_id,
        authority_url=sandbox.authority_url,
        graph_url=sandbox.graph_url,
        redirect=Redirect.NATIVECLIENT,
    )
    network = NetworkSettings(proxy="none", ca_bundle=str(sandbox.ca_file))
    save(tmp_path / "data" / "settings.toml", Settings(outlook=outlook, network=network))
    return tmp_path / "data"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.microsoft.switches.sign_in = SignIn.AUTO
        yield sandbox


def _look(screen: int) -> None:
    """A screen that nobody reads takes no more after a while, and with it the keyboard."""
    with contextlib.suppress(OSError):
        while os.read(screen, 4096):
            pass


@pytest.fixture
def person(sandbox: Sandbox, data_dir: Path) -> Iterator[Person]:
    keyboard, terminal = pty.openpty()
    threading.Thread(target=_look, args=[keyboard], daemon=True).start()
    try:
        with at_a_terminal(sandbox, data_dir, terminal, keyboard) as person:
            yield person
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_the_pasted_address_signs_in_however_long_it_is(person: Person) -> None:
    """Longer than the line that a terminal collects by itself."""
    address = person.is_sent_to()
    page, _, answer = person.ends_on(address).partition("?")
    person.types(f"{page}?session_state={'s' * 9000}&{answer}\n")
    assert person.program.wait(60) == 0
    assert person.program.stdout
    assert person.program.stdout.read().startswith("Signed in to Microsoft: ")
    assert person.is_signed_in


def test_what_is_no_whole_address_is_said_and_the_next_one_counts(person: Person) -> None:
    address = person.is_sent_to()
    person.types("https://login.microsoftonline.com/common/oauth2/nativeclient\n")
    person.hears("This is not the whole address")
    person.types(person.ends_on(address) + "\n")
    assert person.program.wait(60) == 0


def test_the_waiting_ends_with_an_interrupt_and_the_terminal_is_as_it_was(person: Person) -> None:
    before = termios.tcgetattr(person.keyboard)
    person.hears(HINT)
    while termios.tcgetattr(person.keyboard) == before:
        time.sleep(0.01)
    person.program.send_signal(signal.SIGINT)
    assert person.program.wait(60) == 3
    assert "was cancelled" in person.hears("was cancelled")
    assert termios.tcgetattr(person.keyboard) == before
    assert not person.is_signed_in


def test_where_nobody_can_paste_anything_it_ends_and_says_so(sandbox: Sandbox, data_dir: Path) -> None:
    with at_a_terminal(sandbox, data_dir, subprocess.DEVNULL, -1) as person:
        person.hears("This sign-in ends on a page whose address has to be pasted")
        assert person.program.wait(60) == 3
    assert not person.is_signed_in
