"""What the ledger remembers about when to run: a pause, what the services asked for, failures in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core import report_store, schedule
from core.errors import QuotaExhausted, Throttled
from core.feishu.errors import QUOTA_ZONE
from core.ledger import Ledger
from core.model import Result, RunReport, Side

USE_SIGN_INS_EVERY = timedelta(days=1)
"""A sign-in that nobody uses ends after seven days at Feishu, after ninety at Microsoft."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Times are aware. Every method raises LedgerUnusable."""

    ledger: Ledger

    def pause(self, until: datetime | None) -> None:
        """None resumes."""
        self._put("paused_until", until)

    def paused_until(self, now: datetime) -> datetime | None:
        until = self._get("paused_until")
        return until if until and until > now else None

    def demand_patience(self, now: datetime) -> None:
        """A service that asked us to wait is not asked again before, whoever clicks. Raises Throttled."""
        until = self._get("throttled_until")
        if until and now < until:
            side = Side(self.ledger.note("throttled_side") or Side.OUTLOOK.value)
            raise Throttled(side, (until - now).total_seconds())

    def remember(self, report: RunReport) -> None:
        """What a run tells about the next one."""
        throttled = next((p for p in report.problems if isinstance(p, Throttled)), None)
        self._put(
            "throttled_until", report.finished + timedelta(seconds=throttled.after) if throttled else None
        )
        self.ledger.set_note("throttled_side", throttled.side.value if throttled else None)
        quota = next((p for p in report.problems if isinstance(p, QuotaExhausted)), None)
        self._put("quota_until", _midnight_where_the_quota_is_counted(quota.until) if quota else None)
        failed = int(self.ledger.note("attempts_failed") or 0)
        is_failure = report.result is Result.UNREACHABLE
        self.ledger.set_note("attempts_failed", str(failed + 1) if is_failure else None)
        if report.requests.feishu and report.requests.graph:
            self.sign_ins_used(report.finished + USE_SIGN_INS_EVERY)

    def next_run(self, interval: timedelta, now: datetime) -> datetime:
        """Interval, pause, back-off and throttling considered."""
        last = self.ledger.last_run()
        report = report_store.from_json(last) if last else None
        return schedule.next_run(
            last_finished=report.finished if report else None,
            last_result=report.result if report else None,
            interval=interval,
            paused_until=self.paused_until(now),
            throttled_until=self._get("throttled_until"),
            attempts_failed=int(self.ledger.note("attempts_failed") or 0),
            quota_until=self._get("quota_until"),
            now=now,
        )

    def are_sign_ins_idle(self, now: datetime) -> bool:
        due = self._get("use_sign_ins_at")
        # A clock that was set back makes the next time lie far in the future.
        return due is None or not now < due <= now + USE_SIGN_INS_EVERY

    def sign_ins_used(self, again: datetime) -> None:
        self._put("use_sign_ins_at", again)

    def _get(self, name: str) -> datetime | None:
        text = self.ledger.note(name)
        return datetime.fromisoformat(text) if text else None

    def _put(self, name: str, moment: datetime | None) -> None:
        self.ledger.set_note(name, moment.isoformat() if moment else None)


def _midnight_where_the_quota_is_counted(date: str) -> datetime:
    return datetime.fromisoformat(date).replace(tzinfo=QUOTA_ZONE).astimezone(UTC)
