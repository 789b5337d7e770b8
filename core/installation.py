"""One data directory as a whole: settings, secrets, ledger and the two accounts, put together.

Lives in one thread: the worker's in the tray, the main one in the terminal. Building it touches nothing;
`open` does. It is the only thing that terminal/ and ui/ know of the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import SyncError
from core.model import (
    Identity,
    RunReport,
    Side,
    SourceCalendarInfo,
    TargetCalendarInfo,
)
from core.ports import Stop
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `phase` is "reading", "planning" or "writing"; `total` 0 while it is unknown."""

    pair: str
    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PairStatus:
    id: str
    feishu_calendar: str
    outlook_calendar: str
    copies: int
    held: tuple[str, ...]
    """Titles of the copies whose deletion is held."""


@dataclass(frozen=True, slots=True)
class Status:
    feishu: Identity | None
    outlook: Identity | None
    pairs: tuple[PairStatus, ...]
    last_run: RunReport | None
    paused_until: datetime | None
    """datetime.max in UTC: until the person resumes. None: not paused."""
    attention: tuple[SyncError, ...]


class Installation:
    """Every method may raise SyncError (core/errors.py) and takes as long as the network does."""

    data_dir: Path

    @property
    def settings(self) -> Settings:
        """The settings in force: those of the file, or the last good ones while it is wrong."""
        raise NotImplementedError

    def reload_settings(self) -> Settings:
        """Reads settings.toml again. Raises SettingsInvalid; the last good ones stay in force."""
        raise NotImplementedError

    def save_settings(self, settings: Settings) -> None:
        """Checks and writes settings.toml, keeping the person's comments. Raises SettingsInvalid."""
        raise NotImplementedError

    def sign_in(
        self, side: Side, browse: Callable[[str], None], stop: Stop, announce: Callable[[str], None]
    ) -> Identity:
        """The browser flow: `browse` opens a URL, `announce` is told it first (to print or to copy)."""
        raise NotImplementedError

    def sign_out(self, side: Side) -> None:
        raise NotImplementedError

    def signed_in(self, side: Side) -> Identity | None:
        """Who is signed in, as far as this computer knows: no request."""
        raise NotImplementedError

    def store_secret(self, name: str, value: str | None) -> None:
        raise NotImplementedError

    def has_secret(self, name: str) -> bool:
        raise NotImplementedError

    def source_calendars(self) -> tuple[SourceCalendarInfo, ...]:
        raise NotImplementedError

    def target_calendars(self) -> tuple[TargetCalendarInfo, ...]:
        raise NotImplementedError

    def run(self, stop: Stop, progress: Callable[[Progress], None]) -> RunReport:
        """One run of all pairs. Never raises SyncError: what went wrong is in the report."""
        raise NotImplementedError

    def preview(self, stop: Stop) -> RunReport:
        """What `run` would do, writing nothing."""
        raise NotImplementedError

    def confirm(self, stop: Stop) -> RunReport:
        """Carries out, once, exactly the deletions that are held."""
        raise NotImplementedError

    def status(self) -> Status:
        raise NotImplementedError

    def pause(self, until: datetime | None) -> None:
        """None resumes."""
        raise NotImplementedError

    def next_run(self) -> datetime:
        """When the next run is due: interval, pause, back-off and throttling considered."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
