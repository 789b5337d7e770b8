"""What both services show, occurrence by occurrence, asked over HTTP, and how it differs in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import requests

from sandbox.feishu.rows import Calendar
from tests.whole.installed import Installed

Json = dict[str, Any]

_WIDEST = timedelta(days=39)
"""Of an instance view; the service refuses forty days."""
_TOO_MANY = 193104
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_TITLE = 255
_COMPARED = 100
"""Characters of a title: none has more than two UTF-16 units."""
_SHOWN_DIFFERENCES = 10
_ROWS = 8


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """One occurrence. Times are ISO 8601: instants in UTC, or dates with the end after the last day."""

    start: str
    end: str
    title: str
    show_as: str
    is_private: bool

    @property
    def place(self) -> tuple[str, str, str]:
        return self.start, self.end, self.title

    @property
    def number(self) -> str:
        """Of its event (mixed_calendar.py)."""
        found = re.search(r"#(\d+)", self.title)
        return found[1] if found else ""

    def __str__(self) -> str:
        private = ", private" if self.is_private else ""
        return f"{self.start} – {self.end} {self.title[:40]!r} ({self.show_as}{private})"


@dataclass(frozen=True, slots=True)
class Period:
    """What ends after `start` and starts before the day after `last_day`, by the clock of this machine."""

    start: datetime
    last_day: date

    @classmethod
    def of(cls, now: datetime, days: int = 365) -> Period:
        return cls(now, now.astimezone().date() + timedelta(days=days))

    def holds(self, start: datetime | date, end: datetime | date) -> bool:
        after = self.last_day + timedelta(days=1)
        if isinstance(start, datetime) and isinstance(end, datetime):
            midnight = datetime(after.year, after.month, after.day)  # noqa: DTZ001  # local time is meant
            return end > self.start and start < midnight.astimezone()
        return end > self.start.astimezone().date() and start < after

    @property
    def around(self) -> tuple[datetime, datetime]:
        """With a margin, since whole days are no instants."""
        end = datetime.combine(self.last_day, datetime.min.time(), UTC)
        return self.start - timedelta(days=2), end + timedelta(days=3)


def differences(installed: Installed, period: Period, edits: Sequence[str] = ()) -> str:
    """Empty when both services show the same; else the first differing occurrences, with their events and
    what was done to those: `edits` as people would say it."""
    feishu, outlook = shown(installed, period)
    missing, surplus = feishu - outlook, outlook - feishu
    if not missing and not surplus:
        return ""
    calendar = installed.sandbox.feishu.calendars[installed.calendar]
    lines = [f"{missing.total()} of {feishu.total()} are missing in Outlook, {surplus.total()} too many:"]
    differing = sorted([(each, "only in Feishu ") for each in missing.elements()]
                       + [(each, "only in Outlook") for each in surplus.elements()])  # fmt: skip
    for each, where in differing[:_SHOWN_DIFFERENCES]:
        lines.append(f"  {where}: {each}")
    numbers = dict.fromkeys(each.number for each, _ in differing[:_SHOWN_DIFFERENCES])
    lines += [line for number in numbers if number for line in _event(calendar, number, edits)]
    return "\n".join(lines)


def shown(installed: Installed, period: Period) -> tuple[Counter[Shown], Counter[Shown]]:
    """In Feishu and in Outlook. Occurrences have no sensitivity of their own there: it is not compared."""
    in_feishu, in_outlook = feishu_shows(installed, period), outlook_shows(installed, period)
    changed = {each.place for each, is_exception in in_feishu if is_exception}

    def comparable(each: Shown) -> Shown:
        return replace(each, is_private=False) if each.place in changed else each

    return Counter(comparable(each) for each, _ in in_feishu), Counter(map(comparable, in_outlook))


def _event(calendar: Calendar, number: str, edits: Sequence[str]) -> Iterator[str]:
    """The rows of the event, as Feishu has them, and its history."""
    named = re.compile(rf"#{number}\b")
    uids = {row.uid for row in calendar.rows.values() if named.search(row.details.get("summary", ""))}
    rows = [row for row in calendar.rows.values() if row.uid in uids]
    for row in rows[:_ROWS]:
        times = " – ".join(str(time).removesuffix(":00+00:00") for time in (row.start, row.end))
        name = f"{row.event_id[:4]}…_{row.original}"
        yield f"    #{number} {name} {row.status}: {times} {row.zone} {row.recurrence}"
    yield from (f"      {position}. {edit}" for position, edit in enumerate(edits) if named.search(edit))


# --- Feishu ---------------------------------------------------------------------------------------


def feishu_shows(installed: Installed, period: Period) -> list[tuple[Shown, bool]]:
    """By `instance_view`, without what was cancelled or declined; and whether each is an exception."""
    is_inclusive = installed.sandbox.feishu.quirks.all_day_end == "inclusive"
    found: dict[str, tuple[Shown, bool]] = {}
    for item in _instance_view(installed, *period.around):
        if item["status"] == "cancelled" or item.get("self_rsvp_status") == "decline":
            continue
        start, end = (_feishu_time(item[name]) for name in ("start_time", "end_time"))
        if is_inclusive and not isinstance(end, datetime):
            end += timedelta(days=1)
        if period.holds(start, end):
            is_private = item["visibility"] == "private"
            each = Shown(
                _text(start), _text(end), _title(item.get("summary", "")), _show_as(item), is_private
            )
            found[item["event_id"]] = each, item["is_exception"]
    return list(found.values())


def _instance_view(installed: Installed, start: datetime, end: datetime) -> Iterator[Json]:
    events = f"/open-apis/calendar/v4/calendars/{installed.calendar}/events"
    url = f"{installed.sandbox.feishu_url}{events}/instance_view"
    token = list(installed.sandbox.feishu.sessions.access)[-1]
    width = _WIDEST
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token}"
        while start < end:
            times = {"start_time": int(start.timestamp()), "end_time": int((start + width).timestamp())}
            answer: Json = session.get(url, params=times, timeout=60).json()
            if answer["code"] == _TOO_MANY:
                width /= 2
                continue
            assert answer["code"] == 0, answer
            yield from answer["data"]["items"]
            start += width


def _feishu_time(told: Json) -> datetime | date:
    if "date" in told:
        return date.fromisoformat(told["date"])
    return datetime.fromtimestamp(int(told["timestamp"]), UTC)


def _title(title: str) -> str:
    """As far as both services must agree: blanks are one, marks of direction may be added to keep a line in
    order, and Outlook holds but 255 UTF-16 units."""
    return " ".join(_DIRECTIONS.sub("", _CONTROL.sub(" ", title)).split())[:_COMPARED] or "(No title)"


def _show_as(item: Json) -> str:
    if item["free_busy_status"] == "free":
        return "free"
    return "tentative" if item["status"] == "tentative" else "busy"


# --- Outlook --------------------------------------------------------------------------------------


def outlook_shows(installed: Installed, period: Period) -> list[Shown]:
    """By `calendarView`."""
    found = []
    for item in _calendar_view(installed, *period.around):
        assert len(item["subject"].encode("utf-16-le")) <= 2 * _LONGEST_TITLE, item["subject"]
        start, end = (_outlook_time(item, name) for name in ("start", "end"))
        if period.holds(start, end):
            is_private = item["sensitivity"] == "private"
            title = _title(item["subject"])
            found.append(Shown(_text(start), _text(end), title, item["showAs"], is_private))
    return found


def _outlook_time(item: Json, name: str) -> datetime | date:
    moment = datetime.fromisoformat(item[name]["dateTime"]).replace(tzinfo=UTC)
    return moment.date() if item["isAllDay"] else moment


def _calendar_view(installed: Installed, start: datetime, end: datetime) -> Iterator[Json]:
    url: str | None = f"{installed.sandbox.graph_url}/v1.0/me/calendars/{installed.mirror}/calendarView"
    parameters: dict[str, str] | None = {
        "startDateTime": start.isoformat(),
        "endDateTime": end.isoformat(),
        "$select": "subject,start,end,isAllDay,showAs,sensitivity",
        "$top": "1000",
    }
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(installed.sandbox.ca_file)
        session.headers["Authorization"] = f"Bearer {installed.sandbox.microsoft.issue_access_token()}"
        session.headers["Prefer"] = 'outlook.timezone="UTC"'
        while url:
            answer = session.get(url, params=parameters, timeout=60)
            answer.raise_for_status()
            page: Json = answer.json()
            yield from page["value"]
            url, parameters = page.get("@odata.nextLink"), None


def _text(time: datetime | date) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if isinstance(time, datetime) else time.isoformat()
