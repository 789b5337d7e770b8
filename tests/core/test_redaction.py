"""Redaction of texts that a service, or whoever plays it, has chosen: long, and made to be slow.

What is slow here is slow by hours: a test that runs out of its time has failed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import diagnostics, logs
from core.redaction import GAP, redact
from core.settings import LogLevel

LENGTH = 100_000
UNITS = [
    *("a", "a-", "aA", "1", "_", "é", "secret", "token-", "nonce_", "announce ", "code=", "code:", "state\\"),
    *("://", "://a", "://a:", "a@", "@", "a.b@", "eyJ", "eyJaaaaa-", "eyJaaaaa.", "u-", "ur-a.", "Bearer "),
    *(
        "Bearer\t",
        'token="',
        "token='",
        "token=\\",
        'token"',
        'token\\"',
        "token ",
        "%3D",
        "token%3",
        "&code=",
    ),
]
CANARY = "xK9canary7Qz"


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_is_so_odd_that_it_keeps_the_program_busy(unit: str) -> None:
    text = unit * (LENGTH // len(unit)) + f"! refresh_token={CANARY}"
    assert CANARY not in redact(text)
    assert isinstance(diagnostics._ADDRESS.sub(GAP, text), str)


@pytest.mark.parametrize("before", ["", "a-" * 5000, "x" * 30_000, "eyJ" * 5000, 'token="' * 999])
@pytest.mark.parametrize(
    "secret",
    [
        f"client_secret={CANARY}",
        f'"access_token": "{CANARY}"',
        f"Authorization: Bearer {CANARY}",
        f"http://me:{CANARY}@proxy/",
        f"?code={CANARY}&x=1",
        f"token is ur-{CANARY}{CANARY}.{CANARY}",
        f"id eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.{CANARY}.{CANARY}",
        f"0.AXoA{CANARY * 8}",
    ],
)
def test_a_secret_is_found_behind_whatever_stands_before_it(before: str, secret: str) -> None:
    assert CANARY not in redact(f"{before} {secret} {before}")


@pytest.fixture
def log_file(data_dir: Path) -> Iterator[Path]:
    logs.start(data_dir, LogLevel.DEBUG)
    yield logs.log_file(data_dir)
    logs.stop()


def test_what_a_service_says_at_length_is_cut(log_file: Path) -> None:
    logging.getLogger("core.test").warning("%s", "answer " * logs.LONGEST_EVENT)
    (line,) = log_file.read_text().splitlines()
    assert len(line) == logs.LONGEST_EVENT + len(f" {GAP}")
    assert line.endswith(f" {GAP}")


@pytest.mark.parametrize("left", range(5, 80, 15))
def test_no_half_secret_is_left_where_a_text_is_cut(log_file: Path, left: int) -> None:
    """Of a long random text a short piece does not look like one."""
    secret, head = f"0.AXoA{CANARY * 20}", len("2026-11-25T07:00:00.000Z WARNING core.test: ")
    before = logs.LONGEST_EVENT - head - left
    logging.getLogger("core.test").warning("%s", ("x " * before)[-before:] + secret + " answer" * 9999)
    text = log_file.read_text()
    assert "AXoA" not in text
    assert text.endswith(f" {GAP}\n")
