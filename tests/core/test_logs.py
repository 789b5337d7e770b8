"""The log: what must never be in it, what must stay in it, and whose it is."""

from __future__ import annotations

import json
import logging
import logging.handlers
import stat
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path

import pytest

from core import errors, logs
from core.error_facts import PRIVATE
from core.errors import MalformedRow, WrongPerson
from core.model import Side
from core.redaction import redact
from core.settings import LogLevel

JWT = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
CANARY = "xK9canary7Qz"

SECRETS = [
    f"Authorization: Bearer {CANARY}",
    f"{{'Authorization': 'Bearer {CANARY}', 'Accept': '*/*'}}",
    f"headers=[('Authorization', 'Bearer {CANARY}')]",
    f"proxy-authorization: Basic {CANARY}",
    f'{{"access_token": "{CANARY}", "expires_in": 7200}}',
    f'{{"access_token":"with space {CANARY}"}}',
    json.dumps(json.dumps({"refresh_token": CANARY})),
    f"grant_type=refresh_token&refresh_token={CANARY}&client_id=1",
    f"client_secret={CANARY}",
    f"app_secret: {CANARY}",
    f"StoredSignIn(refresh_token='{CANARY}', name='x')",
    f"password = '{CANARY}'",
    f"GET http://127.0.0.1:5000/callback?code={CANARY}&state=abc",
    f"GET http://127.0.0.1:5000/callback?state={CANARY}&code=1",
    f"redirect %3Fcode%3D1 token%3D{CANARY}",
    f"{{'code': '{CANARY}-{CANARY}'}}",
    f'{{"code": "{CANARY}.{CANARY}", "grant_type": "authorization_code"}}',
    f"code={CANARY}{CANARY}&redirect_uri=x",
    f"code_verifier={CANARY}",
    f"wss://open.example.com/ws?device_id=1&access_key={CANARY}&service_id=2&ticket={CANARY}",
    f"accessKey={CANARY}",
    f"proxy http://user:{CANARY}@proxy:8080",
    f"Set-Cookie: session={CANARY}",
    f"b'client_secret={CANARY}'",
    f"u-{CANARY}{CANARY}",
    f"token is ur-{CANARY}{CANARY}.{CANARY}",
    f"t-g1044{CANARY}{CANARY}",
    f"M.C105_BL2.0.U.-{CANARY * 8}*!!",
    f"0.AXoA{CANARY * 8}",
]

PUBLIC = {
    *(
        "side",
        "why",
        "what",
        "code",
        "detail",
        "scopes",
        "by_admin",
        "link",
        "pair",
        "count",
        "until",
        "limit",
        "file",
    ),
    *("problems", "key", "allowed", "line", "path", "seconds", "data_dir", "host", "after", "status"),
    *("request_id", "event_id", "field"),
}

HARMLESS = [
    "pair work: 3 created, 1 updated in 0:00:02.1",
    "Graph 429 TooManyRequests Retry-After=17 request-id=1a2b3c4d-0000-1111-2222-333344445555",
    "Feishu code=99991663 msg='token expired' log_id=20261125003102ABCDEF0123456789ABCD",
    '{"error": {"code": "ErrorItemNotFound", "message": "The specified object was not found"}}',
    '{"code": 190005, "msg": "quota"}',
    "state=paused until 16:00",
    "GET /open-apis/calendar/v4/calendars/feishu.cn_abc@group.calendar.feishu.cn/events 200",
    "ledger /home/ann/.local/share/feishu-outlook-sync/ledger.sqlite3 opened",
    "ServiceFailing(side=<Side.OUTLOOK: 'outlook'>, status=503, code='UnknownError')",
]


@pytest.fixture(autouse=True)
def log_file(data_dir: Path) -> Iterator[Path]:
    yield logs.log_file(data_dir)
    logs.stop()
    for name in logs.OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("text", SECRETS)
def test_nothing_that_looks_like_a_secret_stays(text: str) -> None:
    assert CANARY not in redact(text)


