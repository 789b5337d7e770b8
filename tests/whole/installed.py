"""The whole program without a face, signed in at the sandbox over real sockets."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from core.installation import Installation
from core.model import Side
from core.report import RunReport
from core.settings import (
    FeishuCloud,
    FeishuSettings,
    NetworkSettings,
    OutlookCloud,
    OutlookSettings,
    PairSettings,
    Settings,
)
from sandbox.feishu.quirks import Consent
from sandbox.journal import Request, Service
from sandbox.microsoft.switches import SignIn
from sandbox.server import Sandbox
from tests.whole.program import FileVault, vault_of
from texts.copy_words import copy_words
from texts.last_page import last_page

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Tokyo")
Shown = list[tuple[str, str, str]]


@dataclass
class Installed:
    sandbox: Sandbox
    data_dir: Path
    vault: FileVault
    settings: Settings
    installation: Installation
    seconds: Callable[[], float] = time.time
    """The time at the services."""

    @property
    def calendar(self) -> str:
        """The Feishu calendar that is mirrored."""
        return self.sandbox.feishu.calendar_id

    @property
    def mirror(self) -> str:
        """The Outlook calendar that mirrors it."""
        return next(str(c["id"]) for c in self.sandbox.microsoft.calendars() if c["name"] == "Feishu")

    def run(self) -> RunReport:
        self.sandbox.journal.clear()
        return self.installation.run(lambda: False, lambda _progress: None)

    def event_requests(self) -> list[Request]:
        asked = self.sandbox.journal.requests(Service.FEISHU)
        return [request for request in asked if request.path.endswith("/events")]

    def restart(self, *, without_ledger: bool = False) -> None:
        self.installation.close()
        if without_ledger:
            for file in self.data_dir.glob("ledger*"):
                file.unlink()
        self.installation = opened(self.data_dir, self.vault)

    def feishu_shows(self, days: int = 60) -> Shown:
        start, end = _period(days, self.seconds())
        seen = self.sandbox.feishu.occurrences(self.calendar, start, end)
        return sorted(
            (_text(item["start"]), _text(item["end"]), item["summary"] or "(No title)") for item in seen
        )

    def outlook_shows(self, days: int = 60) -> Shown:
        start, end = _period(days, self.seconds())
        seen = self.sandbox.microsoft.occurrences(self.mirror, start, end)
        return sorted((_graph(item, "start"), _graph(item, "end"), item["subject"]) for item in seen)


def opened(data_dir: Path, vault: FileVault) -> Installation:
    installation = Installation(data_dir, vault, words=copy_words, pages=last_page)
    installation.reload_settings()
    installation.open(exclusive=True)
    return installation


def install(sandbox: Sandbox, data_dir: Path, port: int) -> Installed:
    """Settings and sign-ins as a person would leave them."""
    sandbox.feishu.consent = Consent.APPROVE
    sandbox.feishu.app.redirect_urls.append(f"http://127.0.0.1:{port}/callback")
    sandbox.microsoft.switches.sign_in = SignIn.AUTO
    settings = Settings(
        feishu=FeishuSettings(
            cloud=FeishuCloud.CUSTOM,
            app_id=sandbox.feishu.app_id,
            redirect_ports=(port,),
            open_url=sandbox.feishu_url,
            accounts_url=sandbox.feishu_url,
        ),
        outlook=OutlookSettings(
            cloud=OutlookCloud.CUSTOM,
            client_id=sandbox.microsoft.client_id,
            authority_url=sandbox.authority_url,
            graph_url=sandbox.graph_url,
        ),
        pairs=(PairSettings("work"),),
        network=NetworkSettings(proxy="none", ca_bundle=str(sandbox.ca_file)),
    )
    return _set_up(sandbox, data_dir, settings)


def another_computer(installed: Installed, data_dir: Path) -> Installed:
    """Of the same person, with the same settings."""
    return _set_up(installed.sandbox, data_dir, installed.settings)


def _set_up(sandbox: Sandbox, data_dir: Path, settings: Settings) -> Installed:
    vault = vault_of(data_dir)
    vault.store_secret("feishu.app_secret", sandbox.feishu.app_secret)
    installation = opened(data_dir, vault)
    installation.save_settings(settings)
    for side in Side:
        installation.sign_in(side, browse(sandbox), lambda: False, lambda _address: None)
    return Installed(sandbox, data_dir, vault, settings, installation)


def browse(sandbox: Sandbox) -> Callable[[str], None]:
    def follow(address: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(sandbox.ca_file)
            session.get(address, timeout=10)

    return lambda address: threading.Thread(target=follow, args=[address], daemon=True).start()


def add_singles(installed: Installed, count: int) -> list[str]:
    """So many single events, a few a day from tomorrow on; their ids."""
    tomorrow = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    ids = []
    for number in range(count):
        start = (tomorrow + timedelta(hours=number * 7 % 8000)).astimezone(ZoneInfo("Asia/Shanghai"))
        end = start + timedelta(minutes=45)
        ids.append(installed.sandbox.feishu.add_event(installed.calendar, f"Event {number}", start, end))
    return ids


RULES = (
    "FREQ=DAILY;COUNT=10",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=8",
    "FREQ=MONTHLY;COUNT=6",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=6",
)


def add_mixed(installed: Installed, count: int, seed: int = 1) -> None:
    """Single, all-day and recurring events in four zones, a tenth of them series with exceptions."""
    world, dice = installed.sandbox.feishu, random.Random(seed)  # noqa: S311  # the same events every time
    today = datetime.now(UTC).date()
    for number in range(count):
        day = today + timedelta(days=1 + number * 3 % 50)
        title = dice.choice(("评审 {}", "Review {}", "1:1 🎧 {}", "Lunch <{}>")).format(number)
        kind = number % 10
        if kind == 0:
            _add_series(installed, dice, day.replace(day=min(day.day, 28)), title)
        elif kind in {1, 2}:
            world.add_event(installed.calendar, title, day, day + timedelta(days=dice.randint(1, 3)))
        else:
            zone = ZoneInfo(dice.choice(ZONES))
            start = datetime(day.year, day.month, day.day, dice.randint(8, 20), tzinfo=zone)
            end = start + timedelta(minutes=dice.choice((15, 30, 90)))
            details: dict[str, Any] = {
                "description": f"Agenda {number}\nhttps://example.com/{number}",
                "location": {"name": "A"},
            }
            world.add_event(installed.calendar, title, start, end, **details)
    _add_exceptions(installed)


def _add_series(installed: Installed, dice: random.Random, day: date, title: str) -> None:
    start = datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo(dice.choice(ZONES)))
    rule = dice.choice(RULES)
    installed.sandbox.feishu.add_event(
        installed.calendar, title, start, start + timedelta(minutes=30), recurrence=rule
    )


def _add_exceptions(installed: Installed) -> None:
    """The second occurrence of each series is cancelled, the third is moved by two hours."""
    world = installed.sandbox.feishu
    of_series: dict[str, list[datetime]] = {}
    for item in world.occurrences(installed.calendar, *_period(300, time.time())):
        if item["series_id"]:
            of_series.setdefault(item["series_id"], []).append(item["start"])
    for series, starts in of_series.items():
        if len(starts) > 3:
            world.cancel_occurrence(installed.calendar, series, starts[1])
            later = starts[2] + timedelta(hours=2)
            world.move_occurrence(installed.calendar, series, starts[2], later, later + timedelta(minutes=30))


def _period(days: int, now: float) -> tuple[datetime, datetime]:
    midnight = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1), midnight + timedelta(days=days)


def _text(time: datetime | date) -> str:
    if isinstance(time, datetime):
        return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
    return time.isoformat()


def _graph(item: dict[str, Any], side: str) -> str:
    text = str(item[side]["dateTime"])
    return text[:10] if item["isAllDay"] else text[:16]
