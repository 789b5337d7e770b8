"""What the ledger remembers about when to run: a pause, what the services asked for, failures in a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core import report_store, schedule
from core.backoff import LONGEST_ASKED_WAIT
from core.errors import QuotaExhausted, Throttled
from core.ledger import Ledger
from core.model import Side
from core.quota import QUOTA_ZONE, next_month
from core.report import Result, RunReport

USE_SIGN_INS_EVERY = timedelta(days=1)
"""A sign-in that nobody uses ends after seven days at Feishu, after ninety at Microsoft."""

_LONGEST_THROTTLE = timedelta(seconds=LONGEST_ASKED_WAIT)
_QUOTA = "quota used up"


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

    def demand_patience(self, side: Side, now: datetime) -> None:
        """A service that asked us to wait is not asked again before, whoever clicks. Raises Throttled."""
        until = self._throttled_until(side, now)
        if until:
            raise Throttled(side, (until - now).total_seconds())

    def heed(self, problems: Iterable[Exception], now: datetime) -> None:
        """What services asked for just now. What they asked for before is never cut short."""
        for problem in problems:
            if isinstance(problem, Throttled) and problem.after > 0:
                until = now + timedelta(seconds=min(problem.after, LONGEST_ASKED_WAIT))
                before = self._throttled_until(problem.side, now)
                self._put(_throttled(problem.side), max(until, before) if before else until)

    def remember(self, report: RunReport, app: str) -> None:
        """What a run tells about the next one. `app`: the Feishu app whose quota it was."""
        quota = next((p for p in report.problems if isinstance(p, QuotaExhausted) and not p.limit), None)
        is_reached = report.result is not Result.UNREACHABLE
        if quota:
            self.ledger.set_note(_QUOTA, f"{quota.until} {app}")
        elif report.requests.feishu and is_reached:  # that it answers again is what tells
            self.ledger.set_note(_QUOTA, None)
        if is_reached:
            self.ledger.set_note("attempts_failed", None)
        elif report.requests.feishu or report.requests.graph:  # not only refused by us, out of patience
            failed = int(self.ledger.note("attempts_failed") or 0)
            self.ledger.set_note("attempts_failed", str(failed + 1))
        if report.requests.feishu and report.requests.graph:
            self.sign_ins_used(report.finished + USE_SIGN_INS_EVERY)

    def next_run(self, interval: timedelta, now: datetime, app: str) -> datetime:
        """Interval, pause, back-off, throttling and the quota of the Feishu `app` considered."""
        last = self.ledger.last_run()
        report = report_store.from_json(last) if last else None
        return schedule.next_run(
            last_finished=report.finished if report else None,
            last_result=report.result if report else None,
            interval=interval,
            paused_until=self.paused_until(now),
            throttled_until=max(
                filter(None, (self._throttled_until(side, now) for side in Side)), default=None
            ),
            attempts_failed=int(self.ledger.note("attempts_failed") or 0),
            quota_until=self._quota_until(now, app),
            now=now,
        )

    def are_sign_ins_idle(self, now: datetime) -> bool:
        due = self._get("use_sign_ins_at")
        # A clock that was set back makes the next time lie far in the future.
        return due is None or not now < due <= now + USE_SIGN_INS_EVERY

    def sign_ins_used(self, again: datetime) -> None:
        self._put("use_sign_ins_at", again)

    def _throttled_until(self, side: Side, now: datetime) -> datetime | None:
        """A clock that was set back makes the time lie further ahead than any service asks for."""
        until = self._get(_throttled(side))
        return until if until and now < until <= now + _LONGEST_THROTTLE else None

    def _quota_until(self, now: datetime, app: str) -> datetime | None:
        date, _, whose = (self.ledger.note(_QUOTA) or "").partition(" ")
        until = datetime.fromisoformat(date).replace(tzinfo=QUOTA_ZONE) if date and whose == app else None
        return until.astimezone(UTC) if until and now < until <= next_month(now) else None

    def _get(self, name: str) -> datetime | None:
        text = self.ledger.note(name)
        return datetime.fromisoformat(text) if text else None

    def _put(self, name: str, moment: datetime | None) -> None:
        self.ledger.set_note(name, moment.isoformat() if moment else None)


def _throttled(side: Side) -> str:
    return f"throttled {side.value}"