@pytest.mark.parametrize(
    "text", [JWT, f"id {JWT}", f"Bearer {JWT}", f'"{JWT}"', JWT.rpartition(".")[0] + "."]
)
def test_json_web_tokens_are_recognised_by_their_look(text: str) -> None:
    assert "eyJ" not in redact(text)
    assert "c2lnbmF0dXJl" not in redact(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    gone = text.replace("token expired", "")  # the only word in them that is also the name of a secret
    assert redact(gone) == gone


def test_what_stands_beside_a_secret_stays() -> None:
    assert (
        redact(f"POST /token?refresh_token={CANARY}&client_id=cli_1 401")
        == "POST /token?refresh_token=[…]&client_id=cli_1 401"
    )


def test_secrets_in_arguments_and_tracebacks_do_not_reach_the_file(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.DEBUG)
    log = logging.getLogger("core.test")

    log.warning("answer %s", {"access_token": CANARY})
    try:
        raise OSError(f"refresh_token={CANARY}")
    except OSError:
        log.exception("failed")

    text = log_file.read_text()
    assert CANARY not in text
    assert "OSError: refresh_token=[…]" in text


def test_an_event_is_one_line_whatever_its_message_holds(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.INFO)
    logging.getLogger("core.test").info("one\n2026-01-01T00:00:00.000Z INFO core: forged\r\nthree")
    (line,) = log_file.read_text().splitlines()
    assert line.endswith(r"INFO core.test: one\n2026-01-01T00:00:00.000Z INFO core: forged\r\nthree")


def test_a_traceback_is_indented_under_its_event(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.INFO)
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("core.test").exception("failed")
    first, *rest = log_file.read_text().splitlines()
    assert first.endswith("ERROR core.test: failed")
    assert rest
    assert all(line.startswith("    ") for line in rest)


def test_what_an_event_says_reaches_no_log_through_an_error(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.DEBUG)
    log = logging.getLogger("core.test")
    log.warning("%s", MalformedRow("event-1", "start", title=CANARY, start=CANARY))
    log.warning("another person: %s", WrongPerson(Side.FEISHU, CANARY, CANARY))
    try:
        try:
            datetime.fromisoformat(CANARY)
        except ValueError:
            raise KeyError(CANARY)  # noqa: B904  # the chain is the point
    except KeyError:
        log.exception("failed")

    text = log_file.read_text()
    assert CANARY not in text
    assert "MalformedRow(event_id='event-1', field='start')" in text
    assert "WrongPerson(side='feishu')" in text
    assert text.index("datetime.fromisoformat(") < text.index("whereupon") < text.index("raise KeyError(")


@pytest.mark.parametrize(
    "error", [kind for kind in vars(errors).values() if isinstance(kind, type) and is_dataclass(kind)]
)
def test_every_fact_of_an_error_is_known_to_be_private_or_not(error: type) -> None:
    """A new field is looked at before it can reach a log."""
    names = {field.name for field in fields(error)}
    assert names <= PRIVATE | PUBLIC, names - PRIVATE - PUBLIC


def test_the_libraries_keep_their_requests_to_themselves_at_every_level(
    data_dir: Path, log_file: Path
) -> None:
    logs.start(data_dir, LogLevel.DEBUG)
    silenced = {"msal", "O365.connection"}  # altogether, by whoever loads them (core/outlook/account.py)
    warning = {"urllib3.connectionpool", "requests", "Lark", "keyring", "filelock"}
    for name in silenced | warning:
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("warning of %s", name)
    logging.getLogger("core.test").debug("ours")

    text = log_file.read_text()
    assert "chatter" not in text
    assert {name for name in warning if f"warning of {name}" in text} == warning
    assert "ours" in text


def test_the_level_can_change_while_the_program_runs(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.WARNING)
    log = logging.getLogger("core.test")
    log.info("before")
    logs.set_level(LogLevel.INFO)
    log.info("after")
    assert "before" not in log_file.read_text()
    assert "after" in log_file.read_text()


def test_the_log_is_private_to_its_owner(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.INFO)
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(log_file.parent.stat().st_mode) == 0o700


def test_the_log_does_not_grow_without_end(
    data_dir: Path, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 1000)
    logs.start(data_dir, LogLevel.INFO)
    for number in range(200):
        logging.getLogger("core.test").info("event %s", number)
    files = sorted(log_file.parent.iterdir())
    assert len(files) == 1 + logs.OLD_FILES
    assert all(file.stat().st_size <= 1000 for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_in_a_terminal_the_log_goes_to_stderr_too(
    data_dir: Path, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.start(data_dir, LogLevel.INFO, on_stderr=True)
    logging.getLogger("core.test").info("secret=%s", CANARY)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == log_file.read_text()
    assert CANARY not in printed.err


def test_starting_again_does_not_write_twice(data_dir: Path, log_file: Path) -> None:
    logs.start(data_dir, LogLevel.INFO)
    logs.start(data_dir, LogLevel.INFO)
    logging.getLogger("core.test").info("once")
    assert log_file.read_text().count("once") == 1


def test_a_log_that_cannot_be_written_stops_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    logs.start(tmp_path / "file" / "data", LogLevel.INFO)
    logging.getLogger("core.test").info("still here")
    assert "still here" in capsys.readouterr().err
