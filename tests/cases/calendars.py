"""A person's calendars at both services, the program between them, and what must hold whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from core.report import PairReport, Result, RunReport
from sandbox.feishu.world import FeishuWorld
from sandbox.journal import Request, Service
from sandbox.microsoft.mailbox import Json
from sandbox.microsoft.world import MicrosoftWorld
from tests.whole.installed import Installed

SHANGHAI = "Asia/Shanghai"
OWN = "Own "
"""How the titles of the person's own events begin."""


class StandingClock:
    """One for this computer and both services; it goes on only when told to, or slept on."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def seconds(self) -> float:
        return self.moment.timestamp()

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Step:
    """One run, and what it asked for."""

    report: RunReport
    requests: list[Request]
    writes: list[Request]
    """Every attempt to change something in Outlook; items of batches, not the batches."""

    @property
    def pair(self) -> PairReport:
        return self.report.pairs[0]

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.pair.created, self.pair.updated, self.pair.deleted

    @property
    def refused(self) -> list[Request]:
        """Writes that Outlook would not do."""
        return [each for each in self.writes if each.status is None or each.status >= 400]

    def count(self, service: Service) -> int:
        """HTTP requests, a batch being one."""
        return sum(each.service is service and not each.batch_item for each in self.requests)


@dataclass
class Calendars:
    """Texts of times are by the clock of a zone: "2027-01-03 10:00"."""

    installed: Installed
    clock: StandingClock
    mirror: str
    """The Outlook calendar that the copies go to; the person has events of their own in it."""
    own: dict[str, Json] = field(default_factory=dict, repr=False)
    """Those, as they were at first."""

    @property
    def feishu(self) -> FeishuWorld:
        return self.installed.sandbox.feishu

    @property
    def outlook(self) -> MicrosoftWorld:
        return self.installed.sandbox.microsoft

    @property
    def calendar(self) -> str:
        """The Feishu calendar."""
        return self.installed.calendar

    # --- what people do -----------------------------------------------------------------------

    def add(
        self, title: str, start: str, minutes: int, rule: str = "", zone: str = SHANGHAI, **details: Any
    ) -> str:
        """A timed event or series in Feishu; its id."""
        first = at(start, zone)
        last = (first.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(first.tzinfo)
        return self.feishu.add_event(self.calendar, title, first, last, zone=zone, recurrence=rule, **details)

    def add_days(self, title: str, first: str, last: str = "", rule: str = "") -> str:
        """An all-day event, both days included."""
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        return self.feishu.add_event(self.calendar, title, start, end + timedelta(days=1), recurrence=rule)

    def change(self, event: str, **changes: Any) -> None:
        self.feishu.change_event(self.calendar, event, **changes)

    def change_occurrence(self, series: str, original: int, **changes: Any) -> None:
        """`original`: the number behind `_` in the row's id."""
        moment = datetime.fromtimestamp(original, UTC)
        self.feishu.change_occurrence(self.calendar, series, moment, **changes)

    def add_own(self, subject: str, start: datetime, **more: Any) -> str:
        """An event that the person makes in Outlook, in the calendar of the copies; its id."""
        times = {
            name: {"dateTime": f"{time:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
            for name, time in (("start", start), ("end", start + timedelta(minutes=25)))
        }
        return self.outlook.add_event(self.mirror, {"subject": OWN + subject, **times, **more})

    def change_pair(self, **changes: Any) -> None:
        """In the settings."""
        settings = self.installed.installation.settings
        pairs = (replace(settings.pairs[0], **changes),)
        self.installed.installation.save_settings(replace(settings, pairs=pairs))

    # --- runs ---------------------------------------------------------------------------------

    def run(self) -> Step:
        """What is not ours is untouched and nobody is mailed, whatever the run does."""
        report, journal = self.installed.run(), self.installed.sandbox.journal
        step = Step(report, journal.requests(), journal.writes())
        assert {event: self.outlook.event(event) for event in self.own} == self.own
        assert self.outlook.forbidden == []
        assert not [each for each in step.writes if "attendees" in each.body]
        assert journal.writes(Service.FEISHU) == []
        return step

    def settle(self, result: Result = Result.OK) -> Step:
        """A run that ends so, and one more that writes nothing."""
        step = self.run()
        assert step.report.result is result, step.report
        self.demand_quiet(result)
        return step

    def demand_quiet(self, result: Result = Result.OK) -> Step:
        again = self.run()
        assert again.report.result is result, again.report
        assert [(each.method, each.body) for each in again.writes] == []
        assert again.counts == (0, 0, 0)
        return again

    def wait_until(self, moment: datetime) -> None:
        """Time passes, nothing runs; the sign-ins are kept, as the tray does it."""
        while self.clock.moment < moment:
            self.clock.moment = min(moment, self.clock.moment + timedelta(days=3))
            self.installed.installation.keep_signed_in(lambda: False)

    # --- what Outlook shows -------------------------------------------------------------------

    def shown(self, first: str, last: str, zone: str = SHANGHAI) -> list[str]:
        """What calendarView answers for these days (both included) on the clock of `zone`, without the
        person's own events: "2027-01-14 10:00-10:30 Review", all-day "2027-03-05..2027-03-06 Fair"."""
        start = at(f"{first} 00:00", zone).astimezone(UTC)
        end = (at(f"{last} 00:00", zone) + timedelta(days=1)).astimezone(UTC)
        found = self._get(
            f"me/calendars/{self.mirror}/calendarView",
            {"startDateTime": start.isoformat(), "endDateTime": end.isoformat(), "$top": "1000"},
            zone,
        )
        return sorted(map(_line, (item for item in found if not item["subject"].startswith(OWN))))

    def copies(self) -> list[Json]:
        """Single events and series, each with its hidden properties."""
        found = self.outlook.events(self.mirror)
        return [event for event in found if not event["subject"].startswith(OWN)]

    def kinds(self) -> dict[str, str]:
        """Title of each copy, and whether it is a series."""
        copies = self.copies()
        assert len({copy["subject"] for copy in copies}) == len(copies)
        return {copy["subject"]: copy["type"] for copy in copies}

    def _get(self, path: str, query: dict[str, str], zone: str) -> list[Json]:
        sandbox, found = self.installed.sandbox, list[Json]()
        headers = {
            "Authorization": f"Bearer {self.outlook.issue_access_token()}",
            "Prefer": f'outlook.timezone="{zone}"',
        }
        with requests.Session() as session:
            session.trust_env, session.verify = False, str(sandbox.ca_file)
            answer = session.get(f"{sandbox.graph_url}/v1.0/{path}", params=query, headers=headers)
            found += answer.json()["value"]
            while link := answer.json().get("@odata.nextLink"):
                answer = session.get(link, headers=headers)
                found += answer.json()["value"]
        return found


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def _line(item: Json) -> str:
    start, end, title = item["start"]["dateTime"], item["end"]["dateTime"], item["subject"]
    if not item["isAllDay"]:
        ends = end[11:16] if start[:10] == end[:10] else f"{end[:10]} {end[11:16]}"
        return f"{start[:10]} {start[11:16]}-{ends} {title}"
    last = date.fromisoformat(end[:10]) - timedelta(days=1)
    days = start[:10] if start[:10] == last.isoformat() else f"{start[:10]}..{last}"
    return f"{days} {title}"
