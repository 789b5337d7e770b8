"""A data directory in which a person has lived, and the archive that `diagnostics` makes of it."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core import errors, logs, report_store
from core.ledger import Ledger
from core.model import Side
from core.reasons import Code
from core.report import Action, Change, EventNote, PairReport, Reason, Result, RunReport
from core.settings import LogLevel
from tests.terminal.conftest import Command

MOMENT = datetime(2026, 11, 25, 6, 32, tzinfo=UTC)
CANARIES = {
    "title": "Kanarienvogel besuchen",
    "description": "Futter nicht vergessen",
    "person": "Li Lei 李雷",
    "address": "lilei@contoso.example",
    "somebody's address": "hanmei@elsewhere.example",
    "Feishu calendar": "Kalender der Vögel",
    "Outlook calendar": "Vogelkalender",
    "pair": "vogelpaar",
    "prefix": "[Piep]",
    "filter": "geheim.*",
    "app": "cli_a1b2c3d4e5f60718",
    "client": "0f1d2c3b-4a59-4687-9786-a5b4c3d2e1f0",
    "tenant": "contoso.example",
    "server": "feishu.contoso.example",
    "proxy": "proxy.contoso.example",
    "certificates": "contoso-ca.pem",
    "token": "u-canary7Qz4canary7Qz4",
    "password": "canary-Pa55word",
}
SETTINGS = """
[feishu]
cloud = "custom"
app_id = "{app}"
open_url = "https://{server}"
accounts_url = "https://{server}"
[outlook]
client_id = "{client}"
tenant = "{tenant}"
[[pairs]]
id = "{pair}"
feishu_calendar = "{Feishu calendar}"
outlook_calendar = "{Outlook calendar}"
title_prefix = "{prefix}"
title_exclude = ["{filter}"]
[network]
proxy = "http://{proxy}:8080"
ca_bundle = "/srv/{certificates}"
"""


@dataclass(frozen=True)
class Archive:
    file: Path

    def contents(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.file) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.contents()["report.json"])
        return report

    def texts(self) -> dict[str, bytes]:
        """Also as a reader of the JSON sees it: without its escapes."""
        read = json.dumps(self.report, ensure_ascii=False).encode()
        return {**self.contents(), "report.json, read": read}


Make = Callable[[], Archive]


@pytest.fixture
def make(command: Command, tmp_path: Path) -> Make:
    def make() -> Archive:
        file = tmp_path / f"report-{len(list(tmp_path.glob('report*')))}.zip"
        ended = command("diagnostics", str(file))
        assert ended.code == 0, ended
        return Archive(file)

    return make


def problems() -> list[errors.SyncError]:
    """One of each kind that can hold what a person wrote, and holds it."""
    c = CANARIES
    setting = errors.SettingProblem("value", "pairs", c["title"], c["filter"], c["prefix"], 3)
    return [
        errors.WrongPerson(Side.FEISHU, c["person"], c["address"]),
        errors.CalendarGone(Side.OUTLOOK, c["Outlook calendar"], "deleted", c["pair"]),
        errors.DeletionsHeld(c["pair"], 12),
        errors.AnotherInstallation(c["pair"]),
        errors.MalformedRow("event-1", "start", c["title"], c["description"]),
        errors.Unreachable(Side.FEISHU, "tls", c["server"]),
        errors.Unreachable(Side.OUTLOOK, "proxy", c["proxy"]),
        errors.AppMisconfigured(Side.FEISHU, "publish", "20069", f"https://{c['server']}/app/{c['app']}"),
        errors.ConsentNeeded(Side.OUTLOOK, ("Calendars.ReadWrite",), link=f"https://x/?id={c['client']}"),
        errors.SettingsInvalid(str(Path.home() / "settings.toml"), (setting,)),
        errors.LedgerUnusable("damaged", str(Path.home() / "ledger.sqlite3")),
        errors.VaultUnavailable("refused", f"Error: token {c['token']} of {c['address']}"),
        errors.SignInFailed(Side.OUTLOOK, "refused", "AADSTS1", f"password={c['password']}"),
    ]


def a_run() -> RunReport:
    facts = (("rule", CANARIES["title"]), ("zone", CANARIES["description"]))
    reason = Reason(next(iter(Code)), facts)
    pair = PairReport(
        CANARIES["pair"],
        created=1,
        skipped=(EventNote(CANARIES["title"], "2027-01-14", reason),),
        failed=(EventNote(CANARIES["title"], "2027-01-14", Reason("no code of ours", facts)),),
        changes=(Change(next(iter(Action)), CANARIES["title"], "2027-01-14", reason),),
    )
    return RunReport(Result.PARTIAL, MOMENT, MOMENT, (pair,), problems=tuple(problems()))


@pytest.fixture
def lived_in(data_dir: Path) -> Path:
    """A data directory in which everything that may hold canaries does."""
    data_dir.mkdir(mode=0o700)
    (data_dir / "settings.toml").write_text(SETTINGS.format(**CANARIES), encoding="utf-8")
    for name in ("tokens.sealed", "profile-id", CANARIES["title"]):
        (data_dir / name).write_text(CANARIES["token"])
    ledger = Ledger(data_dir / "ledger.sqlite3")
    ledger.open()
    ledger.put_run(int(MOMENT.timestamp()), report_store.to_json(a_run()))
    ledger.set_note("person feishu", f"ou_1\n{CANARIES['person']}\n{CANARIES['address']}")
    ledger.set_note(CANARIES["title"], CANARIES["description"])
    ledger.close()
    logs.start(data_dir, LogLevel.DEBUG)
    log = logging.getLogger("core.test")
    for name, canary in CANARIES.items():
        if name not in {"title", "description", "token", "password"}:
            log.info("of the %s %s: settled", name, canary)
    log.warning("access_token=%s from %s", CANARIES["token"], data_dir)
    logs.stop()
    # Lines of an older version, whose rules missed something.
    with logs.log_file(data_dir).open("a", encoding="utf-8") as file:
        file.write(f"Authorization: Bearer {CANARIES['token']}\nhttp://me:{CANARIES['password']}@proxy/\n")
    return data_dir
