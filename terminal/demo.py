"""The program against two simulated services, in a data directory that vanishes: no account, no keyring."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import requests

from core import logs, settings_file
from core.installation import Installation
from core.settings import (
    FeishuCloud,
    FeishuSettings,
    LogLevel,
    NetworkSettings,
    OutlookCloud,
    OutlookSettings,
    PairSettings,
    Settings,
    SyncSettings,
)
from core.vault import MemoryVault
from sandbox.feishu.quirks import Consent
from sandbox.microsoft.switches import SignIn
from sandbox.server import Sandbox
from terminal.build import new_installation
from terminal.side_by_side import Entry
from texts import language
from texts.copy_words import copy_words
from texts.language import _

OUTLOOK_CALENDAR = "Feishu"
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The sandbox's page shows the same days."""
DAYS = 14


@dataclass(frozen=True)
class Demo:
    data_dir: Path
    sandbox: Sandbox
    vault: MemoryVault

    @property
    def page_url(self) -> str:
        """Both calendars in a browser, with buttons to change the Feishu one."""
        return self.sandbox.page_url

    def installation(self) -> Installation:
        """Not opened yet. Every one of a demo shares the vault, as those of a computer share its keyring."""
        return new_installation(self.data_dir, self.vault)

    def introduce(self) -> None:
        """For whoever has started it from a terminal, and whose browser does not open."""
        print(_("Both calendars, and buttons to change the Feishu one: {address}", address=self.page_url))
        print(_("Press Ctrl+C to end."), flush=True)

    def choose_calendars(self) -> None:
        """As the wizard proposes them, for where nobody goes through it."""
        file = self.data_dir / "settings.toml"
        pair = PairSettings("demo", outlook_calendar=OUTLOOK_CALENDAR, text_language=language.current())
        settings_file.save(file, replace(settings_file.load(file), pairs=(pair,)))

    def sign_in_by_itself(self) -> None:
        """From now on the services' pages say yes without asking."""
        self.sandbox.feishu.consent = Consent.APPROVE
        self.sandbox.microsoft.switches.sign_in = SignIn.AUTO

    def browse(self, address: str) -> None:
        """A browser without a screen: follows the sign-in's redirects to the program's own callback."""
        threading.Thread(target=self._follow, args=[address], daemon=True).start()

    def _follow(self, address: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.sandbox.ca_file)
            session.get(address, timeout=10)

    def feishu_entries(self, now: datetime) -> list[Entry]:
        """What Feishu shows of what is not over yet."""
        world = self.sandbox.feishu
        shown = world.occurrences(world.calendar_id, *_window(now))
        entries = (Entry(item["start"], item["end"], _title(item["summary"])) for item in shown)
        return [entry for entry in entries if _counts(entry, now)]

    def outlook_entries(self, now: datetime) -> list[Entry]:
        """The same of the Outlook calendar; empty while there is none."""
        world = self.sandbox.microsoft
        mirror = next(
            (calendar["id"] for calendar in world.calendars() if calendar["name"] == OUTLOOK_CALENDAR), None
        )
        shown = world.occurrences(mirror, *_window(now)) if mirror else []
        entries = (
            Entry(_graph_time(item, "start"), _graph_time(item, "end"), str(item["subject"]))
            for item in shown
        )
        return [entry for entry in entries if _counts(entry, now)]


@contextmanager
def prepare_demo() -> Iterator[Demo]:
    with (
        tempfile.TemporaryDirectory(
            prefix="feishu-outlook-sync-demo-", ignore_cleanup_errors=True
        ) as directory,
        Sandbox(sample=True) as sandbox,
    ):
        demo = Demo(Path(directory), sandbox, MemoryVault())
        port = _free_port()
        sandbox.feishu.app.redirect_urls.append(f"http://127.0.0.1:{port}/callback")
        settings_file.save(demo.data_dir / "settings.toml", _settings(sandbox, port))
        demo.vault.store_secret("feishu.app_secret", sandbox.feishu.app_secret)
        logs.start(demo.data_dir, LogLevel.INFO)
        try:
            yield demo
        finally:
            logs.stop()


def _settings(sandbox: Sandbox, port: int) -> Settings:
    return Settings(
        feishu=FeishuSettings(
            cloud=FeishuCloud.CUSTOM,
            app_id=sandbox.feishu.app_id,
            open_url=sandbox.feishu_url,
            accounts_url=sandbox.feishu_url,
            redirect_ports=(*FeishuSettings().redirect_ports, port),
        ),
        outlook=OutlookSettings(
            cloud=OutlookCloud.CUSTOM,
            client_id=sandbox.microsoft.client_id,
            authority_url=sandbox.authority_url,
            graph_url=sandbox.graph_url,
        ),
        sync=SyncSettings(interval_minutes=1),
        network=NetworkSettings(proxy="none", ca_bundle=str(sandbox.ca_file)),
    )


def _free_port() -> int:
    """For the demo on a computer where the usual callback ports are taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _window(now: datetime) -> tuple[datetime, datetime]:
    return now - timedelta(days=2), now + timedelta(days=DAYS + 2)


def _counts(entry: Entry, now: datetime) -> bool:
    """What is over is not copied; what is far away is not shown."""
    return entry.ends_after(now, ZONE) and entry.day(ZONE) < now.astimezone(ZONE).date() + timedelta(
        days=DAYS
    )


def _title(summary: str) -> str:
    return summary or copy_words(language.current()).no_title


def _graph_time(item: Mapping[str, Any], name: str) -> date | datetime:
    """The sandbox shows everything in UTC; whole days start at midnight."""
    time = datetime.fromisoformat(item[name]["dateTime"][:19]).replace(tzinfo=UTC)
    return time.date() if item["isAllDay"] else time
