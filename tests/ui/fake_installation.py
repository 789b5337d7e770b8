"""An installation without services: what it answers is set by the test, what it is asked is recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.attention import attention
from core.errors import SyncError
from core.installation import Installation, PairStatus, Progress, Status
from core.model import Identity, Role, Side, SourceCalendarInfo, TargetCalendarInfo
from core.ports import Stop
from core.quota import MonthlyCalls
from core.reasons import Code, because
from core.report import PairReport, Result, RunReport
from core.restore import DeletedEvent
from core.settings import FeishuSettings, OutlookSettings, PairSettings, Redirect, Settings
from core.status import CopyNote

WEI = Identity("ou_1", "王伟", "wei@example.com")
WEI_AT_OUTLOOK = Identity("t.1", "Wei Wang", "wei@contoso.example")
READY = Settings(
    FeishuSettings(app_id="cli_a1b2c3d4e5"),
    OutlookSettings(client_id="3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
    (PairSettings("main"),),
)


def report(
    result: Result = Result.OK, *, created: int = 0, problems: tuple[Exception, ...] = ()
) -> RunReport:
    now = datetime.now(UTC)
    return RunReport(result, now, now, (PairReport("main", created=created),), problems=problems)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    thread: int


class FakeInstallation(Installation):
    def __init__(self, data_dir: Path, settings: Settings = READY, *, signed_in: bool = True) -> None:
        self.data_dir = data_dir
        self.calls: list[Call] = []
        self.people: dict[Side, Identity | None] = dict.fromkeys(Side)
        if signed_in:
            self.people = {Side.FEISHU: WEI, Side.OUTLOOK: WEI_AT_OUTLOOK}
        self.secrets: dict[str, str] = {}
        self.attention: tuple[SyncError, ...] = ()
        self.renewed: set[Side] = set()
        self.held_titles: tuple[str, ...] = ()
        self.copies_let_go: tuple[CopyNote, ...] = ()
        self.deletions: list[DeletedEvent] = []
        self.pasted: list[str] = []
        self.secret_error: Exception | None = None
        """What every look into the keyring raises."""
        self.due = datetime.now(UTC) + timedelta(hours=1)
        self.errors: dict[str, Exception] = {}
        """What the method of that name raises the next time."""
        self.next_report = report
        self.working: Callable[[Stop, Callable[[Progress], None]], None] = lambda _stop, _progress: None
        """What happens in the middle of a run."""
        self.signing_in: Callable[[Stop], None] = lambda _stop: None
        self._settings = settings
        self._last_run: RunReport | None = None
        self._paused_until: datetime | None = None

    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    def _called(self, name: str) -> None:
        self.calls.append(Call(name, threading.get_ident()))
        if name in self.errors:
            raise self.errors.pop(name)

    @property
    def settings(self) -> Settings:
        return self._settings

    def forget_everything(self) -> None:
        self._called("forget_everything")
        self.people = dict.fromkeys(Side)
        self.secrets.clear()
        self._settings = Settings()
        self._last_run = self._paused_until = None

    def open(self, *, exclusive: bool) -> None:
        self._called("open")

    def reload_settings(self) -> Settings:
        self._called("reload_settings")
        return self._settings

    def save_settings(self, settings: Settings) -> None:
        self._called("save_settings")
        self._settings = settings

    def sign_in(
        self,
        side: Side,
        browse: Callable[[str], None],
        stop: Stop,
        announce: Callable[[str], None],
        *,
        show_code: Callable[[str, str], None] | None = None,
        pasted: Callable[[], str] | None = None,
    ) -> Identity:
        self._called("sign_in")
        url = f"http://127.0.0.1:9/{side.value}"
        if show_code:
            show_code(url, "1234-5678")
        else:
            announce(url)
            browse(url)
        if self._settings.outlook.redirect is Redirect.NATIVECLIENT and pasted:
            while not (address := pasted()) and not stop():
                time.sleep(0.01)
            self.pasted.append(address)
        self.signing_in(stop)
        person = WEI if side is Side.FEISHU else WEI_AT_OUTLOOK
        self.people[side] = person
        self.renewed.add(side)
        return person

    def sign_out(self, side: Side) -> None:
        self._called("sign_out")
        self.people[side] = None

    def signed_in(self, side: Side) -> Identity | None:
        return self.people[side]

    def store_secret(self, name: str, value: str | None) -> None:
        self._called("store_secret")
        if value is None:
            self.secrets.pop(name, None)
        else:
            self.secrets[name] = value

    def has_secret(self, name: str) -> bool:
        if self.secret_error:
            raise self.secret_error
        return name in self.secrets

    def is_secret(self, name: str, value: str) -> bool:
        return self.secrets.get(name) == value

    def source_calendars(self) -> tuple[SourceCalendarInfo, ...]:
        self._called("source_calendars")
        return (
            SourceCalendarInfo("feishu.cn_1", "王伟", "primary", Role.OWNER, is_primary=True),
            SourceCalendarInfo("feishu.cn_2", "Team", "shared", Role.READER, is_primary=False),
        )

    def target_calendars(self) -> tuple[TargetCalendarInfo, ...]:
        self._called("target_calendars")
        return (
            TargetCalendarInfo("AAA=", "Calendar", can_edit=True, is_default=True),
            TargetCalendarInfo("AAB=", "Holidays", can_edit=False, is_default=False),
        )

    def switch_on(self) -> None:
        self._called("switch_on")

    def take_over(self) -> None:
        self._called("take_over")

    def run(self, stop: Stop, progress: Callable[[Progress], None]) -> RunReport:
        self._called("run")
        self.working(stop, progress)
        self._last_run = self.next_report()
        self.due = datetime.now(UTC) + timedelta(hours=1)
        return self._last_run

    def confirm(self, stop: Stop) -> RunReport:
        self._called("confirm")
        done, self.held_titles = len(self.held_titles), ()
        return replace(report(), pairs=(PairReport("main", deleted=done),))

    def preview(self, stop: Stop, progress: Callable[[Progress], None] = lambda _progress: None) -> RunReport:
        self._called("preview")
        return self.next_report()

    def keep_held(self) -> tuple[PairReport, ...]:
        self._called("keep_held")
        self.held_titles = ()
        return ()

    def held(self) -> tuple[CopyNote, ...]:
        reason = because(Code.TOO_MANY_DELETIONS, count="34", total="40")
        return tuple(CopyNote("main", title, title, "2026-12-01", reason) for title in self.held_titles)

    def let_go(self) -> tuple[CopyNote, ...]:
        return self.copies_let_go

    def take_back(self, chosen: Collection[tuple[str, str]], stop: Stop) -> None:
        self._called("take_back")
        self.copies_let_go = tuple(copy for copy in self.copies_let_go if (copy.pair, copy.key) not in chosen)

    def runs(self) -> tuple[RunReport, ...]:
        return (self._last_run,) if self._last_run else ()

    def retry_failed(self) -> None:
        self._called("retry_failed")

    def monthly_calls(self) -> MonthlyCalls:
        return MonthlyCalls(used=812, limit=self._settings.sync.monthly_calls)

    def undo(self, stop: Stop, progress: Callable[[Progress], None], *, pair: str = "") -> RunReport:
        self._called(f"undo {pair}".strip())
        self.working(stop, progress)
        return self.next_report()

    def deleted_events(self) -> list[DeletedEvent]:
        return list(self.deletions)

    def restore(self, chosen: Sequence[DeletedEvent], stop: Stop) -> RunReport:
        self._called("restore")
        self.deletions = [event for event in self.deletions if event not in chosen]
        return report(created=len(chosen))

    def status(self) -> Status:
        self._called("status")
        pair = PairStatus("main", "primary", "Feishu", copies=3, held=self.held_titles)
        return Status(
            self.people[Side.FEISHU],
            self.people[Side.OUTLOOK],
            (pair,),
            self._last_run,
            self._paused_until if self._paused_until and self._paused_until > datetime.now(UTC) else None,
            attention(
                self.attention,
                signed_out=[side for side in Side if not self.people[side]],
                renewed=self.renewed,
            ),
        )

    def pause(self, until: datetime | None) -> None:
        self._called("pause")
        self._paused_until = until

    def keep_signed_in(self, stop: Stop) -> None:
        """Asks no one, and nothing is signed in for long."""

    def next_run(self) -> datetime:
        return self.due

    def close(self) -> None:
        self._called("close")
